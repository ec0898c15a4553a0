// SPDX-License-Identifier: Apache-2.0

/// A switch statement: the line it begins at, and its own cases' patterns, not those of switches inside it.
struct SwitchBlock {
    var line: Int
    /// `default`, or `case` and the patterns up to their colon.
    var cases: [String] = []
}

/// Every switch of a file whose comments and literals are blanked, in the order of their ends.
///
/// It reads brackets and nothing else: a case belongs to the innermost bracket it stands in.
func switchBlocks(of code: String) -> [SwitchBlock] {
    var finished: [SwitchBlock] = []
    // One for each open bracket; nil for those that open no switch.
    var open: [SwitchBlock?] = []
    var line = 1
    // The number of open brackets at a `switch` whose own bracket is still to come.
    var depthOfSwitch: Int?
    var pattern: (text: String, depth: Int)?
    var word = ""
    for character in code.unicodeScalars + [" "] {
        if character.properties.isXIDContinue {
            word.unicodeScalars.append(character)
        } else {
            let isInSwitch = open.last.flatMap(\.self) != nil
            switch word {
            case "switch": depthOfSwitch = open.count
            case "case" where isInSwitch && pattern == nil: pattern = ("", open.count)
            case "default" where isInSwitch && pattern == nil && character == ":":
                open[open.count - 1]?.cases.append(word)
            default: break
            }
            word = ""
            switch character {
            case "{", "(", "[":
                let isOfSwitch = character == "{" && depthOfSwitch == open.count
                open.append(isOfSwitch ? SwitchBlock(line: line) : nil)
                if isOfSwitch { depthOfSwitch = nil }
            case "}", ")", "]":
                if let block = open.popLast().flatMap(\.self) { finished.append(block) }
            case ":":
                if let found = pattern, found.depth == open.count {
                    open[open.count - 1]?.cases.append(found.text)
                    pattern = nil
                }
            case "\n": line += 1
            default: break
            }
        }
        pattern?.text.unicodeScalars.append(character)
    }
    return finished
}
