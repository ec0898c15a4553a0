// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

private let parseFixtures = repositoryRoot.appendingPathComponent("Tests/LSTMSpecTests/Fixtures")
private let lowerFixtures = repositoryRoot.appendingPathComponent("Tests/LSTMIRTests/Fixtures")

/// A spec with every key that can stand beside the others, each on a line of its own.
private let wholeSpec = """
    lstmc: 1
    name: Tagger
    description: A tagger.
    input:
      tokens: 10
      batch_first: true
    weights:
      file: w.safetensors
      placement: file
      prefix: "a."
      names: { head: b.c }
      key: model
      ignore: ["*.x"]
    layers:
      - embedding: e
        embedding_dim: 4
        padding_idx: 0
      - conv1d: v
        out_channels: 4
        kernel_size: 3
        padding: same
        groups: 2
        over: time
      - lstm: a
        input_size: 4
        hidden_size: 8
        num_layers: 2
        bias: true
        bidirectional: false
        dropout: 0.5
        proj_size: 2
        initial_h: h
        initial_c: c
      - dropout: d
        p: 0.1
      - layer_norm: n
        eps: 0.00001
        elementwise_affine: true
        bias: false
      - linear: head
        out_features: 2
        in_features: 2
        bias: true
      - gelu: g
        approximate: tanh
      - l2_normalize: u
        eps: 0.1
      - softmax: s
    outputs: [s]
    labels: [A, B]
    segment_starts: [A]
    vocabulary: { file: v.json, unknown: 0 }
    budget: { parameters: 2M, weight_bytes: 8 MiB, macs_per_step: 2M, max_error: 1e-6 }
    """

@Suite("The JSON Schema")
struct SchemaTests {
    let validator: SchemaValidator

    init() throws {
        let json = try JSONSerialization.jsonObject(with: Data(specSchema().utf8))
        validator = SchemaValidator(root: try #require(json as? [String: Any]))
    }

    /// Holds schema and reader together; what the YAML reader refuses alone has nothing to hold. False for that.
    @discardableResult
    private func compare(_ source: SourceFile, _ what: String) -> Bool {
        let tree = readTree(source)
        guard let root = tree.root, tree.diagnostics.isEmpty else { return false }
        let mistakes = validator.mistakes(Instance(root))
        let parsed = parse(source)
        let lowered = parsed.document.map { lower($0).diagnostics.hasErrors } ?? true
        if parsed.diagnostics.hasErrors {
            #expect(!mistakes.isEmpty, "the reader refuses what the schema takes: \(what)")
        } else if !mistakes.isEmpty {
            #expect(lowered, "the schema refuses what the reader takes: \(what) \(mistakes)")
        }
        return true
    }

    private func compare(_ text: String, _ what: String) {
        compare(SourceFile(path: "model.lstm.yaml", bytes: Array(text.utf8)), what)
    }

    @Test("schema and reader agree on every fixture", arguments: [parseFixtures, lowerFixtures])
    func fixtures(_ folder: URL) throws {
        var compared = 0
        for name in fixtureNames(in: folder, suffix: ".yaml") {
            let data = try Data(contentsOf: folder.appendingPathComponent(name))
            if compare(SourceFile(path: "m.lstm.yaml", bytes: Array(data)), name) { compared += 1 }
        }
        // The others are no YAML, or YAML that specs do not take.
        #expect(compared >= 22, "\(compared)")
    }

    @Test("schema and reader agree on every key with a wrong value, misspelt, and left out") func everyKey() throws {
        let lines = wholeSpec.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(parse(SourceFile(path: "m.lstm.yaml", bytes: Array(wholeSpec.utf8))).diagnostics.isEmpty)
        #expect(try validator.mistakes(Instance(#require(tree(wholeSpec)))) == [])
        let values = [
            "null", "true", "5", "-1", "0", "1.5", "text", "\"5\"", "\"\"", "[]", "{}", "[a]", "[1]", "[[a]]",
            "{ a: b }",
            "{ a: 1 }", "2M", "1.5k", "1.0005k", "8 MiB", "0.5 KiB", "7 GiB", ".nan", ".inf", "99999999999999999999",
            "file", "\"a\\0b\"", "[\"a\\0b\"]", "[true]", "\"9a\"", "a-b", "日本", "[{ relu: y }]", "[{ relu: y, p: 1 }]",
            "[{}]", "[lstm]",
        ]
        for (index, line) in lines.enumerated() {
            let start = try #require(line.firstIndex { $0 != " " && $0 != "-" })
            let key = try #require(line.split(separator: ":").first)
            func spec(_ replacement: String?) -> String {
                var changed = lines
                // A section's own lines go with it.
                let isSection = line.hasSuffix(":")
                let below = isSection ? lines[(index + 1)...].prefix { $0.hasPrefix(" ") }.count : 0
                changed.replaceSubrange(index...(index + below), with: replacement.map { [$0] } ?? [])
                return changed.joined(separator: "\n")
            }
            for value in values {
                // JSON has no integers apart, so it cannot say that this one would be too long for a number.
                if key.hasSuffix("eps"), value == "99999999999999999999" { continue }
                compare(spec("\(key): \(value)"), "\(key): \(value)")
            }
            compare(spec(line[..<start] + "x" + line[start...]), "misspelt: \(line)")
            if !line.contains("- ") { compare(spec(nil), "left out: \(line)") }
        }
    }

    private func tree(_ text: String) -> Node? {
        readTree(SourceFile(path: "m.lstm.yaml", bytes: Array(text.utf8))).root
    }

    @Test("the validator refuses, and says where") func validatorRefuses() throws {
        let text = "{ lstmc: 1, input: { features: 0 }, layers: [{ lstm: a, hidden_size: 1, initial_h: x }], nam: b }"
        let found = try validator.mistakes(Instance(#require(tree(text))))
        #expect(found == [": unknown nam", "/input/features: minimum", "/layers/0: anyOf"])
    }

    @Test("every key is described, in the order of the reader's list") func described() {
        let sections =
            [
                Section.root, .input, .namedInput, .weights, .vocabulary, .budget, .initial(hasC: true),
                .initial(hasC: false),
            ]
            + OperationKind.language.all.map(Section.layer)
        for section in sections {
            #expect(section.keyDescriptions.map(\.key) == section.keys)
            #expect(section.summary.hasSuffix("."))
            for key in section.keyDescriptions { #expect(key.text.hasSuffix("."), "\(key.key)") }
        }
    }

    @Test("the committed schema is this one") func committed() throws {
        let file = repositoryRoot.appendingPathComponent("Schemas/lstm.schema.json")
        try assertSnapshot(specSchema(), at: file)
    }
}
