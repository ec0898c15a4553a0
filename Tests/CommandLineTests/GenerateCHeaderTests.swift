// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("generate --c-header")
struct GenerateCHeaderTests {
    private let box: Sandbox

    init() throws {
        box = try Sandbox()
        let name = "seed-one-layer.safetensors"
        try box.write(name, [UInt8](try Data(contentsOf: specs.appendingPathComponent(name))))
        try writeSpec("One", named: "GuitarAmp")
    }

    private func writeSpec(_ file: String, named name: String) throws {
        let spec = specs.appendingPathComponent("SeedOneLayer.lstm.yaml")
        let text = try String(contentsOf: spec, encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let renamed = lines.map { $0.hasPrefix("name:") ? "name: \(name)" : String($0) }
        try #require(renamed.contains("name: \(name)"))
        try box.write("\(file).lstm.yaml", renamed.joined(separator: "\n"))
    }

    private func text(_ name: String) throws -> String { String(decoding: try box.read(name), as: UTF8.self) }

    @Test("writes a header and what it declares; without it neither") func both() throws {
        let plain = try box.run("generate", "One.lstm.yaml", "--output", "plain")
        #expect(plain.lines == ["wrote plain/One.swift"])
        let outcome = try box.run("generate", "One.lstm.yaml", "--output", "out", "--c-header")
        #expect(outcome.lines == ["wrote out/One.swift", "wrote out/One.h"])
        #expect(try !text("plain/One.swift").contains("_cdecl"))
        let (source, header) = (try text("out/One.swift"), try text("out/One.h"))
        let declared = header.matches(of: #/(?m)^(?:int|size_t|void) (\w+)\(/#).map { String($0.output.1) }
        let defined = source.matches(of: #/@_cdecl\("(\w+)"\)/#).map { String($0.output.1) }
        #expect(declared == defined && declared.count == 8 && declared.allSatisfy { $0.hasPrefix("guitar_amp_") })
        #expect(header.contains("int guitar_amp_step(void *state, const float *in, "))
    }

    @Test("--check holds both to their spec, and names the command with its options") func check() throws {
        let command = ["generate", "One.lstm.yaml", "--output", "out", "--access", "package", "--c-header"]
        #expect(try box.run(command).code == 0)
        #expect(try text("out/One.swift").contains("\n@_cdecl(\"guitar_amp_step\")\npackage func guitar_amp_step("))
        #expect(try box.run(command + ["--check"]).code == 0)
        try box.write("out/One.h", try text("out/One.h") + "\n")
        let changed = try box.run(command + ["--check"])
        #expect(changed.code == 1 && changed.stderr.hasPrefix("out/One.h:1:1: error: "))
        #expect(
            changed.stderr.contains(
                "run: lstmc generate One.lstm.yaml --output out --access package --c-header"), "\(changed)")
        // Without the option the type is another.
        #expect(try box.run(command.dropLast() + ["--check"]).code == 1)
    }

    @Test("all files are written or none") func atomic() throws {
        try FileManager.default.createDirectory(
            at: box.url("out/One.h"), withIntermediateDirectories: true)
        let outcome = try box.run("generate", "One.lstm.yaml", "--output", "out", "--c-header")
        #expect(outcome.code == 1 && outcome.stderr.hasPrefix("out/One.h:1:1: error: "), "\(outcome)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: box.url("out").path) == ["One.h"])
    }

    @Test("a header replaces no file that was read") func overwriting() throws {
        try box.write("out/One.h", try box.read("seed-one-layer.safetensors"))
        let spec = try text("One.lstm.yaml").replacing("file: seed-one-layer.safetensors", with: "file: out/One.h")
        try box.write("One.lstm.yaml", spec)
        let outcome = try box.run("generate", "One.lstm.yaml", "--output", "out", "--c-header")
        #expect(outcome.code == 1 && outcome.stderr.contains("the output 'out/One.h' would replace"), "\(outcome)")
    }

    @Test(
        "two types with one name in C are refused, at the second", arguments: ["Guitar_amp", "guitarAmp", "guitar_amp"])
    func sameNames(_ name: String) throws {
        try writeSpec("Two", named: name)
        let files = ["generate", "One.lstm.yaml", "Two.lstm.yaml", "--output", "out"]
        #expect(try box.run(files).code == 0)
        let outcome = try box.run(files + ["--c-header"])
        #expect(
            outcome.code == 1
                && outcome.stderr.hasPrefix(
                    "Two.lstm.yaml:1:1: error: this spec and 'One.lstm.yaml' both give C the name 'guitar_amp_state_size'"
                ),
            "\(outcome)")
    }

    @Test("one type beside another whose name begins as its does is none of its business") func beginnings() throws {
        for (file, name) in [("Two", "GuitarAmpState"), ("Three", "Guitar"), ("Four", "GuitarAmpRun")] {
            try writeSpec(file, named: name)
        }
        let outcome = try box.run(
            "generate", "One.lstm.yaml", "Two.lstm.yaml", "Three.lstm.yaml", "Four.lstm.yaml", "--output", "out",
            "--c-header")
        #expect(outcome.code == 0, "\(outcome)")
    }

    @Test("a function that would be a type of the module is refused") func typeNames() throws {
        try writeSpec("Two", named: "guitar_amp_step")
        let outcome = try box.run("generate", "One.lstm.yaml", "Two.lstm.yaml", "--output", "out", "--c-header")
        #expect(outcome.code == 1 && outcome.stderr.contains("both give C the name 'guitar_amp_step'"), "\(outcome)")
    }

    @Test("a type whose name is none for C is refused") func letters() throws {
        try writeSpec("Two", named: "Überholer")
        #expect(try box.run("generate", "Two.lstm.yaml", "--output", "out").code == 0)
        let outcome = try box.run("generate", "Two.lstm.yaml", "--output", "out", "--c-header")
        #expect(
            outcome.code == 1
                && outcome.stderr.hasPrefix("Two.lstm.yaml:1:1: error: the type 'Überholer' has no name in C"),
            "\(outcome)")
    }

    @Test("the plugins' tool takes the option, too") func tool() throws {
        let tool = products.appendingPathComponent("lstmc-generate").path
        guard FileManager.default.isExecutableFile(atPath: tool) else { return }
        #expect(try box.run(["One.lstm.yaml", "--output", "a", "--c-header"], program: tool).code == 0)
        #expect(try box.run("generate", "One.lstm.yaml", "--output", "b", "--c-header").code == 0)
        #expect(try text("a/One.h") == text("b/One.h") && text("a/One.swift") == text("b/One.swift"))
    }
}
