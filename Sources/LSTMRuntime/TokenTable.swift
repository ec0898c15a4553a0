// SPDX-License-Identifier: Apache-2.0

/// A vocabulary in a generated file: a token id for each Unicode scalar.
public struct TokenTable: Sendable {
    /// Scalars one after another whose ids count up by one.
    private struct Run {
        var first: UInt32 = 0
        var last: UInt32 = 0
        var id: Int32 = 0
    }

    /// In the order of their scalars.
    private let runs: [Run]
    private let unknown: Int32

    /// `runs` is a list of FIRST-LAST:ID with scalars in hexadecimal, each run's ids counting up from ID; a run of one
    /// scalar is SCALAR:ID. Spaces stand between runs, which are in the order of their scalars.
    public init(_ runs: StaticString, unknown: Int32) {
        self.runs = runs.withUTF8Buffer { Self.read($0) }
        self.unknown = unknown
    }

    /// The ids of scalars, in the order of the scalars.
    package init(_ ids: some Sequence<(scalar: UInt32, id: Int32)>, unknown: Int32) {
        runs = ids.map { Run(first: $0.scalar, last: $0.scalar, id: $0.id) }
        self.unknown = unknown
    }

    // Byte by byte: the standard library's splitting and parsing would be 15 KB of every program.
    private static func read(_ text: UnsafeBufferPointer<UInt8>) -> [Run] {
        var runs: [Run] = []
        var run = Run()
        var number: UInt32 = 0
        var (hasFirst, readsID) = (false, false)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): (run.first, number, hasFirst) = (number, 0, true)
            case UInt8(ascii: ":"):
                run.last = number
                if !hasFirst { run.first = number }
                (number, readsID) = (0, true)
            case UInt8(ascii: " "):
                run.id = Int32(truncatingIfNeeded: number)
                runs.append(run)
                (run, number, hasFirst, readsID) = (Run(), 0, false, false)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = number &* (readsID ? 10 : 16) &+ UInt32(byte &- UInt8(ascii: "0"))
            default: number = number &* 16 &+ UInt32(byte &- UInt8(ascii: "a") &+ 10)
            }
        }
        run.id = Int32(truncatingIfNeeded: number)
        if readsID { runs.append(run) }
        return runs
    }

    /// One id for each Unicode scalar.
    public func tokens(of text: String) -> [Int32] {
        var tokens: [Int32] = []
        tokens.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars { tokens.append(token(of: scalar.value)) }
        return tokens
    }

    func token(of scalar: UInt32) -> Int32 {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < scalar { low = middle + 1 } else { high = middle }
        }
        guard low < runs.count, runs[low].first <= scalar else { return unknown }
        return runs[low].id + Int32(scalar - runs[low].first)
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

    /// The numbers of a vector's scores, the largest score first; of equals the first one first, and NaN last.
    ///
    /// - Parameter vector: a score for each label.
    // Compiled where it is called, as in StreamMemory+Values.swift: sorting is kilobytes.
    @_alwaysEmitIntoClient
    public static func ranked(_ vector: [Float]) -> [Int] {
        vector.indices.sorted { a, b in
            if vector[a].isNaN || vector[b].isNaN {
                return vector[a].isNaN == vector[b].isNaN ? a < b : vector[b].isNaN
            }
            return vector[a] == vector[b] ? a < b : vector[a] > vector[b]
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
