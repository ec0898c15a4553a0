// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import Foundation
import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import ProgramTestSupport
import TestSupport
import Testing

/// What the built program writes, against the reference in this process: `make test` gives it a release build, too.
@Suite("The program")
struct ProgramTests {
    private static let specs = 8

    @Test("gives drawn specs the reference's bits") func bits() throws {
        let first = UInt64.random(in: 1000...999_999_999)
        for seed in first..<(first + UInt64(Self.specs)) {
            let drawn = try DrawnModel(
                text: DifferentialTests.text(seed, name: "Drawn"), path: "Drawn.lstm.yaml", seed: seed)
            let model = drawn.model
            var random = SeededRandom(seed: seed)
            var given = DrawnInputs(.usual, for: model, &random)
            (given.lengths, given.states) = ([:], [:])
            let inputs = try given.inputs(for: model)

            let box = try Sandbox()
            try box.write("Drawn.lstm.yaml", drawn.text)
            try box.write("weights.safetensors", drawn.weightFile())
            try box.write("in.safetensors", given.file(for: model))
            let outcome = try box.run([
                "run", "Drawn.lstm.yaml", "--input", "in.safetensors", "--output", "out.safetensors",
            ])
            #expect(outcome.code == 0, "seed \(seed)\n\(drawn.text)\n\(outcome)")
            guard outcome.code == 0 else { continue }
            let written = try Checkpoint(box.read("out.safetensors"), fileName: "out.safetensors", key: nil)
            for twin in ReferenceModel(model, parameters: drawn).run(inputs) {
                let tensor = try #require(written.tensors[twin.name], "seed \(seed): no \(twin.name)")
                #expect(tensor.shape == twin.shape)
                if twin.isInteger {
                    #expect(
                        try #require(tensor.integers()).map(Float.init) == twin.values, "seed \(seed), \(twin.name)")
                } else {
                    let ours = try #require(tensor.floatSource).floats()
                    let isFused = InstructionSet.current.isFused
                    let place = difference(ours, twin.values, isFused: isFused)
                    #expect(place == nil, "seed \(seed), \(twin.name) at \(place ?? -1)\n\(drawn.text)")
                }
            }
        }
        print("The program: seeds \(first)..<\(first + UInt64(Self.specs))")
    }
}

extension DrawnInputs {
    /// The inputs' values alone, as a file that `run` reads.
    fileprivate func file(for model: Model) -> [UInt8] {
        let rows = batch.map { [$0] } ?? []
        return safetensorsBytes(
            zip(model.inputs, zip(values, steps)).map { input, given in
                let time = input.shape.hasTime ? [given.1] : []
                let shape = (model.batchFirst ? rows + time : time + rows) + input.shape.sizes
                switch given.0 {
                case .features(let floats): return NamedTensor(input.name, floats: floats, shape: shape)
                case .tokens(let ids): return NamedTensor(input.name, integers: ids.map(Int64.init), shape: shape)
                }
            })
    }
}
