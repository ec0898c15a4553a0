// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// One sequence, one step at a time, the state carried inside: the same bits as a whole run. A step allocates nothing.
public final class InterpreterStream {
    /// A call of the plan in plain pointers: counting references would cost more than a small layer's step.
    private enum Step {
        case recurrent(
            LSTMStep.Unretained, x: LayerCall.Source, h: UnsafeMutablePointer<Float>, c: UnsafeMutablePointer<Float>?,
            y: UnsafeMutablePointer<Float>?)
        /// One of `calls`, and which of `given` fill in what the caller gives it.
        case layer(Int, given: Range<Int>)
        case copy(from: LayerCall.Source, to: UnsafeMutablePointer<Float>, count: Int)
    }

    private let interpreted: InterpretedModel
    /// What a step gives.
    private let kept: [Value]
    private let steps: [Step]
    /// The calls of the first steps of the sequence: at which of them each runs.
    private let first: [(step: Step, at: ClosedRange<Int>)]
    private let firstSteps: Int
    /// The steps of the sequence that have no result: so many of its first.
    public let delay: Int
    /// The steps so far, up to `firstSteps`.
    private var seen = 0
    /// The layers' calls, whose inputs from the caller are filled in at each step; nobody else changes them, and to check
    /// that would cost more than a small layer's step.
    @exclusivity(unchecked) private var calls: [LayerCall]
    /// What is filled in: an operand of a call, and the input that it is.
    private let given: [(operand: Int, input: Int)]
    /// What the steps point into.
    private let memory: [AlignedFloats]
    private let recurrent: [LSTMStep]
    private let results: [UnsafePointer<Float>]
    /// The first of them, or anything where there is none.
    private let result: UnsafePointer<Float>
    private let workspace: UnsafeMutablePointer<Float>
    /// Of the recurrent layers: the address of each slot.
    private let states: [Int: [UnsafeMutablePointer<Float>]]

    /// nil where the model cannot stream.
    ///
    /// - Parameter value: what a step gives; what the model's last layer gives where it is nil.
    public convenience init?(_ interpreted: InterpretedModel, giving value: Value? = nil) {
        self.init(interpreted, keeping: [value ?? .output(interpreted.model.layers.count - 1)])
    }

    /// The same for several values, which `result` has after a step.
    package init?(_ interpreted: InterpretedModel, keeping kept: [Value]) {
        guard let plan = Plan(interpreted.model, .step, keeping: kept) else { return nil }
        var builder = Builder(interpreted, plan)
        for call in plan.calls { builder.add(call) }
        self.interpreted = interpreted
        (steps, calls, given) = (builder.steps, builder.calls, builder.given)
        (first, firstSteps, delay) = (builder.first, plan.firstSteps, plan.delay)
        (memory, recurrent) = (builder.memory, builder.recurrent)
        results = builder.kept.map { UnsafePointer($0) }
        (result, workspace) = (results.first ?? UnsafePointer(builder.workspace.pointer), builder.workspace.pointer)
        (self.kept, states) = (kept, builder.states)
    }

    /// The stream as it is now, in memory of its own; nil for no stream.
    package convenience init?(copying other: InterpreterStream) {
        self.init(other.interpreted, keeping: other.kept)
        for (own, others) in zip(memory, other.memory) { own.pointer.update(from: others.pointer, count: own.count) }
        seen = other.seen
    }

    /// What the value of this number, of those asked for, is after a step that gives something.
    package func result(_ number: Int) -> UnsafePointer<Float> { results[number] }

    /// Begins with another state than the checkpoint's or zeros.
    ///
    /// - Parameter values: of all the layer's states, as many as the slot has.
    package func begin(layer: Int, slot: Int, with values: [Float]) {
        guard let state = states[layer]?[slot] else { return }
        state.update(from: values, count: values.count)
    }

    /// Gives each place of a plan its address, and makes steps of its calls.
    private struct Builder {
        let interpreted: InterpretedModel
        let plan: Plan
        private(set) var steps: [Step] = []
        private(set) var first: [(step: Step, at: ClosedRange<Int>)] = []
        private(set) var calls: [LayerCall] = []
        private(set) var given: [(operand: Int, input: Int)] = []
        private(set) var memory: [AlignedFloats] = []
        private(set) var recurrent: [LSTMStep] = []
        private(set) var kept: [UnsafeMutablePointer<Float>] = []
        let workspace: AlignedFloats
        private let workspaceCount: Int
        private var slots: [UnsafeMutablePointer<Float>] = []
        private(set) var states: [Int: [UnsafeMutablePointer<Float>]] = [:]
        /// The steps before, of the layers that keep them.
        private var pasts: [Int: UnsafeMutablePointer<Float>] = [:]

        init(_ interpreted: InterpretedModel, _ plan: Plan) {
            (self.interpreted, self.plan) = (interpreted, plan)
            let model = interpreted.model
            workspaceCount = plan.calls.reduce(0) {
                Swift.max($0, interpreted.layers[$1.layer].stepWorkspaceCount(model.layers[$1.layer].operation))
            }
            workspace = AlignedFloats(count: workspaceCount)
            memory = [workspace]
            slots = plan.slots.map { floats($0.count) }
            kept = plan.kept.map { floats(model.shape(of: $0).count) }
            for call in plan.calls {
                let past = model.layers[call.layer].operation.described.past
                if past > 0 { pasts[call.layer] = floats(past) }
                guard case .recurrent(_, let first) = interpreted.layers[call.layer], call.action == .run else {
                    continue
                }
                // A step of a small layer works on whole cache lines.
                let state = model.layers[call.layer].operation.stateSlots.map { floats(wholeLines($0.count)) }
                states[call.layer] = state
                for (pointer, values) in zip(state, first.map { [$0.h, $0.c] } ?? []) {
                    pointer.update(from: values, count: values.count)
                }
                // The output is in the state already.
                if let number = keptInState(call) { kept[number] = state[0] + lastState(of: call.layer) }
            }
        }

