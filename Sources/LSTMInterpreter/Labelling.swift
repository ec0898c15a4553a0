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

    /// The label of each vector of the model's last result, in the order of its values; nil of a step that is past a
    /// sequence's own end, or padding before its start.
    ///
    /// - Parameters:
    ///   - scores: the result, of a model with labels.
    ///   - inputs: what it is the result of.
    public func labels(of scores: ResultTensor, for inputs: Inputs) -> [String?] {
        guard let size = scores.shape.last, let result = model.results.last else { return [] }
        var names: [String?] = best(of: scores.values, size: size).map(name)
        guard result.part == .output, let axis = model.shape(of: result.value).steps else { return names }
        let layout = RowLayout(inputs, axis, model)
        let each = model.shape(of: result.value).count / max(size, 1)
        for row in 0..<inputs.rows {
            var first = 0
            if case .input(let root) = axis { first = inputs.shifts[root]?[row] ?? 0 }
            let own = first..<(first + inputs.axis(axis).length(of: row))
            for step in 0..<layout.steps where !own.contains(step) {
                let start = layout.index(row: row, step: step) * each
                for index in start..<(start + each) { names[index] = nil }
            }
        }
        return names
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
