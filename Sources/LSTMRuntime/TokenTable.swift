// SPDX-License-Identifier: Apache-2.0

/// A vocabulary in a generated file: a token id for each Unicode scalar.
public struct TokenTable: Sendable {
    private let ids: [UInt32: Int32]
    private let unknown: Int32

    /// `runs` is a list of FIRST-LAST:ID with scalars in hexadecimal, each run's ids counting up from ID; a run of one
    /// scalar is SCALAR:ID. Spaces stand between runs.
    public init(_ runs: StaticString, unknown: Int32) {
        var ids: [UInt32: Int32] = [:]
        for run in runs.description.split(separator: " ") {
            let parts = run.split(separator: ":")
            let scalars = parts[0].split(separator: "-").compactMap { UInt32($0, radix: 16) }
            guard let first = scalars.first, let last = scalars.last, let id = Int32(parts[1]) else { continue }
            for scalar in first...last { ids[scalar] = id + Int32(scalar - first) }
        }
        self.ids = ids
        self.unknown = unknown
    }

    /// One id for each Unicode scalar.
    public func tokens(of text: String) -> [Int32] {
        text.unicodeScalars.map { ids[$0.value] ?? unknown }
    }
}

/// What a model's scores say, the last axis a score for each label.
public enum Scores {
    /// The number of the largest score of each vector of `size`; the first of equals.
    public static func best(of scores: [Float], size: Int) -> [Int] {
        stride(from: 0, to: scores.count - size + 1, by: size).map { start in
            var best = 0
            for index in 1..<size where scores[start + index] > scores[start + best] { best = index }
            return best
        }
    }

    /// The text cut before each scalar whose label is one of `starts`; nothing of it is lost.
    public static func segments(of text: String, labels: [Int], starts: [Int]) -> [String] {
        var segments: [String.UnicodeScalarView] = []
        for (scalar, label) in zip(text.unicodeScalars, labels) {
            if segments.isEmpty || starts.contains(label) { segments.append(.init()) }
            segments[segments.count - 1].append(scalar)
        }
        return segments.map { String($0) }
    }
}
