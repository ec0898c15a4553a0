// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import TestSupport
import Testing

/// A file of `header` and `data` bytes 0, 1, 2, ...
private func file(_ header: String, data: Int = 0) -> [UInt8] {
    let header = Array(header.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) }
    return length + header + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
}

private func entry(_ type: String, _ shape: String, _ start: Int, _ end: Int) -> String {
    "{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(start),\(end)]}"
}

private func failure(_ bytes: [UInt8]) -> SafetensorsError? {
    do {
        _ = try SafetensorsFile(bytes)
        return nil
    } catch {
        return error
    }
}

@Suite struct SafetensorsTests {
    @Test func readsNamesShapesAndPlaces() throws {
        let text = """
            {"__metadata__":{"format":"pt"},"b":\(entry("F32", "[2,1]", 4, 12)),"a":\(entry("I32", "[]", 0, 4)),\
            "none":\(entry("F64", "[0,9]", 4, 4))}\u{20}
            """
        let file = try SafetensorsFile(file(text, data: 12))
        #expect(file.directory.entries.map(\.name) == ["a", "none", "b"])
        #expect(file.directory.metadata == ["format": "pt"])
        #expect(file["b"]?.shape == [2, 1])
        #expect(file["b"]?.floatSource?.floats().map(\.bitPattern) == [0x0706_0504, 0x0B0A_0908])
        #expect(file["none"]?.floatSource?.floats() == [])
        #expect(file["a"]?.floatSource == nil)
        #expect(try file.floats("b", shape: [2, 1]).shape == [2, 1])
    }

    @Test func opensAHeaderAlone() throws {
        let whole = file("{\"a\":\(entry("F32", "[2]", 0, 8))}", data: 8)
        let directory = try SafetensorsDirectory(Array(whole.dropLast(8)), fileSize: whole.count)
        #expect(directory["a"]?.byteRange == (whole.count - 8)..<whole.count)
    }

