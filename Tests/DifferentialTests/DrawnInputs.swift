// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import LSTMIR
import LSTMInterpreter
import TestSupport

/// Inputs drawn for a model: any numbers of steps and rows, with or without lengths and first states.
struct DrawnInputs {
    /// In the order of the model's inputs.
    var values: [Inputs.Values]
    /// Of each input.
    var steps: [Int]
    var batch: Int?
    /// By input.
    var lengths: [Int: [Int]] = [:]
    var states: [Int: Inputs.State] = [:]

    var rows: Int { batch ?? 1 }

    init(_ kind: InputKind, for model: Model, _ random: inout SeededRandom) {
        // The kernels take up to 6 rows at once, and cut long sequences into chunks.
        let choices = [1, 2, 3, 5, 8, 13, 17]
        let least = model.leastSteps
        batch = [nil, 1, 2, 5, 6, 7, 13][random.integer(in: 0...6)]
        let rows = batch ?? 1
        let hasLengths = batch != nil && random.bool()
        var stepsByRoot: [Int: Int] = [:]
        var lengthsByRoot: [Int: [Int]] = [:]
        values = []
        steps = []
        for (index, input) in model.inputs.enumerated() {
            var count = 1
            if let root = input.shape.steps?.root {
                count = stepsByRoot[root] ?? choices[random.integer(in: 0...6)] + least - 1
                if stepsByRoot.isEmpty { stepsByRoot[root] = count }
                stepsByRoot[root] = count
                if hasLengths {
                    let drawn = lengthsByRoot[root] ?? (0..<rows).map { _ in random.integer(in: least...count) }
                    lengthsByRoot[root] = drawn
                    lengths[index] = drawn
                }
            }
            steps.append(count)
            switch input.kind {
            case .features: values.append(.features(kind.floats(count * rows * input.shape.count, &random)))
            case .tokens(let tokens):
                values.append(.tokens((0..<(count * rows)).map { _ in Int32(random.integer(in: 0...(tokens - 1))) }))
            }
        }
        guard random.bool() else { return }
        let running = Plan(whole: model).runningLayers
        for index in model.startedIndices where running.contains(index) {
            let slots = model.layers[index].operation.stateSlots
            states[index] = Inputs.State(
                h: kind.floats(slots[0].count * rows, &random),
                c: slots.count > 1 ? kind.floats(slots[1].count * rows, &random) : [])
        }
    }

    func inputs(for model: Model) throws -> Inputs {
        try Inputs(values, steps: steps, batch: batch, lengths: lengths, initialStates: states, for: model)
    }

    /// The same with other values in one row, of features and of first states; nil where the model reads neither.
    func replacing(row: Int, with kind: InputKind, for model: Model, _ random: inout SeededRandom) -> DrawnInputs? {
        var changed = self
        var isChanged = false
        for (index, input) in model.inputs.enumerated() {
            guard case .features(var floats) = values[index] else { continue }
            let (size, count) = (input.shape.count, steps[index])
            for step in 0..<count {
                let place = !input.shape.hasTime ? row : model.batchFirst ? row * count + step : step * rows + row
                floats.replaceSubrange(place * size..<(place + 1) * size, with: kind.floats(size, &random))
            }
            changed.values[index] = .features(floats)
            isChanged = true
        }
        for (index, state) in states {
            let slots = model.layers[index].operation.stateSlots
            var parts = [state.h, state.c]
            for (number, slot) in slots.enumerated() {
                for part in 0..<slot.states {
                    let place = part * rows + row
                    parts[number].replaceSubrange(
                        place * slot.size..<(place + 1) * slot.size, with: kind.floats(slot.size, &random))
                }
            }
            changed.states[index] = Inputs.State(h: parts[0], c: parts[1])
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

extension InterpreterStream {
    /// What each step of one sequence gives, one after another.
    func steps(_ given: DrawnInputs, _ model: Model, count: Int) -> [Float] {
        let steps = zip(given.steps, model.inputs).first { $1.shape.hasTime }?.0 ?? 1
        return (0..<steps).flatMap { step in
            withPointers(given, model, step: step, []) { pointers in
                self.step { pointers[$0] }.map { Array(UnsafeBufferPointer(start: $0, count: count)) } ?? []
            }
        }
    }

    private func withPointers(
        _ given: DrawnInputs, _ model: Model, step: Int, _ pointers: [UnsafePointer<Float>],
        _ body: ([UnsafePointer<Float>]) -> [Float]
    ) -> [Float] {
        guard pointers.count < model.inputs.count else { return body(pointers) }
        let input = model.inputs[pointers.count]
        let offset = input.shape.hasTime ? step * input.shape.count : 0
        func go(_ bytes: UnsafeRawBufferPointer) -> [Float] {
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: Float.self) else { return [] }
            return withPointers(given, model, step: step, pointers + [base + offset], body)
        }
        switch given.values[pointers.count] {
        case .features(let floats): return floats.withUnsafeBytes(go)
        case .tokens(let ids): return ids.withUnsafeBytes(go)
        }
    }
}
