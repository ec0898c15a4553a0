// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMFiles
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

/// One of PyTorch's cases in windows.safetensors as a model, its parameters and its inputs.
struct WindowCase: CustomTestStringConvertible, Sendable {
    let name: String
    let layer: String
    let shape: [Int]
    let batchFirst: Bool

    var testDescription: String { name }

    private static let bytes: [UInt8] = {
        let file = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures/windows.safetensors")
        return [UInt8]((try? Data(contentsOf: file)) ?? Data())
    }()

    static let all: [WindowCase] = {
        guard let text = try? SafetensorsFile(bytes).directory.metadata["cases"],
            let cases = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        else { return [] }
        return cases.compactMap { entry in
            guard let name = entry["name"] as? String, var layer = entry["layer"] as? [String: Any],
                let shape = entry["shape"] as? [Int], let kind = layer.removeValue(forKey: "kind")
            else { return nil }
            let keys = layer.sorted { $0.key < $1.key }.map { key, value in
                // A Boolean of JSON is a number to Foundation.
                let isBoolean = ["bias", "affine"].contains(key)
                return ", \(key): \(isBoolean ? "\(value as? Bool == true)" : "\(value)")"
            }
            return WindowCase(
                name: name, layer: "{ \(kind): y\(keys.joined()) }", shape: shape,
                batchFirst: entry["batch_first"] as? Bool == true)
        }
    }()

    var model: Model {
        get throws {
            try loadModel(
                """
                lstmc: 1
                name: Windows
                input: { shape: \(shape), batch_first: \(batchFirst) }
                weights: { file: windows.safetensors, prefix: "\(name).", ignore: [x, lengths, out, out.f64] }
                layers:
                  - \(layer)
                """)
        }
    }

    /// The tensors of this case, without its name.
    func tensors() throws -> [String: StoredTensor] {
        var tensors: [String: StoredTensor] = [:]
        for (key, tensor) in try Checkpoint(Self.bytes, fileName: "windows.safetensors").tensors
        where key.hasPrefix(name + ".") {
            tensors[String(key.dropFirst(name.count + 1))] = tensor
        }
        return tensors
    }

    func parameters(of model: Model) throws -> ModelParameters {
        let reconciled = reconcile(try Checkpoint(Self.bytes, fileName: "windows.safetensors"), with: model)
        // num_batches_tracked among them, which is not read.
        #expect(reconciled.diagnostics.isEmpty)
        return try #require(reconciled.parameters)
    }
}

@Suite("PyTorch's windows", .serialized)
struct WindowTests {
    @Test("there are 84 of them") func count() { #expect(WindowCase.all.count == 84) }

    @Test("as close to float64 as PyTorch, the same bits in every engine", arguments: WindowCase.all)
    func truth(_ test: WindowCase) throws {
        let model = try test.model
        let tensors = try test.tensors()
        let parameters = try test.parameters(of: model)
        let inputs = try Inputs.reading(tensors, for: model).inputs
        let reference = try #require(ReferenceModel(model, parameters: parameters).run(inputs).first)
        let truth = try #require(tensors["out.f64"])
        let expected = try #require(truth.doubles())
        let torch = try #require(tensors["out"]?.floatSource).floats()
        #expect(reference.shape == truth.shape)
        let (ours, theirs) = (largestError(reference.values, expected), largestError(torch, expected))
        #expect(ours <= 1.25 * theirs + 1e-7, "ours \(ours), PyTorch's \(theirs)")
        let best = InstructionSet.current
        defer { _ = InstructionSet.select(best.name) }
        for set in InstructionSet.available where set.isFused {
            _ = InstructionSet.select(set.name)
            let result = try #require(InterpretedModel(model, parameters: parameters).run(inputs).first)
            #expect(result.shape == reference.shape)
            #expect(firstDifference(result.values, reference.values) == nil, "\(set.name)")
        }
    }

    /// Every row of a batch alone, cut to its length: the bits that it has in the batch, and zeros past them.
    @Test("each sequence gives what it gives alone", arguments: WindowCase.all.filter { $0.name.contains("lengths") })
    func alone(_ test: WindowCase) throws {
        let model = try test.model
        let parameters = try test.parameters(of: model)
        let interpreted = InterpretedModel(model, parameters: parameters)
        // What stands past a sequence's end plays no part.
        let tensors = try test.tensors()
        let inputs = try Inputs.reading(tensors, for: model).inputs
        let result = try #require(interpreted.run(inputs).first)
        for row in 0..<inputs.rows {
            let one = try inputs.sequence(row, for: model)
            let own = try #require(interpreted.run(one).first)
            let part = inputs.part(ofRow: row, in: result.values, of: model.results[0], model)
            #expect(firstDifference(own.values, try #require(part)) == nil, "row \(row)")
        }
        let sum = result.values.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
        let steps = inputs.lengths(of: try #require(model.layers[0].output.steps)) ?? []
        let most = steps.max() ?? 0
        #expect(sum >= steps.reduce(0) { $0 + most - $1 } * model.layers[0].output.count)
    }

    @Test(
        "the steps of a convolution that streams are those of the whole sequence, bit for bit",
        arguments: WindowCase.all.filter { (try? $0.model.canStream) == true })
    func streams(_ test: WindowCase) throws {
        let model = try test.model
        let interpreted = InterpretedModel(model, parameters: try test.parameters(of: model))
        let size = model.inputs[0].shape.count
        var random = SeededRandom(seed: 3)
        let x = (0..<(23 * size)).map { _ in random.float(in: -1...1) }
        let whole = try #require(
            interpreted.run(try Inputs(.features(x), steps: 23, batch: nil, for: model)).first)
        let stream = try #require(InterpreterStream(interpreted))
        var stepped: [Float] = []
        let count = model.layers[0].output.count
        for step in 0..<23 {
            x.withUnsafeBufferPointer { x in
                guard let base = x.baseAddress else { return }
                let row = stream.step(base + step * size)
                #expect((row == nil) == (step < stream.delay))
                if let row { stepped += UnsafeBufferPointer(start: row, count: count) }
            }
        }
        #expect(firstDifference(stepped, whole.values) == nil)
    }

    @Test("chunks of any lengths give the whole sequence's bits", arguments: [1, 2, 5, 23])
    func chunks(_ length: Int) throws {
        for test in WindowCase.all.filter({ $0.layer.contains("causal") }) {
            let model = try test.model
            guard case .conv1d(let conv) = model.layers[0].operation else { continue }
            let parameters = try test.parameters(of: model)
            let packed = PackedConv1d(
                inChannels: conv.inChannels, outChannels: conv.outChannels, kernelSize: conv.windows.size,
                left: conv.windows.left, dilation: conv.windows.dilation, groups: conv.groups,
                weight: parameters.source(of: model.parameters[0]),
                bias: conv.bias ? parameters.source(of: model.parameters[1]) : nil)
            var random = SeededRandom(seed: 4)
            let x = (0..<(23 * conv.inChannels)).map { _ in random.float(in: -1...1) }
            let whole = try #require(
                InterpretedModel(model, parameters: parameters).run(
                    try Inputs(.features(x), steps: 23, batch: nil, for: model)
                ).first)
            var past = [Float](repeating: 0, count: conv.past)
            var y = [Float](repeating: 7, count: 23 * conv.outChannels)
            for first in stride(from: 0, to: 23, by: length) {
                let steps = min(length, 23 - first)
                var workspace = [Float](repeating: 7, count: packed.workspaceCount(chunk: steps) + 1)
                x.withUnsafeBufferPointer { x in
                    y.withUnsafeMutableBufferPointer { y in
                        guard let x = x.baseAddress, let y = y.baseAddress else { return }
                        packed.run(
                            x + first * conv.inChannels, steps: steps, past: &past, into: y + first * conv.outChannels,
                            workspace: &workspace)
                    }
                }
                // The workspace has no float too few.
                #expect(workspace.last == 7)
            }
            #expect(firstDifference(y, whole.values) == nil, "\(test.name)")
        }
    }

