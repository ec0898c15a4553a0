// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCodegen
import LSTMIR
import LSTMInterpreter
import TestSupport

/// Draws inputs and writes them with what the naive reference makes of them.
struct CaseWriter {
    let model: Model
    var random: SeededRandom
    private(set) var tensors: [NamedTensor] = []
    private var count = 0
    private var inputs = InputKind.usual
    /// The recurrent layers whose states a generated type shows.
    private let lstms: [Int]
    /// The inputs' time axes.
    private let axes: [Steps]
    /// The fewest steps that every layer finds what it takes in.
    let leastSteps: Int

    init(model: Model, random: SeededRandom) {
        self.model = model
        self.random = random
        lstms = TypeNames(model, isEmbedded: true).lstmIndices
        var axes: [Steps] = []
        for steps in model.inputs.compactMap(\.shape.steps) where !axes.contains(steps) { axes.append(steps) }
        self.axes = axes
        leastSteps = model.leastSteps
    }

    private mutating func add(_ name: String, _ values: [Float]) {
        tensors.append(NamedTensor("\(count).\(name)", floats: values, shape: [values.count]))
    }

    // MARK: What is drawn

    /// Values of every input; an axis that is filled up has paddings around each row's own steps, where these are to be.
    private mutating func values(steps: [Int], batch: Int?, padded: Bool) -> [InputValues] {
        let rows = batch ?? 1
        let ranges: [[Range<Int>]] = zip(axes, steps).map { axis, steps in
            let isPadded = padded && model.inputs.contains { $0.padding != nil && $0.shape.steps == axis }
            return (0..<rows).map { _ in
                guard isPadded, steps > leastSteps else { return 0..<steps }
                let length = random.integer(in: leastSteps...steps)
                let first = random.integer(in: 0...(steps - length))
                return first..<(first + length)
            }
        }
        return model.inputs.map { input in
            guard let axis = input.shape.steps.flatMap({ axes.firstIndex(of: $0) }) else {
                return values(of: input, count: rows)
            }
            var drawn = values(of: input, count: steps[axis] * rows)
            guard let padding = input.padding else { return drawn }
            for (row, own) in ranges[axis].enumerated() {
                for step in 0..<steps[axis] where !own.contains(step) {
                    let place = model.batchFirst ? row * steps[axis] + step : step * rows + row
                    drawn.fill(place, input.shape.count, with: padding)
                }
            }
            return drawn
        }
    }

    private mutating func values(of input: Model.Input, count: Int) -> InputValues {
        switch input.kind {
        case .features: return .features(inputs.floats(count * input.shape.count, &random))
        case .tokens(let tokens):
            let ids = (0..<count).map { _ -> Int32 in
                var id = random.integer(in: 0...(tokens - 1))
                if let padding = input.padding, Float(id) == padding { id = (id + 1) % tokens }
                return Int32(id)
            }
            return .tokens(ids)
        }
    }

    private mutating func states(rows: Int) -> [Int: Inputs.State] {
        var states: [Int: Inputs.State] = [:]
        for index in lstms {
            let slots = model.layers[index].operation.stateSlots
            states[index] = Inputs.State(
                h: inputs.floats(slots[0].count * rows, &random),
                c: slots.count > 1 ? inputs.floats(slots[1].count * rows, &random) : [])
        }
        return states
    }

    private mutating func addInput(
        kind: Int, _ values: [InputValues], batch: Int, _ states: [Int: Inputs.State]
    ) {
        let isPadded = model.inputs.contains { $0.padding != nil }
        add(
            "meta",
            [kind, batch, lstms.count, values.count, axes.count, isPadded ? 1 : 0].map { Float($0) })
        for (index, (input, values)) in zip(model.inputs, values).enumerated() {
            let axis = input.shape.steps.flatMap { axes.firstIndex(of: $0) } ?? -1
            add("input.meta.\(index)", [Float(input.features ?? 0), Float(axis)])
            switch values {
            case .features(let floats): add("input.\(index)", floats)
            case .tokens(let ids): add("input.\(index)", ids.map { Float($0) })
            }
        }
        for (place, index) in lstms.enumerated() {
            guard let state = states[index] else { continue }
            add("given.h.\(place)", state.h)
            add("given.c.\(place)", state.c)
        }
    }

    // MARK: The cases

