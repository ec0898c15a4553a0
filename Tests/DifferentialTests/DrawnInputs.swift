// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import LSTMIR
import LSTMInterpreter
import TestSupport

/// Inputs drawn for a model: any numbers of steps and rows, with or without lengths and first states.
struct DrawnInputs {
    var x: Inputs.Values
    var steps: Int
    var batch: Int?
    var lengths: [Int]?
    var states: [Int: Inputs.State] = [:]

    var rows: Int { batch ?? 1 }

    init(_ kind: InputKind, for model: Model, _ random: inout SeededRandom) {
        // The kernels take up to 6 rows at once, and cut long sequences into chunks.
        let steps = [1, 2, 3, 5, 8, 13, 17][random.integer(in: 0...6)]
        batch = [nil, 1, 2, 5, 6, 7, 13][random.integer(in: 0...6)]
        self.steps = steps
        let rows = batch ?? 1
        if batch != nil, random.bool() { lengths = (0..<rows).map { _ in random.integer(in: 1...steps) } }
        switch model.input {
        case .features(let size): x = .features(kind.floats(steps * rows * size, &random))
        case .tokens(let count):
            x = .tokens((0..<(steps * rows)).map { _ in Int32(random.integer(in: 0...(count - 1))) })
        }
        guard random.bool() else { return }
        let last = model.results.map(\.layer).max() ?? 0
        for (index, layer) in model.layers.enumerated() where index <= last {
            guard case .lstm(let lstm) = layer.operation else { continue }
            let count = lstm.numLayers * lstm.directions * rows
            states[index] = Inputs.State(
                h: kind.floats(count * lstm.stateSize, &random), c: kind.floats(count * lstm.hiddenSize, &random))
        }
    }

    func inputs(for model: Model) throws -> Inputs {
        try Inputs(x, steps: steps, batch: batch, lengths: lengths, initialStates: states, for: model)
    }

    /// The same with other values in one row, of features and of first states; nil where the model reads neither.
    func replacing(row: Int, with kind: InputKind, for model: Model, _ random: inout SeededRandom) -> DrawnInputs? {
        var changed = self
        var isChanged = false
        if case .features(var values) = x, case .features(let size) = model.input {
            for step in 0..<steps {
                let place = model.batchFirst ? row * steps + step : step * rows + row
                values.replaceSubrange(place * size..<(place + 1) * size, with: kind.floats(size, &random))
            }
            changed.x = .features(values)
            isChanged = true
        }
        for (index, state) in states {
            guard case .lstm(let lstm) = model.layers[index].operation else { continue }
            var (h, c) = (state.h, state.c)
            for part in 0..<(lstm.numLayers * lstm.directions) {
                let place = part * rows + row
                h.replaceSubrange(
                    place * lstm.stateSize..<(place + 1) * lstm.stateSize, with: kind.floats(lstm.stateSize, &random))
                c.replaceSubrange(
                    place * lstm.hiddenSize..<(place + 1) * lstm.hiddenSize,
                    with: kind.floats(lstm.hiddenSize, &random))
            }
            changed.states[index] = Inputs.State(h: h, c: c)
            isChanged = true
        }
        return isChanged ? changed : nil
    }
}

extension ResultTensor {
    /// The values without those of one row of the batch.
    func values(without row: Int, part: Model.Result.Part, hasTime: Bool, batchFirst: Bool) -> [Float] {
        let axis = part != .output || (hasTime && !batchFirst) ? 1 : 0
        let rows = shape[axis]
        let inner = shape[(axis + 1)...].reduce(1, *)
        return values.indices.filter { $0 / inner % rows != row }.map { values[$0] }
    }
}
