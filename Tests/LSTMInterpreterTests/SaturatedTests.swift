// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMInterpreter
import TestSupport
import Testing

@Suite("Saturated models")
struct SaturatedTests {
    /// What `make_saturated.py` wrote. Errors grow from step to step here, in ours as in PyTorch's.
    @Test("as close to float64 as PyTorch on every input", arguments: ["made", "fitted"])
    func truth(_ name: String) throws {
        let file = "saturated-\(name).safetensors"
        let folder = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures")
        let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
        let model = try loadModel(
            """
            lstmc: 1
            name: Saturated
            input: { features: 2 }
            weights:
              file: \(file)
              ignore: [x.*, y.*, largest, rms]
            layers:
              - lstm: lstm
                hidden_size: 24
              - linear: head
                out_features: 1
            """)
        let checkpoint = try Checkpoint(bytes, fileName: file)
        let reconciled = reconcile(checkpoint, with: model)
        #expect(reconciled.diagnostics.isEmpty)
        let reference = ReferenceModel(model, parameters: try #require(reconciled.parameters))
        let largest = try #require(checkpoint.tensors["largest"]?.doubles())
        let rms = try #require(checkpoint.tensors["rms"]?.doubles())
        #expect(largest.count == 10 && rms.count == 10)
        var logarithms = (largest: 0.0, rms: 0.0)
        for index in largest.indices {
            let x = try #require(checkpoint.tensors["x.\(index)"])
            let truth = try #require(checkpoint.tensors["y.\(index).f64"]?.doubles())
            let result = try #require(reference.run(try Inputs.reading(["x": x], for: model).inputs).first)
            #expect(result.values.count == truth.count)
            let squares = zip(result.values, truth).map { (Double($0) - $1) * (Double($0) - $1) }
            let mean = squares.reduce(0, +) / Double(squares.count)
            logarithms.largest += log(largestError(result.values, truth) / largest[index])
            logarithms.rms += log(mean.squareRoot() / rms[index])
            #expect(largestError(result.values, truth) <= 1.25 * largest[index], "input \(index), largest")
            #expect(mean.squareRoot() <= 1.25 * rms[index], "input \(index), root mean square")
        }
        #expect(exp(logarithms.largest / 10) <= 1, "geometric mean of the largest errors over PyTorch's")
        #expect(exp(logarithms.rms / 10) <= 1, "geometric mean of the root mean squares over PyTorch's")
    }
}
