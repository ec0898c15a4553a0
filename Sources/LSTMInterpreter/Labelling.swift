// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// What a model's scores say of a text: a label for each step, and the segments that labels begin.
public struct Labelling {
    private let model: Model

    public init(_ model: Model) {
        self.model = model
    }

    /// The index of the largest score of each vector of `scores`, whose last axis has `size` values; the first of equals.
    public func best(of scores: [Float], size: Int) -> [Int] {
        size > 0 ? Scores.best(of: scores, size: size) : []
    }

    /// The label's text, or its number where the model has no labels.
    public func name(of index: Int) -> String {
        model.labels.indices.contains(index) ? model.labels[index] : "\(index)"
    }

    /// A text's pieces, joined up to each whose label begins a segment; nothing of it is lost.
    public func segments(of pieces: [String], labels: [Int]) -> [String] {
        Scores.segments(of: pieces, labels: labels, starts: model.segmentStarts)
    }
}
