// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMFiles
import TestSupport

func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: repositoryRoot.appending(path: "Tests/LSTMCheckpointTests/Fixtures/\(name)")))
}

func openFixture(_ name: String, key: String? = nil) throws -> Checkpoint {
    try Checkpoint(try fixture(name), fileName: name, key: key)
}

/// What opening gives: nil where it works.
func failure(_ bytes: [UInt8], _ fileName: String, key: String? = nil) -> CheckpointMistake? {
    do {
        _ = try Checkpoint(bytes, fileName: fileName, key: key)
        return nil
    } catch {
        return error
    }
}

/// The element that make_fixtures.py puts at each index.
func patternValues(_ count: Int, seed: Int = 0) -> [Float] {
    (0..<count).map { Float((7 * $0 + seed) % 64) / 16 - 2 }
}

extension Checkpoint {
    func floats(_ name: String) -> [Float]? { tensors[name]?.floatSource?.floats() }

    /// Reads every element there is.
    func readEverything() {
        for tensor in tensors.values where tensor.elementCount < 1 << 20 {
            _ = tensor.floatSource?.floats()
            _ = tensor.doubles()
            _ = tensor.integers()
        }
    }
}

/// A file changed at one to four places, or cut.
func mutated(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<random.integer(in: 1...4) where !bytes.isEmpty {
        let place = random.integer(in: 0...(bytes.count - 1))
        switch random.integer(in: 0...7) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(random.integer(in: 0...255)), at: place)
        case 3: bytes[place] = 0xFF
        case 4: bytes[place] ^= 1 << UInt8(random.integer(in: 0...7))
        default: bytes[place] = UInt8(random.integer(in: 0...255))
        }
    }
    return bytes
}

func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// One member of a zip file, with the lies that a hostile one tells.
struct ZipEntry {
    var name: [UInt8]
    var data: [UInt8]
    var flags: UInt16 = 0
    var method: UInt16 = 0
    var checksum: UInt32?
    var size: UInt32?
    var localSize: UInt32?
    var localName: [UInt8]?
    var offset: UInt32?
    var extra: [UInt8] = []

    init(_ name: String, _ data: [UInt8]) {
        self.name = Array(name.utf8)
        self.data = data
    }
}

func zip(_ entries: [ZipEntry], comment: [UInt8] = []) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
        let offset = UInt32(file.count)
        let checksum = littleEndian(entry.checksum ?? referenceCRC32(entry.data))
        let name = entry.localName ?? entry.name
        let localSize = littleEndian(entry.localSize ?? UInt32(entry.data.count))
        let common = littleEndian(UInt16(20)) + littleEndian(entry.flags) + littleEndian(entry.method)
        file += Array("PK\u{3}\u{4}".utf8) + common + [0, 0, 0, 0] + checksum + localSize + localSize
        file += littleEndian(UInt16(name.count)) + [0, 0] + name + entry.data
        let size = littleEndian(entry.size ?? UInt32(entry.data.count))
        directory += Array("PK\u{1}\u{2}".utf8) + [20, 0] + common + [0, 0, 0, 0] + checksum + size + size
        directory += littleEndian(UInt16(entry.name.count)) + littleEndian(UInt16(entry.extra.count))
        directory += [UInt8](repeating: 0, count: 10) + littleEndian(entry.offset ?? offset) + entry.name + entry.extra
    }
    let count = littleEndian(UInt16(entries.count))
    return file + directory + Array("PK\u{5}\u{6}".utf8) + [0, 0, 0, 0] + count + count
        + littleEndian(UInt32(directory.count)) + littleEndian(UInt32(file.count))
        + littleEndian(UInt16(comment.count)) + comment
}

/// Bit by bit, as the standard defines it.
func referenceCRC32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }
    return ~crc
}