    @Test(
        "a sequence that is too short is an error that names the row",
        arguments: [
            ("{ conv1d: y, out_channels: 2, kernel_size: 4 }", 4), ("{ max_pool1d: y, kernel_size: 3 }", 3),
            ("{ avg_pool1d: y, kernel_size: 4, padding: 1 }", 2), ("{ pad: y, left: 1, right: 2, mode: reflect }", 3),
            ("{ conv1d: y, out_channels: 2, kernel_size: 3, dilation: 2, padding: 1 }", 3),
        ])
    func tooShort(_ layer: String, _ needed: Int) throws {
        let model = try loadModel("lstmc: 1\nname: Short\ninput: { features: 1 }\nlayers: [\(layer)]\n")
        func run(_ length: Int) throws {
            _ = try Inputs(
                .features(.init(repeating: 1, count: 16)), steps: 8, batch: 2, lengths: [8, length], for: model)
        }
        try run(needed)
        let error = #expect(throws: InputMistakes.self) { try run(needed - 1) }
        #expect(
            error?.mistakes.map(\.message) == [
                "row 1 has \(needed - 1) step\(needed == 2 ? "" : "s") at layer 'y', which needs \(needed)"
            ])
    }

    @Test(
        "windows and strides over time are in the way of a stream, by name",
        arguments: [
            "{ conv1d: y, out_channels: 2, kernel_size: 2, padding: 1 }",
            "{ conv1d: y, out_channels: 2, kernel_size: 2, stride: 2 }",
            "{ conv1d: y, out_channels: 2, kernel_size: 1, stride: 2 }",
            "{ conv1d: y, out_channels: 2, kernel_size: 3, padding: same }", "{ max_pool1d: y, kernel_size: 2 }",
            "{ avg_pool1d: y, kernel_size: 3, stride: 1, padding: 1 }", "{ pad: y, left: 1 }",
        ])
    func obstacles(_ layer: String) throws {
        let model = try loadModel("lstmc: 1\nname: Long\ninput: { features: 2 }\nlayers: [{ relu: r }, \(layer)]\n")
        #expect(model.streamObstacle == .wholeSequences(1) && !model.canStream)
    }

    @Test("results that begin at different steps are in the way of a stream") func apart() throws {
        let layers = "layers: [{ relu: r }, { conv1d: y, out_channels: 2, kernel_size: 2 }]\n"
        let model = try loadModel("lstmc: 1\nname: Apart\ninput: { features: 2 }\noutputs: [r, y]\n" + layers)
        #expect(model.streamObstacle == .apart(0, 1) && !model.canStream)
        #expect(model.streamObstacleWords == "the results 'r' and 'y' begin at different steps")
    }
}
