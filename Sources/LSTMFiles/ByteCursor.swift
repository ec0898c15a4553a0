// SPDX-License-Identifier: Apache-2.0

/// A place in a part of a file: every read says whether the bytes are there, none can leave the part.
package struct ByteCursor {
    package let bytes: [UInt8]
    package private(set) var position: Int
    package let end: Int

    /// A cursor at the start of `range`, which is cut to what `bytes` has.
    package init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
        let whole = 0..<bytes.count
        let part = (range ?? whole).clamped(to: whole)
        self.bytes = bytes
        position = part.lowerBound
        end = part.upperBound
    }

    package var remaining: Int { end - position }

    package func peek() -> UInt8? { position < end ? bytes[position] : nil }

    package mutating func next() -> UInt8? {
        guard position < end else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    /// The range of the next `count` bytes, which the cursor passes; nil where there are fewer, or `count` is negative.
    package mutating func take(_ count: Int) -> Range<Int>? {
        guard count >= 0, count <= remaining else { return nil }
        defer { position += count }
        return position..<(position + count)
    }

    /// An unsigned integer of 1 to 8 bytes, least significant first.
    package mutating func littleEndian(_ size: Int) -> UInt64? {
        guard size <= 8, let range = take(size) else { return nil }
        var value: UInt64 = 0
        for index in range.reversed() { value = value &<< 8 | UInt64(bytes[index]) }
        return value
    }

    /// The same as an Int; nil also where it is too large for one.
    package mutating func littleEndianInt(_ size: Int) -> Int? {
        littleEndian(size).flatMap { Int(exactly: $0) }
    }

    /// True, and the cursor passes them, where the next bytes are `expected`.
    package mutating func skip(_ expected: StaticString) -> Bool {
        guard expected.hasPointerRepresentation, expected.utf8CodeUnitCount <= remaining else { return false }
        for index in 0..<expected.utf8CodeUnitCount where bytes[position + index] != expected.utf8Start[index] {
            return false
        }
        position += expected.utf8CodeUnitCount
        return true
    }
}

extension String {
    /// The text of a part of a file; nil where it is not valid UTF-8.
    package init?(validUTF8 bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        // Decoding repairs what is invalid, and a repaired text never has the bytes it was made from.
        guard text.utf8.elementsEqual(bytes) else { return nil }
        self = text
    }
}
