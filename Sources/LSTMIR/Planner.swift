// SPDX-License-Identifier: Apache-2.0

/// Works from what is wanted backwards to what is needed, then places values from the last to the first.
struct Planner {
    /// Something that makes a value.
    enum Node: Hashable {
        case layer(Int)
        case gather(layer: Int, slot: Int)
    }

    let model: Model
    let mode: Plan.Mode
    let kept: [Value]
    let flow: Model.Paces
    let clock: Steps?
    /// The steps that pass before the kept values are there.
    let delay: Int
    var canRun = true

    var calls: [Plan.Call] = []
    var scratch: [Plan.Scratch] = []
    var slots: [Plan.Slot] = []

    var nodes: [Node] = []
    /// By node: what it reads, and who reads it.
    var values: [Node: [Value]] = [:]
    var readers: [Value: [Int]] = [:]
    var joined: [Int: Int] = [:]
    /// By layer, of those that run once in a stream: the steps that have passed before.
    var startSteps: [Int: Int] = [:]
    var places: [Value: Plan.Place] = [:]
    /// The positions at which each scratch value is first written and last read.
    var lives: [ClosedRange<Int>] = []

    init(_ model: Model, _ mode: Plan.Mode, _ kept: [Value]) {
        (self.model, self.mode, self.kept) = (model, mode, kept)
        let flow = model.paces()
        self.flow = flow
        clock = model.clock
        // What does not change from step to step is there at each of them.
        let delays =
            mode == .whole ? [] : Set(kept.filter { !flow.isConstant($0, model) && !$0.isState }.map(flow.delay))
        delay = delays.max() ?? 0
        if mode != .whole { canRun = flow.obstacle == nil && clock != nil && delays.count < 2 }
    }

    mutating func plan() {
        if !canRun { return }
        findNodes()
        if !canRun { return }
        joinLinears()
        findStarts()
        placeValues()
        makeCalls()
        shareMemory()
    }

    // MARK: What runs

    mutating func findNodes() {
        var needed: Set<Int> = []
        var gathered: Set<Node> = []
        func need(_ value: Value) {
            guard let layer = value.layer else { return }
            needed.insert(layer)
        }
        for value in kept { need(isKeptIdentity(value) ? value : resolved(value)) }
        for index in model.layers.indices.reversed() where needed.contains(index) {
            let read = read(by: index)
            values[.layer(index)] = read
            for value in read {
                need(value)
                guard case .state(let source, let slot) = value, mode.isBatch, !isLast(index) else { continue }
                gathered.insert(.gather(layer: source, slot: slot))
            }
        }
        if mode == .chunk {
            // A chunk leaves the state of its last step alone.
            if values.values.joined().contains(where: \.isState) { canRun = false }
        }
        for index in model.layers.indices where needed.contains(index) {
            for value in values[.layer(index)] ?? [] {
                guard case .state(let source, let slot) = value else { continue }
                let node = Node.gather(layer: source, slot: slot)
                if gathered.contains(node), !nodes.contains(node) {
                    values[node] = []
                    nodes.append(node)
                }
            }
            nodes.append(.layer(index))
        }
        for (position, node) in nodes.enumerated() {
            for value in values[node] ?? [] { readers[value, default: []].append(position) }
        }
    }

    /// What a layer reads; in a stream each step counts as the last one so far, so that `last` reads the output.
    func read(by index: Int) -> [Value] {
        var values = model.layers[index].inputs
        // The first state is there already.
        if mode.isPastStart { values.removeLast(starts(of: index)) }
        guard mode != .whole, isLast(index), let source = values[0].layer else { return values.map(resolved) }
        return [resolved(.output(source))]
    }

    /// The value that stands for another: what an identity is given, and in a stream the output for the last state.
    func resolved(_ value: Value) -> Value {
        var value = value
        while true {
            switch value {
            case .output(let index):
                guard !kept.contains(value) else { return value }
                if isLast(index), mode != .whole, let source = model.layers[index].inputs[0].layer {
                    value = .output(source)
                } else if model.layers[index].operation.described.isIdentity {
                    value = model.layers[index].inputs[0]
                } else {
                    return value
                }
            case .state(let index, 0):
                // Of one layer in one direction the last h is the output, step by step.
                guard mode != .whole, let recurrent = model.layers[index].operation.recurrent, recurrent.stateCount == 1
                else {
                    return value
                }
                value = .output(index)
            case .state, .input: return value
            }
        }
    }

    /// How many of a layer's inputs are its first state.
    func starts(of index: Int) -> Int { model.layers[index].operation.initialSlots.count }

    /// The steps that have passed before a layer first runs, where a plan takes one step.
    func delay(ofLayer index: Int) -> Int { mode == .step ? flow.delay(before: model.layers[index]) : 0 }

    /// Finds what is needed for first states alone: it runs once in a stream, at the step at which those layers begin.
    mutating func findStarts() {
        guard mode == .step else { return }
        for node in nodes.reversed() {
            guard case .layer(let index) = node, !kept.contains(.output(index)) else { continue }
            var steps: Set<Int?> = []
            for position in readers[.output(index)] ?? [] {
                guard case .layer(let reader) = nodes[position] else { continue }
                let read = values[nodes[position]] ?? []
                if read.dropLast(starts(of: reader)).contains(.output(index)) { steps.insert(startSteps[reader]) }
                if read.suffix(starts(of: reader)).contains(.output(index)) { steps.insert(delay(ofLayer: reader)) }
            }
            if steps.count == 1, let step = steps.first { startSteps[index] = step }
        }
    }

    func isLast(_ index: Int) -> Bool { if case .last = model.layers[index].operation { true } else { false } }

    /// True for a layer that gives what it takes, `last` of a stream among them.
    func isIdentity(_ index: Int) -> Bool {
        model.layers[index].operation.described.isIdentity || (mode != .whole && isLast(index))
    }

    func isKeptIdentity(_ value: Value) -> Bool {
        if case .output(let index) = value { isIdentity(index) } else { false }
    }

    /// A recurrent layer's step runs the linear layer after it, too, where nobody else reads its output.
    mutating func joinLinears() {
        guard mode == .step else { return }
        for (position, node) in nodes.enumerated() {
            guard case .layer(let index) = node, case .linear(let linear) = model.layers[index].operation,
                linear.vectors == 1, case .output(let source)? = values[node]?.first,
                let recurrent = model.layers[source].operation.recurrent, !kept.contains(.output(source)),
                readers[.output(source)] == [position], recurrent.stepJoins(linear)
            else { continue }
            joined[source] = index
        }
    }

    func isJoined(_ node: Node) -> Bool {
        if case .layer(let index) = node { joined.values.contains(index) } else { false }
    }
}
