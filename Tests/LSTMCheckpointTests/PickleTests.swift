// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import TestSupport
import Testing

/// Pickles by hand: what torch.save never writes.
enum Pickle {
    static func text(_ text: String) -> [UInt8] { [0x58] + littleEndian(UInt32(text.utf8.count)) + Array(text.utf8) }
    static func int(_ value: Int32) -> [UInt8] { [0x4A] + littleEndian(value) }
    static func long(_ value: Int64) -> [UInt8] { [0x8A, 8] + littleEndian(value) }
    static func global(_ module: String, _ name: String) -> [UInt8] { Array("c\(module)\n\(name)\n".utf8) }
    static func tuple(_ parts: [[UInt8]]) -> [UInt8] { [0x28] + parts.joined() + [0x74] }
    static func longs(_ values: [Int64]) -> [UInt8] { tuple(values.map(long)) }

    static func storage(key: String, count: Int64, type: String = "FloatStorage") -> [UInt8] {
        tuple([text("storage"), global("torch", type), text(key), text("cpu"), long(count)]) + [0x51]
    }

    static func tensor(
        key: String, count: Int64, type: String = "FloatStorage", offset: Int64 = 0, shape: [Int64] = [1],
        strides: [Int64] = [1], metadata: [String: [UInt8]]? = nil
    ) -> [UInt8] {
        // requires_grad, backward_hooks, metadata
        var rest: [[UInt8]] = []
        if let metadata {
            var entries: [UInt8] = [0x7D, 0x28]
            for (key, value) in metadata { entries += text(key) + value }
            rest = [[0x89], [0x7D], entries + [0x75]]
        }
        return global("torch._utils", "_rebuild_tensor_v2")
            + tuple([storage(key: key, count: count, type: type), long(offset), longs(shape), longs(strides)] + rest)
            + [0x52]
    }

    static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
        [0x80, 2, 0x7D, 0x28] + items.flatMap { text($0.0) + $0.1 } + [0x75, 0x2E]
    }
}

private func file(_ pickle: [UInt8]) -> [UInt8] {
    var entry = ZipEntry("a/data.pkl", pickle)
    // None: the reference implementation is slow, and some of these are long.
    entry.checksum = 0
    return zip([entry, ZipEntry("a/data/0", [UInt8](repeating: 0, count: 16))])
}

private func open(_ items: [(String, [UInt8])]) throws -> Checkpoint {
    try Checkpoint(file(Pickle.dictionary(items)), fileName: "a.pt")
}

private let good = ("good", Pickle.tensor(key: "0", count: 4))

@Suite struct PickleTests {
    @Test(arguments: [
        Pickle.tensor(key: "0", count: 4, shape: [5], strides: [1]), Pickle.tensor(key: "0", count: 4, offset: 4),
        Pickle.tensor(key: "0", count: 4, offset: -1), Pickle.tensor(key: "0", count: 4, shape: [2], strides: [4]),
        Pickle.tensor(key: "0", count: 4, shape: [-1], strides: [1]),
        Pickle.tensor(key: "0", count: 4, shape: [1, 1], strides: [1]),
        Pickle.tensor(key: "0", count: 4, shape: [.max, .max], strides: [1, 1]),
        Pickle.tensor(key: "0", count: 4, shape: [2], strides: [.max]),
        Pickle.tensor(key: "0", count: 4, shape: [2], strides: [-1]),
        Pickle.tensor(key: "0", count: 4, offset: .max), Pickle.tensor(key: "0", count: 4, offset: .min),
    ])
    func refusesViewsOutsideTheStorage(_ tensor: [UInt8]) throws {
        let checkpoint = try open([good, ("bad", tensor)])
        #expect(checkpoint.names == ["good"])
        guard case .viewOutsideStorage = checkpoint.unreadable["bad"] else {
            Issue.record("\(checkpoint.unreadable)")
            return
        }
    }

