// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// One result of a run.
public struct ResultTensor: Sendable, Equatable {
    /// The result's name: `head`, `output`, `encoder.h_n`.
    public let name: String
    /// PyTorch's shape.
    public let shape: [Int]
    /// Row-major.
    public internal(set) var values: [Float]
    /// Whether the values are whole numbers, as PyTorch's int64 has them.
    public let isInteger: Bool

    /// A result from elsewhere, too; `values` is row-major and fills `shape`.
    package init(name: String, shape: [Int], values: [Float], isInteger: Bool = false) {
        (self.name, self.shape, self.values, self.isInteger) = (name, shape, values, isInteger)
    }
}

extension ResultTensor {
    /// Moves each row's steps back behind the paddings that stood before it.
    mutating func restorePadding(_ value: Shape, _ inputs: Inputs, _ model: Model) {
        guard case .input(let root)? = value.steps, let shifts = inputs.shifts[root] else { return }
        let (layout, size) = (RowLayout(inputs, value.steps, model), value.count)
        var moved = [Float](repeating: 0, count: values.count)
        for row in 0..<inputs.rows {
            for step in 0..<inputs.axis(.input(root)).length(of: row) {
                let from = layout.index(row: row, step: step) * size
                let to = layout.index(row: row, step: step + shifts[row]) * size
                moved.replaceSubrange(to..<(to + size), with: values[from..<(from + size)])
            }
        }
        values = moved
    }
}

extension Model.Result {
    /// The result's shape for a run over `inputs`, with PyTorch's axes.
    public func shape(in model: Model, for inputs: Inputs) -> [Int] {
        let batch = inputs.batch.map { [$0] } ?? []
        if case .state(let slot) = part {
            let slot = model.layers[layer].operation.stateSlots[slot]
            return [slot.states] + batch + [slot.size]
        }
        let shape = model.layers[layer].output
        guard let steps = shape.steps else { return batch + shape.sizes }
        let count = inputs.axis(steps).steps
        return (model.batchFirst ? batch + [count] : [count] + batch) + shape.sizes
    }
}

/// Where a row's steps stand in a tensor with a time axis.
struct RowLayout {
    let steps: Int
    let rows: Int
    let batchFirst: Bool

    /// - Parameter axis: the time axis; nil where there is none.
    init(_ inputs: Inputs, _ axis: Steps?, _ model: Model) {
        steps = axis.map { inputs.axis($0).steps } ?? 1
        rows = inputs.rows
        batchFirst = model.batchFirst
    }

    /// The index of (row, step) in units of one step's values.
    func index(row: Int, step: Int) -> Int { batchFirst ? row * steps + step : step * rows + row }
}
