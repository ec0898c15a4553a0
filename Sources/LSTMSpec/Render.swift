// SPDX-License-Identifier: Apache-2.0

/// The diagnostics as people read them, in the order given: the mistake, its source line with a caret, and its notes.
///
///     model.lstm.yaml:12:5: error: unknown key 'hiden_size' in an lstm layer; did you mean 'hidden_size'?
///     12 |     hiden_size: 5
///        |     ^~~~~~~~~~
///
/// `sources` has the files by path; a place in another file is named without its line. Every line ends with a line end.
public func render(_ diagnostics: [Diagnostic], sources: [String: SourceFile]) -> String {
    var excerpts = Excerpts(sources: sources)
    var text = ""
    for diagnostic in diagnostics {
        let head = "\(diagnostic.severity.rawValue): \(escaped(diagnostic.message.unicodeScalars))"
        text += placed(head, at: diagnostic.location, &excerpts)
        for note in diagnostic.notes {
            let head = "note: \(escaped(note.message.unicodeScalars))"
            text += note.location.map { placed(head, at: $0, &excerpts) } ?? head + "\n"
        }
    }
    return text
}

private func placed(_ head: String, at location: SourceLocation, _ excerpts: inout Excerpts) -> String {
    let path = escaped(location.path.unicodeScalars)
    return "\(path):\(location.line):\(location.column): \(head)\n" + excerpts.excerpt(at: location)
}

/// The excerpts of some files.
///
/// It remembers the last line shown: a file with one very long line can have many mistakes.
private struct Excerpts {
    let sources: [String: SourceFile]
    private var texts: [String: SourceText] = [:]
    private var last: (path: String, line: Int, scalars: [Unicode.Scalar?])?

    init(sources: [String: SourceFile]) { self.sources = sources }

    mutating func excerpt(at location: SourceLocation) -> String {
        // A file past the limit was not read, and is not read for its excerpt either.
        guard let source = sources[location.path], source.bytes.count <= Limits.fileBytes else { return "" }
        if last?.path != location.path || last?.line != location.line {
            let text = texts[location.path] ?? SourceText(source)
            texts[location.path] = text
            last = (location.path, location.line, text.scalars(ofLine: location.line))
        }
        guard let scalars = last?.scalars else { return "" }
        return LSTMSpec.excerpt(scalars, line: location.line, column: location.column, length: location.length)
    }
}
