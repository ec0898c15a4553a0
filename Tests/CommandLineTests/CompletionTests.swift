// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import Testing

@Suite("shell completions")
struct CompletionTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    private func script(_ shell: String) throws -> String {
        let outcome = try box.run("--generate-completion-script", shell)
        #expect(outcome.code == 0 && outcome.stderr.isEmpty)
        return outcome.stdout
    }

    @Test("a script for each shell, with the commands, the files' endings and the words of an option")
    func scripts() throws {
        for shell in ["bash", "zsh", "fish"] {
            let text = try script(shell)
            for word in ["check", "describe", "generate", "safetensors", "yaml", "always", "json", "internal"] {
                #expect(text.contains(word), "\(shell): \(word)")
            }
        }
        #expect(try box.run("--generate-completion-script", "cmd").code != 0)
    }

    /// What bash offers for the last of these words, in a folder with one file of each kind.
    private func offered(_ words: String...) throws -> [String] {
        for name in ["m.lstm.yaml", "w.safetensors", "x.npy", "t.txt"] { try box.write(name, "") }
        try box.write("folder/y.npy", "")
        let bash = """
            cd "\(box.folder.path)" && source lstmc.bash
            COMP_WORDS=(lstmc \(words.joined(separator: " "))); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
            _lstmc lstmc "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["--norc", "-c", bash]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            .sorted()
    }

    @Test(
        "bash reads its script and offers what fits",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash")))
    func bash() throws {
        try box.write("lstmc.bash", try script("bash"))
        let subcommands = try offered("\"\"")
        #expect(Set(subcommands).isSuperset(of: ["check", "run", "verify"]))
        #expect(try offered("check", "\"\"").contains("m.lstm.yaml"))
        #expect(try !offered("check", "\"\"").contains("x.npy"))
        let inputs = try offered("run", "m.lstm.yaml", "--input", "\"\"")
        #expect(inputs.contains("x.npy") && inputs.contains("w.safetensors"))
        #expect(!inputs.contains("t.txt") && !inputs.contains("m.lstm.yaml"))
        #expect(try offered("import", "\"\"").contains("w.safetensors"))
        #expect(try !offered("import", "\"\"").contains("x.npy"))
        #expect(try offered("check", "m.lstm.yaml", "--color", "\"\"") == ["always", "auto", "never"])
    }
}
