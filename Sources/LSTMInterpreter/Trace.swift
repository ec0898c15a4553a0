// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

extension Inputs {
    /// One row alone, cut to its length and without a batch axis: the model gives it the bits it has in its batch.
    ///
    /// - Parameter row: in 0..<rows.
    /// - Throws: `InputMistakes` where `model` is not the one these inputs were checked against.
    public func sequence(_ row: Int, for model: Model) throws(InputMistakes) -> Inputs {
        let alone: Values =
            switch x {
            case .features(let values): .features(steps(of: row, values, width: values.count / (steps * rows), model))
            case .tokens(let ids): .tokens(steps(of: row, ids, width: 1, model))
            }
        var states: [Int: State] = [:]
        for (index, state) in initialStates {
            guard let lstm = model.layers[index].operation.lstm else { continue }
            states[index] = State(
                h: rowOfState(state.h, row, states: lstm.stateCount),
                c: rowOfState(state.c, row, states: lstm.stateCount))
        }
        return try Inputs(alone, steps: length(of: row), batch: nil, initialStates: states, for: model)
    }

    /// One row's part of a result of these inputs, as ``sequence(_:for:)`` alone would give it; nil where `values` are
    /// not as many as the result has.
    package func part(ofRow row: Int, in values: [Float], of result: Model.Result, _ model: Model) -> [Float]? {
        guard values.count == result.shape(in: model, for: self).reduce(1, *) else { return nil }
        let size = result.size(in: model.layers[result.layer])
        if result.hasTime(in: model) { return steps(of: row, values, width: size, model) }
        return rowOfState(values, row, states: values.count / (size * rows))
    }

    private func length(of row: Int) -> Int { lengths?[row] ?? steps }

    /// The vectors of `width` values that stand at a row's own steps.
    private func steps<Value>(of row: Int, _ values: [Value], width: Int, _ model: Model) -> [Value] {
        let layout = RowLayout(self, model)
        return (0..<length(of: row)).flatMap { step in
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
        let session = InterpreterSession(self, steps: inputs.steps, batch: inputs.rows)
        var seen: [Int: [Float]] = [:]
        session.run(inputs, progress: progress) { layer, values in
            if wanted.contains(layer) { seen[layer] = Array(values) }
        }
        return wanted.map { seen[$0] ?? [] }
    }
}
