// SPDX-License-Identifier: Apache-2.0

/// The diagnostics as people read them, in the order given: the mistake, its source line with a caret, and its notes.
///
///     model.lstm.yaml:12:5: error: unknown key 'hiden_size' in an lstm layer; did you mean 'hidden_size'?
///     12 |     hiden_size: 5
///        |     ^~~~~~~~~~
///
/// `sources` has the files by path; a place in another file is named without its line. Every line ends with a line end.
/// `paint` sets places, severities and carets apart; what a file says is never coloured.
public func render(
    _ diagnostics: [Diagnostic], sources: [String: SourceFile], paint: Paint = .none
) -> String {
    var excerpts = Excerpts(sources: sources, paint: paint)
    var text = ""
    for diagnostic in diagnostics {
        let role = diagnostic.severity.role
        let head = "\(paint("\(diagnostic.severity.rawValue):", role)) \(printable(diagnostic.message))"
        text += placed(head, role, at: diagnostic.location, &excerpts)
        for note in diagnostic.notes {
            let head = "\(paint("note:", .note)) \(printable(note.message))"
            text += note.location.map { placed(head, .note, at: $0, &excerpts) } ?? head + "\n"
        }
    }
    return text
}

private func placed(
    _ head: String, _ role: Paint.Role, at location: SourceLocation, _ excerpts: inout Excerpts
) -> String {
    let place = "\(printable(location.path)):\(location.line):\(location.column):"
    return "\(excerpts.paint(place, .place)) \(head)\n" + excerpts.excerpt(at: location, role)
}

/// The excerpts of some files.
///
/// It remembers the last line shown: a file with one very long line can have many mistakes.
private struct Excerpts {
    let sources: [String: SourceFile]
    let paint: Paint
    private var texts: [String: SourceText] = [:]
    private var last: (path: String, line: Int, scalars: [Unicode.Scalar?])?

    init(sources: [String: SourceFile], paint: Paint) {
        self.sources = sources
        self.paint = paint
    }

    mutating func excerpt(at location: SourceLocation, _ role: Paint.Role) -> String {
        // A file past the limit was not read, and is not read for its excerpt either.
        guard let source = sources[location.path], source.bytes.count <= Limits.fileBytes else { return "" }
        if last?.path != location.path || last?.line != location.line {
            let text = texts[location.path] ?? SourceText(source)
            texts[location.path] = text
            last = (location.path, location.line, text.scalars(ofLine: location.line))
        }
        guard let scalars = last?.scalars else { return "" }
        return LSTMSpec.excerpt(
            scalars, line: location.line, column: location.column, length: location.length
        ) { paint($0, role) }
    }
}
