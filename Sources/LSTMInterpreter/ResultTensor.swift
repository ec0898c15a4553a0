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

    /// A result from elsewhere; `values` is row-major and fills `shape`.
    package init(name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}

extension Model.Result {
    /// The result's shape for a run over `inputs`, with PyTorch's axes.
    public func shape(in model: Model, for inputs: Inputs) -> [Int] {
        let layer = model.layers[self.layer]
        let batch = inputs.batch.map { [$0] } ?? []
        let size = size(in: layer)
        if let lstm = layer.operation.lstm, part != .output { return [lstm.stateCount] + batch + [size] }
        guard layer.output.hasTime else { return batch + [size] }
        return (model.batchFirst ? batch + [inputs.steps] : [inputs.steps] + batch) + [size]
    }
}

/// Where a row's steps stand in a tensor with a time axis.
struct RowLayout {
    let steps: Int
    let rows: Int
    let batchFirst: Bool
    let isBatched: Bool

    init(_ inputs: Inputs, _ model: Model) {
        steps = inputs.steps
        rows = inputs.rows
        batchFirst = model.batchFirst
        isBatched = inputs.batch != nil
    }

    /// The index of (row, step) in units of the last axis.
    func index(row: Int, step: Int) -> Int { batchFirst ? row * steps + step : step * rows + row }
}
