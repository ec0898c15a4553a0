// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("generate")
struct GenerateTests {
    private let box: Sandbox

    init() throws { box = try Sandbox() }

    private func copySpec(_ name: String, files: [String]) throws {
        for file in ["\(name).lstm.yaml"] + files {
            try box.write(file, [UInt8](Data(contentsOf: specs.appendingPathComponent(file))))
        }
    }

    private func copyThai() throws {
        try copySpec("ThaiSegmenter", files: ["thai-segmenter.safetensors", "thai-vocabulary.json"])
    }

    /// What CI holds the committed library to; the message is the command that brings it up to date.
    @Test("the committed models are what their specs give") func drift() throws {
        let names = fixtureNames(in: specs, suffix: ".lstm.yaml")
        #expect(!names.isEmpty)
        let outcome = try box.run(
            ["generate"] + names.map { specs.appendingPathComponent($0).path }
                + ["--output", repositoryRoot.appendingPathComponent("Generated").path, "--check"])
        #expect(outcome.code == 0, "\(outcome.stderr)\nrun: make generate")
        #expect(
            fixtureNames(in: repositoryRoot.appendingPathComponent("Generated"), suffix: ".swift").count == names.count)
    }

    @Test("writes what differs, makes the folder, and says so") func writing() throws {
        try copyThai()
        let first = try box.run("generate", "ThaiSegmenter.lstm.yaml", "--output", "a/b")
        #expect(first.code == 0 && first.lines == ["wrote a/b/ThaiSegmenter.swift"])
        #expect(first.stderr.isEmpty)
        let committed = try Data(
            contentsOf: repositoryRoot.appendingPathComponent("Generated/ThaiSegmenter.swift"))
        #expect(try box.read("a/b/ThaiSegmenter.swift") == [UInt8](committed))
        let second = try box.run("generate", "ThaiSegmenter.lstm.yaml", "--output", "a/b")
        #expect(second.code == 0 && second.stdout.isEmpty)
    }

    /// The mark's length changes, since times may be coarser than builds are apart.
    @Test("each run changes the mark that a build watches, and no other file that is right") func mark() throws {
        try copyThai()
        try box.write("build/mark", [UInt8]())
        let command = ["generate", "ThaiSegmenter.lstm.yaml", "--output", "out", "--mark", "build/mark"]
        var lengths = [0]
        for number in 0..<4 {
            let outcome = try box.run(command)
            #expect(outcome.code == 0 && outcome.stderr.isEmpty)
            #expect(outcome.lines == (number == 0 ? ["wrote out/ThaiSegmenter.swift"] : []))
            lengths.append(try box.read("build/mark").count)
        }
        #expect(Set(lengths).count == lengths.count)
        // What is wrong is reported, and the mark changes all the same.
        try box.write("ThaiSegmenter.lstm.yaml", "lstmc: 2")
        #expect(try box.run(command).code == 1)
        #expect(try !lengths.contains(box.read("build/mark").count))
        // It does not grow for ever.
        let grown = try box.read("build/mark") + [UInt8](repeating: 10, count: 1000)
        try box.write("build/mark", grown)
        #expect(try box.run(command).code == 1)
        #expect(try box.read("build/mark").count < 500)
    }

    @Test("what is no mark is left alone", arguments: ["ThaiSegmenter.lstm.yaml", "thai-segmenter.safetensors"])
    func noMark(_ file: String) throws {
        try copyThai()
        let before = try box.read(file)
        let outcome = try box.run("generate", "ThaiSegmenter.lstm.yaml", "--output", "out", "--mark", file)
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("error: the output '\(file)' cannot be written: the file that is there is no"))
        #expect(try box.read(file) == before)
        #expect(try box.run("generate", "ThaiSegmenter.lstm.yaml", "--output", "out", "--mark", "").code != 0)
    }

    @Test("a mark that cannot be changed stops the run: the next build would not look") func unwritableMark() throws {
        try copyThai()
        try box.write("mark/file", "")
        let outcome = try box.run("generate", "ThaiSegmenter.lstm.yaml", "--output", "out", "--mark", "mark")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.hasPrefix("mark:1:1: error: the output 'mark' cannot be written: "))
        #expect(try !box.names().contains("out"))
    }

    @Test("--check writes nothing and prints the command that helps") func check() throws {
        try copyThai()
        let outcome = try box.run(
            "generate", "ThaiSegmenter.lstm.yaml", "--output", "out", "--check", "--access", "package")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("out/ThaiSegmenter.swift:1:1: error:"))
        #expect(
            outcome.stderr.contains("run: lstmc generate ThaiSegmenter.lstm.yaml --output out --access package"))
        #expect(try !box.names().contains("out"))
    }

    @Test("access is said on every declaration", arguments: ["public", "package", "internal"])
    func access(_ level: String) throws {
        try copyThai()
        let outcome = try box.run("generate", "ThaiSegmenter.lstm.yaml", "--output", "out", "--access", level)
        #expect(outcome.code == 0)
        let text = String(decoding: try box.read("out/ThaiSegmenter.swift"), as: UTF8.self)
        #expect(text.contains(level == "internal" ? "\nstruct ThaiSegmenter" : "\n\(level) struct ThaiSegmenter"))
        #expect(text.contains("public ") == (level == "public"))
    }

    @Test("a spec without weights is told what it lacks") func noWeights() throws {
        try box.write(
            "Bare.lstm.yaml", "lstmc: 1\ninput: { features: 2 }\nlayers:\n  - lstm: lstm\n    hidden_size: 2\n")
        let outcome = try box.run("generate", "Bare.lstm.yaml", "--output", "out")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("Bare.lstm.yaml:1:1: error: the spec has no 'weights'"))
    }

    @Test("nothing is written where one spec is wrong") func allOrNothing() throws {
        try copyThai()
        try box.write("Wrong.lstm.yaml", "lstmc: 1\n")
        let outcome = try box.run("generate", "ThaiSegmenter.lstm.yaml", "Wrong.lstm.yaml", "--output", "out")
        #expect(outcome.code == 1)
        #expect(try !box.names().contains("out"))
    }

    @Test("two specs cannot be one file or one type") func duplicates() throws {
        try copyThai()
        let text = String(decoding: try box.read("ThaiSegmenter.lstm.yaml"), as: UTF8.self)
        let other = text.replacingOccurrences(of: "name: ThaiSegmenter", with: "name: Other")
        try box.write("ThaiSegmenter.other.lstm.yaml", other)
        let files = try box.run(
            "generate", "ThaiSegmenter.lstm.yaml", "ThaiSegmenter.other.lstm.yaml", "--output", "out")
        #expect(files.code == 1 && files.stderr.contains("would both be written to 'ThaiSegmenter.swift'"))
        try box.write("Second.lstm.yaml", text)
        let types = try box.run("generate", "ThaiSegmenter.lstm.yaml", "Second.lstm.yaml", "--output", "out")
        #expect(types.code == 1 && types.stderr.contains("both define the type 'ThaiSegmenter'"))
    }

    @Test("--tests writes a test of its own results") func ownTests() throws {
        try copyThai()
        let outcome = try box.run("generate", "ThaiSegmenter.lstm.yaml", "--output", "App", "--tests", "AppTests")
        #expect(outcome.lines == ["wrote App/ThaiSegmenter.swift", "wrote AppTests/ThaiSegmenterTests.swift"])
        let text = String(decoding: try box.read("AppTests/ThaiSegmenterTests.swift"), as: UTF8.self)
        #expect(text.contains("import struct App.ThaiSegmenter\n"))
        try assertSnapshot(text, at: fixtures.appendingPathComponent("ThaiSegmenterTests.txt"))
    }

    @Test("--tests says of which types no test compiles", arguments: ["Testing", "Void", "_Concurrency"])
    func noTests(_ name: String) throws {
        try copyThai()
        let text = String(decoding: try box.read("ThaiSegmenter.lstm.yaml"), as: UTF8.self)
        try box.write("One.lstm.yaml", text.replacingOccurrences(of: "name: ThaiSegmenter", with: "name: \(name)"))
        let tested = try box.run("generate", "One.lstm.yaml", "--output", "App", "--tests", "AppTests")
        #expect(tested.code == 1 && tested.stderr.hasPrefix("One.lstm.yaml:1:1: error: no test of a type '\(name)'"))
        #expect(try !box.names().contains("App"))
        #expect(try box.run("generate", "One.lstm.yaml", "--output", "App").lines == ["wrote App/One.swift"])
    }

    @Test("--tests takes a file's results") func vectorTests() throws {
        try copySpec("SeedGivenState", files: ["seed-given-state.safetensors"])
        let outcome = try box.run(
            "generate", "SeedGivenState.lstm.yaml", "--output", "App", "--tests", "AppTests", "--module", "Models",
            "--vectors", "seed-given-state.safetensors")
        #expect(outcome.code == 0)
        let text = String(decoding: try box.read("AppTests/SeedGivenStateTests.swift"), as: UTF8.self)
        #expect(text.contains("import struct Models.SeedGivenState\n"))
        #expect(text.contains("seed-given-state.safetensors holds"))
        #expect(text.contains("try model(x, initial: LSTMRuntime.LSTMState(h: h0, c: c0))"))
        try copyThai()
        let wrong = try box.run(
            "generate", "ThaiSegmenter.lstm.yaml", "--output", "App", "--tests", "AppTests", "--vectors",
            "seed-given-state.safetensors")
        #expect(wrong.code == 1)
    }

    @Test("options that say nothing together exit 64") func usage() throws {
        #expect(try box.run("generate", "A.lstm.yaml").code == 64)
        #expect(try box.run("generate", "A.lstm.yaml", "--output", "o", "--vectors", "v").code == 64)
        #expect(try box.run("generate", "A.lstm.yaml", "--output", "o", "--access", "private").code == 64)
        #expect(try box.run("generate", "A.lstm.yaml", "--output", "my-app", "--tests", "t").code == 64)
    }
}
