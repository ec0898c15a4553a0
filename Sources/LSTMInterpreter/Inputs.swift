// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What a model is run on, checked against it: sizes agree, token ids and lengths are in range.
public struct Inputs: Sendable {
    /// The values of x.
    public typealias Values = InputValues
    /// A first state.
    public typealias State = StateValues

    /// With the axes that the model says.
    public let x: Values
    /// The steps of the longest sequence.
    public let steps: Int
    /// nil where the sequence has no batch axis.
    public let batch: Int?
    /// One for each row; nil where every row has all steps.
    public let lengths: [Int]?
    /// By the index of the lstm in `Model.layers`.
    public let initialStates: [Int: State]

    /// Checks everything against `model`.
    ///
    /// - Parameter batch: nil for one sequence without a batch axis.
    /// - Throws: `InputMistakes` with every mistake there is.
    public init(
        _ x: Values, steps: Int, batch: Int?, lengths: [Int]? = nil, initialStates: [Int: State] = [:],
        for model: Model
    ) throws(InputMistakes) {
        self.x = x
        self.steps = steps
        self.batch = batch
        self.lengths = lengths
        self.initialStates = initialStates
        var mistakes: [InputMistake] = []
        checkCount(model, &mistakes)
        checkSize(model, &mistakes)
        checkLengths(&mistakes)
        checkStates(model, &mistakes)
        if !mistakes.isEmpty { throw InputMistakes(mistakes) }
    }

    /// The number of sequences: 1 where there is no batch axis.
    public var rows: Int { batch ?? 1 }

    private func checkCount(_ model: Model, _ mistakes: inout [InputMistake]) {
        if steps < 1 || rows < 1 {
            mistakes.append(.empty(steps: steps, batch: rows))
            return
        }
        let found: Int
        switch (x, model.input) {
        case (.features(let values), .features(let size)):
            found = values.count
            check(found, checkedProduct(steps, rows, size), &mistakes)
        case (.tokens(let ids), .tokens(let count)):
            check(ids.count, checkedProduct(steps, rows), &mistakes)
            if let index = ids.firstIndex(where: { $0 < 0 || Int($0) >= count }) {
                mistakes.append(.tokenOutOfRange(id: Int(ids[index]), at: index, count: count))
            }
        case (.features, .tokens): mistakes.append(.needsTokens)
        case (.tokens, .features): mistakes.append(.needsFeatures)
        }
    }

    private func check(_ found: Int, _ expected: Int?, _ mistakes: inout [InputMistake]) {
        if found != expected { mistakes.append(.count(tensor: "x", found: found, expected: expected)) }
    }

    /// Small weights and many steps can still make results that no memory holds.
    private func checkSize(_ model: Model, _ mistakes: inout [InputMistake]) {
        if (model.floatsHeld(steps: steps, rows: rows) ?? .max) <= Self.floatLimit { return }
        mistakes.append(.tooLarge(limit: Self.floatLimit))
    }

    /// The most floats that a run may hold at once: 8 GiB of them.
    public static let floatLimit = 1 << 31

    private func checkLengths(_ mistakes: inout [InputMistake]) {
        guard let lengths else { return }
        if batch == nil {
            mistakes.append(.lengthsWithoutBatch)
        } else if lengths.count != rows {
            mistakes.append(.count(tensor: "lengths", found: lengths.count, expected: rows))
        } else if let row = lengths.firstIndex(where: { !(1...max(steps, 1)).contains($0) }) {
            mistakes.append(.lengthOutOfRange(length: lengths[row], row: row, steps: steps))
        }
    }

    private func checkStates(_ model: Model, _ mistakes: inout [InputMistake]) {
        for (index, state) in initialStates.sorted(by: { $0.key < $1.key }) {
            guard model.layers.indices.contains(index), let lstm = model.layers[index].operation.lstm else {
                mistakes.append(.stateOfNoLSTM(layer: index))
                continue
            }
            let names = model.stateNames(ofLSTM: index)
            for (name, values, size) in [(names.h, state.h, lstm.stateSize), (names.c, state.c, lstm.hiddenSize)] {
                let expected = checkedProduct(lstm.stateCount, rows, size)
                if values.count != expected {
                    mistakes.append(.count(tensor: name, found: values.count, expected: expected))
                }
            }
        }
    }
}

extension Model {
    /// The floats that a run over `rows` sequences of `steps` steps holds at once, about; nil where that overflows.
    public func floatsHeld(steps: Int, rows: Int) -> Int? {
        let given = layers.map { checkedProduct($0.output.hasTime ? steps : 1, rows, $0.output.size ?? 1) }
        // Both directions of an lstm have their gates of all steps, and two neighbours among its stacked layers their output.
        let widths = layers.map { checkedSum([checkedProduct(8, $0.operation.lstm?.hiddenSize ?? 0), $0.output.size]) }
        let work = widths.map { $0.flatMap { checkedProduct(steps, rows, 2, $0) } }
        let states = checkedProduct(cost.stateFloats, rows)
        return checkedSum([checkedSum(given), work.contains(nil) ? nil : work.compactMap(\.self).max(), states])
    }
}
