// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec
import Testing

struct RenderTests {
    private struct Plain: Mistake {
        var code = "plain"
        var severity = Severity.warning
        var message: String
    }

    private func rendered(_ line: String, column: Int, length: Int = 1) -> [String] {
        let source = SourceFile(path: "a.yaml", bytes: Array(line.utf8))
        let location = SourceLocation(path: "a.yaml", line: 1, column: column, length: length)
        let text = render([Diagnostic(Plain(message: "m"), at: location)], sources: ["a.yaml": source])
        return text.split(separator: "\n").map(String.init)
    }

    @Test func notesFollowTheirMistake() {
        let source = SourceFile(path: "a.yaml", bytes: Array("one\ntwo\n".utf8))
        let diagnostic = Diagnostic(
            Plain(message: "look"), at: SourceLocation(path: "a.yaml", line: 2, column: 1, length: 3),
            notes: [
                .init("begins here", at: SourceLocation(path: "a.yaml", line: 1, column: 2, length: 2)),
                .init("elsewhere", at: SourceLocation(path: "b.yaml", line: 7, column: 2)), .init("nowhere"),
            ])
        #expect(
            render([diagnostic], sources: ["a.yaml": source]) == """
                a.yaml:2:1: warning: look
                2 | two
                  | ^~~
                a.yaml:1:2: note: begins here
                1 | one
                  |  ^~
                b.yaml:7:2: note: elsewhere
                note: nowhere

                """)
    }

    @Test(arguments: [
        ("ab日本cd", 5, "  |       ^"), ("日本", 2, "  |   ^~"), ("e\u{301}x", 3, "  |  ^"), ("👍x", 2, "  |   ^"),
        ("เก้าx", 5, "  |    ^"), ("한x", 2, "  |   ^"), ("ＡＢ", 2, "  |   ^~"), ("\tx", 2, "  |     ^"),
        ("a\u{200D}x", 3, "  |  ^"), ("é", 1, "  | ^"),
        ("שלוםx", 5, "  |     ^"), ("مَرx", 4, "  |   ^"), ("🇹🇭x", 3, "  |   ^"), ("👩🏽x", 3, "  |     ^"),
        ("🌡x", 2, "  |  ^"),
        ("なまえ", 1, "  | ^~"), ("नीx", 3, "  |   ^"), ("\u{1112}\u{1161}x", 3, "  |   ^"), ("\u{1B}x", 2, "  |  ^"),
    ])
    func caretStandsUnderItsColumn(line: String, column: Int, caret: String) {
        #expect(rendered(line, column: column).last == caret)
    }

    @Test func nothingMovesTheCursor() {
        #expect(rendered("a\u{1B}[31m\u{7}\u{202E}\u{7F}", column: 1)[1] == "1 | a␛[31m␇\u{FFFD}\u{FFFD}")
        let source = SourceFile(path: "a\u{1B}.yaml", bytes: [])
        let location = SourceLocation(path: source.path, line: 1, column: 1)
        let text = render([Diagnostic(Plain(message: "a\nb"), at: location)], sources: [:])
        #expect(text == "a\\u{1B}.yaml:1:1: warning: a\\nb\n")
    }

    @Test(arguments: [(1, 1), (4, 1), (5, 1), (400, 1), (1, 1000), (2, Int.max), (0, 0), (-5, -5)])
    func placesOutsideTheLine(column: Int, length: Int) {
        #expect(rendered("abc", column: column, length: length).count == 3)
    }

    @Test func longLinesAreCutOnBothSides() {
        let line = String(repeating: "a", count: 500) + "X" + String(repeating: "b", count: 500)
        let lines = rendered(line, column: 501, length: 300)
        #expect(lines[1] == "1 | …" + String(repeating: "a", count: 40) + "X" + String(repeating: "b", count: 59) + "…")
        #expect(lines[2] == "  | " + String(repeating: " ", count: 41) + "^" + String(repeating: "~", count: 59))
        let marks = rendered("a" + String(repeating: "\u{301}", count: 5000), column: 3000)
        #expect(marks[1].unicodeScalars.count < 700)
    }

    @Test func jsonIsOneLine() {
        let location = SourceLocation(path: "a \"b\".yaml", line: 3, column: 4, length: 5)
        let diagnostics = [
            Diagnostic(
                Plain(message: "tab\t, line\n, \u{1}, \u{2028}, \\ and é"), at: location,
                notes: [.init("here", at: location), .init("nowhere")])
        ]
        let place = #""path": "a \"b\".yaml", "line": 3, "column": 4, "length": 5"#
        #expect(
            renderJSON(diagnostics)
                == #"[{"severity": "warning", "code": "plain", "message": "tab\t, line\n, \u0001, \u2028, \\ and é", "#
                + place + #", "notes": [{"message": "here", "# + place + #"}, {"message": "nowhere"}]}]"#)
        #expect(renderJSON([]) == "[]")
    }
}

struct WordTests {
    @Test(arguments: [
        ("hiden_size", "hidden_size"), ("hidden-size", "hidden_size"), ("hiddenSize", "hidden_size"), ("bais", "bias"),
        ("BIAS", "bias"), ("bidirectionnal", "bidirectional"), ("num_layer", "num_layers"),
    ])
    func slipsAreNear(word: String, expected: String) {
        #expect(nearest(to: word, among: (OperationKind.language["lstm"]?.keyNames ?? [])) == expected)
    }

    @Test(arguments: ["", "x", "colour", "gru", String(repeating: "hidden_size", count: 1000)])
    func otherWordsAreNot(word: String) {
        #expect(nearest(to: word, among: (OperationKind.language["lstm"]?.keyNames ?? [])) == nil)
    }

    @Test func theFirstOfEquallyNearWordsWins() { #expect(nearest(to: "lart", among: ["last", "lard"]) == "last") }

    @Test func quotedWordsAreSafe() {
        #expect(quoted("a\u{1B}\n\u{202E}b") == "'a\\u{1B}\\n\\u{202E}b'")
        #expect(quoted(String(repeating: "x", count: 61)) == "'" + String(repeating: "x", count: 60) + "…'")
        #expect(quoted(String(repeating: "x", count: 60)).contains("…") == false)
    }

    @Test func listsOfWords() {
        #expect(listed([]) == "")
        #expect(listed(["a"]) == "'a'")
        #expect(listed(["a", "b", "c"], "or") == "'a', 'b' or 'c'")
    }
}
