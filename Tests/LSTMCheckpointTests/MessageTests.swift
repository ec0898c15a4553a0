// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMFiles
import LSTMSpec
import TestSupport
import Testing

private let place = LSTMSpec.SourceLocation(path: "Model.lstm.yaml", line: 5, column: 9)

private let files: [CheckpointMistake] = [
    .unknownExtension(fileName: "model.bin"), .unknownTensorFile(fileName: "x.csv"), .keyNotApplicable, .compressedNpz,
    .unsupportedType(tensor: "w", type: .int64), .legacyPyTorch, .legacyVersion, .legacyStorages, .noParameters,
    .notPyTorch, .compressedPyTorch,
    .unknownByteOrder, .wholeModule(key: nil), .wholeModule(key: "model"), .noStateDictionary(keys: ["epoch", "loss"]),
    .severalStateDictionaries(keys: ["a", "b"]), .missingKey("model", present: ["state_dict"]),
    .keyWithoutTensors("epoch", found: ["x"]), .notATensor(name: "w", .numpyArray),
    .notATensor(name: "w", .quantizedTensor), .notATensor(name: "w", .metadata("zip")), .notATensor(name: "w", .none),
    .notATensor(name: "w", .tensorType("torch.float4")), .notATensor(name: "w", .object("a.B")),
    .tensorWithoutName(key: "[3]"), .malformedTensor(name: "w"),
    .missingStorage(tensor: "w"), .viewOutsideStorage(tensor: "w", shape: [4, 5]),
]

private let reconciliation: [CheckpointMistake] = [
    .missingTensor(name: "lstm.weight_ih_l0", layer: "lstm"),
    .wrongShape(tensor: "lstm.weight_hh_l0", shape: [60, 20], layer: "lstm", expected: [60, 15]),
    .integerParameter(tensor: "head.bias", type: .int32, layer: "head"),
    .nonFinite(tensor: "head.bias", count: 2, firstIndex: [3]), .unusedTensor(name: "extra"),
    .unusedModule(path: "aux.lstm"), .moreUnusedTensors(count: 7),
    .moreUnusedTensors(count: 1), .moreMissingTensors(count: 8172),
    .moreMissingTensors(count: 1), .moreUnfitTensors(count: 3), .moreUnfitTensors(count: 1),
]

private let zips: [ZipMistake] = [
    .notZip, .severalDisks, .malformedDirectory, .malformedMember(name: "a"), .unreadableName,
    .duplicateMember(name: "a"), .overlappingMember(name: "a"), .encryptedMember(name: "a"),
    .compressedMember(name: "a"), .wrongChecksum(name: "a"),
    .largeMember(name: "a", size: 1 << 40),
]

private let arrays: [NpyMistake] = [
    .notNpy, .unknownVersion(9), .malformedHeader, .unsupportedType(descr: nil), .unsupportedType(descr: "<c8"),
    .wrongByteCount(shape: [2, 3], expected: 24, found: 20),
]

private let pickles: [PickleMistake] = [
    .truncated, .malformed(offset: 7), .unknownOpcode(0x70, offset: 3), .unknownProtocol(9), .tooLarge,
]

private let safetensors: [SafetensorsError] = [
    .tooShort(bytes: 3), .headerTooLarge(bytes: 1 << 40, limit: 100_000_000), .headerBeyondFile(bytes: 900, file: 90),
    .headerNotJSON(reason: "unexpected end", offset: 12), .malformedHeader, .malformedMetadata,
    .malformedTensor(name: "w"), .duplicateTensor(name: "w"), .unknownElementType(name: "w", type: "F12"),
    .impossibleShape(name: "w"), .wrongByteCount(name: "w", shape: [2, 3], type: .float32, bytes: 20),
    .misplacedTensor(name: "w", start: 8, expected: 0), .truncated(end: 90, file: 80),
    .trailingBytes(end: 80, file: 90),
    .missingTensor(name: "w"), .unexpectedTensor(name: "w", shape: [2], type: .float32, expected: [3]),
]

private let vocabularies: [VocabularyMistake] = [
    .notJSON(file: "v.json", problem: "unexpected end"), .notAnObject(file: "v.json"),
    .notAnID(file: "v.json", entry: "a"), .idOutOfRange(file: "v.json", entry: "a", id: 9, tokens: 9),
    .moreMistakes(file: "v.json", count: 4),
]

/// Every message about a checkpoint or a vocabulary, with its code and its notes, in one committed file.
@Test("the words for every mistake in a checkpoint") func messages() throws {
    var diagnostics = (files + reconciliation).map { $0.diagnostic(at: place) }
    diagnostics += zips.map { CheckpointMistake.zip($0).diagnostic(at: place) }
    diagnostics += arrays.map { CheckpointMistake.npy(member: "w.npy", $0).diagnostic(at: place) }
    diagnostics.append(CheckpointMistake.npy(member: nil, .notNpy).diagnostic(at: place))
    diagnostics += pickles.map { CheckpointMistake.pickle($0).diagnostic(at: place) }
    diagnostics += safetensors.map { CheckpointMistake.safetensors($0).diagnostic(at: place) }
    diagnostics += vocabularies.map { Diagnostic($0, at: place) }
    let text = diagnostics.map { "[\($0.mistake.code)] " + render([$0], sources: [:]) }.joined()
    try assertSnapshot(
        text, at: repositoryRoot.appendingPathComponent("Tests/LSTMCheckpointTests/Fixtures/messages.txt"))
}
