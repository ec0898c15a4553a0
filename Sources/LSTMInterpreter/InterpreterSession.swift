// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMRuntime

/// The memory of a run over a fixed number of steps and rows: made once, used for any number of runs of that size.
public final class InterpreterSession {
    let interpreted: InterpretedModel
    let plan: Plan
    let batch: Int
    let stepsByRoot: [Int: Int]
    let lengthsByRoot: [Int: [Int]]
    private let layout: LSTMRuntime.SequenceLayout
    private let threads: Int
    /// The plan's time axes.
    private let axes: [Steps: Axis]
    /// Their lengths, Int32 each; none where every row has all steps.
    private let lengths: [Steps: AlignedFloats]
    private(set) var kept: [AlignedFloats] = []
    /// Where each scratch value lives.
    private var scratch: [AlignedFloats] = []
    /// Of the recurrent layers that run: a memory for each slot.
    private var states: [Int: [AlignedFloats]] = [:]
    private let workspace: AlignedFloats
    private var steps: [Step] = []
    /// The layers' calls, whose inputs from the caller are filled in at each run: a run allocates nothing.
    private var calls: [LayerCall] = []
    /// Where the inputs of the run that goes on are.
    private var addresses: [UnsafeMutablePointer<Float>]
    /// The kept values that have a time axis with lengths.
    private var padded: [(y: UnsafeMutablePointer<Float>, steps: Int, size: Int, lengths: UnsafePointer<Int32>)] = []
    /// The share of a run's work that is done before each call; 1 after the last.
    private let done: [Double]

    /// - Parameters:
    ///   - interpreted: the model.
    ///   - inputs: the steps, rows and lengths of the runs.
    ///   - kept: what to keep; the model's results where it is nil.
    ///   - threads: at most so many share a run's work, at least 1.
    public init(_ interpreted: InterpretedModel, _ inputs: Inputs, keeping kept: [Value]? = nil, threads: Int = 1) {
        self.interpreted = interpreted
        self.threads = Swift.max(threads, 1)
        let model = interpreted.model
        plan = kept.map { Plan(whole: model, keeping: $0) } ?? interpreted.plan
        batch = inputs.rows
        (stepsByRoot, lengthsByRoot) = (inputs.stepsByRoot, inputs.lengthsByRoot)
        layout = model.batchFirst ? .batchFirst : .timeFirst
        var axes: [Steps: Axis] = [:]
        for steps in plan.axes { axes[steps] = inputs.axis(steps) }
        self.axes = axes
        lengths = axes.compactMapValues { axis in
            axis.lengths.map { lengths in
                let bits = lengths.map { Float(bitPattern: UInt32($0)) }
                return AlignedFloats(FloatArray(bits, shape: [bits.count]))
            }
        }
        let rows = inputs.rows
        func count(_ rowsOfValue: Plan.Rows) -> Int {
            if case .steps(let steps) = rowsOfValue { return (axes[steps]?.steps ?? 1) * rows }
            return rows
        }
        let memories = plan.slots.map { AlignedFloats(count: count($0.rows) * $0.count) }
        scratch = plan.scratch.map { memories[$0.slot] }
        var workspaceCount = 0
        for call in plan.calls {
            guard call.action == .run else { continue }
            let steps = call.inputs[0].rows.steps.flatMap { axes[$0]?.steps } ?? 1
            let layer = interpreted.layers[call.layer]
            let operation = model.layers[call.layer].operation
            workspaceCount = Swift.max(
                workspaceCount, layer.workspaceCount(operation, steps: steps, batch: rows, threads: self.threads))
            if layer.recurrent == nil { continue }
            states[call.layer] = model.layers[call.layer].operation.stateSlots.map {
                AlignedFloats(count: rows * $0.count)
            }
        }
        workspace = AlignedFloats(count: workspaceCount)
        addresses = [UnsafeMutablePointer<Float>](repeating: workspace.pointer, count: model.inputs.count)
        // A layer without multiply-adds takes a moment too.
        let costs = plan.calls.map { Double(model.layers[$0.layer].cost.macsPerStep) + 1 }
        let total = costs.reduce(0, +)
        done = [0] + costs.indices.map { costs[...$0].reduce(0, +) / total }
        self.kept = plan.kept.enumerated().map { number, value in
            if case .state(let layer, let slot) = value, let state = states[layer] { return state[slot] }
            let shape = model.shape(of: value)
            return AlignedFloats(count: count(shape.steps.map { .steps($0) } ?? .sequences) * shape.count)
        }
        for call in plan.calls { add(call) }
        for (number, value) in plan.kept.enumerated() {
            let shape = model.shape(of: value)
            guard let steps = shape.steps, let lengths = lengths[steps], let axis = axes[steps] else { continue }
            let y = self.kept[number].pointer
            padded.append((y, axis.steps, shape.count, UnsafePointer(lengths.integers)))
        }
    }

