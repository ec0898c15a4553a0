// SPDX-License-Identifier: Apache-2.0

/// A zip file that holds its members as they are, with the right checksums.
func storedZip(_ members: [(name: String, data: [UInt8])]) -> [UInt8] {
    var zip = ZipWriter()
    for member in members { zip.add(member.name, member.data, checksum: crc32(member.data)) }
    return zip.finished
}

/// What torch.save would write around a pickle: storages 0 to 7 have 512 floats each.
func torchArchive(pickle: [UInt8]) -> [UInt8] {
    var zip = ZipWriter()
    // PyTorch can be told to leave checksums out, and then writes zeros.
    zip.add("model/data.pkl", pickle, checksum: 0)
    zip.add("model/byteorder", Array("little".utf8), checksum: 0)
    for key in 0..<8 { zip.add("model/data/\(key)", storage, checksum: 0) }
    return zip.finished
}

/// Floats between 0.5 and 1.
private let storage: [UInt8] = (0..<512).flatMap { [UInt8($0 % 256), UInt8($0 / 256), 0x20, 0x3F] }

private struct ZipWriter {
    private var file: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ data: [UInt8], checksum: UInt32) {
        let size = little(data.count, 4)
        let common = little(20, 2) + little(0, 8) + little(Int(checksum), 4) + size + size + little(name.utf8.count, 2)
        directory += Array("PK\u{1}\u{2}".utf8) + little(20, 2) + common + little(0, 12) + little(file.count, 4)
        directory += Array(name.utf8)
        file += Array("PK\u{3}\u{4}".utf8) + common + little(0, 2) + Array(name.utf8) + data
        count += 1
    }

    var finished: [UInt8] {
        file + directory + Array("PK\u{5}\u{6}".utf8) + little(0, 4) + little(count, 2) + little(count, 2)
            + little(directory.count, 4) + little(file.count, 4) + little(0, 2)
    }
}

private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF) { crc, byte in crc >> 8 ^ crcTable[Int((crc ^ UInt32(byte)) & 255)] }
}

private let crcTable: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
}
