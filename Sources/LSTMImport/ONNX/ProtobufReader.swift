// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// The fields of one protobuf message, one after another, in the order they are written.
///
/// Wire format: https://protobuf.dev/programming-guides/encoding. A message in a message is a part of the file, which
/// its own reader takes; so how deep this goes is up to the caller, and nothing recurses.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        /// Length-delimited: text, bytes, a message, or packed numbers.
        case part(Range<Int>)
        /// Eight or four bytes, least significant first.
        case fixed(Range<Int>)
    }

    struct Field {
        let number: Int
        let value: Value
        /// The byte of the file that the field begins at.
        let offset: Int
    }

    private var cursor: ByteCursor

    init(_ bytes: [UInt8], in range: Range<Int>) {
        cursor = ByteCursor(bytes, in: range)
    }

    var bytes: [UInt8] { cursor.bytes }

    /// The next field; nil at the message's end.
    mutating func next() throws(ONNXMistake) -> Field? {
        guard cursor.remaining > 0 else { return nil }
        let offset = cursor.position
        let key = try varint()
        guard let number = Int(exactly: key >> 3), (1...0x1FFF_FFFF).contains(number) else {
            throw .damaged(.fieldNumber, offset: offset)
        }
        let value: Value
        switch key & 7 {
        case 0: value = .varint(try varint())
        case 1: value = .fixed(try take(8))
        case 2:
            guard let count = Int(exactly: try varint()) else { throw .damaged(.length, offset: offset) }
            value = .part(try take(count))
        case 5: value = .fixed(try take(4))
        default: throw .damaged(.wireType, offset: offset)
        }
        return Field(number: number, value: value, offset: offset)
    }

    private mutating func take(_ count: Int) throws(ONNXMistake) -> Range<Int> {
        guard let range = cursor.take(count) else { throw .damaged(.truncated, offset: cursor.position) }
        return range
    }

    /// Seven bits a byte, least significant first, while the eighth is set.
    mutating func varint() throws(ONNXMistake) -> UInt64 {
        let offset = cursor.position
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let byte = cursor.next() else { throw .damaged(.truncated, offset: cursor.position) }
            value |= UInt64(byte & 0x7F) << UInt64(7 * index)
            if byte < 0x80 { return value }
        }
        throw .damaged(.number, offset: offset)
    }

    var isAtEnd: Bool { cursor.remaining == 0 }
}

extension ProtobufReader.Field {
    /// The field as text, bytes or a message.
    func part() throws(ONNXMistake) -> Range<Int> {
        guard case .part(let range) = value else { throw .damaged(.fieldType, offset: offset) }
        return range
    }

    func integer() throws(ONNXMistake) -> Int {
        guard case .varint(let value) = value else { throw .damaged(.fieldType, offset: offset) }
        return Int(truncatingIfNeeded: value)
    }

    func text(_ bytes: [UInt8]) throws(ONNXMistake) -> String {
        guard let text = String(validUTF8: bytes[try part()]) else { throw .damaged(.text, offset: offset) }
        return text
    }

    func float(_ bytes: [UInt8]) throws(ONNXMistake) -> Float {
        guard case .fixed(let range) = value, range.count == 4 else { throw .damaged(.fieldType, offset: offset) }
        var cursor = ByteCursor(bytes, in: range)
        return Float(bitPattern: UInt32(truncatingIfNeeded: cursor.littleEndian(4) ?? 0))
    }

    /// A repeated integer's field: packed, or one of it.
    func integers(_ bytes: [UInt8], _ append: (UInt64) -> Void) throws(ONNXMistake) {
        switch value {
        case .varint(let value): append(value)
        case .part(let range):
            var reader = ProtobufReader(bytes, in: range)
            while !reader.isAtEnd { append(try reader.varint()) }
        case .fixed: throw .damaged(.fieldType, offset: offset)
        }
    }
}
