// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What a model's scores say of a text: a label for each step, and the segments that labels begin.
public struct Labelling {
    private let model: Model

    public init(_ model: Model) {
        self.model = model
    }

    /// The index of the largest score of each vector of `scores`, whose last axis has `size` values; the first of equals.
    public func best(of scores: [Float], size: Int) -> [Int] {
        guard size > 0 else { return [] }
        return stride(from: 0, to: scores.count - size + 1, by: size).map { start in
            var best = 0
            for index in 1..<max(size, 1) where scores[start + index] > scores[start + best] { best = index }
            return best
        }
    }

    /// The label's text, or its number where the model has no labels.
    public func name(of index: Int) -> String {
        model.labels.indices.contains(index) ? model.labels[index] : "\(index)"
    }

    /// The text cut before each scalar whose label begins a segment; nothing of it is lost.
    public func segments(of text: String, labels: [Int]) -> [String] {
        var segments: [String.UnicodeScalarView] = []
        for (scalar, label) in zip(text.unicodeScalars, labels) {
            if segments.isEmpty || model.segmentStarts.contains(label) { segments.append(.init()) }
            segments[segments.count - 1].append(scalar)
        }
        return segments.map { String($0) }
    }
}
