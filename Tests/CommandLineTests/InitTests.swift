// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("init and schema")
struct InitTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    private func text(_ name: String) throws -> String { String(decoding: try box.read(name), as: UTF8.self) }

    @Test("help has an example", arguments: ["init", "schema"]) func help(_ command: String) throws {
        let outcome = try box.run(command, "--help")
        #expect(outcome.code == 0)
        #expect(outcome.stdout.contains("  lstmc \(command) "))
    }

    @Test("the starter spec passes check, describe and ir") func checks() throws {
        let outcome = try box.run("init", "Tagger")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.stdout == "wrote lstm.schema.json\nwrote Tagger.lstm.yaml\n")
        #expect(outcome.stderr.isEmpty)
        #expect(try box.names() == ["Tagger.lstm.yaml", "lstm.schema.json"])
        for command in ["check", "describe", "ir"] {
            let outcome = try box.run(command, "Tagger.lstm.yaml")
            #expect(outcome.code == 0, "\(outcome)")
            #expect(outcome.stderr.isEmpty)
        }
        try assertSnapshot(text("Tagger.lstm.yaml"), at: fixtures.appendingPathComponent("starter-spec.txt"))
        #expect(try text("Tagger.lstm.yaml").hasPrefix("# yaml-language-server: $schema=lstm.schema.json\n"))
    }

    @Test("what is commented out is right too") func commentedOut() throws {
        #expect(try box.run("init", "Tagger", "--no-schema").code == 0)
        #expect(try box.names() == ["Tagger.lstm.yaml"])
        let lines = try text("Tagger.lstm.yaml").split(separator: "\n").map(String.init)
        let spec = lines.flatMap { line -> [String] in
            // The one alternative: tokens and an embedding for features.
            if line.hasPrefix("  features:") { return [] }
            if line.hasPrefix("layers:") { return [line, "  - embedding: e", "    embedding_dim: 8"] }
            guard let key = line.firstMatch(of: #/^( *)# ?( *[a-z_]+: .*|weights:)$/#) else { return [line] }
            return [String(key.output.1) + String(key.output.2)]
        }
        #expect(
            spec.contains("weights:")
                && spec.contains("    initial_h: lstm.h0        # tensors of the checkpoint that are the first state"))
        try box.write("All.lstm.yaml", spec.joined(separator: "\n"))
        let outcome = try box.run("check", "All.lstm.yaml")
        #expect(outcome.stderr.matches(of: #/error: /#).count == 2, "\(outcome)")
        #expect(outcome.stderr.contains("error: the checkpoint 'model.safetensors' cannot be opened"))
        #expect(outcome.stderr.contains("error: the vocabulary 'vocabulary.json' cannot be opened"))
    }

    @Test("nothing is replaced without --force") func existing() throws {
        try box.write("Tagger.lstm.yaml", "mine")
        let refused = try box.run("init", "Tagger")
        #expect(refused.code == 1)
        #expect(
            refused.stderr == "Tagger.lstm.yaml:1:1: error: 'Tagger.lstm.yaml' is there already; give another name, "
                + "or --force to replace it\n")
        #expect(try box.names() == ["Tagger.lstm.yaml"])
        #expect(try text("Tagger.lstm.yaml") == "mine")
        try box.write("lstm.schema.json", "{}")
        let other = try box.run("init", "Other")
        #expect(other.code == 0)
        #expect(other.stderr.hasPrefix("lstm.schema.json:1:1: warning: 'lstm.schema.json' is there and not this"))
        #expect(try text("lstm.schema.json") == "{}")
        #expect(try box.run("init", "Tagger", "--force").code == 0)
        #expect(try text("Tagger.lstm.yaml").contains("name: Tagger\n"))
        #expect(try text("lstm.schema.json") != "{}")
    }

    @Test("into a folder that is made") func folder() throws {
        let outcome = try box.run("init", "Tagger", "--output", "a/b")
        #expect(outcome.stdout == "wrote a/b/lstm.schema.json\nwrote a/b/Tagger.lstm.yaml\n")
        #expect(try box.run("check", "a/b/Tagger.lstm.yaml").code == 0)
        try box.write("file", "")
        let refused = try box.run("init", "Tagger", "--output", "file")
        #expect(refused.code == 1)
        #expect(refused.stderr.contains("error: the output 'file/Tagger.lstm.yaml' cannot be written: Not a directory"))
    }

    @Test("a name that no type can have", arguments: ["9a", "../Up", "class", "", "a b", "Swift", "a\u{1B}[2J", "x/y"])
    func wrongName(_ name: String) throws {
        let outcome = try box.run("init", name)
        #expect(outcome.code == 1)
        #expect(outcome.stderr.hasPrefix("NAME:1:1: error: model name '"))
        #expect(!outcome.stderr.contains("\u{1B}"))
        #expect(try box.names().isEmpty)
    }

    @Test("names that YAML would take for something else", arguments: ["null", "No", "Y", "ตัดคำ"])
    func awkwardName(_ name: String) throws {
        #expect(try box.run("init", name).code == 0)
        let outcome = try box.run("ir", "\(name).lstm.yaml")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.stdout.contains(name))
    }

    @Test("schema prints the committed file") func schema() throws {
        let outcome = try box.run("schema")
        #expect(outcome.code == 0)
        let file = repositoryRoot.appendingPathComponent("Schemas/lstm.schema.json")
        #expect(Array(outcome.stdout.utf8) == Array(try Data(contentsOf: file)))
    }

    @Test("specs name a schema that is there") func named() throws {
        let examples = repositoryRoot.appendingPathComponent("Examples/Sources")
        let folders = [specs, pretrained] + ["drive", "thai-words", "vad"].map(examples.appendingPathComponent)
        for folder in folders {
            for name in fixtureNames(in: folder, suffix: ".lstm.yaml") {
                let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
                let line = try #require(text.split(separator: "\n").first)
                let comment = "# yaml-language-server: $schema="
                #expect(line.hasPrefix(comment), "\(name)")
                let schema = folder.appendingPathComponent(String(line.dropFirst(comment.count)))
                #expect(FileManager.default.fileExists(atPath: schema.path), "\(name)")
            }
        }
    }
}
