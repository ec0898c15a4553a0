// SPDX-License-Identifier: Apache-2.0

import LSTMSpec
import Testing

/// Bytes that are not the UTF-8 text a spec is, and lines counted as editors count them.
struct EncodingTests {
    private let start = Array("lstmc: 1\nname: ".utf8)

    @Test(arguments: [
        [0xFF], [0x80], [0xC0, 0xAF], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
        [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80], [0xF0, 0x80, 0x80, 0x80],
    ])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(mistakes(start + bytes + [0x0A]) == ["2:7 invalid-utf-8"])
        #expect(mistakes(start + Array("é日👍".utf8) + bytes) == ["2:10 invalid-utf-8"])
    }

    @Test(arguments: [0x00, 0x01, 0x08, 0x0B, 0x1B, 0x7F] as [UInt8])
    func controlCharacters(byte: UInt8) {
        #expect(mistakes(start + [0x41, byte, 0x0A]) == ["2:8 control-character"])
    }

    @Test(arguments: [0x80, 0x9F, 0xFFFE, 0xFFFF] as [UInt32])
    func charactersThatYAMLRefuses(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect(mistakes("lstmc: 1\r\nname: A\(scalar)") == ["2:8 control-character"])
    }

    @Test(arguments: [true, false], [true, false])
    func foreignEncodings(isBigEndian: Bool, hasMark: Bool) {
        let text = (hasMark ? "\u{FEFF}" : "") + "lstmc: 1\n"
        let utf16 = text.utf16.flatMap { unit in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
        #expect(mistakes(utf16) == ["1:1 wrong-encoding"])
        let utf32 = text.unicodeScalars.flatMap { scalar in
            let bytes = [0, 0, UInt8(scalar.value >> 8), UInt8(scalar.value & 0xFF)]
            return isBigEndian ? bytes : bytes.reversed()
        }
        #expect(mistakes(utf32) == ["1:1 wrong-encoding"])
    }

    @Test func byteOrderMarkTakesNoColumn() {
        #expect(mistakes([0xEF, 0xBB, 0xBF] + Array("lstm: 1\nlstmc: 1".utf8)).first == "1:1 unknown-key")
        #expect(mistakes([0xEF, 0xBB, 0xBF] + Array("{nmae: 1}\n".utf8)).last == "1:2 unknown-key")
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) {
        let lines = ["lstmc: 1", "", "input: { features: 4 }", "layers:", "  - lstm: a", "    hidden_size: 5.5", ""]
        #expect(mistakes(lines.joined(separator: end)) == ["6:18 wrong-type"])
    }

    /// libyaml ends lines at these; no editor does.
    @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
    func otherSeparatorsEndNoLine(separator: String) {
        let found = mistakes("lstmc: 1\n# a\(separator)\ninput: { features: x }\nlayers: [relu]\n")
        #expect(found == ["3:20 wrong-type", "4:10 layer-is-not-mapping"])
    }

    @Test(arguments: ["", "\n", "# comment\n", "---\n", "---\n...\n", " "])
    func emptyFiles(text: String) {
        #expect(mistakes(text).map { $0.split(separator: " ").last } == ["empty-file"])
    }
}
