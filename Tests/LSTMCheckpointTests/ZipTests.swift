// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import TestSupport
import Testing

private let array = npyBytes(of: [1, 2] as [Float], shape: [2])

private func file(_ change: (inout [ZipEntry]) -> Void) -> [UInt8] {
    var entries = [ZipEntry("a.npy", array), ZipEntry("b.npy", array)]
    change(&entries)
    return zip(entries)
}

private func zipFailure(_ bytes: [UInt8]) -> ZipMistake? {
    if case .zip(let mistake) = failure(bytes, "a.npz") { mistake } else { nil }
}

@Suite struct ZipTests {
    @Test func readsStoredMembers() throws {
        let checkpoint = try Checkpoint(file { _ in }, fileName: "a.npz")
        #expect(checkpoint.names == ["a", "b"])
        #expect(checkpoint.floats("b") == [1, 2])
        #expect(try Checkpoint(zip([]), fileName: "a.npz").names == [])
        let commented = zip([ZipEntry("a.npy", array)], comment: Array("PK\u{5}\u{6} and more".utf8))
        #expect(try Checkpoint(commented, fileName: "a.npz").names == ["a"])
        #expect(try Checkpoint(file { $0[1].name = Array("readme.txt".utf8) }, fileName: "a.npz").names == ["a"])
    }

    @Test func saysHowToSaveACompressedOneAgain() throws {
        #expect(failure(try fixture("compressed.npz"), "compressed.npz") == .compressedNpz)
    }

    @Test func leavesOtherArraysAlone() throws {
        let checkpoint = try openFixture("objects.npz")
        #expect(checkpoint.names == ["f32"])
        #expect(checkpoint.unreadable == ["thing": .npy(member: "thing", .unsupportedType(descr: "|O"))])
        let broken = file { $0[0].data = [1] }
        #expect(failure(broken, "a.npz") == .npy(member: "a", .notNpy))
    }

    @Test func refusesHostileEntries() {
        #expect(zipFailure(file { $0[0].flags = 1 }) == .encryptedMember(name: "a.npy"))
        #expect(zipFailure(file { $0[0].flags = 0x40 }) == .encryptedMember(name: "a.npy"))
        #expect(zipFailure(file { $0[0].checksum = 7 }) == .wrongChecksum(name: "a.npy"))
        #expect(zipFailure(file { $0[0].checksum = 0 }) == .wrongChecksum(name: "a.npy"))
        #expect(zipFailure(file { $0[1].name = $0[0].name }) == .duplicateMember(name: "a.npy"))
        #expect(
            zipFailure(
                file {
                    $0[1].offset = 0; $0[1].name = $0[0].name
                }) == .duplicateMember(name: "a.npy"))
        #expect(zipFailure(file { $0[0].localName = Array("c.npy".utf8) }) == .malformedMember(name: "a.npy"))
        #expect(zipFailure(file { $0[0].localName = [] }) == .malformedMember(name: "a.npy"))
        #expect(zipFailure(file { $0[0].localSize = 1 }) == .malformedMember(name: "a.npy"))
        #expect(zipFailure(file { $0[0].size = 1 }) == .malformedMember(name: "a.npy"))
        #expect(zipFailure(file { $0[1].offset = 1 }) == .malformedMember(name: "b.npy"))
        #expect(zipFailure(file { $0[1].offset = 0xFFFF_FFFE }) == .malformedMember(name: "b.npy"))
        #expect(zipFailure(file { $0[1].offset = 0xFFFF_FFFF }) == .malformedMember(name: "b.npy"))
        #expect(
            zipFailure(
                file {
                    $0[0].name = [0xFF]; $0[0].localName = [0xFF]
                }) == .unreadableName)
        // The directory says that the first member reaches over the second.
        let over = file { entries in
            entries[0].size = UInt32(array.count + 10)
            entries[0].localSize = entries[0].size
        }
        #expect(zipFailure(over) == .overlappingMember(name: "b.npy"))
        // 64-bit values in the extra field: a negative one, and one past the end.
        for value in [UInt64.max, 1 << 40] {
            let bytes = file { entries in
                entries[1].offset = 0xFFFF_FFFF
                entries[1].extra = [1, 0, 8, 0] + littleEndian(value)
            }
            #expect(zipFailure(bytes) == .malformedMember(name: "b.npy"))
        }
    }

    @Test func reads64BitFields() throws {
        let offset = UInt64(30 + 5 + array.count)
        let bytes = file { entries in
            entries[1].offset = 0xFFFF_FFFF
            entries[1].extra = [9, 0, 1, 0, 0, 1, 0, 8, 0] + littleEndian(offset)
        }
        #expect(try Checkpoint(bytes, fileName: "a.npz").floats("b") == [1, 2])
    }

    @Test func reads64BitEnds() throws {
        let whole = file { _ in }
        let directory = Array(whole.dropLast(22))
        let start = 2 * (30 + 5 + array.count)
        func bytes(count: UInt64 = 2, size: UInt64? = nil, offset: UInt64? = nil, end: UInt64? = nil) -> [UInt8] {
            let size = size ?? UInt64(directory.count - start)
            var record = Array("PK\u{6}\u{6}".utf8) + littleEndian(UInt64(44)) + [45, 0, 45, 0]
            record += [UInt8](repeating: 0, count: 8) + littleEndian(count) + littleEndian(count)
            record += littleEndian(size) + littleEndian(offset ?? UInt64(start))
            let locator =
                littleEndian(UInt32(0)) + littleEndian(end ?? UInt64(directory.count)) + littleEndian(UInt32(1))
            return directory + record + Array("PK\u{6}\u{7}".utf8) + locator + Array("PK\u{5}\u{6}".utf8)
                + [0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 12) + [0, 0]
        }
        #expect(try Checkpoint(bytes(), fileName: "a.npz").names == ["a", "b"])
        for hostile in [
            bytes(count: .max), bytes(count: 3), bytes(count: 1), bytes(size: .max), bytes(size: 0),
            bytes(offset: .max), bytes(offset: 1 << 62), bytes(end: .max), bytes(end: 0), bytes(end: 1 << 40),
        ] {
            #expect(zipFailure(hostile) == .malformedDirectory)
        }
    }

    @Test func refusesEveryTruncationAndMutation() {
        let whole = file { _ in }
        for count in whole.indices { #expect(zipFailure(Array(whole.prefix(count))) == .notZip) }
        var random = SeededRandom(seed: 5)
        for _ in 0..<2_000 {
            try? Checkpoint(mutated(whole, &random), fileName: "a.npz").readEverything()
        }
    }
}
