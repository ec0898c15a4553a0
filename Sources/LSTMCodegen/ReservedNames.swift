// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// The words that a name from a spec stays clear of, by where it is written. Such a name gets a number: `memory2`.
enum ReservedNames {
    /// Swift's words, among them those that it keeps in some places only.
    static let words = Names.keywords.union([
        "any", "async", "consuming", "didSet", "each", "isolated", "nonisolated", "package", "sending", "some", "type",
        "willSet",
    ])

    /// What the functions of a generated type say inside their bodies.
    static let locals = words.union([
        "advance", "base64", "batch", "c", "cN", "chunk", "decoder", "embedded", "encode", "encoder", "file", "frame",
        "h", "hN",
        "hash", "hashValue", "hasher", "id", "ids", "initial", "initialState", "inputShape", "inputSize", "labels",
        "layers", "lengths", "memory", "output", "outputShape", "outputSize", "parameterCount", "parts", "path",
        "process", "rows", "run", "samples", "scores", "segments", "sequences", "specFingerprint", "state", "step",
        "steps", "text", "threads", "tokenCount", "tokens", "vocabulary", "weights", "workspace", "workspaceCount", "x",
    ])

    /// The labels of the arguments that are not inputs.
    static let labels = words.union(["batch", "initial", "into", "lengths", "state", "threads"])

    /// The members of `Results`, `StepResults`, `Initial` and `State` that are not the spec's.
    static let members = words.union(["cN", "encode", "hN", "hash", "hashValue", "memory", "output", "parts"])

    /// The static facts of every type.
    static let facts: Set<String> = [
        "inputShape", "inputSize", "outputShape", "outputSize", "parameterCount", "specFingerprint", "tokenCount",
    ]

    /// What an enum's case cannot be called, or should not.
    static let cases = words.union(["allCases", "hash", "hashValue", "none", "rawValue"])
}

/// A type's or a module's name as source says it: in backticks where Swift would take it for a word of its own.
func spelled(_ name: String) -> String { ReservedNames.words.contains(name) ? "`\(name)`" : name }
