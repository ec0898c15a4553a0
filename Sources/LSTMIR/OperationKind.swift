// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A kind of operation: what the spec's language knows of it, what it takes, and how an entry becomes an operation.
public struct OperationKind: Sendable {
    /// The word and the keys.
    package let spec: LayerKind
    /// How drawings show it.
    package let family: Family
    /// What its values must be.
    let takes: Takes
    /// The letters of a recurrent kind's state: h, c.
    package let states: [String]
    /// The operation where all its numbers are known; says what it gives in `site.output`.
    let lower: @Sendable (_ site: inout LayerSite, _ lowering: inout Lowering) -> Operation?

    init(
        _ spec: LayerKind, _ family: Family, takes: Takes = .anyFloats, states: [String] = [],
        lower: @escaping @Sendable (_ site: inout LayerSite, _ lowering: inout Lowering) -> Operation?
    ) {
        (self.spec, self.family, self.takes, self.states, self.lower) = (spec, family, takes, states, lower)
    }

    /// The spec's word.
    public var word: String { spec.word }

    /// What a kind's values must be.
    struct Takes: Sendable {
        var tokens = false
        var time = Time.either
        /// A vector: no further axes inside a step.
        var vectors = false

        enum Time: Sendable { case either, needed, absent }

        static let anyFloats = Takes()
        static let sequences = Takes(time: .needed)
    }

    /// Kinds that are alike.
    package enum Family: String, Sendable {
        case recurrent, table, matrix, norm, activation, pooling, join, shape
    }
}

extension OperationKind: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.spec == b.spec }
    public func hash(into hasher: inout Hasher) { hasher.combine(spec) }
}

extension OperationKind {
    /// Every kind, in the order of the documentation.
    public static let all: [OperationKind] = {
        var kinds: [OperationKind] = [.lstm, .gru, .rnn, .embedding, .linear, .layerNorm]
        kinds += Pointwise.first.map(\.kind)
        kinds += [OperationKind.softmax, .logSoftmax, .dropout, .last]
        kinds += Pool.Function.allCases.map(\.kind)
        kinds += [OperationKind.l2Normalize]
        kinds += Combination.Function.allCases.map(\.kind)
        kinds += [OperationKind.concat, .slice, .scale, .select, .steps, .flip, .repeat, .argmax]
        kinds += [OperationKind.flatten, .unflatten, .transpose]
        kinds += Pointwise.further.map(\.kind)
        kinds += [OperationKind.prelu, .batchNorm, .conv1d]
        kinds += WindowPool.Function.allCases.map(\.kind)
        kinds += [OperationKind.pad]
        return kinds
    }()

    /// The kinds as the spec's language knows them.
    package static let language = LayerKinds(all.map(\.spec))

    private static let byWord = Dictionary(uniqueKeysWithValues: all.map { ($0.word, $0) })

    /// The kind with this word.
    package static func named(_ word: String) -> OperationKind? { byWord[word] }
}

/// Reads a spec, and reports every mistake in its syntax, its keys and its types, ordered by place.
///
/// The document is nil only where the file has no mapping to read: it is not YAML, empty, or past a limit.
/// It is safe on any bytes: time and memory are bounded.
public func parse(_ source: SourceFile) -> (document: Document?, diagnostics: [Diagnostic]) {
    parse(source, kinds: OperationKind.language)
}

/// The JSON Schema of a spec, with a line end after it: made from the descriptions of the keys.
///
/// It takes everything that `parse` and `lower` take, but for a label that is a bare `null`. It refuses what `parse`
/// refuses, but for numbers that JSON cannot tell apart (`4.0` and `1e3` are whole numbers to it) and sums of units that
/// do not come out whole. It cannot see what depends on two places, such as sizes that do not join.
public func specSchema() -> String { specSchema(OperationKind.language) }
