// SPDX-License-Identifier: Apache-2.0

/// Zip's checksum of a part of `bytes`, eight bytes at a time: checkpoints are large, and tools may be unoptimised.
func crc32(_ bytes: [UInt8], in range: Range<Int>) -> UInt32 {
    let range = range.clamped(to: 0..<bytes.count)
    return bytes.withUnsafeBytes { buffer in
        tables.withUnsafeBufferPointer { tables in
            guard let table = tables.baseAddress, var address = buffer.baseAddress else { return 0 }
            address += range.lowerBound
            var left = range.count
            var crc: UInt64 = 0xFFFF_FFFF
            while left >= 8 {
                let word = UInt64(littleEndian: address.loadUnaligned(as: UInt64.self)) ^ crc
                crc = table[Int(truncatingIfNeeded: word & 255) | 7 * 256]
                crc ^= table[Int(truncatingIfNeeded: word &>> 8 & 255) | 6 * 256]
                crc ^= table[Int(truncatingIfNeeded: word &>> 16 & 255) | 5 * 256]
                crc ^= table[Int(truncatingIfNeeded: word &>> 24 & 255) | 4 * 256]
                crc ^= table[Int(truncatingIfNeeded: word &>> 32 & 255) | 3 * 256]
                crc ^= table[Int(truncatingIfNeeded: word &>> 40 & 255) | 2 * 256]
                crc ^= table[Int(truncatingIfNeeded: word &>> 48 & 255) | 256]
                crc ^= table[Int(truncatingIfNeeded: word &>> 56)]
                address += 8
                left -= 8
            }
            while left > 0 {
                crc = crc &>> 8 ^ table[Int(truncatingIfNeeded: (crc ^ UInt64(address.load(as: UInt8.self))) & 255)]
                address += 1
                left -= 1
            }
            return UInt32(truncatingIfNeeded: crc ^ 0xFFFF_FFFF)
        }
    }
}

/// Row n: the checksum of a byte followed by n zero bytes.
private let tables: [UInt64] = {
    var rows = (0..<256).map { (byte: UInt64) -> UInt64 in
        var crc = byte
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB8_8320 }
        return crc
    }
    for index in 256..<(8 * 256) {
        let shorter = rows[index - 256]
        rows.append(shorter >> 8 ^ rows[Int(shorter & 255)])
    }
    return rows
}()
