// SPDX-License-Identifier: Apache-2.0

/// Text as a YAML scalar: as it is where nothing else can be read from it, else in double quotes.
package func yamlText(_ text: String) -> String {
    func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
        isLetter(scalar) || ("0"..."9").contains(scalar) || ["_", ".", "-", "/"].contains(scalar)
    }
    // Words that some version of YAML reads as a Boolean value or as nothing.
    let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    // A letter first is no number, no list and no document's end.
    if isPlain, let first = text.unicodeScalars.first, isLetter(first), !words.contains(text.lowercased()) {
        return text
    }
    let content = replacing(in: text) { scalar in
        switch scalar {
        case "\"", "\\": "\\" + String(scalar)
        case _ where isUnprintable(scalar) || scalar == "\u{200C}" || scalar == "\u{200D}" || scalar.value >= 0x1_0000:
            "\\U" + hexadecimal(scalar.value, digits: 8)
        default: nil
        }
    }
    return "\"\(content)\""
}
