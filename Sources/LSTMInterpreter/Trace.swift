// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

extension Inputs {
    /// One row alone, cut to its length and without a batch axis: the model gives it the bits it has in its batch.
    ///
    /// - Parameter row: in 0..<rows.
    /// - Throws: `InputMistakes` where `model` is not the one these inputs were checked against.
    public func sequence(_ row: Int, for model: Model) throws(InputMistakes) -> Inputs {
        var alone: [Values] = []
        var steps: [Int] = []
        for (values, input) in zip(values, model.inputs) {
            let axis = input.shape.steps
            steps.append(axis.map { self.axis($0).length(of: row) } ?? 1)
            switch values {
            case .features(let floats):
                alone.append(.features(part(floats, ofRow: row, width: input.shape.count, axis, model)))
            case .tokens(let ids): alone.append(.tokens(part(ids, ofRow: row, width: 1, axis, model)))
            }
        }
        var states: [Int: State] = [:]
        for (index, state) in initialStates {
            let slots = model.layers[index].operation.stateSlots
            states[index] = State(
                h: rowOfState(state.h, row, states: slots[0].states),
                c: rowOfState(state.c, row, states: slots[0].states))
        }
        return try Inputs(alone, steps: steps, batch: nil, initialStates: states, for: model)
    }

    /// One row's part of a result of these inputs, as ``sequence(_:for:)`` alone would give it; nil where `values` are
    /// not as many as the result has.
    package func part(ofRow row: Int, in values: [Float], of result: Model.Result, _ model: Model) -> [Float]? {
        guard values.count == result.shape(in: model, for: self).reduce(1, *) else { return nil }
        if case .state(let slot) = result.part {
            return rowOfState(values, row, states: model.layers[result.layer].operation.stateSlots[slot].states)
        }
        let shape = model.layers[result.layer].output
        return part(values, ofRow: row, width: shape.count, shape.steps, model)
    }

    /// The vectors of `width` values that stand at a row's own steps.
    private func part<Element>(
        _ values: [Element], ofRow row: Int, width: Int, _ axis: Steps?, _ model: Model
    ) -> [Element] {
        guard let axis else { return Array(values[(row * width)..<((row + 1) * width)]) }
        let layout = RowLayout(self, axis, model)
        return (0..<self.axis(axis).length(of: row)).flatMap { step in
            let start = layout.index(row: row, step: step) * width
            return values[start..<(start + width)]
        }
    }

    /// (states, batch, size) to (states, size).
    private func rowOfState(_ values: [Float], _ row: Int, states: Int) -> [Float] {
        let size = values.count / (states * rows)
        return (0..<states).flatMap { state in
            let start = (state * rows + row) * size
            return values[start..<(start + size)]
        }
    }
}

extension InterpretedModel {
    /// What each of `layers` gives over a whole run, row-major: (time[, batch], size) in the spec's layout, or
    /// ([batch,] size) where there is no time axis any more. In the order of `layers`, indices into `Model.layers`.
    ///
    /// - Parameter progress: called now and then with the share done, 0 to 1.
    public func trace(_ inputs: Inputs, layers wanted: [Int], progress: ((Double) -> Void)? = nil) -> [[Float]] {
        let session = InterpreterSession(self, inputs, keeping: wanted.map { .output($0) })
        session.run(inputs, progress: progress)
        return wanted.indices.map { session.values(ofKept: $0) }
    }
}
