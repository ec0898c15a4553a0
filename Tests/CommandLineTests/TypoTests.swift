// SPDX-License-Identifier: Apache-2.0

import ProgramTestSupport
import Testing

/// A slip in a command, an option or a value is the one thing that is said, with what is nearest to it.
@Suite("Slips of the command line")
struct TypoTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
    }

    private func said(_ arguments: [String]) throws -> String {
        let outcome = try box.run(arguments)
        #expect(outcome.code == 64, "\(outcome.description)")
        #expect(outcome.stdout.isEmpty)
        let lines = outcome.stderr.split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("Error: ") } == 1)
        #expect(outcome.stderr.contains("\n  See 'lstmc "), "\(outcome.stderr)")
        return String(lines.first?.dropFirst("Error: ".count) ?? "")
    }

    @Test(
        "a command",
        arguments: [
            ("chekc", "check"), ("Check", "check"), ("chek", "check"), ("rnu", "run"), ("generat", "generate"),
            ("desribe", "describe"), ("verfy", "verify"), ("imprt", "import"), ("plt", "plot"), ("hlep", "help"),
        ])
    func command(_ word: String, _ meant: String) throws {
        let expected = "no command '\(word)'; did you mean '\(meant)'?"
        for arguments in [[word], [word, "a.lstm.yaml"], [word, "a", "--input", "b"], [word, "--nonsense"]] {
            #expect(try said(arguments) == expected)
        }
        #expect(try said(["help", word]) == expected)
    }

    @Test("a word like no command") func noCommand() throws {
        #expect(
            try said(["Echo.lstm.yaml"])
                == "no command 'Echo.lstm.yaml'; the commands are init, import, check, describe, "
                + "graph, ir, run, plot, verify, quantize, generate, bench, schema")
        #expect(try !said(["\u{1B}[2J"]).contains("\u{1B}"))
    }

    @Test(
        "an option, whatever else is wrong",
        arguments: [
            (
                ["run", "Echo.lstm.yaml", "--inputt", "x.npy"],
                "lstmc run has no option '--inputt'; did you mean '--input'?"
            ),
            (["run", "Echo.lstm.yaml", "--inptu=x.npy"], "lstmc run has no option '--inptu'; did you mean '--input'?"),
            (["run", "--inputt", "x", "--inputt", "y"], "lstmc run has no option '--inputt'; did you mean '--input'?"),
            (
                ["run", "Echo.lstm.yaml", "-input", "x.npy"],
                "lstmc run has no option '-input'; did you mean '--input'?"
            ),
            (["plot", "--batchrow", "1"], "lstmc plot has no option '--batchrow'; did you mean '--batch-row'?"),
            (
                ["import", "a.pt", "--batch_first"],
                "lstmc import has no option '--batch_first'; did you mean '--batch-first'?"
            ),
            (["verify", "--aganist", "a"], "lstmc verify has no option '--aganist'; did you mean '--against'?"),
            (
                ["graph", "a", "-o", "b", "--formta", "c"],
                "lstmc graph has no option '--formta'; did you mean '--format'?"
            ),
            (["generate", "a", "--ouptut", "b"], "lstmc generate has no option '--ouptut'; did you mean '--output'?"),
            (["check", "a", "--colour", "never"], "lstmc check has no option '--colour'; did you mean '--color'?"),
            (["--versoin"], "lstmc has no option '--versoin'; did you mean '--version'?"),
            (["--hlep", "run"], "lstmc has no option '--hlep'; did you mean '--help'?"),
            (["run", "a", "--xyzzy"], "lstmc run has no option '--xyzzy'; 'lstmc run --help' lists its options"),
            (["run", "a", "-z"], "lstmc run has no option '-z'; 'lstmc run --help' lists its options"),
            (["--xyzzy"], "lstmc has no option '--xyzzy'; 'lstmc --help' lists its options"),
        ])
    func option(_ arguments: [String], _ expected: String) throws {
        #expect(try said(arguments) == expected)
    }

    @Test(
        "a value of those that an option takes",
        arguments: [
            (
                ["--color", "allways"],
                "'allways' is no value of --color, which is auto, always or never; did you mean 'always'?"
            ),
            (["--color=nver"], "'nver' is no value of --color, which is auto, always or never; did you mean 'never'?"),
            (
                ["--diagnostics", "jsno"],
                "'jsno' is no value of --diagnostics, which is text or json; did you mean 'json'?"
            ),
            (["--diagnostics", "xml"], "'xml' is no value of --diagnostics, which is text or json"),
            (["--color="], "'' is no value of --color, which is auto, always or never"),
        ])
    func value(_ options: [String], _ expected: String) throws {
        #expect(try said(["check", "Echo.lstm.yaml"] + options) == expected)
        // Before what it leads to.
        #expect(try said(["run", "Echo.lstm.yaml"] + options) == expected)
    }

    @Test("each option of each command is known with its values") func all() throws {
        for command in [
            "init", "import", "check", "describe", "graph", "ir", "run", "plot", "verify", "generate", "bench",
            "schema",
        ] {
            let help = try box.run(command, "--help").stdout
            for line in help.split(separator: "\n") where line.hasPrefix("  -") {
                let name = line.split { " ,/".contains($0) }.first { $0.hasPrefix("--") } ?? ""
                // The slip is behind an option that is right, and is the one that is named.
                let given = line.contains("<") ? ["\(name)=1", "--xyzzy"] : [String(name), "--xyzzy"]
                let outcome = try box.run([command] + given + ["--xyzzy"])
                if name == "--help" || name == "--version" { continue }
                let isEnumerated = outcome.stderr.contains(" is no value of \(name), ")
                #expect(outcome.code == 64)
                #expect(
                    isEnumerated || outcome.stderr.hasPrefix("Error: lstmc \(command) has no option '--xyzzy'; "),
                    "\(command) \(name): \(outcome.stderr)")
            }
        }
    }

    @Test("what is no slip keeps its own error") func others() throws {
        #expect(try said(["run", "Echo.lstm.yaml"]) == "Give either --input FILE or --text TEXT.")
        #expect(try said(["run", "Echo.lstm.yaml", "--input"]) == "Missing value for '--input <file>'")
        #expect(try said(["graph", "a", "b"]) == "Unexpected argument 'b'")
        #expect(try said(["plot", "a", "--text", "t", "--batch-row", "x"]).contains("invalid for '--batch-row <n>'"))
        #expect(try said(["run", "a", "--text", "t", "--output", "b", "--output", "c"]).contains("given twice"))
        // A value that looks like an option, and what stands behind --.
        #expect(try said(["run", "--text=--xyzzy", "--input", "a"]).contains("Missing expected argument '<spec>'"))
        #expect(try box.run("check", "--", "--xyzzy").code == 1)
        #expect(try box.run("help", "run").code == 0)
        #expect(try box.run("help", "--help").code == 0)
    }
}
