// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// One thing of a document that is run: a fenced block, or the code of a tutorial's step.
struct Block {
    /// README.md:17
    let place: String
    /// What follows the fence: `console`, `swift`, `yaml`, `sh`.
    let language: String
    /// The file that the block is, relative to the folder its document is read in: what the line before it says.
    let file: String?
    let lines: [String]

    var text: String { lines.map { $0 + "\n" }.joined() }
}

/// The catalogue that `make docs` builds.
let catalogue = "Sources/LSTMRuntime/LSTMRuntime.docc"

/// The documents whose every block is run, relative to the repository.
let documents: [String] = {
    let articles = fixtureNames(in: repositoryRoot.appendingPathComponent(catalogue), suffix: ".md")
    return ["README.md", "CONTRIBUTING.md"] + articles.map { "\(catalogue)/\($0)" }
}()

func documentText(_ path: String) throws -> String {
    try String(contentsOf: repositoryRoot.appendingPathComponent(path), encoding: .utf8)
}

/// The fenced blocks of a Markdown document, in order.
func blocks(of document: String) throws -> [Block] {
    var blocks: [Block] = []
    var open: (line: Int, language: String, file: String?, lines: [String])?
    // The last line with something on it; a file's name ends it.
    var before = ""
    let text = try documentText(document)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
        if line.hasPrefix("```") {
            if let block = open {
                let place = "\(document):\(block.line)"
                blocks.append(Block(place: place, language: block.language, file: block.file, lines: block.lines))
                (open, before) = (nil, "")
            } else {
                open = (index + 1, String(line.dropFirst(3)), fileName(endingOf: before), [])
            }
        } else if open != nil {
            open?.lines.append(line)
        } else if !line.isEmpty {
            before = line
        }
    }
    return blocks
}

/// "... `amp/Package.swift`:" is amp/Package.swift.
private func fileName(endingOf line: String) -> String? {
    line.firstMatch(of: #/`([\w./-]+\.[a-z]+)`:$/#).map { String($0.output.1) }
}

/// What the steps of the tutorial show, in order: files under their names, and what happens in the terminal.
func tutorialBlocks(_ tutorial: String) throws -> [Block] {
    let resources = repositoryRoot.appendingPathComponent("\(catalogue)/Resources")
    let lines = try documentText(tutorial).split(separator: "\n", omittingEmptySubsequences: false)
    return try lines.enumerated().compactMap { index, line in
        guard let code = line.firstMatch(of: #/@Code\(name: "([^"]+)", file: "([^"]+)"\)/#)?.output else { return nil }
        let text = try String(contentsOf: resources.appendingPathComponent(String(code.2)), encoding: .utf8)
        let name = String(code.1)
        let isTerminal = name == "Terminal"
        return Block(
            place: "\(tutorial):\(index + 1)", language: isTerminal ? "console" : "", file: isTerminal ? nil : name,
            lines: text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init))
    }
}