        private mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
            let floats = AlignedFloats(count: count)
            memory.append(floats)
            return floats.pointer
        }

        /// The number of the kept value that a recurrent layer's call gives, if nothing else runs in the call.
        private func keptInState(_ call: Plan.Call) -> Int? {
            guard call.joined == nil, case .kept(let number)? = call.output?.place else { return nil }
            return number
        }

        private func lastState(of layer: Int) -> Int {
            let slot = interpreted.model.layers[layer].operation.stateSlots[0]
            return (slot.states - 1) * slot.size
        }

        private func source(_ place: Plan.Place) -> LayerCall.Source {
            switch place {
            case .input(let index): .input(index)
            case .kept(let number): .memory(kept[number])
            case .scratch(let number): .memory(slots[plan.scratch[number].slot])
            case .state(let layer, let slot): states[layer].map { .memory($0[slot]) } ?? .input(0)
            case .outputInState(let layer):
                states[layer].map { .memory($0[0] + lastState(of: layer)) } ?? .input(0)
            }
        }

        mutating func add(_ call: Plan.Call) {
            guard let step = step(call) else { return }
            if !call.isStart { steps.append(step) }
            first.append((step, call.delay...(call.isStart ? call.delay : .max)))
        }

        private mutating func step(_ call: Plan.Call) -> Step? {
            let sources = call.inputs.map { source($0.place) }
            let target = call.output.map { source($0.place) }
            let y: UnsafeMutablePointer<Float>? = if case .memory(let pointer)? = target { pointer } else { nil }
            if case .begin(let slot) = call.action {
                return states[call.layer].map { .copy(from: sources[0], to: $0[slot], count: call.inputs[0].count) }
            }
            if case .recurrent(let packed, _) = interpreted.layers[call.layer], let state = states[call.layer] {
                let linear = call.joined.flatMap { interpreted.layers[$0].linear }
                let step = LSTMStep(packed, linear, workspace: workspaceCount)
                recurrent.append(step)
                return .recurrent(
                    step.unretained, x: sources[0], h: state[0], c: state.count > 1 ? state[1] : nil,
                    y: keptInState(call) == nil ? y : nil)
            }
            guard let output = call.output, let y else { return nil }
            if call.action == .copy { return .copy(from: sources[0], to: y, count: output.count) }
            let axis = Axis(steps: 1, lengths: nil)
            func operand(_ operand: Plan.Operand, _ pointer: UnsafeMutablePointer<Float>) -> LayerCall.Operand {
                LayerCall.Operand(pointer: pointer, rows: operand.rows, sizes: operand.sizes, axis: axis)
            }
            let start = given.count
            var inputs: [LayerCall.Operand] = []
            for (number, source) in sources.enumerated() {
                switch source {
                case .memory(let pointer): inputs.append(operand(call.inputs[number], pointer))
                case .input(let index):
                    inputs.append(operand(call.inputs[number], y))
                    given.append((number, index))
                }
            }
            calls.append(
                LayerCall(
                    operation: interpreted.model.layers[call.layer].operation, packed: interpreted.layers[call.layer],
                    inputs: inputs, output: operand(output, y), batch: 1, layout: .timeFirst, lengths: nil,
                    workspace: workspace.pointer, past: pasts[call.layer], threads: 1))
            return .layer(calls.count - 1, given: start..<given.count)
        }
    }

    /// What the value asked for is at this step; nil at the first `delay` steps, at which there is none.
    ///
    /// - Parameters:
    ///   - x: the step's features, where the model reads features.
    ///   - id: the step's token, where it reads tokens; in 0..<tokens.
    public func step(_ x: UnsafePointer<Float>, id: Int32 = 0) -> UnsafePointer<Float>? {
        if interpreted.model.inputs[0].tokens == nil { return step { _ in x } }
        return withUnsafePointer(to: id) { id in
            let address = UnsafeRawPointer(id).assumingMemoryBound(to: Float.self)
            return step { _ in address }
        }
    }

    /// For a model of several inputs: `input` gives the address of each one's values, ids among them.
    public func step(_ input: (_ index: Int) -> UnsafePointer<Float>) -> UnsafePointer<Float>? {
        if seen == firstSteps {
            for step in steps { run(step, input) }
            return result
        }
        for (step, range) in first where range.contains(seen) { run(step, input) }
        seen += 1
        return seen > delay ? result : nil
    }

    @inline(__always)
    private func run(_ step: Step, _ input: (_ index: Int) -> UnsafePointer<Float>) {
        func address(_ source: LayerCall.Source) -> UnsafePointer<Float> {
            switch source {
            case .memory(let pointer): UnsafePointer(pointer)
            case .input(let index): input(index)
            }
        }
        switch step {
        case .recurrent(let layer, let x, let h, let c, let y):
            layer.run(address(x), h: h, c: c, into: y, workspace: workspace)
        case .copy(let from, let to, let count): to.update(from: address(from), count: count)
        case .layer(let number, let range):
            for (operand, index) in given[range] {
                calls[number].inputs[operand].pointer = UnsafeMutablePointer(mutating: input(index))
            }
            calls[number].run()
        }
    }
}
