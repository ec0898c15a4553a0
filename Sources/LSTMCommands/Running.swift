// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

extension SpecLoader {
    /// The model with its weights in place; nil, with the reason reported, where it cannot be run.
    package mutating func runnable(_ model: Model) -> InterpretedModel? {
        runnableParameters(model).map { InterpretedModel(model, parameters: $0) }
    }

    /// The model's weights, which can be none where it has no parameters.
    package mutating func runnableParameters(_ model: Model) -> ModelParameters? {
        if model.weights != nil { return parameters(of: model) }
        if model.parameters.isEmpty { return ModelParameters() }
        report(RunMistake.noWeights, at: model.location)
        return nil
    }

    /// The inputs in a file's tensors, checked against the model.
    package mutating func inputs(_ tensors: [String: StoredTensor], from path: String, for model: Model) -> Inputs? {
        let place = SourceLocation(startOf: path)
        do {
            let read = try Inputs.reading(tensors, for: model)
            for warning in read.warnings { report(warning, at: place) }
            return read.inputs
        } catch {
            report(error, at: place)
            return nil
        }
    }

    package mutating func report(_ found: Mistakes<some Mistake>, at place: SourceLocation) {
        for mistake in found.mistakes { report(mistake, at: place) }
    }

    /// Writes a result file whole, or says why not and ends the command.
    package mutating func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try writeAtomically(bytes, to: path)
        } catch {
            reportUnwritable(path, reason: error.reason)
            try finish()
        }
    }
}

/// What keeps a model from being run.
package enum RunMistake: Mistake {
    case noWeights

    package var code: String { "no-weights" }
    package var message: String { "the spec has no 'weights', so the model cannot be run; add 'weights: {file: ...}'" }
}
