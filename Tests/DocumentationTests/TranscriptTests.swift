// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

@Suite("What the documents show")
struct TranscriptTests {
    @Test("commands print what is shown, and the programs that they build do", arguments: documents)
    func replay(_ document: String) throws {
        try Replay().run(try blocks(of: document))
    }

    @Test("so does the tutorial") func tutorial() throws {
        let blocks = try tutorialBlocks("\(catalogue)/CheckpointToApp.tutorial")
        #expect(blocks.count == 10)
        try Replay().run(blocks)
    }

    /// A block that no test runs would be one that may be wrong.
    @Test("every block is one that is run", arguments: documents)
    func languages(_ document: String) throws {
        for block in try blocks(of: document) {
            switch block.language {
            case "console", "sh": break
            case "yaml": try accept(block)
            case "swift":
                let file = try #require(block.file, "\(block.place): which file is this?")
                try shows(block, file)
            // A command beside it compiles it.
            case "c": _ = try #require(block.file, "\(block.place): which file is this?")
            case "python": try isHelp(block)
            default: Issue.record("\(block.place): no test runs a block of '\(block.language)'")
            }
        }
    }

    /// A spec without a mistake; where it is a file of the repository, with that file's lines.
    private func accept(_ block: Block) throws {
        let source = SourceFile(path: "m.lstm.yaml", bytes: Array(block.text.utf8))
        let parsed = parse(source)
        let lowered = parsed.document.map(lower)
        let diagnostics = parsed.diagnostics + (lowered?.diagnostics ?? [])
        #expect(diagnostics.isEmpty, "\(block.place)\n\(render(diagnostics, sources: [source.path: source]))")
        if let file = block.file { try shows(block, file) }
    }

    /// Lines of the help of `lstmc import`, but for what they remark.
    private func isHelp(_ block: Block) throws {
        let help = try documentText("Sources/lstmc/Commands/Import.swift")
        for line in block.lines where !line.isEmpty {
            let code = line.split(separator: "  #", maxSplits: 1).first.map(String.init) ?? line
            #expect(help.contains(code.trimmingCharacters(in: .whitespaces)), "\(block.place): \(line)")
        }
    }

    /// The lines are in the repository's file of that name in this order, where there is one.
    private func shows(_ block: Block, _ file: String) throws {
        guard let whole = FileManager.default.contents(atPath: repositoryRoot.appendingPathComponent(file).path) else {
            return
        }
        var rest = String(decoding: whole, as: UTF8.self).split(separator: "\n")[...]
        for line in block.lines where !line.isEmpty {
            let place = try #require(rest.firstIndex { $0 == line }, "\(block.place): '\(line)' is not in \(file)")
            rest = rest[(place + 1)...]
        }
    }

    @Test("every command for the shell is a target of the Makefile", arguments: documents)
    func targets(_ document: String) throws {
        let targets = Set(
            try documentText("Makefile").matches(of: #/(?m)^([a-z-]+):/#).map { String($0.output.1) })
        for block in try blocks(of: document) where block.language == "sh" {
            for line in block.lines {
                let words = line.split(separator: " ")
                try #require(words.count >= 2 && words[0] == "make", "\(block.place): \(line)")
                #expect(targets.contains(String(words[1])), "\(block.place): \(line)")
            }
        }
    }

    @Test("the comparison takes '...' for any lines, and nothing else for another") func comparison() {
        #expect(Replay.matches(["a", "...", "d"], ["a", "b", "c", "d"]))
        #expect(Replay.matches(["...", "d"], ["d"]))
        #expect(!Replay.matches(["a", "...", "d"], ["a", "b", "c"]))
        #expect(!Replay.matches(["a"], ["a", "b"]))
        #expect(!Replay.matches(["a", "b"], ["a"]))
        #expect(Replay.matches(["took ..."], ["took 3 s"]))
        #expect(!Replay.matches(["took ..."], ["tool"]))
    }
}
