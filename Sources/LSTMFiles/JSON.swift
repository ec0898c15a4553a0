// SPDX-License-Identifier: Apache-2.0

/// A JSON document in memory: what is written, in the order it is written.
package enum JSONValue: Sendable {
    case object([Member])
    case array([JSONValue])
    case string(String)
    /// As it is written, so that no digit is lost.
    case number(String)
    case bool(Bool)
    case null

    package struct Member: Sendable {
        package let name: String
        package let value: JSONValue
    }

    /// Reads one document that fills `range` of `bytes` (all of it by default), with white space around it.
    ///
    /// Strict RFC 8259, and names must differ within an object (byte for byte: names that differ only in how Unicode
    /// composes them are different). Throws for anything else, and past 64 levels or `maximumValues` values.
    package init(
        parsing bytes: [UInt8], in range: Range<Int>? = nil, maximumValues: Int = 4_000_000
    ) throws(JSONError) {
        var reader = JSONReader(cursor: ByteCursor(bytes, in: range), valuesLeft: maximumValues)
        self = try reader.document()
    }

    package var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    package var string: String? { if case .string(let text) = self { text } else { nil } }

    /// The number where it is written as an integer and fits.
    package var integer: Int? {
        if case .number(let text) = self { decimalInteger(text) } else { nil }
    }

    /// The first member of that name; nil too where this is no object.
    package subscript(name: String) -> JSONValue? {
        members?.first { $0.name == name }?.value
    }
}

/// `Int(text)`, which would be 4 KB more of every program.
private func decimalInteger(_ text: String) -> Int? {
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    // Counted downwards: there is one more negative number than positive ones.
    var value = 0
    for byte in text.utf8.dropFirst(isNegative ? 1 : 0) {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        let scaled = value.multipliedReportingOverflow(by: 10)
        let next = scaled.partialValue.subtractingReportingOverflow(Int(byte - UInt8(ascii: "0")))
        guard !scaled.overflow, !next.overflow else { return nil }
        value = next.partialValue
    }
    return isNegative ? value : (value == .min ? nil : -value)
}

/// What is wrong with a JSON text, and at which byte of the file.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
        case unexpectedEnd
        case unexpectedByte
        case invalidNumber
        case invalidEscape
        case loneSurrogate
        case invalidUTF8
        case controlCharacter
        case duplicateName(String)
        case tooDeep
        case tooManyValues
        case trailingBytes
    }

    package let kind: Kind
    /// Counted from the start of the file, also where only a part of it was read.
    package let offset: Int

    package init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    package var message: String {
        switch kind {
        case .unexpectedEnd: "the JSON ends too early"
        case .unexpectedByte: "this is not JSON"
        case .invalidNumber: "a number is not written as JSON wants it"
        case .invalidEscape: "a string has an unknown escape"
        case .loneSurrogate: "a string has half a surrogate pair"
        case .invalidUTF8: "a string is not valid UTF-8"
        case .controlCharacter: "a string has a control character that is not escaped"
        case .duplicateName(let name): "the name \(quotedName(name)) is there twice"
        case .tooDeep: "the JSON is nested too deeply"
        case .tooManyValues: "the JSON has too many values"
        case .trailingBytes: "something follows the JSON"
        }
    }

    package var description: String { "\(message) (byte \(offset))" }

    /// The line and the column in Unicode scalars, both from 1, of the mistake in the file it was found in.
    package func lineAndColumn(in bytes: [UInt8]) -> (line: Int, column: Int) {
        var (line, column) = (1, 1)
        for byte in bytes.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") {
                (line, column) = (line + 1, 1)
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        return (line, column)
    }
}
