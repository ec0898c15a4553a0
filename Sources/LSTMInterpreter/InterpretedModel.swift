// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMRuntime

/// A model run by the kernels, with sizes known at run time. Bit for bit what `ReferenceModel` gives.
///
/// Immutable: any number of threads may run one at once, each in a session of its own.
public struct InterpretedModel: Sendable {
    /// What is run.
    public let model: Model
    let layers: [PackedLayer]

    /// Packs the parameters for the instruction set in use; each is read once, a piece at a time.
    public init(_ model: Model, parameters: some ParameterSource) {
        self.model = model
        var sources: [[String: Parameter]] = .init(repeating: [:], count: model.layers.count)
        for parameter in model.parameters { sources[parameter.layer][parameter.key] = parameter }
        layers = model.layers.enumerated().map { index, layer in
            PackedLayer(layer.operation) { key in
                sources[index][key].map { parameters.source(of: $0) } ?? FloatArray([], shape: [0])
            }
        }
    }

    /// The model's results, with PyTorch's shapes; zero past a sequence's length.
    ///
    /// - Parameter progress: called now and then with the share done, 0 to 1.
    public func run(_ inputs: Inputs, progress: ((Double) -> Void)? = nil) -> [ResultTensor] {
        let session = InterpreterSession(self, steps: inputs.steps, batch: inputs.rows)
        session.run(inputs, progress: progress)
        return model.results.map { result in
            ResultTensor(
                name: result.name, shape: result.shape(in: model, for: inputs), values: session.values(of: result))
        }
    }
}
