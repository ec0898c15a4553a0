// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

extension Inputs {
    /// One row alone, cut to its length and without a batch axis: the model gives it the bits it has in its batch.
    ///
    /// - Parameter row: in 0..<rows.
    /// - Throws: `InputMistakes` where `model` is not the one these inputs were checked against.
    public func sequence(_ row: Int, for model: Model) throws(InputMistakes) -> Inputs {
        let layout = RowLayout(self, model)
        let count = lengths?[row] ?? steps
        func cut<T>(_ values: [T], width: Int) -> [T] {
            (0..<count).flatMap { step in
                let start = layout.index(row: row, step: step) * width
                return values[start..<(start + width)]
            }
        }
        let alone: Values =
            switch x {
            case .features(let values): .features(cut(values, width: values.count / (steps * rows)))
            case .tokens(let ids): .tokens(cut(ids, width: 1))
            }
        var states: [Int: State] = [:]
        for (index, state) in initialStates {
            guard case .lstm(let lstm) = model.layers[index].operation else { continue }
            states[index] = State(
                h: rowOfState(state.h, row, states: lstm.stateCount),
                c: rowOfState(state.c, row, states: lstm.stateCount))
        }
        return try Inputs(alone, steps: count, batch: nil, initialStates: states, for: model)
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
        let session = InterpreterSession(self, steps: inputs.steps, batch: inputs.rows)
        var seen: [Int: [Float]] = [:]
        session.run(inputs, progress: progress) { layer, values in
            if wanted.contains(layer) { seen[layer] = Array(values) }
        }
        return wanted.map { seen[$0] ?? [] }
    }
}
