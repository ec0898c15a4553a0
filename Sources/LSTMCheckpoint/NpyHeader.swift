// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// A .npy header: the text of a Python dictionary with exactly the keys descr, fortran_order and shape.
struct NpyHeader {
    private(set) var type = ElementType.float32
    private(set) var isBigEndian = false
    private(set) var isFortranOrder = false
    private(set) var shape: [Int] = []
    private var cursor: ByteCursor

    init(_ cursor: ByteCursor) throws(NpyMistake) {
        self.cursor = cursor
        var keys: Set<String> = []
        try expect("{")
        while !skip("}") {
            guard let key = string(), keys.insert(key).inserted else { throw .malformedHeader }
            try expect(":")
            switch key {
            case "descr": try readType()
            case "fortran_order": try readOrder()
            case "shape": try readShape()
            default: throw .malformedHeader
            }
            guard skip(",") || self.cursor.peek() == UInt8(ascii: "}") else { throw .malformedHeader }
        }
        skipSpace()
        guard keys.count == 3, self.cursor.remaining == 0 else { throw .malformedHeader }
    }

    private mutating func skipSpace() {
        while let byte = cursor.peek(), byte == 0x20 || byte == 0x0A { _ = cursor.next() }
    }

    private mutating func skip(_ token: StaticString) -> Bool {
        skipSpace()
        return cursor.skip(token)
    }

    private mutating func expect(_ token: StaticString) throws(NpyMistake) {
        guard skip(token) else { throw .malformedHeader }
    }

    /// A string in either kind of quotes, without escapes: none of the words here needs one.
    private mutating func string() -> String? {
        skipSpace()
        guard let quote = cursor.next(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let start = cursor.position
        while let byte = cursor.next(), byte != UInt8(ascii: "\\") {
            if byte == quote { return String(validUTF8: cursor.bytes[start..<(cursor.position - 1)]) }
        }
        return nil
    }

    private mutating func readType() throws(NpyMistake) {
        skipSpace()
        if cursor.peek() == UInt8(ascii: "[") { throw .unsupportedType(descr: nil) }
        guard let descr = string(), let order = descr.first else { throw .malformedHeader }
        let types: [String: ElementType] = [
            "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
            "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
        ]
        guard "<>|=".contains(order), let type = types[String(descr.dropFirst())] else {
            throw .unsupportedType(descr: descr)
        }
        self.type = type
        isBigEndian = order == ">"
    }

    private mutating func readOrder() throws(NpyMistake) {
        isFortranOrder = skip("True")
        if !isFortranOrder { try expect("False") }
    }

    private mutating func readShape() throws(NpyMistake) {
        try expect("(")
        while !skip(")") {
            skipSpace()
            let start = cursor.position
            while let byte = cursor.peek(), UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte { _ = cursor.next() }
            let digits = String(decoding: cursor.bytes[start..<cursor.position], as: UTF8.self)
            // Python 2 wrote long integers with an L.
            _ = cursor.skip("L")
            guard let size = Int(digits), shape.count < CheckpointLimits.axes else { throw .malformedHeader }
            shape.append(size)
            guard skip(",") || cursor.peek() == UInt8(ascii: ")") else { throw .malformedHeader }
        }
    }
}
