// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let thai = specs.appendingPathComponent("ThaiSegmenter.lstm.yaml").path

@Suite("run --text")
struct RunTextTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    /// A model of one score table: id 0 scores label 0 highest, id 1 label 1, the unknown id 2 label 2.
    private func writeTable(_ more: String) throws {
        try box.write(
            "Table.lstm.yaml",
            """
            lstmc: 1
            input: { tokens: 3 }
            weights: { file: table.safetensors }
            vocabulary: { file: table.json, unknown: 2 }
            layers:
              - embedding: e
                embedding_dim: 3
            \(more)

            """)
        try box.write("table.safetensors", safetensors(["e.weight": Tensor([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3])]))
        try box.write("table.json", "{\"a\": 0, \"é\": 1, \"👩\": 1}")
    }

    private func labels(_ text: String) throws -> String {
        let outcome = try box.run("run", "Table.lstm.yaml", "--text=\(text)")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.stderr.isEmpty)
        return outcome.stdout
    }

    struct ThaiCases: Decodable {
        struct Case: Decodable {
            var text: String
            var words: [String]
        }
        var cases: [Case]
    }

    @Test("Thai sentences, cut where ICU's model cuts them") func sentences() throws {
        let data = try Data(contentsOf: vectors.appendingPathComponent("thai-cases.json"))
        let cases = try JSONDecoder().decode(ThaiCases.self, from: data).cases
        #expect(cases.count == 5)
        for sentence in cases {
            let outcome = try box.run("run", thai, "--text", sentence.text)
            #expect(outcome.code == 0)
            #expect(outcome.stderr.isEmpty)
            #expect(Array(outcome.stdout.utf8) == Array((sentence.words.joined(separator: "|") + "\n").utf8))
        }
    }

    @Test(
        "nothing of a text is lost",
        arguments: ["abc", "é", "e\u{301}", "👩‍👩‍👧🏽", "\u{301}\u{301}", " ", "ก\tข\nค", "-x", "--help"])
    func lossless(_ text: String) throws {
        // What begins as an option does needs the '='; a combining character would join with it.
        let outcome = try box.run(["run", thai] + (text.hasPrefix("-") ? ["--text=\(text)"] : ["--text", text]))
        #expect(outcome.code == 0, "\(outcome.description)")
        let joined = outcome.stdout.unicodeScalars.dropLast().filter { $0 != "|" }
        #expect(joined.elementsEqual(text.unicodeScalars))
    }

    @Test("each scalar with its label") func labelled() throws {
        try writeTable("labels: [\"A\", \"wide 語\", \"\\u001B[31m\\t\"]")
        #expect(try labels("aé?") == "a\tA\né\twide 語\n?\t\\u{1B}[31m\\t\n")
        // Two scalars that look like the one in the vocabulary are not it.
        #expect(try labels("e\u{301}a").unicodeScalars.filter { $0 == "\t" }.count == 3)
        #expect(try labels("👩\n語") == "👩\twide 語\n\\n\t\\u{1B}[31m\\t\n語\t\\u{1B}[31m\\t\n")
    }

    @Test("labels belong to entries of several scalars") func entries() throws {
        try writeTable("labels: [A, B, C]")
        try box.write("table.json", "{\"a\": 0, \"ab\": 1, \"e\u{301}\": 1, \"<unk>\": 2}")
        #expect(try labels("aabe\u{301}?") == "a\tA\nab\tB\ne\u{301}\tB\n?\tC\n")
        try writeTable("labels: [I, B, O]\nsegment_starts: [B]")
        try box.write("table.json", "{\"a\": 0, \"ab\": 1, \"e\u{301}\": 1}")
        #expect(try labels("aaba?e\u{301}a") == "a|aba?|e\u{301}a\n")
    }

    @Test("segments begin at their labels and at the text's start") func segments() throws {
        try writeTable("labels: [I, B, O]\nsegment_starts: [B]")
        #expect(try labels("aaéaé?") == "aa|éa|é?\n")
        #expect(try labels("?") == "?\n")
    }

    @Test("a result without a time axis has one label") func pooled() throws {
        try writeTable("  - max: m\nlabels: [A, B, C]")
        #expect(try labels("é") == "B\n")
        #expect(try labels("éaa") == "A\n")
    }

    @Test("without labels, the results are shown as those of a file") func unlabelled() throws {
        try writeTable("")
        #expect(try labels("aé") == "e (2, 3) 1.0 0.0 0.0 0.0 1.0 0.0\n")
    }

    @Test("a file's labels stand in a last line") func labelsOfFile() throws {
        try writeTable("labels: [A, \"b\\tc\", C]")
        try box.write("one.npy", npy([1, 0, 2], [3], "<i4"))
        let one = try box.run("run", "Table.lstm.yaml", "--input", "one.npy")
        #expect(
            one.stdout == "e (3, 3) 0.0 1.0 0.0 1.0 0.0 0.0 0.0 0.0 ...\nlabels (3,) b\\tc A C\n", "\(one.description)")
        let lengths = Tensor([2, 1], [2], "I64")
        try box.write("two.safetensors", safetensors(["x": Tensor([1, 0, 2, 2], [2, 2], "I64"), "lengths": lengths]))
        let two = try box.run("run", "Table.lstm.yaml", "--input", "two.safetensors")
        #expect(two.stdout.split(separator: "\n").last == "labels (2, 2) b\\tc A C -", "\(two.description)")
        try writeTable("  - max: m\nlabels: [A, B, C]")
        let pooled = try box.run("run", "Table.lstm.yaml", "--input", "two.safetensors")
        #expect(pooled.stdout.split(separator: "\n").last == "labels (2,) B A", "\(pooled.description)")
    }

    @Test("results of a text can be written") func output() throws {
        try writeTable("labels: [A, B, C]")
        let outcome = try box.run("run", "Table.lstm.yaml", "--text", "aa", "--output", "y.npy")
        #expect(outcome.code == 0)
        #expect(outcome.stdout.isEmpty)
        #expect(try readNpy(box.read("y.npy")).shape == "(2, 3)")
    }

    @Test("no text, no vocabulary, or none to be found") func mistakes() throws {
        let empty = try box.run("run", thai, "--text", "")
        #expect(empty.code == 1)
        #expect(empty.stderr == "--text:1:1: error: the text is empty; give at least one character\n")

        try box.write("Echo.lstm.yaml", echo)
        let features = try box.run("run", "Echo.lstm.yaml", "--text", "a")
        #expect(features.code == 1)
        #expect(
            features.stderr.hasPrefix(
                "Echo.lstm.yaml:1:1: error: --text needs a model with a 'vocabulary', which the spec does not have; "
                    + "use --input\n"))

        try writeTable("")
        try FileManager.default.removeItem(at: box.url("table.json"))
        try FileManager.default.removeItem(at: box.url("table.safetensors"))
        let missing = try box.run("run", "Table.lstm.yaml", "--text", "a")
        #expect(missing.code == 1)
        #expect(missing.stdout.isEmpty)
        #expect(missing.stderr.contains("Table.lstm.yaml:4:21: error: the vocabulary 'table.json' cannot be opened"))
        #expect(
            missing.stderr.contains("Table.lstm.yaml:3:18: error: the checkpoint 'table.safetensors' cannot be opened"))
    }
}
