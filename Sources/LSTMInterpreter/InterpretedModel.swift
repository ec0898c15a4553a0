// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMIR

/// A model run by the kernels, with sizes known at run time. Bit for bit what `ReferenceModel` gives.
///
/// Immutable: any number of threads may run one at once, each in a session of its own.
public struct InterpretedModel: Sendable {
    /// What is run.
    public let model: Model
    let layers: [PackedLayer]
    /// How whole sequences are run.
    let plan: Plan

    /// Packs the parameters for the instruction set in use; each is read once, a piece at a time.
    public init(_ model: Model, parameters: some ParameterSource) {
        self.model = model
        plan = Plan(whole: model)
        var sources: [[String: Parameter]] = .init(repeating: [:], count: model.layers.count)
        for parameter in model.parameters { sources[parameter.layer][parameter.key] = parameter }
        var layers: [PackedLayer] = []
        for (index, layer) in model.layers.enumerated() {
            let recurrent = model.recurrentJoining(index).flatMap { layers[$0].recurrent }
            layers.append(
                PackedLayer(layer.operation, after: recurrent, precision: model.precision.kept) { key in
                    sources[index][key].map { parameters.source(of: $0) } ?? FloatArray([], shape: [0])
                })
        }
        self.layers = layers
    }

    /// The model's results, with PyTorch's shapes; zero past a sequence's length.
    ///
    /// - Parameters:
    ///   - inputs: the sequences.
    ///   - threads: at most so many share the work, the caller's among them, at least 1; the bits are the same.
    ///   - progress: called now and then with the share done, 0 to 1.
    public func run(_ inputs: Inputs, threads: Int = 1, progress: ((Double) -> Void)? = nil) -> [ResultTensor] {
        let session = InterpreterSession(self, inputs, threads: threads)
        session.run(inputs, progress: progress)
        return model.results.enumerated().map { number, result in
            session.tensor(number, name: result.name, shape: result.shape(in: model, for: inputs), inputs)
        }
    }
}

extension Model {
    /// The recurrent layer whose step could run this linear layer, too.
    fileprivate func recurrentJoining(_ index: Int) -> Int? {
        guard case .linear(let linear) = layers[index].operation else { return nil }
        var value = layers[index].inputs[0]
        while case .output(let source) = value {
            if let recurrent = layers[source].operation.recurrent { return recurrent.stepJoins(linear) ? source : nil }
            guard layers[source].operation.described.isIdentity else { return nil }
            value = layers[source].inputs[0]
        }
        return nil
    }
}
