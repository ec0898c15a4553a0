// SPDX-License-Identifier: Apache-2.0

/// A switch statement: the line it begins at, and its own cases' patterns, not those of switches inside it.
struct SwitchBlock {
    var line: Int
    /// `default`, or the patterns between `case` and its colon.
    var cases: [String] = []
}

/// Every switch of a file whose comments and literals are blanked, in the order of their ends.
func switchBlocks(of code: String) -> [SwitchBlock] {
    var reader = SwitchReader()
    for character in code.unicodeScalars { reader.take(character) }
    return reader.finished
}

/// Reads words and brackets and nothing else: a case belongs to the innermost bracket it stands in.
private struct SwitchReader {
    var finished: [SwitchBlock] = []
    /// One for each open bracket; nil for those that open no switch.
    private var open: [SwitchBlock?] = []
    /// The number of open brackets at a `switch` whose own bracket is still to come.
    private var depthOfSwitch: Int?
    /// A case whose colon is still to come.
    private var pattern: (text: String, depth: Int)?
    private var word = ""
    private var line = 1

    mutating func take(_ character: Unicode.Scalar) {
        if character.properties.isXIDContinue {
            word.unicodeScalars.append(character)
        } else {
            endWord(before: character)
            takeMark(character)
        }
        pattern?.text.unicodeScalars.append(character)
    }

    private mutating func endWord(before next: Unicode.Scalar) {
        defer { word = "" }
        if word == "switch" { depthOfSwitch = open.count }
        // A case in a bracket that opens no switch is an enum's, or that of an `if`.
        guard pattern == nil, open.last.flatMap(\.self) != nil else { return }
        if word == "case" { pattern = ("", open.count) }
        if word == "default", next == ":" { open[open.count - 1]?.cases.append(word) }
    }

    private mutating func takeMark(_ character: Unicode.Scalar) {
        switch character {
        case "{", "(", "[":
            let isOfSwitch = character == "{" && depthOfSwitch == open.count
            open.append(isOfSwitch ? SwitchBlock(line: line) : nil)
            if isOfSwitch { depthOfSwitch = nil }
        case "}", ")", "]":
            if let block = open.popLast().flatMap(\.self) { finished.append(block) }
        case ":":
            guard let found = pattern, found.depth == open.count else { return }
            open[open.count - 1]?.cases.append(found.text)
            pattern = nil
        case "\n": line += 1
        default: break
        }
    }
}