    @Test(arguments: [
        (Pickle.tensor(key: "0", count: 5), CheckpointMistake.missingStorage(tensor: "bad")),
        (Pickle.tensor(key: "9", count: 1), .missingStorage(tensor: "bad")),
        (Pickle.tensor(key: "../data.pkl", count: 1), .missingStorage(tensor: "bad")),
        (Pickle.tensor(key: "0", count: -1), .malformedTensor(name: "bad")),
        (Pickle.tensor(key: "0", count: .max), .malformedTensor(name: "bad")),
        (Pickle.tensor(key: "0", count: 1, type: "QInt8Storage"), .malformedTensor(name: "bad")),
        (
            Pickle.tensor(key: "0", count: 1, type: "ComplexFloatStorage"),
            .unsupportedType(tensor: "bad", type: .complex64)
        ),
        (Pickle.global("torch._utils", "_rebuild_tensor_v2") + [0x29, 0x52], .malformedTensor(name: "bad")),
        (Pickle.global("torch._utils", "_rebuild_parameter") + [0x29, 0x52], .malformedTensor(name: "bad")),
        (Pickle.global("torch._utils", "_rebuild_tensor_v3") + [0x29, 0x52], .malformedTensor(name: "bad")),
        (Pickle.global("torch._tensor", "_rebuild_from_type_v2") + [0x29, 0x52], .malformedTensor(name: "bad")),
        (
            Pickle.global("torch._utils", "_rebuild_sparse_tensor") + [0x29, 0x52],
            .notATensor(name: "bad", .sparseTensor)
        ),
        (Pickle.int(3), .notATensor(name: "bad", .integer)), ([0x4E], .notATensor(name: "bad", .none)),
        (Pickle.tensor(key: "0", count: 4, metadata: ["neg": [0x4B, 1]]), .notATensor(name: "bad", .metadata("neg"))),
        (Pickle.tensor(key: "0", count: 4, metadata: ["conj": [0x88]]), .notATensor(name: "bad", .metadata("conj"))),
        (Pickle.tensor(key: "0", count: 4, metadata: ["zip": [0x89]]), .notATensor(name: "bad", .metadata("zip"))),
        (
            Pickle.tensor(key: "0", count: 4) + [0x4E, 0x62],  // a state, by BUILD
            .notATensor(name: "bad", .metadata("__setstate__"))
        ),
    ])
    func keepsMistakesToTheTensor(_ value: [UInt8], mistake: CheckpointMistake) throws {
        // Under a name that a state_dict can have beside its tensors.
        let checkpoint = try open([good, ("bad", value)])
        #expect(checkpoint.names == ["good"])
        #expect(checkpoint.unreadable["bad"] == mistake)
    }

