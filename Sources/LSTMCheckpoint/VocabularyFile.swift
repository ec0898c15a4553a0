// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

/// What can be wrong with a vocabulary file.
public enum VocabularyMistake: Mistake, Hashable {
    case notJSON(file: String, problem: String)
    case notAnObject(file: String)
    case notAnID(file: String, entry: String)
    case idOutOfRange(file: String, entry: String, id: Int, tokens: Int)
    case moreMistakes(file: String, count: Int)

    public var code: String {
        switch self {
        case .notJSON: "vocabulary-not-json"
        case .notAnObject, .notAnID: "vocabulary-type"
        case .idOutOfRange: "vocabulary-range"
        case .moreMistakes: "vocabulary"
        }
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
        }
    }
}

/// Reads a JSON object from text to token id. Entries such as `<unk>` stand for no text, and neither does `PAD` where all
/// others are single characters.
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
    var longer: [Vocabulary.Entry] = []
    for member in members {
        guard let id = member.value.integer else {
            mistakes.append(.notAnID(file: path, entry: member.name))
            continue
        }
        guard (0..<tokens).contains(id), let token = Int32(exactly: id) else {
            mistakes.append(.idOutOfRange(file: path, entry: member.name, id: id, tokens: tokens))
            continue
        }
        let scalars = Array(member.name.unicodeScalars)
        if scalars.count == 1 {
            ids[scalars[0]] = token
        } else if !isBracketed(member.name) {
            longer.append(.init(scalars: scalars, id: token))
        }
    }
    let shown = 10
    if mistakes.count > shown {
        mistakes = mistakes.prefix(shown) + [.moreMistakes(file: path, count: mistakes.count - shown)]
    }
    guard mistakes.isEmpty, let unknown = Int32(exactly: unknown) else {
        return (nil, mistakes.map { Diagnostic($0, at: place) })
    }
    // Where all others are single characters, such a word is no text either.
    if longer.allSatisfy(isSpecialWord) { longer = [] }
    return (Vocabulary(ids: ids, longer: longer, unknown: unknown), [])
}

/// True for what stands for no text and is not meant to be found in it: `<unk>`, `[CLS]`, `{pad}`, `__eos__`, and the empty
/// entry.
private func isBracketed(_ entry: String) -> Bool {
    let brackets: [(String, String)] = [("<", ">"), ("[", "]"), ("{", "}"), ("_", "_")]
    return entry.isEmpty || brackets.contains { entry.hasPrefix($0.0) && entry.hasSuffix($0.1) }
}

/// True for a word that tokenizers call such a token by, without brackets: `PAD`.
private func isSpecialWord(_ entry: Vocabulary.Entry) -> Bool {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: entry.scalars)
    return ["unk", "unknown", "oov", "pad", "padding", "bos", "eos", "sos", "cls", "sep", "mask", "blank", "space"]
        .contains(String(text).lowercased())
}
