// SPDX-License-Identifier: Apache-2.0

/// Reads a spec, and reports every mistake in its syntax, its keys and its types, ordered by place.
///
/// The document is nil only where the file has no mapping to read: it is not YAML, empty, or past a limit.
/// It is safe on any bytes: time and memory are bounded by ``Limits``.
package func parse(
    _ source: SourceFile, kinds: LayerKinds
) -> (document: Document?, diagnostics: [Diagnostic]) {
    let findings = Findings(kinds)
    let document = readRoot(source, findings).map { root, location in
        readDocument(root, at: location, of: source, findings)
    }
    return (document, findings.orderedByPlace)
}

/// A file's YAML as a tree, before any key has a meaning; nil, with the reasons, where it is no YAML that specs take.
package func readTree(_ source: SourceFile) -> (root: Node?, diagnostics: [Diagnostic]) {
    let findings = Findings(LayerKinds([]))
    let root = readNodes(source, findings)
    return (root, findings.orderedByPlace)
}

private func readRoot(_ source: SourceFile, _ findings: Findings) -> (Mapping, SourceLocation)? {
    guard let root = readNodes(source, findings) else { return nil }
    guard case .mapping(let mapping) = root.content else {
        if !root.isInvalid { findings.report(.rootIsNotMapping(found: root.found), at: root.location) }
        return nil
    }
    return (mapping, root.location)
}

private func readNodes(_ source: SourceFile, _ findings: Findings) -> Node? {
    let top = SourceLocation(startOf: source.path)
    guard source.bytes.count <= Limits.fileBytes else {
        findings.report(.fileTooLarge(limit: Limits.fileBytes), at: top)
        return nil
    }
    let text = SourceText(source)
    if let (mistake, index) = text.firstMistake {
        findings.report(mistake, at: text.location(from: index, to: index + 1))
        return nil
    }
    if let place = tagDirectivePastLimit(source.bytes) {
        findings.report(.tooManyTagDirectives(limit: Limits.tagDirectives), at: text.location(ofByte: place))
        return nil
    }
    var builder = NodeBuilder(text, findings)
    do {
        // libyaml counts a byte order mark as a column of the first line, and then finds it indented.
        try readYAMLEvents(source.bytes.dropFirst(text.markLength)) { builder.take($0) }
    } catch {
        report(error, in: text, findings)
        return nil
    }
    if builder.isAbandoned { return nil }
    guard let root = builder.root, !root.isEmpty else {
        findings.report(.emptyFile, at: builder.root?.location ?? top)
        return nil
    }
    return root
}

extension Node {
    /// Whether nothing at all is written here.
    fileprivate var isEmpty: Bool {
        if case .scalar(let scalar) = content { scalar.isPlain && scalar.text.isEmpty } else { false }
    }
}

/// The byte at which the first `%TAG` past the limit begins; those in comments and texts are counted with them.
private func tagDirectivePastLimit(_ bytes: [UInt8]) -> Int? {
    var count = 0
    for index in bytes.indices where bytes[index] == 0x25 && bytes[index...].starts(with: [0x25, 0x54, 0x41, 0x47]) {
        count += 1
        if count > Limits.tagDirectives { return index }
    }
    return nil
}

private func report(_ failure: YAMLFailure, in text: SourceText, _ findings: Findings) {
    let place =
        switch failure.place {
        case .scalar(let index): text.location(from: index, to: index + 1)
        case .byte(let offset): text.location(ofByte: text.markLength + offset)
        }
    var notes: [Diagnostic.Note] = []
    if let context = failure.context {
        let start = text.location(from: context.start, to: context.start + 1)
        if start != place { notes.append(.init(SpecNote.context(context.text), at: start)) }
    }
    findings.report(.invalidYAML(problem: inPlainWords(failure.problem)), at: place, notes: notes)
}

/// libyaml's problem as a sentence about the text; those not listed are clear enough as they are.
private func inPlainWords(_ problem: String) -> String {
    switch problem {
    case "did not find expected key": return "expected a key here; look at the indentation"
    case "did not find expected '-' indicator": return "expected a list item ('- ') here; look at the indentation"
    case "did not find expected <document start>":
        return "the mapping or list at the top of the file has ended before this; look at the indentation"
    default: break
    }
    for opening in ["did not find expected ", "could not find expected "] where problem.hasPrefix(opening) {
        return "expected \(problem.dropFirst(opening.count)) here"
    }
    return switch problem {
    case "mapping values are not allowed in this context":
        "a ':' is not allowed here; put text with a colon in quotes, and each key on a line of its own"
    case "found character that cannot start any token":
        "no value can begin with this character; put text in quotes, and indent with spaces, not tabs"
    case "block sequence entries are not allowed in this context": "a list item ('- ') is not allowed here"
    case "found unexpected end of stream": "the file ends inside a text in quotes"
    default: problem
    }
}
