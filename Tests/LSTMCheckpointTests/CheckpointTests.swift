// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import TestSupport
import Testing

@Suite struct CheckpointTests {
    static let everyFormat = [
        "plain.safetensors", "plain.pt", "protocol-4.pt", "protocol-5.pth", "no-checksums.pt", "big-endian.pt",
        "plain.npz",
    ]

    @Test(arguments: everyFormat)
    func readsTheSameStateDictionary(_ name: String) throws {
        let checkpoint = try openFixture(name)
        let tensors = checkpoint.tensors
        #expect(tensors["f32"]?.shape == [2, 3])
        #expect(tensors["f32"]?.elementType == .float32)
        #expect(checkpoint.floats("f32") == patternValues(6))
        #expect(tensors["f16"]?.elementType == .float16)
        #expect(checkpoint.floats("f16") == patternValues(4, seed: 1))
        #expect(tensors["f64"]?.elementType == .float64)
        #expect(checkpoint.floats("f64") == patternValues(3, seed: 3))
        #expect(tensors["f64"]?.doubles() == patternValues(3, seed: 3).map(Double.init))
        #expect(tensors["i64"]?.integers() == [-1, 0, 1 << 40])
        #expect(tensors["i64"]?.floatSource == nil)
        #expect(tensors["u8"]?.integers() == [0, 255])
        #expect(tensors["scalar"]?.shape == [])
        #expect(checkpoint.floats("scalar") == patternValues(1))
        #expect(tensors["empty"]?.shape == [0, 3])
        #expect(checkpoint.floats("empty") == [])
        // NumPy has no bfloat16.
        if checkpoint.format != .npz {
            #expect(tensors["bf16"]?.elementType == .bfloat16)
            #expect(checkpoint.floats("bf16") == patternValues(4, seed: 2))
        }
        #expect(tensors.count == (checkpoint.format == .npz ? 7 : 8))
    }

    @Test func knowsFormatsByExtension() {
        #expect(failure([], "model.onnx") == .unknownExtension(fileName: "model.onnx"))
        #expect(failure([], "model") == .unknownExtension(fileName: "model"))
        #expect(Checkpoint.Format(fileName: "A.SafeTensors") == .safetensors)
        #expect(Checkpoint.Format(fileName: "a.b.PTH") == .pytorch)
    }

    @Test func keyIsForPyTorchOnly() throws {
        #expect(failure(try fixture("plain.npz"), "plain.npz", key: "a") == .keyNotApplicable)
        #expect(failure(try fixture("plain.safetensors"), "plain.safetensors", key: "a") == .keyNotApplicable)
    }

    /// An element is never copied but where it is asked for, so every tensor can be as large as the file.
    @Test func floatsOfUnreadableTypesAreAnError() throws {
        let header = "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]}}"
        let bytes = littleEndian(UInt64(header.utf8.count)) + Array(header.utf8) + [1, 2]
        let tensor = try #require(try Checkpoint(bytes, fileName: "a.safetensors").tensors["a"])
        #expect(tensor.floatSource == nil && tensor.doubles() == nil && tensor.integers() == nil)
    }

    @Test func everyMistakeHasWordsAndACode() {
        let mistakes: [CheckpointMistake] = [
            .unknownExtension(fileName: "a"), .unknownTensorFile(fileName: "a"), .keyNotApplicable,
            .safetensors(.malformedHeader), .zip(.notZip), .compressedNpz, .npy(member: nil, .notNpy),
            .npy(member: "a", .notNpy), .unsupportedType(tensor: "a", type: .complex64), .legacyPyTorch, .legacyVersion,
            .legacyStorages, .noParameters,
            .notPyTorch, .compressedPyTorch, .unknownByteOrder, .pickle(.truncated), .wholeModule(key: nil),
            .wholeModule(key: "a"), .noStateDictionary(keys: []), .severalStateDictionaries(keys: ["a", "b"]),
            .missingKey("a", present: []), .keyWithoutTensors("a", found: []), .notATensor(name: "a", .list),
            .malformedTensor(name: "a"), .missingStorage(tensor: "a"), .viewOutsideStorage(tensor: "a", shape: [1]),
            .missingTensor(name: "a", layer: "b"), .wrongShape(tensor: "a", shape: [1], layer: "b", expected: [2]),
            .integerParameter(tensor: "a", type: .int64, layer: "b"),
            .nonFinite(tensor: "a", count: 2, firstIndex: [0]), .unusedTensor(name: "a"), .moreUnusedTensors(count: 2),
        ]
        for mistake in mistakes {
            #expect(!mistake.message.isEmpty && !mistake.message.hasSuffix(".") && !mistake.code.isEmpty)
        }
    }
}
