// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

// What a spec says goes into the source through here: whatever it is, the source compiles and shows what it says.

/// A string literal with the text.
func stringLiteral(_ text: String) -> String {
    var literal = "\""
    for scalar in printable(text).unicodeScalars {
        if scalar == "\"" || scalar == "\\" { literal.unicodeScalars.append("\\") }
        literal.unicodeScalars.append(scalar)
    }
    return literal + "\""
}

/// A string literal whose value is the text to the last scalar.
func exactStringLiteral(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": literal += "\\" + String(scalar)
        // `printable` shows what must not stand in a source file as it is; here it is written as an escape.
        case _ where printable(String(scalar)) != String(scalar):
            literal += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        default: literal.unicodeScalars.append(scalar)
        }
    }
    return literal + "\""
}

/// Prose in lines of at most `width` columns; a word that is longer has a line of its own.
func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if !line.isEmpty, line.count + word.count + 1 > width {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    return lines + (line.isEmpty ? [] : [line])
}

/// Rows in aligned columns; the first `left` columns to the left, the others to the right.
func columns(_ rows: [[String]], left: Int) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
        rows.map { $0.indices.contains(column) ? displayWidth(of: $0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - displayWidth(of: cell))
            line += (column == 0 ? "" : "  ") + (column < left ? cell + padding : padding + cell)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
