// SPDX-License-Identifier: Apache-2.0

/// The diagnostics as one line of JSON, without a line end: an array with an object for each, in the order given.
///
/// `{"severity", "code", "message", "path", "line", "column", "length", "notes"}`; a note has a `message`, and the four
/// keys of a place where it has one.
public func renderJSON(_ diagnostics: [Diagnostic]) -> String {
    JSONText.array(
        diagnostics.map { diagnostic in
            let words: [(String, JSONText)] = [
                ("severity", .text(diagnostic.severity.rawValue)), ("code", .text(diagnostic.mistake.code)),
                ("message", .text(diagnostic.message)),
            ]
            return .object(words + place(diagnostic.location) + [("notes", .array(diagnostic.notes.map(note)))])
        }
    ).line
}

private func note(_ note: Diagnostic.Note) -> JSONText {
    .object([("message", .text(note.message))] + (note.location.map(place) ?? []))
}

private func place(_ location: SourceLocation) -> [(String, JSONText)] {
    [
        ("path", .text(location.path)), ("line", .number(location.line)), ("column", .number(location.column)),
        ("length", .number(location.length)),
    ]
}
