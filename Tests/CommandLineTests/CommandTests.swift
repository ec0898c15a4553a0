// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let commands = ["check", "describe", "ir", "run", "verify", "bench", "generate", "graph", "plot"]

/// The options without which a command does not begin.
private func neededOptions(of command: String) -> [String] {
    [
        "run": ["--input", "x.npy"], "verify": ["--against", "x.npy"], "generate": ["--output", "out"],
        "plot": ["--input", "x.npy"],
    ][command] ?? []
}

/// A spec with five different mistakes.
let fiveMistakes = """
    lstmc: 1
    name: class
    input: { features: 4 }
    layers:
      - lstm: encoder
        hiden_size: 8
        hidden_size: 8
        bias: 1
        proj_size: 9
      - linear: head
        out_features: 2
    outputs: [tail]

    """

/// A model whose results are its input: what a file is read as, is what comes out.
let echo = """
    lstmc: 1
    name: Echo
    input: { features: 3 }
    layers:
      - relu: y

    """

@Suite("The command line")
struct CommandTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    @Test("help has an example", arguments: commands)
    func help(_ command: String) throws {
        for arguments in [[command, "--help"], ["help", command]] {
            let outcome = try box.run(arguments)
            #expect(outcome.code == 0)
            #expect(outcome.stdout.contains("  lstmc \(command) Specs/"), "\(outcome)")
            #expect(outcome.stderr.isEmpty)
        }
    }

    @Test("the help of all names every command") func overview() throws {
        for arguments in [[], ["--help"]] {
            let outcome = try box.run(arguments)
            #expect(outcome.code == 0)
            for command in commands { #expect(outcome.stdout.contains("  \(command) ")) }
        }
    }

    @Test func version() throws {
        let outcome = try box.run("--version")
        #expect(outcome.code == 0)
        #expect(outcome.stdout.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil)
    }

    @Test(
        "a wrong command line exits 64",
        arguments: [
            ["no-such-command"], ["check"], ["describe"], ["describe", "a", "b"], ["ir"], ["run"], ["run", "a"],
            ["run", "a", "--input", "b", "--text", "c"], ["run", "a", "--input", "b", "--output", "c.txt"],
            ["run", "a", "--input", "b", "--output", "c"], ["verify", "a"], ["check", "a", "--diagnostics", "xml"],
            ["check", "a", "--no-such-option"], ["verify", "a", "--against", "b", "--tolerance", "nan"],
            ["verify", "a", "--against", "b", "--tolerance", "inf"],
            ["verify", "a", "--against", "b", "--tolerance", "-1"],
            ["verify", "a", "--against", "b", "--tolerance=-1"], ["verify", "a", "--against", "b", "--tolerance", "x"],
            ["run", "a", "--input"],
        ])
    func usage(_ arguments: [String]) throws {
        let outcome = try box.run(arguments)
        #expect(outcome.code == 64)
        #expect(outcome.stdout.isEmpty)
        #expect(outcome.stderr.hasPrefix("Error: "))
    }

    @Test("a missing spec exits 1", arguments: commands)
    func missingSpec(_ command: String) throws {
        let outcome = try box.run([command, "No.lstm.yaml"] + neededOptions(of: command))
        #expect(outcome.code == 1)
        #expect(outcome.stdout.isEmpty)
        #expect(
            outcome.stderr == """
                No.lstm.yaml:1:1: error: the spec 'No.lstm.yaml' cannot be opened: No such file or directory

                """)
    }

    @Test("five mistakes are five located errors with carets", arguments: commands)
    func fiveErrors(_ command: String) throws {
        try box.write("Five.lstm.yaml", fiveMistakes)
        let outcome = try box.run([command, "Five.lstm.yaml"] + neededOptions(of: command))
        #expect(outcome.code == 1)
        #expect(outcome.stdout.isEmpty)
        try assertSnapshot(outcome.stderr, at: fixtures.appendingPathComponent("five-mistakes.txt"))
        #expect(outcome.stderr.matches(of: #/Five\.lstm\.yaml:\d+:\d+: error: /#).count == 5)
        #expect(outcome.stderr.matches(of: #/(?m)^ *\| *\^~*$/#).count >= 5)
    }

    @Test("for machines, mistakes are one array on one line") func json() throws {
        try box.write("Five.lstm.yaml", fiveMistakes)
        let outcome = try box.run("check", "Five.lstm.yaml", "No.lstm.yaml", "--diagnostics", "json")
        #expect(outcome.code == 1)
        #expect(outcome.stdout.isEmpty)
        #expect(outcome.stderr.filter { $0 == "\n" }.count == 1)
        let json = try JSONSerialization.jsonObject(with: Data(outcome.stderr.utf8))
        let mistakes = try #require(json as? [[String: Any]])
        #expect(mistakes.count == 6)
        #expect(mistakes.map { $0["line"] as? Int } == [2, 6, 8, 9, 12, 1])
        for mistake in mistakes {
            #expect(
                Set(mistake.keys) == ["severity", "code", "message", "path", "line", "column", "length", "notes"])
            #expect(mistake["severity"] as? String == "error")
        }
    }

    @Test("for machines, there is an array even where nothing is wrong") func emptyJSON() throws {
        try box.write("Echo.lstm.yaml", echo)
        let outcome = try box.run("check", "Echo.lstm.yaml", "--diagnostics", "json")
        #expect(outcome.code == 0)
        #expect(outcome.stderr == "[]\n")
    }

    @Test(
        "describe and ir are as committed",
        arguments: [specs, pretrained].flatMap { folder in
            fixtureNames(in: folder, suffix: ".lstm.yaml").map(folder.appendingPathComponent)
        })
    func snapshots(_ spec: URL) throws {
        let name = spec.lastPathComponent
        for command in ["describe", "ir"] {
            let outcome = try box.run(command, spec.path)
            #expect(outcome.code == 0)
            #expect(outcome.stderr.isEmpty)
            try assertSnapshot(outcome.stdout, at: fixtures.appendingPathComponent("\(name).\(command).txt"))
        }
    }

    @Test("every spec of the project is right", arguments: fixtureNames(in: specs, suffix: ".lstm.yaml"))
    func checks(_ name: String) throws {
        let outcome = try box.run("check", specs.appendingPathComponent(name).path)
        #expect(outcome.code == 0)
        #expect(outcome.stdout.isEmpty && outcome.stderr.isEmpty)
    }

    @Test("what cannot be written to stdout is an error") func fullDevice() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        try box.write("Echo.lstm.yaml", echo)
        let outcome = try box.run(["describe", "Echo.lstm.yaml"], redirection: ">/dev/full")
        #expect(outcome.code == 1)
        #expect(outcome.stderr == "stdout:1:1: error: the results cannot be written: No space left on device\n")
    }
}

/// Columns that stand under one another in every script.
@Suite("Tables of wide names")
struct WideTableTests {
    @Test func columnsAreAligned() throws {
        let box = try Sandbox()
        try box.write(
            "Wide.lstm.yaml",
            """
            lstmc: 1
            name: Wide
            description: "ชื่อ שלום 日本 👍"
            input: { features: 3 }
            layers:
              - linear: 名前
                out_features: 2
              - linear: คำ
                out_features: 2
              - linear: שם
                out_features: 2
              - linear: café
                out_features: 2
              - linear: e\u{301}t
                out_features: 2

            """)
        let outcome = try box.run("describe", "Wide.lstm.yaml")
        try assertSnapshot(outcome.stdout, at: fixtures.appendingPathComponent("wide-names.txt"))
    }
}
