// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// The members of a zip file, found through its central directory; nothing is unpacked.
///
/// Every range lies inside the file, no two overlap, and no two members have the same name.
package struct ZipArchive {
    package struct Member {
        package let name: String
        let isCompressed: Bool
        /// Deflate, the only compression that is opened at all.
        let isDeflated: Bool
        let isEncrypted: Bool
        let checksum: UInt32
        /// The bytes that it has when opened.
        let size: Int
        /// The member's bytes as they are stored.
        var range: Range<Int>
    }

    let bytes: [UInt8]
    /// In the order of the central directory.
    package let members: [Member]
    private let positions: [String: Int]

    package init(_ bytes: [UInt8]) throws(ZipMistake) {
        let directory = try ZipEnd(bytes)
        var cursor = ByteCursor(bytes, in: directory.range)
        var members: [Member] = []
        var extents: [Range<Int>] = []
        var positions: [String: Int] = [:]
        for index in 0..<directory.memberCount {
            let header = try ZipHeader(central: &cursor)
            let data = try header.dataRange(in: bytes, before: directory.range.lowerBound)
            guard positions.updateValue(index, forKey: header.name) == nil else {
                throw .duplicateMember(name: header.name)
            }
            members.append(
                Member(
                    name: header.name, isCompressed: header.method != 0, isDeflated: header.method == 8,
                    isEncrypted: header.flags & 0x2041 != 0, checksum: header.checksum, size: header.size, range: data))
            extents.append(header.localOffset..<data.upperBound)
        }
        guard cursor.remaining == 0 else { throw .malformedDirectory }
        try Self.checkOverlap(extents, members)
        self.bytes = bytes
        self.members = members
        self.positions = positions
    }

    /// The bytes of a stored member, its checksum verified; nil where there is no such member.
    ///
    /// - Parameter mayLackChecksum: takes a checksum of zero as none, as PyTorch writes when told not to compute them.
    package func data(of name: String, mayLackChecksum: Bool = false) throws(ZipMistake) -> Range<Int>? {
        guard let member = positions[name].map({ members[$0] }) else { return nil }
        guard !member.isEncrypted else { throw .encryptedMember(name: name) }
        guard !member.isCompressed else { throw .compressedMember(name: name) }
        if mayLackChecksum && member.checksum == 0 { return member.range }
        guard crc32(bytes, in: member.range) == member.checksum else { throw .wrongChecksum(name: name) }
        return member.range
    }

    /// A compressed member's bytes, opened, their checksum verified.
    ///
    /// - Parameter limit: how many more there may be; as many less after it.
    package func inflated(
        _ member: Member, limit: inout Int, _ inflate: Checkpoint.Inflate
    ) throws(ZipMistake) -> [UInt8] {
        guard !member.isEncrypted else { throw .encryptedMember(name: member.name) }
        guard member.isDeflated else { throw .compressedMember(name: member.name) }
        guard member.size <= limit else { throw .largeMember(name: member.name, size: member.size) }
        limit -= member.size
        guard let opened = inflate(bytes, member.range, member.size), opened.count == member.size,
            crc32(opened, in: 0..<opened.count) == member.checksum
        else { throw .wrongChecksum(name: member.name) }
        return opened
    }

    /// A member's bytes, opened where it is compressed; nil where there is no such member.
    package func contents(
        of name: String, limit: inout Int, _ inflate: Checkpoint.Inflate
    ) throws(ZipMistake) -> (bytes: [UInt8], range: Range<Int>)? {
        guard let member = positions[name].map({ members[$0] }) else { return nil }
        guard member.isCompressed else { return try data(of: name).map { (bytes, $0) } }
        let opened = try inflated(member, limit: &limit, inflate)
        return (opened, 0..<opened.count)
    }

    private static func checkOverlap(_ extents: [Range<Int>], _ members: [Member]) throws(ZipMistake) {
        var end = 0
        for index in extents.indices.sorted(by: { extents[$0].lowerBound < extents[$1].lowerBound }) {
            guard extents[index].lowerBound >= end else { throw .overlappingMember(name: members[index].name) }
            end = extents[index].upperBound
        }
    }
}

/// Where the central directory is, from the record at the end of the file (and zip64's).
private struct ZipEnd {
    private(set) var range: Range<Int>
    private(set) var memberCount: Int

    init(_ bytes: [UInt8]) throws(ZipMistake) {
        // The record has 22 bytes, then a comment of at most 65,535, which ends the file.
        let lowest = max(0, bytes.count - 22 - 0xFFFF)
        guard bytes.count >= 22 else { throw .notZip }
        for start in stride(from: bytes.count - 22, through: lowest, by: -1) where bytes[start] == 0x50 {
            var cursor = ByteCursor(bytes, in: start..<bytes.count)
            guard cursor.skip("PK\u{5}\u{6}"), let disk = cursor.littleEndian(2),
                let firstDisk = cursor.littleEndian(2), let countHere = cursor.littleEndianInt(2),
                let count = cursor.littleEndianInt(2),
                let size = cursor.littleEndianInt(4), let offset = cursor.littleEndianInt(4),
                let comment = cursor.littleEndianInt(2), comment == cursor.remaining
            else { continue }
            if let zip64 = try Self.zip64(bytes, end: start) {
                self = zip64
                return
            }
            guard disk == 0, firstDisk == 0, countHere == count else { throw .severalDisks }
            self = try Self(count: count, size: size, offset: offset, before: start)
            return
        }
        throw .notZip
    }

    private init(count: Int, size: Int, offset: Int, before end: Int) throws(ZipMistake) {
        // A member takes at least 46 bytes here, which bounds the count.
        guard offset <= end, size <= end - offset, count <= size / 46 else { throw .malformedDirectory }
        range = offset..<(offset + size)
        memberCount = count
    }

    /// zip64's record, which a locator right before the ordinary one points to; nil where there is none.
    private static func zip64(_ bytes: [UInt8], end: Int) throws(ZipMistake) -> Self? {
        guard end >= 20 else { return nil }
        var cursor = ByteCursor(bytes, in: (end - 20)..<end)
        guard cursor.skip("PK\u{6}\u{7}") else { return nil }
        guard let disk = cursor.littleEndian(4), let start = cursor.littleEndianInt(8),
            let disks = cursor.littleEndian(4), start <= end - 20
        else { throw .malformedDirectory }
        cursor = ByteCursor(bytes, in: start..<(end - 20))
        guard cursor.skip("PK\u{6}\u{6}"), cursor.take(8 + 2 + 2) != nil, let thisDisk = cursor.littleEndian(4),
            let firstDisk = cursor.littleEndian(4), let countHere = cursor.littleEndianInt(8),
            let count = cursor.littleEndianInt(8), let size = cursor.littleEndianInt(8),
            let offset = cursor.littleEndianInt(8)
        else { throw .malformedDirectory }
        guard disk == 0, disks <= 1, thisDisk == 0, firstDisk == 0, countHere == count else { throw .severalDisks }
        return try Self(count: count, size: size, offset: offset, before: start)
    }
}
