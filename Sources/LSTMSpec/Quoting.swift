// SPDX-License-Identifier: Apache-2.0

// What a file says goes into messages through here: nothing in it may move the terminal's cursor or fill its screen.

/// The longest piece of a file that a message repeats, in Unicode scalars.
private let longestWord = 60

/// `word` in single quotes, safe to print: control characters escaped, the rest cut where it is very long.
package func quoted(_ word: String) -> String { "'\(cut(word))'" }

/// `word` without quotes, safe to print and cut where it is very long.
package func cut(_ word: String) -> String {
    let kept = word.unicodeScalars.prefix(longestWord)
    return printable(String(kept)) + (kept.endIndex == word.unicodeScalars.endIndex ? "" : "…")
}

/// All of `text`, safe to print on one line.
package func printable(_ text: String) -> String {
    replacing(in: text) { scalar in
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case _ where isUnprintable(scalar): "\\u{\(hexadecimal(scalar.value))}"
        default: nil
        }
    }
}

/// `text` with some of its scalars written otherwise; nil from `replacement` leaves one as it is.
package func replacing(in text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        if let other = replacement(scalar) { result += other } else { result.unicodeScalars.append(scalar) }
    }
    return result
}

/// Whether a scalar moves the cursor, turns the direction of what follows, or has no meaning at all.
package func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    // These two join letters in the scripts that need them.
    if scalar == "\u{200C}" || scalar == "\u{200D}" { return false }
    return switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: true
    default: false
    }
}

/// `'a', 'b' and 'c'`.
package func listed(_ words: [String], _ conjunction: String = "and") -> String {
    inWords(words.map(quoted), conjunction)
}

/// `a, b and c`.
package func inWords(_ words: [String], _ conjunction: String = "and") -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) \(conjunction) \(last)"
}

/// `'a', 'b' and 10 more`: names from a file, no more than a reader takes in.
package func listedFew(_ names: [String], limit: Int = 12) -> String {
    let shown = names.prefix(limit).map(quoted).joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
