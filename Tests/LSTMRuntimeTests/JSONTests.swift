// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import Testing

private func failure(_ text: String) -> JSONError? {
    failure(Array(text.utf8))
}

private func failure(_ bytes: [UInt8]) -> JSONError? {
    do {
        _ = try JSONValue(parsing: bytes)
        return nil
    } catch {
        return error
    }
}

@Suite struct JSONTests {
    @Test func readsEveryKindOfValue() throws {
        let text = """
             {"a": [1, -2.5e+3, true, false, null], "": {}, "s": "\\u00e9\\ud83d\\ude00\\n\\/\\"", "ก": "é"}\u{20}
            """
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(value.members?.map(\.name) == ["a", "", "s", "ก"])
        #expect(value["a"]?.elements?.count == 5)
        #expect(value["a"]?.elements?[0].integer == 1)
        #expect(value["a"]?.elements?[1].integer == nil)
        #expect(value["s"]?.string == "é😀\n/\"")
        #expect(value["ก"]?.string == "é")
        #expect(value["absent"] == nil)
    }

    @Test func keepsNumbersAsWritten() throws {
        let value = try JSONValue(parsing: Array("[9223372036854775807, 9223372036854775808, -0, 1.0]".utf8))
        #expect(value.elements?.map(\.integer) == [.max, nil, 0, nil])
    }

    /// A vocabulary has both spellings of a letter as different tokens.
    @Test func toldApartByBytes() throws {
        let value = try JSONValue(parsing: Array("{\"\u{E9}\": 1, \"e\u{301}\": 2}".utf8))
        #expect(value.members?.map(\.value.integer) == [1, 2])
    }

    @Test(arguments: [
        ("", JSONError.Kind.unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("{", .unexpectedEnd, 1),
        ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3), ("[1,]", .unexpectedByte, 3),
        ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":}", .unexpectedByte, 5), ("{\"a\" 1}", .unexpectedByte, 5),
        ("{a: 1}", .unexpectedByte, 1), ("{\"a\":1,}", .unexpectedByte, 7), ("nul", .unexpectedByte, 0),
        ("NaN", .unexpectedByte, 0), ("'a'", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0),
        ("01", .invalidNumber, 0), ("-", .invalidNumber, 0), ("1.", .invalidNumber, 0), ("1e", .invalidNumber, 0),
        ("1 2", .trailingBytes, 2), ("{}x", .trailingBytes, 2), ("\"a", .unexpectedEnd, 2),
        ("\"\\x\"", .invalidEscape, 1), ("\"\\u12g4\"", .invalidEscape, 5), ("\"\\u12", .unexpectedEnd, 5),
        ("\"\\ud800\"", .loneSurrogate, 1), ("\"\\udc00\"", .loneSurrogate, 1),
        ("\"\\ud800\\u0041\"", .loneSurrogate, 1), ("\"a\nb\"", .controlCharacter, 2),
        ("{\"a\":1,\"\\u0061\":2}", .duplicateName("a"), 7),
    ])
    func refuses(_ text: String, kind: JSONError.Kind, offset: Int) {
        #expect(failure(text) == JSONError(kind: kind, offset: offset))
    }

    @Test func refusesInvalidUTF8() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
            #expect(failure(bytes) == JSONError(kind: .invalidUTF8, offset: 1))
        }
    }

    @Test func limitsDepthAndNumber() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(failure(deep) == JSONError(kind: .tooDeep, offset: 64))
        #expect(throws: JSONError(kind: .tooManyValues, offset: 3)) {
            try JSONValue(parsing: Array("[1,2]".utf8), maximumValues: 2)
        }
    }

    @Test func saysLineAndColumn() throws {
        let bytes = Array("{\n \"ก\": x}".utf8)
        let error = try #require(failure(bytes))
        let place = error.lineAndColumn(in: bytes)
        #expect(place.line == 2 && place.column == 7)
        #expect(error.description == "this is not JSON (byte 10)")
    }
}
