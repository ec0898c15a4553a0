// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// `my_head`, `MyHead` and `MY_HEAD` as Swift writes a member: `myHead`.
///
/// Always an identifier where `name` is one: `_1` stays `_1`, and underscores alone are `layer`.
func lowerCamelCase(_ name: String) -> String {
    let words = name.split(separator: "_").map(String.init)
    guard let first = words.first else { return "layer" }
    let joined = decapitalized(first) + words.dropFirst().map(capitalized).joined()
    return Names.isIdentifier(joined) ? joined : "_" + joined
}

/// `hN` after `encoder`: `encoderHN`.
func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

private func decapitalized(_ word: String) -> String {
    let capitals = word.prefix { $0.isUppercase }
    if capitals.count == word.count || capitals.isEmpty { return word.lowercased(where: capitals.count) }
    // `LSTMLayer` is `lstmLayer`: the last capital begins the next word.
    return word.lowercased(where: max(1, capitals.count - 1))
}

extension String {
    fileprivate func lowercased(where count: Int) -> String { prefix(count).lowercased() + dropFirst(count) }
}

/// A label as the name of an enum's case: `in between!` is `inBetween`; one without letters or digits is `label`.
func caseName(_ label: String) -> String {
    var words: [String] = [""]
    for scalar in label.unicodeScalars {
        // What cannot be seen would make two names look alike.
        if scalar.properties.isXIDContinue, !scalar.properties.isDefaultIgnorableCodePoint, scalar != "_" {
            words[words.count - 1].unicodeScalars.append(scalar)
        } else if words.last != "" {
            words.append("")
        }
    }
    let name = lowerCamelCase(words.filter { !$0.isEmpty }.joined(separator: "_"))
    guard let first = name.unicodeScalars.first else { return "label" }
    return first.properties.isXIDStart ? name : "label" + name
}
