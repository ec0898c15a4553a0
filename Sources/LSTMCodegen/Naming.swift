// SPDX-License-Identifier: Apache-2.0

/// Gives out names, each once: a name that is taken gets a number.
struct NamePool {
    private var taken: Set<String>

    init(_ taken: Set<String> = []) {
        self.taken = taken
    }

    mutating func unique(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = name + String(number)
            number += 1
        }
        return candidate
    }
}

/// `my_head`, `MyHead` and `MY_HEAD` as Swift writes a member: `myHead`.
func lowerCamelCase(_ name: String) -> String {
    let words = name.split(separator: "_").map(String.init)
    guard let first = words.first else { return name }
    return decapitalized(first) + words.dropFirst().map(capitalized).joined()
}

/// `hN` after `encoder`: `encoderHN`.
func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

private func decapitalized(_ word: String) -> String {
    let capitals = word.prefix { $0.isUppercase }
    if capitals.count == word.count || capitals.isEmpty { return word.lowercased(where: capitals.count) }
    // `LSTMLayer` is `lstmLayer`: the last capital begins the next word.
    return word.lowercased(where: max(1, capitals.count - 1))
}

extension String {
    fileprivate func lowercased(where count: Int) -> String { prefix(count).lowercased() + dropFirst(count) }
}

/// A label as the name of an enum's case: `in between!` is `inBetween`; one without letters or digits is `label`.
func caseName(_ label: String) -> String {
    var words: [String] = [""]
    for scalar in label.unicodeScalars {
        // What cannot be seen would make two names look alike.
        if scalar.properties.isXIDContinue, !scalar.properties.isDefaultIgnorableCodePoint, scalar != "_" {
            words[words.count - 1].unicodeScalars.append(scalar)
        } else if words.last != "" {
            words.append("")
        }
    }
    let name = lowerCamelCase(words.filter { !$0.isEmpty }.joined(separator: "_"))
    guard let first = name.unicodeScalars.first else { return "label" }
    return first.properties.isXIDStart ? name : "label" + name
}

/// The words that generated code uses for itself, and those that Swift keeps; a layer of that name gets a number.
enum ReservedNames {
    static let keywords: Set<String> = [
        "any", "as", "associatedtype", "async", "await", "break", "case", "catch", "class", "consuming", "continue",
        "default", "defer", "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
        "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "isolated", "let", "nil",
        "nonisolated",
        "operator", "package", "precedencegroup", "private", "protocol", "public", "repeat", "rethrows", "return",
        "self", "sending", "some", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
        "type", "typealias", "var", "where", "while", "_",
    ]

    /// What the functions of a generated type say inside their bodies.
    static let locals: Set<String> = [
        "batch", "bytes", "chunk", "embedded", "file", "frame", "h", "c", "id", "ids", "initial", "initialState",
        "labels",
        "layers", "lengths", "max", "memory", "output", "hN", "cN", "parts", "path", "precondition", "print", "process",
        "rows",
        "run", "samples", "scores", "segments", "sequences", "state", "step", "steps", "text", "tokens", "vocabulary",
        "weights", "withPointer", "withStepPointers", "withWorkspace", "workspace", "x", "zeroPadding", "base64",
        "inputSize", "tokenCount", "outputSize", "inputShape", "outputShape", "parameterCount", "specFingerprint",
        "encode", "hash", "hashValue", "decoder", "hasher",
    ]

    static let all = keywords.union(locals)

    /// What an enum's case cannot be called, or should not.
    static let cases = keywords.union(["none", "allCases", "rawValue", "hashValue", "hash", "init"])
}
