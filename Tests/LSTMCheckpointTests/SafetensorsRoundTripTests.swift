// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import TestSupport
import Testing

@Suite struct SafetensorsRoundTripTests {
    @Test func writesWhatItReads() throws {
        let bytes = safetensorsBytes(
            [
                NamedTensor("z \"quoted\"\\\n", floats: patternValues(6), shape: [2, 3]),
                NamedTensor("a", integers: [1, -2], shape: [2]),
            ], metadata: ["b": "2", "a": "1"])
        let file = try SafetensorsFile(bytes)
        #expect(file.directory.entries.map(\.name) == ["a", "z \"quoted\"\\\n"])
        #expect(file.directory.metadata == ["a": "1", "b": "2"])
        #expect(file["z \"quoted\"\\\n"]?.floatSource?.floats() == patternValues(6))
        #expect(file["a"]?.integers() == [1, -2])
        let start = try #require(file.directory.entries.first?.byteRange.lowerBound)
        #expect(start.isMultiple(of: 8))
    }

    @Test func writesTheSameBytesInAnyOrder() {
        let tensors = ["c", "a", "b"].map { NamedTensor($0, floats: [1], shape: [1]) }
        #expect(safetensorsBytes(tensors) == safetensorsBytes(tensors.reversed()))
    }

    /// What `lstmc import` does: views become contiguous, and every element keeps its type and its bits.
    @Test(arguments: ["plain.pt", "views.pt", "big-endian.pt"])
    func importKeepsEveryElement(_ name: String) throws {
        let original = try openFixture(name)
        let bytes = safetensorsBytes(original.tensors.map { NamedTensor($0.key, $0.value) })
        let copy = try Checkpoint(bytes, fileName: "copy.safetensors")
        #expect(copy.names == original.names)
        for (name, tensor) in original.tensors {
            #expect(copy.tensors[name]?.elementType == tensor.elementType)
            #expect(copy.tensors[name]?.shape == tensor.shape)
            #expect(copy.tensors[name]?.doubles() == tensor.doubles())
            #expect(copy.tensors[name]?.integers() == tensor.integers())
        }
    }

    @Test func neverCrashesOnMutations() throws {
        let whole = try fixture("plain.safetensors")
        var random = SeededRandom(seed: 2)
        for _ in 0..<2_000 {
            try? Checkpoint(mutated(whole, &random), fileName: "a.safetensors").readEverything()
        }
    }
}
