// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// Looks at everything that a model is given.
struct InputCheck {
    let model: Model
    /// nil where they stand elsewhere.
    var values: [InputValues]?
    let steps: [Int]
    let batch: Int?
    let given: [Int: [Int]]
    var mistakes: [InputMistake] = []
    var stepsByRoot: [Int: Int] = [:]
    var lengthsByRoot: [Int: [Int]] = [:]
    var shifts: [Int: [Int]] = [:]

    init(_ model: Model, _ values: [InputValues]?, steps: [Int], batch: Int?, lengths: [Int: [Int]]) {
        (self.model, self.values, self.steps, self.batch, given) = (model, values, steps, batch, lengths)
    }

    var rows: Int { batch ?? 1 }

    /// An input's name in messages: of a single one, `x`.
    func name(_ index: Int) -> String { model.inputs[index].name }

    mutating func run() {
        let found = values?.count ?? steps.count
        guard found == model.inputs.count, steps.count == found else {
            mistakes.append(.inputCount(found: found, expected: model.inputs.map(\.name)))
            return
        }
        for index in model.inputs.indices { checkInput(index) }
        checkLengths()
        if mistakes.isEmpty { findPadding() }
        if mistakes.isEmpty, (model.floatsHeld(stepsByRoot: stepsByRoot, rows: rows) ?? .max) > Inputs.floatLimit {
            // Small weights and many steps can still make results that no memory holds.
            mistakes.append(.tooLarge(limit: Inputs.floatLimit))
        }
    }

    mutating func checkInput(_ index: Int) {
        let input = model.inputs[index]
        var count: Int? = rows
        if let root = input.shape.steps?.root {
            guard steps[index] >= 1, rows >= 1 else {
                mistakes.append(.empty(tensor: name(index), steps: steps[index], batch: rows))
                return
            }
            if let other = stepsByRoot[root], other != steps[index] {
                mistakes.append(
                    .differentSteps(first: name(root), steps: other, second: name(index), other: steps[index]))
            } else {
                stepsByRoot[root] = steps[index]
            }
            count = checkedProduct(steps[index], rows)
        } else if rows < 1 {
            mistakes.append(.empty(tensor: name(index), steps: 1, batch: rows))
            return
        }
        guard let values else { return }
        switch (values[index], input.kind) {
        case (.features(let values), .features):
            check(index, values.count, count.flatMap { checkedProduct($0, input.shape.count) })
        case (.tokens(let ids), .tokens(let tokens)):
            check(index, ids.count, count)
            if let place = ids.firstIndex(where: { $0 < 0 || Int($0) >= tokens }) {
                mistakes.append(.tokenOutOfRange(id: Int(ids[place]), at: place, count: tokens))
            }
        case (.features, .tokens): mistakes.append(.needsTokens)
        case (.tokens, .features): mistakes.append(.needsFeatures)
        }
    }

    mutating func check(_ index: Int, _ found: Int, _ expected: Int?) {
        if found != expected { mistakes.append(.count(tensor: name(index), found: found, expected: expected)) }
    }

    mutating func checkLengths() {
        for (index, lengths) in given.sorted(by: { $0.key < $1.key }) {
            guard model.inputs.indices.contains(index), let root = model.inputs[index].shape.steps?.root else {
                continue
            }
            let steps = stepsByRoot[root] ?? 1
            if batch == nil {
                mistakes.append(.lengthsWithoutBatch)
            } else if lengths.count != rows {
                mistakes.append(.count(tensor: "lengths", found: lengths.count, expected: rows))
            } else if let row = lengths.firstIndex(where: { !(1...max(steps, 1)).contains($0) }) {
                mistakes.append(.lengthOutOfRange(length: lengths[row], row: row, steps: steps))
            } else if let other = lengthsByRoot[root], other != lengths {
                mistakes.append(.differentLengths(first: name(root), second: name(index)))
            } else {
                lengthsByRoot[root] = lengths
            }
        }
    }

    // MARK: Padding

