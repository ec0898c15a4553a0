// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// Runs what a document shows, in a folder that looks like a clone of the repository in which `make demo` was run.
///
/// A line that begins with `$ ` is a command, lines with `> ` after it continue it, and what follows is what it prints,
/// errors too; `...` stands for any lines, or the rest of one. A command ends with 0, or with 1 where it prints an error
/// that is shown.
struct Replay {
    struct Command {
        let place: String
        var text: String
        var output: [String] = []

        var isSwift: Bool { text.hasPrefix("swift ") }
        var code: Int { output.contains { $0.contains("error: ") } ? 1 : 0 }
    }

    let box: Sandbox
    /// Where packages are built; nil leaves out the commands that build them, which `make test-documents` does not.
    let scratch: String?

    init(builds: Bool = true) throws {
        scratch = builds ? ProcessInfo.processInfo.environment["LSTMC_DOCUMENTS"] : nil
        box = try Sandbox()
        let files = FileManager.default
        // Copies: paths between them and what the commands write are relative.
        for name in ["Examples/drive.pt", "Examples/Sources", "Specs"] {
            try files.createDirectory(
                at: box.url(name).deletingLastPathComponent(), withIntermediateDirectories: true)
            try files.copyItem(at: repositoryRoot.appendingPathComponent(name), to: box.url(name))
        }
        try files.createDirectory(at: box.url(".build"), withIntermediateDirectories: true)
        try files.createSymbolicLink(at: box.url(".build/debug"), withDestinationURL: products)
    }

    /// Runs all blocks in one shell, and compares.
    func run(_ blocks: [Block]) throws {
        var script = "exec 2>&1\n" + swiftFunction
        var commands: [Command] = []
        for (index, block) in blocks.enumerated() {
            if block.language == "console" {
                for command in Self.commands(of: block) {
                    script += "\(command.text)\nprintf '\\036%d\\036' $?\n"
                    commands.append(command)
                }
            } else if let file = block.file, !isInRepository(file) {
                try box.write(".blocks/\(index)", dependingOnThis(block.text))
                script += "mkdir -p \"$(dirname '\(file)')\" && cp '\(box.url(".blocks/\(index)").path)' '\(file)'\n"
            }
        }
        if commands.isEmpty { return }
        let path = products.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let outcome = try box.run(["-c", script], program: "/bin/bash", environment: ["PATH": path])
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome.description)")
        let parts = outcome.stdout.split(separator: "\u{1E}", omittingEmptySubsequences: false)
        try #require(parts.count == 2 * commands.count + 1, "\(outcome.description)")
        for (index, command) in commands.enumerated() where scratch != nil || !command.isSwift {
            compare(command, String(parts[2 * index]), code: String(parts[2 * index + 1]))
        }
    }

    private func compare(_ command: Command, _ found: String, code: String) {
        let lines = found.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let printed = lines.last == "" ? Array(lines.dropLast()) : lines
        #expect(
            Self.matches(command.output[...], printed[...]),
            "\(command.place) \(command.text)\n--- shown\n\(command.output.joined(separator: "\n"))\n--- found\n\(found)"
        )
        #expect(code == "\(command.code)", "\(command.place) \(command.text)\n\(found)")
    }

    /// The packages that the commands would have built, each as it was then.
    var unbuilt: [URL] {
        fixtureNames(in: box.url(".blocks/unbuilt"), suffix: "").map { box.url(".blocks/unbuilt/\($0)") }
    }

    /// Packages are built where the last run left what it built.
    private var swiftFunction: String {
        guard let scratch else {
            let copy = "mkdir -p .blocks/unbuilt && cp -R \"$3\" \".blocks/unbuilt/$((unbuilt += 1))\""
            return "swift() { if [ \"$2\" = --package-path ]; then \(copy); fi; }\n"
        }
        return "swift() { command swift \"$1\" --scratch-path '\(scratch)' \"${@:2}\"; }\n"
    }

    /// A manifest's `..` is the clone, which is the repository that is tested.
    private func dependingOnThis(_ text: String) -> String {
        text.replacing("name: \"lstmc\", path: \"..\"", with: "name: \"lstmc\", path: \"\(repositoryRoot.path)\"")
    }

    private func isInRepository(_ file: String) -> Bool {
        FileManager.default.fileExists(atPath: repositoryRoot.appendingPathComponent(file).path)
    }

    static func commands(of block: Block) -> [Command] {
        var commands: [Command] = []
        for line in block.lines {
            if line.hasPrefix("$ ") {
                commands.append(Command(place: block.place, text: String(line.dropFirst(2))))
            } else if commands.isEmpty {
                Issue.record("\(block.place) begins with no command")
            } else if line.hasPrefix("> "), commands[commands.count - 1].output.isEmpty {
                commands[commands.count - 1].text += "\n" + line.dropFirst(2)
            } else {
                commands[commands.count - 1].output.append(line)
            }
        }
        return commands
    }

    /// Whether the lines are those shown; `...` is any number of lines, and at the end of a line its rest.
    static func matches(_ shown: ArraySlice<String>, _ found: ArraySlice<String>) -> Bool {
        guard let first = shown.first else { return found.isEmpty }
        if first == "..." {
            return (found.startIndex...found.endIndex).contains { matches(shown.dropFirst(), found[$0...]) }
        }
        guard let line = found.first else { return false }
        let isShown = first.hasSuffix("...") ? line.hasPrefix(first.dropLast(3)) : line == first
        return isShown && matches(shown.dropFirst(), found.dropFirst())
    }
}
