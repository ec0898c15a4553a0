// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

/// Against PyTorch, whose module has the weights that `.half()` and `.bfloat16()` make of them.
struct HalfVectorTests {
    private static let file = "half-vectors.safetensors"

    private static func spec(_ precision: String) -> String {
        """
        lstmc: 1
        name: Halves
        input: { features: 5 }
        weights: { file: \(file), precision: \(precision), ignore: [x, "head.*float16*"] }
        layers:
          - conv1d: conv
            out_channels: 12
            kernel_size: 3
            padding: causal
          - lstm: lstm
            hidden_size: 21
            num_layers: 2
            bidirectional: true
            proj_size: 9
          - gru: gru
            hidden_size: 17
          - rnn: rnn
            hidden_size: 33
          - linear: head
            out_features: 40

        """
    }

    @Test("as close to float64 as PyTorch, and the reference's bits", arguments: ["float16", "bfloat16"])
    func truth(_ precision: String) throws {
        let path = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures/\(Self.file)")
        let checkpoint = try Checkpoint([UInt8](try Data(contentsOf: path)), fileName: Self.file)
        let model = try loadModel(Self.spec(precision))
        let reconciled = reconcile(checkpoint, with: model)
        #expect(reconciled.diagnostics.isEmpty)
        let parameters = try #require(reconciled.parameters)
        let inputs = try Inputs.reading(checkpoint.tensors, for: model).inputs
        let ours = InterpretedModel(model, parameters: parameters).run(inputs)[0].values
        let reference = ReferenceModel(model, parameters: parameters).run(inputs)[0].values
        #expect(!InstructionSet.current.isFused || ours.map(\.bitPattern) == reference.map(\.bitPattern))
        let torch = try #require(checkpoint.tensors["head.\(precision)"]?.floatSource).floats()
        let truth = try #require(checkpoint.tensors["head.\(precision).f64"]?.doubles())
        func error(_ values: [Float]) -> Double { zip(values, truth).map { abs(Double($0) - $1) }.max() ?? .infinity }
        #expect(ours.count == truth.count && error(ours) <= 1.25 * error(torch) + 1e-7)
        // The float32 weights are no such weights: the test can fail.
        let exact = try loadModel(Self.spec("float32"))
        let float = try #require(reconcile(checkpoint, with: exact).parameters)
        #expect(error(InterpretedModel(exact, parameters: float).run(inputs)[0].values) > 1e-5)
    }
}
