// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import Testing

/// Names out of specs, vocabularies and checkpoints must reach no terminal with their escape sequences in them.
@Suite("Escape sequences in files")
struct InjectionTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    /// A window title, a colour, a turned direction, an erased line, an invisible letter, a C1 control sequence.
    private static let evil = "\u{1B}]0;t\u{7}\u{9B}31m\u{202E}\u{2066}\r\u{8}\u{7F}\u{200B}\u{FEFF}\u{2028}\u{85}"
    /// The same in a YAML string with double quotes.
    private static let yaml = #""\e]0;t\a\x9b31m\u202e\u2066\r\b\x7f\u200b\ufeff\u2028\x85""#

    private func expectClean(_ text: String, _ what: String) {
        let found = text.unicodeScalars.filter {
            switch $0.properties.generalCategory {
            case .control: $0 != "\n" && $0 != "\t"
            case .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        #expect(found.isEmpty, "\(what): \(found.map { String($0.value, radix: 16) })")
    }

    /// Specs with the text wherever a text may stand: right ones and wrong ones.
    private func specs() -> [String] {
        let yaml = Self.yaml
        let right = """
            lstmc: 1
            name: Fine
            description: \(yaml)
            input: { tokens: 3 }
            weights: { file: w.safetensors, prefix: PREFIX, ignore: [\(yaml)] }
            vocabulary: { file: v.json, unknown: 0 }
            layers: [{ embedding: e, embedding_dim: 2 }]
            labels: [\(yaml), b]
            segment_starts: [\(yaml)]

            """
        let text = { (prefix: String) in right.replacing("PREFIX", with: prefix) }
        return [
            text(#""""#), text(yaml), text(#""""#).replacing("w.safetensors", with: yaml),
            text(#""""#).replacing("v.json", with: yaml), text(#""""#).replacing("v.json", with: "evil.json"),
            text(#""""#).replacing("w.safetensors", with: "evil.safetensors"),
            text(#""""#).replacing("w.safetensors", with: "type.safetensors"),
            text(#""""#).replacing("w.safetensors", with: "w.pt, key: \(yaml)"),
            text(#""""#).replacing("name: Fine", with: "name: \(yaml)"),
            text(#""""#).replacing("embedding: e,", with: "embedding: \(yaml),"),
            text(#""""#).replacing("embedding_dim: 2", with: "\(yaml): 2"),
            text(#""""#).replacing("embedding: e", with: "\(yaml): e"),
            text(#""""#).replacing("embedding_dim: 2", with: "embedding_dim: \(yaml)"),
            text(#""""#).replacing("unknown: 0", with: "unknown: \(yaml)"),
            text(#""""#).replacing("segment_starts: [\(yaml)]", with: "segment_starts: [\(yaml)x]"),
            text(#""""#) + "outputs: [\(yaml)]\n", text(#""""#) + "\(yaml): 1\n",
            text(#""""#) + "budget: { parameters: \(yaml) }\n", "lstmc: \(yaml)\n", yaml,
            "lstmc: 1\n# \u{202E}\u{2066}\ninput: { features: \u{202E}1 }\n", "lstmc: \u{9B}31m\n",
            "lstmc: \u{1B}[2J\n",
        ]
    }

    private func writeFiles() throws {
        let weight = Tensor([1, 2, 3, 4, 5, 6], [3, 2])
        try box.write("w.safetensors", safetensors(["e.weight": weight]))
        try box.write("evil.safetensors", safetensors([Self.evil: weight, "e.weight\(Self.evil)": weight]))
        try box.write("type.safetensors", safetensors(["e.weight": Tensor([], [0], Self.evil)]))
        try box.write("v.json", "{}")
        try box.write("evil.json", "{\"\\u001b\\u009b\\u202e\": 9, \"\\u202e\": \"\\u001b\", \"\\u001b[2J\": 1}")
        try box.write("x.npy", npy([0, 1], [2, 1], "<i8"))
        try box.write(
            "odd.safetensors", safetensors([Self.evil: weight, "x": Tensor([0, 1], [2, 1], "I64")]))
    }

    @Test("no text of a file reaches the terminal as it stands", arguments: ["text", "json"])
    func injection(_ format: String) throws {
        try writeFiles()
        var errors = 0
        for spec in specs() {
            try box.write("A.lstm.yaml", spec)
            let commands = [
                ["check"], ["describe"], ["ir"], ["run", "--text", "ab"], ["run", "--input", "x.npy"],
                ["run", "--input", "odd.safetensors"], ["verify", "--against", "odd.safetensors"],
                ["generate", "--output", "Out"], ["generate", "--output", "Out", "--check"],
                ["bench", "--seconds", "0.001", "--steps", "2"],
            ]
            for command in commands {
                let arguments = [command[0], "A.lstm.yaml"] + command.dropFirst() + ["--diagnostics", format]
                let outcome = try box.run(arguments)
                errors += outcome.code == 0 ? 0 : 1
                #expect(outcome.code >= 0 && outcome.code != 64, "\(command): \(outcome.code)")
                expectClean(outcome.stderr, "\(command) stderr of \(spec)")
                if command != ["run", "--text", "ab"] { expectClean(outcome.stdout, "\(command) stdout of \(spec)") }
            }
            if let source = try? box.read("Out/A.swift") {
                expectClean(String(decoding: source, as: UTF8.self), "generated from \(spec)")
            }
        }
        #expect(errors > 50)
    }

    @Test("the names of what is imported") func imports() throws {
        let evil = Self.evil
        let lstm = { (prefix: String) in
            [
                "\(prefix)weight_ih_l0": Tensor([1, 2, 3, 4], [4, 1]),
                "\(prefix)weight_hh_l0": Tensor([1, 2, 3, 4], [4, 1]),
                "\(prefix)bias_ih_l0": Tensor([1, 2, 3, 4], [4]), "\(prefix)bias_hh_l0": Tensor([1, 2, 3, 4], [4]),
            ]
        }
        let files: [String: [String: Tensor]] = [
            "a": lstm("\(evil)."), "b": lstm("lstm.\(evil)."), "c": lstm("lstm.").merging(lstm("\(evil)x.")) { $1 },
            "d": [evil: Tensor([1], [1])], "e": lstm("lstm.").merging([evil: Tensor([1, 2], [1, 2])]) { $1 },
        ]
        for (name, tensors) in files {
            try box.write("\(name).safetensors", safetensors(tensors))
            let outcome = try box.run("import", "\(name).safetensors", "--output", "out-\(name)")
            #expect(outcome.code == 0 || outcome.code == 1, "\(name): \(outcome.code)")
            expectClean(outcome.stdout + outcome.stderr, name)
            for file in (try? FileManager.default.contentsOfDirectory(atPath: box.url("out-\(name)").path)) ?? [] {
                guard file.hasSuffix(".yaml") else { continue }
                expectClean(String(decoding: try box.read("out-\(name)/\(file)"), as: UTF8.self), "the spec of \(name)")
            }
        }
    }

    @Test("a path that is given") func paths() throws {
        let name = "\(Self.evil).lstm.yaml".replacing("\u{2028}", with: "")
        try box.write(name, "lstmc: 1\n")
        for format in ["text", "json"] {
            let outcome = try box.run("check", name, "none\(Self.evil)", "--diagnostics", format)
            #expect(outcome.code == 1)
            expectClean(outcome.stderr, format)
        }
    }
}