    /// One call of the plan.
    private enum Step {
        case recurrent(
            layer: Int, x: LayerCall.Source, steps: Int, y: UnsafeMutablePointer<Float>?, UnsafePointer<Int32>?)
        case gather(layer: Int, slot: Int, last: Int?, into: UnsafeMutablePointer<Float>)
        case begin(layer: Int, slot: Int, from: LayerCall.Source)
        /// One of `calls`, and which of its operands are which inputs.
        case layer(Int, given: [(operand: Int, input: Int)], copies: Bool)
    }

    private func source(_ place: Plan.Place) -> LayerCall.Source {
        switch place {
        case .input(let index): .input(index)
        case .kept(let number): .memory(kept[number].pointer)
        case .scratch(let number): .memory(scratch[number].pointer)
        case .state(let layer, let slot): .memory(states[layer]?[slot].pointer ?? workspace.pointer)
        case .outputInState: .memory(workspace.pointer)  // of single steps alone
        }
    }

    private func operand(_ operand: Plan.Operand) -> LayerCall.Operand {
        let pointer: UnsafeMutablePointer<Float> =
            if case .memory(let pointer) = source(operand.place) { pointer } else { workspace.pointer }
        let axis = operand.rows.steps.flatMap { axes[$0] } ?? Axis(steps: 1, lengths: nil)
        return LayerCall.Operand(pointer: pointer, rows: operand.rows, sizes: operand.sizes, axis: axis)
    }

    private func add(_ call: Plan.Call) {
        let layer = interpreted.model.layers[call.layer]
        let inputs = call.inputs.map { operand($0) }
        let output = call.output.map { operand($0) }
        let lengths = call.inputs.first?.rows.steps.flatMap { self.lengths[$0] }
            .map { UnsafePointer($0.integers) }
        if call.action == .run, interpreted.layers[call.layer].recurrent != nil {
            steps.append(
                .recurrent(
                    layer: call.layer, x: source(call.inputs[0].place), steps: inputs[0].axis.steps,
                    y: output?.pointer, lengths))
            return
        }
        if case .begin(let slot) = call.action {
            steps.append(.begin(layer: call.layer, slot: slot, from: source(call.inputs[0].place)))
            return
        }
        guard let output else { return }
        if case .gather(let slot) = call.action {
            steps.append(.gather(layer: call.layer, slot: slot, last: nil, into: output.pointer))
        } else if case .last(let last) = layer.operation {
            guard case .state(let recurrent, let slot) = layer.inputs[0] else { return }
            steps.append(.gather(layer: recurrent, slot: slot, last: last.directions, into: output.pointer))
        } else {
            let given = call.inputs.enumerated().compactMap { number, operand in
                if case .input(let input) = operand.place { (operand: number, input: input) } else { nil }
            }
            steps.append(.layer(calls.count, given: given, copies: call.action == .copy))
            calls.append(
                LayerCall(
                    operation: layer.operation, packed: interpreted.layers[call.layer], inputs: inputs,
                    output: output, batch: batch, layout: layout, lengths: lengths, workspace: workspace.pointer,
                    past: nil, threads: threads))
        }
    }

    /// Runs the model; `inputs` has this session's numbers of steps and rows.
    ///
    /// - Parameter progress: called after each layer, and within a recurrent one, with the share of the work that is done.
    public func run(_ inputs: Inputs, progress: ((Double) -> Void)? = nil) {
        withAddresses(of: inputs.values[...]) { runSteps(inputs, progress) }
    }

    /// Runs the model on values that stand elsewhere, in the order of `Model.inputs`.
    package func run(_ inputs: Inputs, at values: [UnsafeRawPointer]) {
        // Inputs are read alone.
        for (index, value) in values.enumerated() {
            addresses[index] = UnsafeMutableRawPointer(mutating: value).assumingMemoryBound(to: Float.self)
        }
        runSteps(inputs, nil)
    }

    private func runSteps(_ inputs: Inputs, _ progress: ((Double) -> Void)?) {
        for number in steps.indices {
            let (before, share) = (done[number], done[number + 1] - done[number])
            let within = progress.map { report in LSTMProgress { report(before + share * $0) } }
            run(steps[number], inputs, within)
            progress?(done[number + 1])
        }
        if plan.calls.isEmpty { progress?(1) }
        zeroPaddings()
    }

