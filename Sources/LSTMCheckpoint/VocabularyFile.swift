// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime
import LSTMSpec

/// What can be wrong with a vocabulary file.
public enum VocabularyMistake: Mistake, Hashable {
    case notJSON(file: String, problem: String)
    case notAnObject(file: String)
    case notAnID(file: String, entry: String)
    case idOutOfRange(file: String, entry: String, id: Int, tokens: Int)
    case moreMistakes(file: String, count: Int)
    /// Entries of several scalars; `example` is the first.
    case neverFound(file: String, count: Int, example: String)

    public var code: String {
        switch self {
        case .notJSON: "vocabulary-not-json"
        case .notAnObject, .notAnID: "vocabulary-type"
        case .idOutOfRange: "vocabulary-range"
        case .moreMistakes: "vocabulary"
        case .neverFound: "vocabulary-length"
        }
    }

    public var severity: Severity {
        if case .neverFound = self { .warning } else { .error }
    }

    public var message: String {
        switch self {
        case .notJSON(let file, let problem): "the vocabulary \(quoted(file)) is not JSON: \(problem)"
        case .notAnObject(let file): "the vocabulary \(quoted(file)) must be a JSON object from text to token id"
        case .notAnID(let file, let entry):
            "in the vocabulary \(quoted(file)), the id of \(quoted(entry)) is not a whole number"
        case .idOutOfRange(let file, let entry, let id, let tokens):
            "in the vocabulary \(quoted(file)), the id of \(quoted(entry)) is \(id), not in 0 to \(tokens - 1)"
        case .moreMistakes(let file, let count): "the vocabulary \(quoted(file)) has \(count) more wrong ids"
        case .neverFound(let file, let count, let example):
            "in the vocabulary \(quoted(file)), "
                + (count == 1 ? "the entry \(quoted(example)) is" : "\(count) entries are")
                + " never found in text" + (count == 1 ? "" : ", the first of them \(quoted(example))")
                + ": a token is one Unicode scalar"
        }
    }
}

/// Reads a JSON object from text to token id.
///
/// - Parameters:
///   - path: the file's path, for notes that point into it.
///   - tokens: ids must be in 0..<tokens.
///   - place: the spec's `vocabulary.file`, where every mistake is reported.
public func readVocabulary(
    _ bytes: [UInt8], path: String, tokens: Int, unknown: Int, at place: SourceLocation
) -> (vocabulary: Vocabulary?, diagnostics: [Diagnostic]) {
    let json: JSONValue
    do {
        json = try JSONValue(parsing: bytes)
    } catch {
        let (line, column) = error.lineAndColumn(in: bytes)
        let note = Diagnostic.Note("the problem is here", at: .init(path: path, line: line, column: column))
        let mistake = VocabularyMistake.notJSON(file: path, problem: error.message)
        return (nil, [Diagnostic(mistake, at: place, notes: [note])])
    }
    guard let members = json.members else {
        return (nil, [Diagnostic(VocabularyMistake.notAnObject(file: path), at: place)])
    }
    var ids: [Unicode.Scalar: Int32] = [:]
    var mistakes: [VocabularyMistake] = []
    var long: [String] = []
    for member in members {
        guard let id = member.value.integer else {
            mistakes.append(.notAnID(file: path, entry: member.name))
            continue
        }
        guard (0..<tokens).contains(id), let token = Int32(exactly: id) else {
            mistakes.append(.idOutOfRange(file: path, entry: member.name, id: id, tokens: tokens))
            continue
        }
        let scalars = member.name.unicodeScalars
        if scalars.count == 1, let scalar = scalars.first {
            ids[scalar] = token
        } else if !isSpecialToken(member.name) {
            long.append(member.name)
        }
    }
    let shown = 10
    if mistakes.count > shown {
        mistakes = mistakes.prefix(shown) + [.moreMistakes(file: path, count: mistakes.count - shown)]
    }
    guard mistakes.isEmpty, let unknown = Int32(exactly: unknown) else {
        return (nil, mistakes.map { Diagnostic($0, at: place) })
    }
    let warnings = long.first.map { VocabularyMistake.neverFound(file: path, count: long.count, example: $0) }
    return (Vocabulary(ids: ids, unknown: unknown), warnings.map { [Diagnostic($0, at: place)] } ?? [])
}

/// True for what stands for no text and is not meant to be found in it: `<unk>`, `[CLS]`, `{pad}`, `__eos__`, `PAD`, and
/// the empty entry.
private func isSpecialToken(_ entry: String) -> Bool {
    let brackets: [(String, String)] = [("<", ">"), ("[", "]"), ("{", "}"), ("_", "_")]
    if entry.isEmpty || brackets.contains(where: { entry.hasPrefix($0.0) && entry.hasSuffix($0.1) }) { return true }
    return ["unk", "unknown", "oov", "pad", "padding", "bos", "eos", "sos", "cls", "sep", "mask", "blank", "space"]
        .contains(entry.lowercased())
}
