// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// Every graph input as what its element type and its axes make it.
    mutating func defineInputs() throws(ONNXMistake) {
        let graph = model.graph
        firstStates = firstStateInputs()
        for (index, input) in graph.inputs.enumerated() where initializers[input.name] == nil {
            guard values[input.name] == nil else { throw .duplicateValue(input.name, offset: input.offset) }
            guard let shape = input.shape, shape.count <= 4 else { continue }
            if let value = model.settings[input.name] {
                values[input.name] = .sizes([.known(value)], isScalar: shape.isEmpty)
                continue
            }
            values[input.name] = .signal(
                firstStates.contains(index) ? firstState(index, shape) : carrier(index, shape, input.elementType))
        }
        guard !graph.outputs.isEmpty else { throw .noOutput }
    }

    private mutating func firstState(_ index: Int, _ shape: [Int?]) -> GraphSignal {
        let dims = shape.enumerated().map { axis, size in [atoms.outer(size, origin: (index, axis))] }
        return GraphSignal(source: .firstState(index, shape.map { _ in nil }), dims: dims, order: [])
    }

    /// An input of values: batch and time, in an order that recurrent nodes tell, and at the end what a step holds.
    private mutating func carrier(_ index: Int, _ shape: [Int?], _ type: Int?) -> GraphSignal {
        let isFloat = type.map { [1, 10, 11, 16].contains($0) } ?? true
        var held = isFloat && shape.count >= 2 ? max(1, shape.count - 2) : 0
        if reading.withoutFeatures.contains(index) { held = 0 }
        var axes = InputAxes(outer: [], inner: [])
        for (axis, size) in shape.enumerated() {
            if axis < shape.count - held {
                axes.outer.append(atoms.outer(size, origin: (index, axis)))
            } else {
                axes.inner.append(atoms.inner(size, origin: (index, axis)))
            }
        }
        let dims = (axes.outer + axes.inner).map { [$0] }
        let order = axes.inner
        if isFloat, held == 0 { axes.inner = [atoms.inner(1)] }
        if reading.oneStep.contains(index) { axes.outer.append(atoms.outer(1, role: .time)) }
        inputs[index] = axes
        return GraphSignal(source: .input(index), dims: dims, order: order)
    }

    /// The inputs that go nowhere but into the first states of recurrent nodes, through nodes that only move values.
    private func firstStateInputs() -> Set<Int> {
        let nodes = model.graph.allNodes
        var users: [String: [(node: Int, slot: Int)]] = [:]
        // What a branch gives is what its If gives.
        var given: [String: [String]] = [:]
        for (index, node) in nodes.enumerated() {
            for (slot, name) in node.inputs.enumerated() where !name.isEmpty {
                users[name, default: []].append((index, slot))
            }
            for graph in node.attributes.values.compactMap(\.graph) {
                for (inner, outer) in zip(graph.outputs, node.outputs) { given[inner.name, default: []].append(outer) }
            }
        }
        let outputs = Set(model.graph.outputs.map(\.name))
        return Set(
            model.graph.inputs.indices.filter { index in
                var left = [model.graph.inputs[index].name]
                var seen: Set<String> = []
                var isState = false
                while let name = left.popLast() {
                    guard seen.insert(name).inserted else { continue }
                    if outputs.contains(name) { return false }
                    left += given[name] ?? []
                    for (user, slot) in users[name] ?? [] {
                        let node = nodes[user]
                        if ["LSTM", "GRU", "RNN"].contains(node.operation), slot == 5 || slot == 6 {
                            isState = true
                        } else if ONNXNode.movers.contains(node.operation), slot == 0 {
                            left += node.outputs.filter { !$0.isEmpty }
                        } else if node.operation != "Shape" {
                            return false
                        }
                    }
                }
                return isState
            })
    }

    /// Begins anew with an axis of an input as batch or time; nil where that changes nothing.
    func withoutFeatures(_ dim: [Atom]) -> ONNXMistake? {
        let atom = dim.first { !atoms.isOuter($0) && atoms.origin($0) != nil }
        guard let atom, let origin = atoms.origin(atom), !reading.withoutFeatures.contains(origin.input),
            inputs[origin.input]?.inner.count == 1
        else { return nil }
        var next = reading
        next.withoutFeatures.insert(origin.input)
        return .again(next)
    }

    /// Begins anew with the inputs behind a value as one step each; nil where that changes nothing.
    func asOneStep(_ source: GraphSource) -> ONNXMistake? {
        var next = reading
        var left = [source]
        var seen: Set<GraphSource> = []
        while let source = left.popLast() {
            guard seen.insert(source).inserted else { continue }
            switch source {
            case .input(let index): next.oneStep.insert(index)
            case .element(let id): left += elements[id].inputs
            case .firstState, .states: break
            }
        }
        return next == reading ? nil : .again(next)
    }
}