    private func withAddresses(of values: ArraySlice<InputValues>, _ body: () -> Void) {
        guard let first = values.first else { return body() }
        func go(_ address: UnsafeRawPointer?) {
            guard let address else { return }
            // Inputs are read alone.
            addresses[values.startIndex] = UnsafeMutableRawPointer(mutating: address)
                .assumingMemoryBound(to: Float.self)
            withAddresses(of: values.dropFirst(), body)
        }
        switch first {
        case .features(let floats): floats.withUnsafeBytes { go($0.baseAddress) }
        case .tokens(let ids): ids.withUnsafeBytes { go($0.baseAddress) }
        }
    }

    private func run(_ step: Step, _ inputs: Inputs, _ progress: LSTMProgress?) {
        switch step {
        case .recurrent(let layer, let x, let steps, let y, let lengths):
            runRecurrent(layer, address(x), steps: steps, y, lengths, inputs, progress)
        case .begin(let layer, let slot, let x):
            guard let state = states[layer] else { return }
            let sizes = interpreted.model.layers[layer].operation.stateSlots[slot]
            Columns.scatter(
                address(x), states: sizes.states, batch: batch, size: sizes.size, into: state[slot].pointer)
        case .gather(let layer, let slot, let last, let y): gather(layer, slot, last: last, into: y)
        case .layer(let number, let given, let copies):
            for (operand, input) in given { calls[number].inputs[operand].pointer = addresses[input] }
            if copies { calls[number].copy() } else { calls[number].run() }
        }
    }

    private func address(_ source: LayerCall.Source) -> UnsafeMutablePointer<Float> {
        switch source {
        case .memory(let pointer): pointer
        case .input(let index): addresses[index]
        }
    }

    private func runRecurrent(
        _ index: Int, _ x: UnsafeMutablePointer<Float>, steps: Int, _ y: UnsafeMutablePointer<Float>?,
        _ lengths: UnsafePointer<Int32>?, _ inputs: Inputs, _ progress: LSTMProgress?
    ) {
        guard let state = states[index], case .recurrent(let recurrent, let first) = interpreted.layers[index] else {
            return
        }
        let given = inputs.initialStates[index]
        let count = recurrent.sizes.numLayers * recurrent.sizes.directions
        // What other values give is there already.
        let slots = interpreted.model.layers[index].operation.initialSlots
        if !slots.contains(0) { begin(state[0], with: given?.h, or: first?.h, states: count) }
        if state.count > 1, !slots.contains(1) { begin(state[1], with: given?.c, or: first?.c, states: count) }
        recurrent.run(
            UnsafePointer(x), steps: steps, batch: batch, layout: layout, lengths: lengths,
            h: state[0].pointer, c: state.count > 1 ? state[1].pointer : nil, into: y, workspace: workspace.pointer,
            threads: threads, progress: progress)
    }

    /// (states, batch, size) to (batch, states * size); the last states alone where they are wanted.
    private func gather(_ layer: Int, _ slot: Int, last: Int? = nil, into y: UnsafeMutablePointer<Float>) {
        guard let state = states[layer]?[slot] else { return }
        let slot = interpreted.model.layers[layer].operation.stateSlots[slot]
        let count = last ?? slot.states
        Columns.gather(
            state.pointer + (slot.states - count) * batch * slot.size, states: count, batch: batch, size: slot.size,
            into: y)
    }

    /// The state given to the run, else the checkpoint's for every row, else zero.
    private func begin(_ memory: AlignedFloats, with given: [Float]?, or first: [Float]?, states: Int) {
        let values = UnsafeMutableBufferPointer(start: memory.pointer, count: memory.count)
        if let given {
            _ = values.update(fromContentsOf: given)
        } else if let first {
            // (num_layers * directions, size) for one row becomes (num_layers * directions, batch, size).
            let size = first.count / states
            for index in 0..<(states * batch) {
                for element in 0..<size { values[index * size + element] = first[index / batch * size + element] }
            }
        } else {
            values.update(repeating: 0)
        }
    }

    /// Results with a time axis are zero past a sequence's length.
    private func zeroPaddings() {
        for result in padded {
            zeroPadding(
                result.y, steps: result.steps, batch: batch, size: result.size, layout: layout, lengths: result.lengths)
        }
    }

    /// A kept value of the last run, row-major.
    public func values(ofKept number: Int) -> [Float] {
        let shape = interpreted.model.shape(of: plan.kept[number])
        let memory = UnsafeBufferPointer(start: kept[number].pointer, count: kept[number].count)
        if shape.element == .float { return Array(memory) }
        return memory.map { Float(Int32(bitPattern: $0.bitPattern)) }
    }
}

extension AlignedFloats {
    /// The memory as integers of the same width.
    fileprivate var integers: UnsafeMutablePointer<Int32> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Int32.self)
    }
}

extension Plan.Rows {
    /// The time axis.
    var steps: Steps? { if case .steps(let steps) = self { steps } else { nil } }
}