    /// Finds the lengths of sequences that padding fills up, where none are given.
    mutating func findPadding() {
        guard var values else { return }
        defer { self.values = values }
        for (index, input) in model.inputs.enumerated() {
            guard let padding = input.padding, let root = input.shape.steps?.root, lengthsByRoot[root] == nil else {
                continue
            }
            let steps = stepsByRoot[root] ?? 1
            var lengths: [Int] = []
            var before: [Int] = []
            for row in 0..<rows {
                let isPadding = (0..<steps).map {
                    isStepOf(padding, values[index], index, row: row, step: $0, steps: steps)
                }
                guard let first = isPadding.firstIndex(of: false), let last = isPadding.lastIndex(of: false) else {
                    mistakes.append(.paddingAlone(tensor: name(index), row: row))
                    return
                }
                if let step = isPadding[first...last].firstIndex(of: true) {
                    mistakes.append(.paddingInside(tensor: name(index), row: row, step: step))
                    return
                }
                before.append(first)
                lengths.append(last - first + 1)
            }
            if lengths.allSatisfy({ $0 == steps }) { continue }
            lengthsByRoot[root] = lengths
            guard before.contains(where: { $0 > 0 }) else { continue }
            for (other, input) in model.inputs.enumerated() where input.shape.steps?.root == root {
                shifts[other] = before
                values[other] = shifted(values[other], other, by: before, steps: steps)
            }
            shifts[root] = before
        }
    }

    func place(row: Int, step: Int, steps: Int) -> Int {
        model.batchFirst ? row * steps + step : step * rows + row
    }

    func isStepOf(_ padding: Float, _ values: InputValues, _ index: Int, row: Int, step: Int, steps: Int) -> Bool {
        let place = place(row: row, step: step, steps: steps)
        switch values {
        case .tokens(let ids): return Float(ids[place]) == padding
        case .features(let values):
            let size = model.inputs[index].shape.count
            return values[(place * size)..<((place + 1) * size)].allSatisfy { $0 == padding }
        }
    }

    /// Moves each row's steps to the front.
    func shifted(_ values: InputValues, _ index: Int, by before: [Int], steps: Int) -> InputValues {
        let size = model.inputs[index].shape.count
        func moved<Element>(_ values: [Element], _ size: Int) -> [Element] {
            var result = values
            for row in 0..<rows where before[row] > 0 {
                for step in 0..<(steps - before[row]) {
                    let from = place(row: row, step: step + before[row], steps: steps) * size
                    let to = place(row: row, step: step, steps: steps) * size
                    result.replaceSubrange(to..<(to + size), with: values[from..<(from + size)])
                }
            }
            return result
        }
        switch values {
        case .features(let floats): return .features(moved(floats, size))
        case .tokens(let ids): return .tokens(moved(ids, 1))
        }
    }

    // MARK: States and layers

    mutating func checkStates(_ states: [Int: StateValues]) {
        for (index, state) in states.sorted(by: { $0.key < $1.key }) {
            guard model.startedIndices.contains(index) else {
                mistakes.append(.stateOfNoLSTM(layer: index))
                continue
            }
            let slots = model.layers[index].operation.stateSlots
            for (name, (slot, values)) in zip(model.stateNames(ofLayer: index), zip(slots, [state.h, state.c])) {
                let expected = checkedProduct(slot.states, rows, slot.size)
                if values.count != expected {
                    mistakes.append(.count(tensor: name, found: values.count, expected: expected))
                }
            }
        }
    }

    /// Every sequence has the steps that the layers ask for.
    mutating func checkLayers(_ inputs: Inputs) {
        for layer in model.layers {
            switch layer.operation {
            case .select(let select):
                guard let steps = layer.input.steps else { continue }
                let needed = select.index < 0 ? -(select.index + 1) + 1 : select.index + 1
                checkRows(of: inputs.axis(steps), atLeast: needed, layer)
            case .steps:
                guard let steps = layer.output.steps else { continue }
                checkRows(of: inputs.axis(steps), atLeast: 1, layer)
            case .conv1d(let conv): checkWindows(conv.over, atLeast: conv.windows.least, layer, inputs)
            case .windowPool(let pool): checkWindows(pool.over, atLeast: pool.windows.least, layer, inputs)
            case .pad(let pad): checkWindows(pad.over, atLeast: pad.least, layer, inputs)
            case .recurrent, .embedding, .linear, .layerNorm, .pointwise, .prelu, .softmax, .l2Normalize, .dropout,
                .last,
                .pool,
                .combine, .concat, .slice, .scale, .flip, .repeat, .argmax, .reshape, .transpose,
                .batchNorm:
                continue
            }
        }
    }

    /// Every sequence has a window.
    private mutating func checkWindows(_ axis: WindowAxis, atLeast needed: Int, _ layer: Layer, _ inputs: Inputs) {
        guard axis == .time, let steps = layer.input.steps else { return }
        checkRows(of: inputs.axis(steps), atLeast: needed, layer)
    }

    mutating func checkRows(of axis: Axis, atLeast needed: Int, _ layer: Layer) {
        guard let row = (0..<rows).first(where: { axis.length(of: $0) < needed }) else { return }
        mistakes.append(
            .tooFewSteps(layer: layer.name, row: row, steps: axis.length(of: row), needed: needed))
    }
}