    @Test func saysWhatIsMissing() throws {
        let file = try SafetensorsFile(file("{\"a\":\(entry("I32", "[1]", 0, 4))}", data: 4))
        #expect(throws: SafetensorsError.missingTensor(name: "b")) { try file.floats("b", shape: [1]) }
        #expect(throws: SafetensorsError.unexpectedTensor(name: "a", shape: [1], type: .int32, expected: [1])) {
            try file.floats("a", shape: [1])
        }
    }

    @Test(arguments: [
        ("[]", 0, SafetensorsError.malformedHeader), ("{\"__metadata__\":1}", 0, .malformedMetadata),
        ("{\"__metadata__\":{\"a\":1}}", 0, .malformedMetadata), ("{\"a\":1}", 0, .malformedTensor(name: "a")),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, .malformedTensor(name: "a")),
        ("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}", 4, .malformedTensor(name: "a")),
        ("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, .malformedTensor(name: "a")),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, .malformedTensor(name: "a")),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 4, .malformedTensor(name: "a")),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", 4, .malformedTensor(name: "a")),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}", 4, .malformedTensor(name: "a")),
        ("{\"a\":\(entry("F33", "[1]", 0, 4))}", 4, .unknownElementType(name: "a", type: "F33")),
        ("{\"a\":\(entry("F32", "[-1]", 0, 4))}", 4, .impossibleShape(name: "a")),
        ("{\"a\":\(entry("F32", "[-1,-1]", 0, 4))}", 4, .impossibleShape(name: "a")),
        ("{\"a\":\(entry("F32", "[9223372036854775807]", 0, 4))}", 4, .impossibleShape(name: "a")),
        ("{\"a\":\(entry("F32", "[4294967296,4294967296]", 0, 4))}", 4, .impossibleShape(name: "a")),
        ("{\"a\":\(entry("F32", "[9223372036854775808]", 0, 4))}", 4, .malformedTensor(name: "a")),
        ("{\"a\":\(entry("F4", "[1]", 0, 1))}", 1, .impossibleShape(name: "a")),
        ("{\"a\":\(entry("F32", "[2]", 0, 4))}", 4, .wrongByteCount(name: "a", shape: [2], type: .float32, bytes: 4)),
        ("{\"a\":\(entry("F32", "[1]", 4, 0))}", 4, .malformedTensor(name: "a")),
        ("{\"a\":\(entry("F32", "[1]", -4, 0))}", 4, .malformedTensor(name: "a")),
        ("{\"a\":\(entry("F32", "[0]", 9223372036854775807, 9223372036854775807))}", 4, .malformedTensor(name: "a")),
        ("{\"a\":\(entry("F32", "[1]", 4, 8))}", 8, .misplacedTensor(name: "a", start: 4, expected: 0)),
        (
            "{\"a\":\(entry("F32", "[1]", 0, 4)),\"b\":\(entry("F32", "[1]", 0, 4))}", 4,
            .misplacedTensor(name: "b", start: 0, expected: 4)
        ),
        (
            "{\"a\":\(entry("F32", "[2]", 0, 8)),\"b\":\(entry("F32", "[1]", 4, 8))}", 8,
            .misplacedTensor(name: "b", start: 4, expected: 8)
        ),
        (
            "{\"a\":\(entry("F32", "[1]", 0, 4)),\"b\":\(entry("F32", "[1]", 8, 12))}", 12,
            .misplacedTensor(name: "b", start: 8, expected: 4)
        ),
    ])
    func refuses(_ header: String, data: Int, error: SafetensorsError) {
        #expect(failure(file(header, data: data)) == error)
    }

    @Test func refusesHostileLengths() {
        #expect(failure([]) == .tooShort(bytes: 0))
        #expect(failure([1, 2, 3]) == .tooShort(bytes: 3))
        #expect(
            failure([UInt8](repeating: 0xFF, count: 8)) == .headerTooLarge(bytes: .max, limit: 100_000_000))
        #expect(failure([3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]) == .headerBeyondFile(bytes: 3, file: 10))
        #expect(failure([0, 0, 0, 0, 0, 0, 0, 0]) == .headerNotJSON(reason: "the JSON ends too early", offset: 8))
    }

    @Test func refusesTwoOfAName() {
        let header = "{\"a\":\(entry("F32", "[1]", 0, 4)),\"a\":\(entry("F32", "[1]", 4, 8))}"
        #expect(failure(file(header, data: 8)) == .headerNotJSON(reason: "the name 'a' is there twice", offset: 62))
    }

    @Test func refusesEveryTruncation() {
        let whole = file("{\"a\":\(entry("F32", "[2]", 0, 8))}", data: 8)
        #expect(failure(whole) == nil)
        for count in whole.indices { #expect(failure(Array(whole.prefix(count))) != nil) }
        #expect(failure(whole + [0]) == .trailingBytes(end: whole.count, file: whole.count + 1))
    }

    @Test func neverCrashesOnMutations() {
        let whole = file(
            "{\"a\":\(entry("F32", "[2]", 0, 8)),\"b\":\(entry("F16", "[2,1]", 8, 12)),\"__metadata__\":{\"k\":\"v\"}}",
            data: 12)
        var random = SeededRandom(seed: 1)
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<random.integer(in: 1...3) {
                bytes[random.integer(in: 0...(bytes.count - 1))] = UInt8(random.integer(in: 0...255))
            }
            guard let file = try? SafetensorsFile(bytes) else { continue }
            for entry in file.directory.entries { _ = file[entry.name]?.floatSource?.floats() }
        }
    }

    @Test func escapesHostileNames() {
        let name = "a\u{1B}[31m\n\u{202E}" + String(repeating: "x", count: 1_000_000)
        let text = SafetensorsError.duplicateTensor(name: name).description
        #expect(text.hasPrefix("tensor 'a\\u{1B}[31m\\u{A}\\u{202E}xxx"))
        #expect(text.utf8.count < 200)
    }
}
