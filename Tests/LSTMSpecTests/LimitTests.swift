// SPDX-License-Identifier: Apache-2.0

import LSTMSpec
import Testing

/// Files made to be expensive: each is refused, at its place, and soon.
///
/// One after another, so that each has the machine to itself while its time is taken.
@Suite(.serialized) struct LimitTests {
    private let soon = Duration.seconds(10)

    private func quickMistakes(_ text: String) -> [String] {
        var found: [String] = []
        let time = ContinuousClock().measure { found = mistakes(text) }
        #expect(time < soon)
        return found
    }

    @Test(arguments: ["[", "{", "[\n", "- ", "{a: ", "? ", "[? "])
    func hundredThousandOpenCollections(opening: String) {
        let found = quickMistakes(String(repeating: opening, count: 100_000))
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("nested-too-deep") == true)
    }

    @Test func indentationByDepth() {
        let lines = (0..<1000).map { String(repeating: " ", count: $0) + "a:" }
        #expect(quickMistakes(lines.joined(separator: "\n")) == ["65:65 nested-too-deep"])
    }

    @Test func depthIsCountedThroughAliases() {
        let links = (1..<80).map { "a\($0): &a\($0) [*a\($0 - 1)]" }
        let found = quickMistakes((["a0: &a0 [x]"] + links).joined(separator: "\n"))
        #expect(found == ["64:12 nested-too-deep"])
    }

    @Test func billionLaughs() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let found = quickMistakes(text)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("too-many-nodes") == true)
    }

    @Test func oneLongTextBehindManyAliases() {
        let long = String(repeating: "x", count: 500_000)
        let aliases = Array(repeating: "*a", count: 30_000).joined(separator: ", ")
        let found = quickMistakes("lstmc: 1\ndescription: &a \(long)\nlabels: [\(aliases)]\n")
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("too-many-nodes") == true)
    }

    @Test func tooManyValues() {
        let found = quickMistakes("labels: [" + String(repeating: "1,", count: 100_001) + "]")
        #expect(found == ["1:200004 too-many-nodes"])
    }

    @Test func twoMegabytes() {
        #expect(quickMistakes(String(repeating: "# a comment\n", count: 180_000)) == ["1:1 file-too-large"])
    }

    @Test func tagDirectives() {
        let text = (0..<50_000).map { "%TAG !\($0)! tag:\n" }.joined() + "---\nlstmc: 1\n"
        #expect(quickMistakes(text) == ["17:1 too-many-tag-directives"])
    }

    @Test func thousandsOfMistakes() {
        let text = (0..<40_000).map { "\"\($0)\": 1\n" }.joined()
        let found = quickMistakes(text)
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
        let keys = (0..<20_000).map { "k\($0): 1" }.joined(separator: ", ")
        let source = SourceFile(path: "model.lstm.yaml", bytes: Array("{\(keys)}".utf8))
        let time = ContinuousClock().measure {
            _ = render(parse(source).diagnostics, sources: [source.path: source])
        }
        #expect(time < soon)
    }

    @Test func longScalarsAreRead() {
        let text = "lstmc: 1\ndescription: \(String(repeating: "word ", count: 150_000))\n"
        #expect(quickMistakes(text) == ["1:1 missing-key", "1:1 missing-key"])
    }
}
