// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import Testing

@Suite("colour")
struct ColorTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Wrong.lstm.yaml", "lstmc: 1\ninput: { features: 1 }\nlayers: [{ relu: a, x: 1 }]\n")
        try box.write(
            "Drop.lstm.yaml",
            "lstmc: 1\ninput: { features: 1 }\nlayers:\n  - lstm: a\n    hidden_size: 1\n    dropout: 0.5\n")
    }

    @Test("on a terminal, the place, the severity and the caret")
    func diagnostics() throws {
        let outcome = try box.runOnTerminal(["check", "Wrong.lstm.yaml"])
        #expect(
            outcome.stderr == """
                \u{1B}[1mWrong.lstm.yaml:3:21:\u{1B}[0m \u{1B}[1;31merror:\u{1B}[0m layer kind 'relu' takes no key 'x'
                3 | layers: [{ relu: a, x: 1 }]
                  |                     \u{1B}[1;31m^\u{1B}[0m

                """)
        #expect(try box.runOnTerminal(["check", "Drop.lstm.yaml"]).stderr.contains("\u{1B}[1;35mwarning:\u{1B}[0m"))
    }

    @Test(
        "who asks for it, and who refuses",
        arguments: [
            ([], [:], true), (["--color", "never"], [:], false), ([], ["NO_COLOR": "1"], false),
            ([], ["TERM": "dumb"], false), (["--color", "always"], ["NO_COLOR": "1", "TERM": "dumb"], true),
            ([], ["TERM": "dumb", "CLICOLOR_FORCE": "1"], true), ([], ["TERM": "dumb", "CLICOLOR_FORCE": "0"], false),
            ([], ["CLICOLOR_FORCE": "1", "NO_COLOR": "x"], false), (["--diagnostics", "json"], [:], false),
            (["--diagnostics", "json", "--color", "always"], [:], false),
        ] as [([String], [String: String], Bool)])
    func asked(_ options: [String], _ environment: [String: String], _ expected: Bool) throws {
        let outcome = try box.runOnTerminal(["check", "Wrong.lstm.yaml"] + options, environment: environment)
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("relu"))
        #expect(outcome.stderr.contains("\u{1B}") == expected, "\(outcome.description)")
    }

    @Test(
        "into a file or a pipe, only what is asked for",
        arguments: [
            ([], [:], false), (["--color", "always"], [:], true), ([], ["CLICOLOR_FORCE": "1"], true),
            (["--color", "never"], ["CLICOLOR_FORCE": "1"], false),
        ] as [([String], [String: String], Bool)])
    func piped(_ options: [String], _ environment: [String: String], _ expected: Bool) throws {
        let variables = ["NO_COLOR": "", "CLICOLOR_FORCE": ""].merging(environment) { $1 }
        let outcome = try box.run(["check", "Wrong.lstm.yaml"] + options, environment: variables)
        #expect(outcome.stderr.contains("\u{1B}") == expected)
    }

    @Test("headings of results on a terminal, and never elsewhere") func results() throws {
        let plain = try box.run("describe", "Drop.lstm.yaml").stdout
        let shown = try box.runOnTerminal(["describe", "Drop.lstm.yaml", "--color", "auto"], results: true).stderr
        #expect(shown.contains("\u{1B}[1mlayer\u{1B}[0m  \u{1B}[1mkind\u{1B}[0m"))
        #expect(shown.contains("\u{1B}[1mtensor\u{1B}[0m"))
        let uncoloured = shown.replacing("\u{1B}[0m", with: "").replacing("\u{1B}[1m", with: "")
        #expect(uncoloured.hasSuffix(plain))
        for environment in [[:], ["CLICOLOR_FORCE": "1"]] {
            let outcome = try box.run(["describe", "Drop.lstm.yaml", "--color", "always"], environment: environment)
            #expect(outcome.stdout == plain)
        }
        let dumb = try box.runOnTerminal(["describe", "Drop.lstm.yaml"], results: true, environment: ["TERM": "dumb"])
        #expect(!dumb.stderr.contains("\u{1B}"))
    }

    @Test("every command has the option") func everywhere() throws {
        for command in ["check", "describe", "ir", "run", "verify", "generate", "bench"] {
            #expect(try box.run(command, "--help").stdout.contains("--color <color>"), "\(command)")
            let wrong = try box.run(command, "Wrong.lstm.yaml", "--color", "blue")
            #expect(wrong.code == 64, "\(command)")
        }
    }
}
