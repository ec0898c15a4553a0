// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMImport
import LSTMSpec
import TestSupport
import Testing

@Suite("Drawn models")
struct PropertyTests {
    private func kind(_ layer: ImportedLayer) -> DrawnChain.Module? {
        switch layer.kind {
        case .lstm(let lstm):
            .lstm(
                layers: lstm.numLayers, bidirectional: lstm.bidirectional, proj: lstm.projSize, bias: lstm.bias)
        case .embedding: .embedding
        case .linear: .linear
        case .layerNorm: .layerNorm
        case .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last, .mean, .max, .l2Normalize, .add,
            .slice, .entry:
            nil
        }
    }

    @Test("are found again from their tensors", arguments: 1...300 as ClosedRange<UInt64>)
    func found(_ seed: UInt64) throws {
        let drawn = DrawnChain(seed: seed)
        let bytes = drawn.safetensors
        let model = try importModel(bytes, path: "m.safetensors")
        let text = specText(model, name: "M", weightsFile: "m.safetensors", heading: "seed \(seed)")
        let found = checkImport(text, path: "M.lstm.yaml", weights: bytes, source: "m.safetensors")
        #expect(found.isEmpty, "seed \(seed)\n\(text)\(render(found, sources: [:]))")
        #expect(model.layers.count == drawn.entries.count, "seed \(seed)")
        if drawn.isUnambiguous {
            #expect(model.layers.map(kind) == drawn.entries.map(\.module), "seed \(seed)\n\(text)")
        }
        let isGuess = model.assumptions.contains { $0.contains("is a guess, since") }
        #expect(isGuess == (drawn.fittingOrders > 1), "seed \(seed)\n\(text)")
    }

    @Test("keep the order of their file, and every value", arguments: 1...300 as ClosedRange<UInt64>)
    func kept(_ seed: UInt64) throws {
        let drawn = DrawnChain(seed: seed)
        let model = try importModel(Array(drawn.json.utf8), path: "m.json")
        #expect(model.layers.map(kind) == drawn.entries.map(\.module), "seed \(seed)")
        let isDoubtful = model.assumptions.contains("the layers run in the order in which the file has them")
        #expect(isDoubtful == (drawn.fittingOrders > 1), "seed \(seed)")
        guard case .converted(let tensors) = model.weights else {
            Issue.record("seed \(seed): not converted")
            return
        }
        let written = try Checkpoint(safetensorsBytes(tensors), fileName: "m.safetensors")
        for (layer, entry) in zip(model.layers, drawn.entries) {
            for tensor in entry.tensors {
                let found = try #require(written.tensors["\(layer.name).\(tensor.key)"], "seed \(seed)")
                #expect(
                    found.shape == tensor.shape && found.doubles() == tensor.floats.map(Double.init), "seed \(seed)")
            }
        }
        #expect(written.tensors.count == drawn.entries.reduce(0) { $0 + $1.tensors.count }, "seed \(seed)")
    }

    private static let folder = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures/Recognised")

    /// Whatever is done to a file, an import ends: with a spec that has been checked, or with located errors.
    @Test("that are damaged end in a checked spec or an error", arguments: fixtureNames(in: folder, suffix: ""))
    func damaged(_ name: String) throws {
        let good = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(name)))
        for seed in 1...100 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var bytes = good
            for _ in 0...random.integer(in: 0...3) {
                let place = random.integer(in: 0...(bytes.count - 1))
                switch random.integer(in: 0...3) {
                case 0: bytes[place] = UInt8(random.integer(in: 0...255))
                case 1: bytes.insert(UInt8(random.integer(in: 0...255)), at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + random.integer(in: 1...40)))
                default:
                    let piece = bytes[place..<min(bytes.count, place + 30)]
                    bytes.insert(contentsOf: piece, at: random.integer(in: 0...(bytes.count - 1)))
                }
            }
            do throws(ImportFailure) {
                let model = try importModel(bytes, path: name)
                let text = specText(model, name: "M", weightsFile: name, heading: "seed \(seed)")
                var weights = bytes
                if case .converted(let tensors) = model.weights { weights = safetensorsBytes(tensors) }
                _ = checkImport(text, path: "M.lstm.yaml", weights: weights, source: name)
            } catch {
                #expect(error.diagnostics.hasErrors, "seed \(seed)")
                #expect(error.diagnostics.allSatisfy { $0.location.path == name }, "seed \(seed)")
            }
        }
    }
}
