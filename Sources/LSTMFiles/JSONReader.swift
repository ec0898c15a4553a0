// SPDX-License-Identifier: Apache-2.0

/// A recursive descent over RFC 8259's grammar; the depth limit bounds the recursion.
struct JSONReader {
    private static let maximumDepth = 64

    private var cursor: ByteCursor
    private var valuesLeft: Int

    init(cursor: ByteCursor, valuesLeft: Int) {
        self.cursor = cursor
        self.valuesLeft = valuesLeft
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard cursor.remaining == 0 else { throw error(.trailingBytes) }
        return value
    }

    private func error(_ kind: JSONError.Kind) -> JSONError {
        JSONError(kind: kind, offset: cursor.position)
    }

    /// The error for a byte that the grammar does not have here, or for no byte at all.
    private var unexpected: JSONError { error(cursor.remaining == 0 ? .unexpectedEnd : .unexpectedByte) }

    private mutating func skipSpace() {
        while let byte = cursor.peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            _ = cursor.next()
        }
    }

    /// Passes `byte` where it comes next after white space.
    private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        skipSpace()
        guard cursor.peek() == UInt8(ascii: byte) else { return false }
        _ = cursor.next()
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard depth < Self.maximumDepth else { throw error(.tooDeep) }
        guard valuesLeft > 0 else { throw error(.tooManyValues) }
        valuesLeft -= 1
        switch cursor.peek() {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return .number(try number())
        default:
            if cursor.skip("true") { return .bool(true) }
            if cursor.skip("false") { return .bool(false) }
            if cursor.skip("null") { return .null }
            throw unexpected
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        var names: Set<[UInt8]> = []
        _ = cursor.next()
        if skip("}") { return members }
        repeat {
            skipSpace()
            let start = cursor.position
            guard cursor.peek() == UInt8(ascii: "\"") else { throw unexpected }
            let name = try string()
            // Bytes, not strings: for a vocabulary, composed and decomposed letters are different tokens.
            guard names.insert(Array(name.utf8)).inserted else {
                throw JSONError(kind: .duplicateName(name), offset: start)
            }
            guard skip(":") else { throw unexpected }
            members.append(.init(name: name, value: try value(depth: depth + 1)))
        } while skip(",")
        guard skip("}") else { throw unexpected }
        return members
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        var elements: [JSONValue] = []
        _ = cursor.next()
        if skip("]") { return elements }
        repeat { elements.append(try value(depth: depth + 1)) } while skip(",")
        guard skip("]") else { throw unexpected }
        return elements
    }

    private mutating func number() throws(JSONError) -> String {
        let start = cursor.position
        let number = JSONError(kind: .invalidNumber, offset: start)
        if cursor.peek() == UInt8(ascii: "-") { _ = cursor.next() }
        let leading = cursor.peek()
        let count = digits()
        guard count > 0, count == 1 || leading != UInt8(ascii: "0") else { throw number }
        if cursor.peek() == UInt8(ascii: ".") {
            _ = cursor.next()
            guard digits() > 0 else { throw number }
        }
        if let byte = cursor.peek(), byte | 0x20 == UInt8(ascii: "e") {
            _ = cursor.next()
            if let sign = cursor.peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { _ = cursor.next() }
            guard digits() > 0 else { throw number }
        }
        return String(decoding: cursor.bytes[start..<cursor.position], as: UTF8.self)
    }

    /// Passes the digits that come next and says how many there were.
    private mutating func digits() -> Int {
        let start = cursor.position
        while let byte = cursor.peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { _ = cursor.next() }
        return cursor.position - start
    }

    private mutating func string() throws(JSONError) -> String {
        _ = cursor.next()
        let start = cursor.position
        var text: [UInt8] = []
        while let byte = cursor.peek() {
            guard byte >= 0x20 else { throw error(.controlCharacter) }
            _ = cursor.next()
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validUTF8: text[...]) else {
                    throw JSONError(kind: .invalidUTF8, offset: start)
                }
                return string
            case UInt8(ascii: "\\"):
                text.append(contentsOf: String(try escape()).utf8)
            default:
                text.append(byte)
            }
        }
        throw error(.unexpectedEnd)
    }

    /// What follows a backslash.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = cursor.peek() else { throw error(.unexpectedEnd) }
        let start = cursor.position - 1
        _ = cursor.next()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(start: start)
        default: throw JSONError(kind: .invalidEscape, offset: start)
        }
    }

    /// Four digits, or a surrogate pair of two escapes.
    private mutating func unicodeEscape(start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, cursor.skip("\\u") else { throw JSONError(kind: .loneSurrogate, offset: start) }
        let second = try fourHexDigits()
        guard 0xDC00..<0xE000 ~= second,
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONError(kind: .loneSurrogate, offset: start) }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = cursor.peek() else { throw error(.unexpectedEnd) }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw error(.invalidEscape) }
            _ = cursor.next()
            value = value << 4 + UInt32(digit)
        }
        return value
    }
}