    /// One sequence, or a batch, each axis with steps and maybe lengths of its own.
    mutating func add(
        kind: Int, limit: Int, batch: Int?, hasLengths: Bool, given: Bool, _ reference: ReferenceModel
    ) throws {
        let least = leastSteps
        let steps = axes.map { _ in random.integer(in: least...(limit + least)) }
        let values = values(steps: steps, batch: batch, padded: !hasLengths)
        let states = given ? states(rows: batch ?? 1) : [:]
        addInput(kind: kind, values, batch: batch ?? 1, states)
        var lengths: [Int: [Int]] = [:]
        for (number, axis) in axes.enumerated() where hasLengths {
            guard let input = model.inputs.firstIndex(where: { $0.shape.steps == axis }) else { continue }
            let drawn = (0..<(batch ?? 1)).map { _ in random.integer(in: least...steps[number]) }
            lengths[input] = drawn
            add("lengths.\(number)", drawn.map { Float($0) })
        }
        let inputs = try Inputs(
            values, steps: model.inputs.map { stepsOf($0, steps) }, batch: batch, lengths: lengths,
            initialStates: states, for: model)
        for (index, result) in reference.run(inputs).enumerated() { add("result.\(index)", result.values) }
        count += 1
    }

    private func stepsOf(_ input: Model.Input, _ steps: [Int]) -> Int {
        input.shape.steps.flatMap { axes.firstIndex(of: $0) }.map { steps[$0] } ?? 1
    }

    /// A batch and a stream of values that not every model is made for.
    mutating func addEdge(_ kind: InputKind, _ reference: ReferenceModel, canStream: Bool) throws {
        inputs = kind
        defer { inputs = .usual }
        let given = !lstms.isEmpty && random.bool()
        try add(kind: 1, limit: 3, batch: 3, hasLengths: !axes.isEmpty, given: given, reference)
        if canStream { try addStream(steps: random.integer(in: 2...4), given: given, reference, state: nil) }
    }

    /// What each step gives is the end of what the sequence up to that step gives; `steps` of them give something.
    mutating func addStream(
        steps: Int, given: Bool, _ reference: ReferenceModel, state: ReferenceModel?
    ) throws {
        let delay = TypeNames(model, isEmbedded: true).delay
        let steps = steps + delay
        let values = values(steps: axes.map { _ in steps }, batch: nil, padded: false)
        let states = given ? states(rows: 1) : [:]
        addInput(kind: 2, values, batch: 1, states)
        let stepped = model.results.indices.filter { model.results[$0].part == .output }
        var results = stepped.map { _ in [Float]() }
        for end in (delay + 1)...steps {
            let part = zip(model.inputs, values).map { input, values in
                input.shape.hasTime ? values.prefix(end, of: input) : values
            }
            let inputs = try Inputs(
                part, steps: model.inputs.map { _ in end }, batch: nil, initialStates: states, for: model)
            let given = reference.run(inputs)
            for (place, index) in stepped.enumerated() {
                results[place] += given[index].values.suffix(model.layers[model.results[index].layer].output.count)
            }
        }
        for (place, values) in results.enumerated() { add("result.\(place)", values) }
        if let state {
            let inputs = try Inputs(
                values, steps: model.inputs.map { _ in steps }, batch: nil, initialStates: states, for: state.model)
            let parts = state.run(inputs)
            var first = 0
            for (place, index) in lstms.enumerated() {
                // The output, then the slots of the state.
                let hasC = model.layers[index].operation.stateSlots.count > 1
                add("last.h.\(place)", parts[first + 1].values)
                add("last.c.\(place)", hasC ? parts[first + 2].values : [])
                first += hasC ? 3 : 2
            }
        }
        count += 1
    }
}

extension InputValues {
    /// Fills up one step, of `size` values.
    fileprivate mutating func fill(_ place: Int, _ size: Int, with padding: Float) {
        switch self {
        case .features(var floats):
            for index in 0..<size { floats[place * size + index] = padding }
            self = .features(floats)
        case .tokens(var ids):
            ids[place] = Int32(padding)
            self = .tokens(ids)
        }
    }

    /// The first steps of one sequence.
    fileprivate func prefix(_ steps: Int, of input: Model.Input) -> InputValues {
        switch self {
        case .features(let floats): .features(Array(floats.prefix(steps * input.shape.count)))
        case .tokens(let ids): .tokens(Array(ids.prefix(steps)))
        }
    }
}

extension Model {
    /// The fewest steps that a sequence of any input may have; of drawn models, at most 400.
    public var leastSteps: Int {
        (1...400).first { steps in
            let values = inputs.map { Self.ones($0, $0.shape.hasTime ? steps : 1) }
            return (try? Inputs(values, steps: inputs.map { _ in steps }, batch: nil, for: self)) != nil
        } ?? 1
    }

    private static func ones(_ input: Input, _ rows: Int) -> InputValues {
        // No value that fills up.
        switch input.kind {
        case .features: .features(.init(repeating: input.padding == 1 ? 2 : 1, count: rows * input.shape.count))
        case .tokens: .tokens(.init(repeating: input.padding == 0 ? 1 : 0, count: rows))
        }
    }
}