    /// The negative bit, in a file whose storage has 1, -2, 0 and infinity.
    @Test func honoursTheNegativeBit() throws {
        func values(_ bit: UInt8) throws -> StoredTensor {
            let tensor = Pickle.tensor(
                key: "0", count: 4, shape: [4], strides: [1], metadata: ["neg": [bit], "conj": [0x89]])
            let storage: [Float] = [1, -2, 0, .infinity]
            let bytes = storage.flatMap { littleEndian($0.bitPattern) }
            var entries = [ZipEntry("a/data.pkl", Pickle.dictionary([("w", tensor)])), ZipEntry("a/data/0", bytes)]
            entries[0].checksum = 0
            return try #require(try Checkpoint(zip(entries), fileName: "a.pt").tensors["w"])
        }
        let plain = try values(0x89)
        #expect(plain.floatSource?.floats() == [1, -2, 0, .infinity] && plain.doubles() == [1, -2, 0, .infinity])
        let negated = try values(0x88)
        #expect(
            negated.floatSource?.floats() == [-1, 2, 0, -.infinity] && negated.doubles() == [-1, 2, 0, -.infinity])
        let written = try Checkpoint(safetensorsBytes([NamedTensor("w", negated)]), fileName: "a.safetensors")
        #expect(written.tensors["w"]?.doubles() == [-1, 2, 0, -.infinity])
        #expect(written.tensors["w"]?.doubles()?[2].sign == .minus)
    }

    @Test(
        arguments: [
            ([], PickleMistake.truncated), ([0x80], .truncated), ([0x80, 1], .unknownProtocol(1)),
            ([0x80, 6], .unknownProtocol(6)), ([0x2E], .malformed(offset: 0)),
            ([0x80, 2, 0x28, 0x2E], .malformed(offset: 3)),
            ([0x49], .unknownOpcode(0x49, offset: 0)), ([0xFF], .unknownOpcode(0xFF, offset: 0)),
            ([0x30], .malformed(offset: 0)), ([0x31], .malformed(offset: 0)), ([0x74], .malformed(offset: 0)),
            ([0x85], .malformed(offset: 0)), ([0x61], .malformed(offset: 0)), ([0x52], .malformed(offset: 0)),
            ([0x62], .malformed(offset: 0)), ([0x73], .malformed(offset: 0)),
            ([0x7D, 0x28, 0x4E, 0x75], .malformed(offset: 3)),
            ([0x68, 0], .malformed(offset: 0)), ([0x94], .malformed(offset: 0)), ([0x71, 0], .malformed(offset: 0)),
            ([0x93], .malformed(offset: 0)), ([0x58, 0xFF, 0xFF, 0xFF, 0xFF], .truncated),
            ([0x8B, 0, 0, 0, 0x80], .truncated),
            ([0x8D] + [UInt8](repeating: 0xFF, count: 8), .truncated), ([0x95, 1], .truncated),
            ([0x63, 0x61], .truncated),
            ([0x58, 2, 0, 0, 0, 0xC3, 0x28, 0x2E], .malformed(offset: 0)), ([0x4E, 0x4E, 0x93], .malformed(offset: 2)),
        ] as [([UInt8], PickleMistake)])
    func refusesWhatNoPicklerWrites(_ pickle: [UInt8], mistake: PickleMistake) {
        #expect(failure(file(pickle), "a.pt") == .pickle(mistake))
    }

    /// A list that contains itself, a dictionary that does, a million levels, and doublings to 2^1000 elements.
    @Test func survivesCyclesDepthAndDoubling() {
        let nothing = CheckpointMistake.noStateDictionary(keys: [])
        #expect(failure(file([0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E]), "a.pt") == nothing)
        let cyclic = [0x7D, 0x71, 0] + Pickle.text("a") + [0x68, 0, 0x73, 0x2E]
        #expect(failure(file(cyclic), "a.pt") == .noStateDictionary(keys: ["a"]))
        #expect(failure(file(cyclic), "a.pt", key: "a.a.a") == .keyWithoutTensors("a.a.a", found: ["a"]))
        let deep = [UInt8](repeating: 0x5D, count: 500_000) + [UInt8](repeating: 0x61, count: 499_999) + [0x2E]
        #expect(failure(file(deep), "a.pt") == nothing)
        let doubling: [UInt8] = [0x29] + [[UInt8]](repeating: [0x32, 0x86], count: 1000).joined() + [0x2E]
        #expect(failure(file(doubling), "a.pt") == nothing)
        let marks = [UInt8](repeating: 0x28, count: 1_000_000) + [0x2E]
        #expect(failure(file(marks), "a.pt") == .pickle(.malformed(offset: 1_000_000)))
    }

    @Test func limitsValuesAndCopies() {
        #expect(failure(file([UInt8](repeating: 0x5D, count: 2_100_000)), "a.pt") == .pickle(.tooLarge))
        let memos: [UInt8] = [0x4E] + [UInt8](repeating: 0x94, count: 2_100_000)
        #expect(failure(file(memos), "a.pt") == .pickle(.tooLarge))
        // One list of 10,000 pairs, made a dictionary again and again.
        var copies: [UInt8] = [0x5D, 0x28]
        for _ in 0..<10_000 { copies += Pickle.tuple([[0x4E], [0x4E]]) }
        copies += [0x65, 0x85, 0x71, 1]
        for _ in 0..<1_000 { copies += Pickle.global("collections", "OrderedDict") + [0x68, 1, 0x52] }
        copies.append(0x2E)
        #expect(failure(file(copies), "a.pt") == .pickle(.tooLarge))
    }

    /// One name of a megabyte, a hundred thousand times: as keys of a state_dict, and on the way to one.
    @Test func looksAtASharedNameOnce() throws {
        let name = String(repeating: "n", count: 1 << 20)
        let first = Pickle.text(name) + [0x71, 0] + good.1 + [0x71, 1]
        let again = [[UInt8]](repeating: [0x68, 0, 0x68, 1], count: 100_000).joined()
        let checkpoint = try Checkpoint(file([0x7D, 0x28] + first + again + [0x75, 0x2E]), fileName: "a.pt")
        #expect(checkpoint.names == [name])
        let nested = Pickle.text("a") + [0x7D, 0x28] + first + again + Pickle.text("b") + [0x7D, 0x75]
        let mistake = failure(file([0x7D] + nested + [0x73, 0x2E]), "a.pt")
        // The one dictionary with tensors, though it has another value beside them.
        #expect(mistake == nil)
    }

    /// Ten thousand objects with one list of a hundred thousand attributes.
    @Test func looksThroughSharedAttributesBriefly() {
        var pickle: [UInt8] = [0x7D, 0x71, 0, 0x28]
        pickle += [[UInt8]](repeating: [0x4E, 0x4E], count: 100_000).joined() + [0x75, 0x30]
        pickle += Pickle.global("m", "C") + [0x71, 1, 0x30, 0x7D, 0x28]
        for number in 0..<10_000 { pickle += Pickle.text("\(number)") + [0x68, 1, 0x29, 0x81, 0x68, 0, 0x62] }
        let keys = (0..<10_000).map(String.init)
        #expect(failure(file(pickle + [0x75, 0x2E]), "a.pt") == .noStateDictionary(keys: keys))
    }

    @Test func refusesEveryTruncation() throws {
        let whole = Pickle.dictionary([good])
        for count in whole.indices { #expect(failure(file(Array(whole.prefix(count))), "a.pt") != nil) }
        let plain = try fixture("plain.pt")
        for count in plain.indices { #expect(failure(Array(plain.prefix(count)), "a.pt") != nil) }
    }

    @Test func neverCrashesOnMutations() throws {
        var random = SeededRandom(seed: 3)
        let pickles = [
            Pickle.dictionary([good, ("more", Pickle.tensor(key: "0", count: 4, shape: [2, 2], strides: [1, 2]))])
        ]
        for round in 0..<2_000 {
            let pickle = mutated(pickles[round % pickles.count], &random)
            try? Checkpoint(file(pickle), fileName: "a.pt").readEverything()
        }
        let views = try fixture("views.pt")
        for _ in 0..<500 { try? Checkpoint(mutated(views, &random), fileName: "a.pt").readEverything() }
    }
}
