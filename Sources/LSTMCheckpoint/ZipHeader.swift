// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// One member's header in the central directory.
struct ZipHeader {
    let name: String
    let flags: UInt64
    let method: UInt64
    let checksum: UInt32
    let localOffset: Int
    private let nameBytes: ArraySlice<UInt8>
    private let compressedSize: Int
    let size: Int

    /// Reads the header at the cursor and passes it.
    init(central cursor: inout ByteCursor) throws(ZipMistake) {
        guard cursor.skip("PK\u{1}\u{2}"), cursor.take(4) != nil, let flags = cursor.littleEndian(2),
            let method = cursor.littleEndian(2), cursor.take(4) != nil, let checksum = cursor.littleEndian(4),
            let compressed32 = cursor.littleEndianInt(4), let size32 = cursor.littleEndianInt(4),
            let nameLength = cursor.littleEndianInt(2), let extraLength = cursor.littleEndianInt(2),
            let commentLength = cursor.littleEndianInt(2), cursor.take(2 + 2 + 4) != nil,
            let offset32 = cursor.littleEndianInt(4), let nameRange = cursor.take(nameLength),
            let extra = cursor.take(extraLength), cursor.take(commentLength) != nil
        else { throw .malformedDirectory }
        nameBytes = cursor.bytes[nameRange]
        guard let name = String(validUTF8: nameBytes) else { throw .unreadableName }
        var zip64 = Zip64Extra(cursor.bytes, in: extra)
        // In this order, each only where the 32-bit field is full.
        guard let size = zip64.value(for: size32), let compressedSize = zip64.value(for: compressed32),
            let offset = zip64.value(for: offset32)
        else { throw .malformedMember(name: name) }
        self.name = name
        self.flags = flags
        self.method = method
        self.checksum = UInt32(truncatingIfNeeded: checksum)
        self.localOffset = offset
        self.compressedSize = compressedSize
        self.size = size
    }

    /// Where the member's bytes are, once its local header agrees with this one.
    func dataRange(in bytes: [UInt8], before end: Int) throws(ZipMistake) -> Range<Int> {
        guard localOffset <= end else { throw .malformedMember(name: name) }
        var cursor = ByteCursor(bytes, in: localOffset..<end)
        guard cursor.skip("PK\u{3}\u{4}"), cursor.take(2) != nil, let flags = cursor.littleEndian(2),
            let method = cursor.littleEndian(2), cursor.take(4 + 4) != nil,
            let compressed32 = cursor.littleEndianInt(4), let size32 = cursor.littleEndianInt(4),
            let nameLength = cursor.littleEndianInt(2), let extraLength = cursor.littleEndianInt(2),
            let nameRange = cursor.take(nameLength), let extra = cursor.take(extraLength),
            bytes[nameRange] == nameBytes, method == self.method, (flags ^ self.flags) & 1 == 0
        else { throw .malformedMember(name: name) }
        // With flag 8 the local sizes stand after the data, and only the directory's can be trusted to be there.
        if flags & 8 == 0 {
            var zip64 = Zip64Extra(bytes, in: extra)
            guard zip64.value(for: size32) == size, zip64.value(for: compressed32) == compressedSize else {
                throw .malformedMember(name: name)
            }
        }
        let isPlain = method == 0 && self.flags & 1 == 0
        guard !isPlain || size == compressedSize, let range = cursor.take(compressedSize) else {
            throw .malformedMember(name: name)
        }
        return range
    }
}

/// The 64-bit values of an extra field's zip64 record, taken one after another.
private struct Zip64Extra {
    private var values: ByteCursor

    init(_ bytes: [UInt8], in range: Range<Int>) {
        var cursor = ByteCursor(bytes, in: range)
        values = ByteCursor([])
        while let id = cursor.littleEndian(2), let size = cursor.littleEndianInt(2), let record = cursor.take(size) {
            if id == 1 {
                values = ByteCursor(bytes, in: record)
                return
            }
        }
    }

    /// `field`, or the next 64-bit value where the field says that it is there; nil where it is not.
    mutating func value(for field: Int) -> Int? {
        field == 0xFFFF_FFFF ? values.littleEndianInt(8) : field
    }
}
