// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec
import TestSupport
import Testing

/// Files made to be expensive: each is refused, at its place, and costs no more than its size; CostTests counts the
/// instructions.
@Suite(.timeLimit(.minutes(10))) struct LimitTests {
    /// The mistakes of the text of this size, whose memory must be in proportion to that of half of it.
    private func mistakes(_ size: Int, _ text: (Int) -> String) -> [String] {
        var found: [String] = []
        let growth = Growth(from: size / 2) { size in
            let text = text(size)
            return allocatedBytes { found = LSTMSpecTests.mistakes(text) }
        }
        #expect(growth.isProportional(slack: 1 << 20), "\(growth)")
        return found
    }

    @Test(arguments: ["[", "{", "[\n", "- ", "{a: ", "? ", "[? "])
    func hundredThousandOpenCollections(opening: String) {
        let found = mistakes(100_000) { String(repeating: opening, count: $0) }
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("nested-too-deep") == true)
    }

    @Test func indentationByDepth() {
        // The text itself grows with the square of its lines.
        let lines = (0..<1000).map { String(repeating: " ", count: $0) + "a:" }
        #expect(LSTMSpecTests.mistakes(lines.joined(separator: "\n")) == ["65:65 nested-too-deep"])
    }

    @Test func depthIsCountedThroughAliases() {
        let found = mistakes(80) { size in
            let links = (1..<size).map { "a\($0): &a\($0) [*a\($0 - 1)]" }
            return (["a0: &a0 [x]"] + links).joined(separator: "\n")
        }
        #expect(found == ["64:12 nested-too-deep"])
    }

    @Test func billionLaughs() {
        // Half of them are too many already.
        let found = mistakes(30) { levels in
            var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            for level in 1..<levels {
                let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
                text += "a\(level): &a\(level) [\(aliases)]\n"
            }
            return text
        }
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("too-many-nodes") == true)
    }

    @Test func oneLongTextBehindManyAliases() {
        let found = mistakes(500_000) { size in
            let long = String(repeating: "x", count: size)
            let aliases = Array(repeating: "*a", count: size / 16).joined(separator: ", ")
            return "lstmc: 1\ndescription: &a \(long)\nlabels: [\(aliases)]\n"
        }
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("too-many-nodes") == true)
    }

    @Test func tooManyValues() {
        let found = mistakes(100_001) { "labels: [" + String(repeating: "1,", count: $0) + "]" }
        #expect(found == ["1:200004 too-many-nodes"])
    }

    @Test func twoMegabytes() {
        #expect(mistakes(360_000) { String(repeating: "# a comment\n", count: $0) } == ["1:1 file-too-large"])
    }

    @Test func tagDirectives() {
        let found = mistakes(50_000) { size in
            (0..<size).map { "%TAG !\($0)! tag:\n" }.joined() + "---\nlstmc: 1\n"
        }
        #expect(found == ["17:1 too-many-tag-directives"])
    }

    @Test func thousandsOfMistakes() {
        let found = mistakes(40_000) { size in (0..<size).map { "\"\($0)\": 1\n" }.joined() }
        #expect(found.count == Limits.mistakes + 1)
        #expect(found.last?.hasSuffix("too-many-mistakes") == true)
    }

    @Test func longLineIsCut() throws {
        let text = "lstmc: 1\nname: [" + String(repeating: "日本 ", count: 60_000) + "x]\n"
        let source = SourceFile(path: "model.lstm.yaml", bytes: Array(text.utf8))
        let lines = render(parse(source).diagnostics, sources: [source.path: source]).split(separator: "\n")
        #expect(lines.allSatisfy { $0.unicodeScalars.count < 160 })
        #expect(lines.contains { $0.hasPrefix("2 | name: [日本") && $0.hasSuffix("…") })
    }

    @Test func manyMistakesInOneLongLine() {
        let growth = Growth(from: 10_000) { size in
            let keys = (0..<size).map { "k\($0): 1" }.joined(separator: ", ")
            let source = SourceFile(path: "model.lstm.yaml", bytes: Array("{\(keys)}".utf8))
            return allocatedBytes { _ = render(parse(source).diagnostics, sources: [source.path: source]) }
        }
        #expect(growth.isProportional(slack: 1 << 20), "\(growth)")
    }

    @Test func longScalarsAreRead() {
        let found = mistakes(150_000) { "lstmc: 1\ndescription: \(String(repeating: "word ", count: $0))\n" }
        #expect(found == ["1:1 missing-key", "1:1 missing-key"])
    }
}
