// SPDX-License-Identifier: Apache-2.0

/// The diagnostics as one line of JSON, without a line end: an array with an object for each, in the order given.
///
/// `{"severity", "code", "message", "path", "line", "column", "length", "notes"}`; a note has a `message`, and the four
/// keys of a place where it has one.
public func renderJSON(_ diagnostics: [Diagnostic]) -> String {
    array(
        diagnostics.map { diagnostic in
            let words = [
                ("severity", jsonString(diagnostic.severity.rawValue)), ("code", jsonString(diagnostic.mistake.code)),
                ("message", jsonString(diagnostic.message)),
            ]
            return object(words + place(diagnostic.location) + [("notes", array(diagnostic.notes.map(note)))])
        })
}

private func note(_ note: Diagnostic.Note) -> String {
    object([("message", jsonString(note.message))] + (note.location.map(place) ?? []))
}

private func place(_ location: SourceLocation) -> [(String, String)] {
    [
        ("path", jsonString(location.path)), ("line", String(location.line)), ("column", String(location.column)),
        ("length", String(location.length)),
    ]
}

private func array(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

private func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(jsonString($0.0)):\($0.1)" }.joined(separator: ",") + "}"
}

/// A text as JSON writes it, in quotes.
package func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        // One line was promised, and a terminal may be what shows it.
        case _ where isUnprintable(scalar):
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
