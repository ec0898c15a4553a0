// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// Values that meet element by element: what each gives in the same order, and the axes of what comes of it.
    struct Meeting {
        var sources: [GraphSource]
        var dims: [[Atom]]
        var order: [Atom]
        var outer: Set<Atom>
        /// The sizes inside a step.
        var sizes: [Int?]
    }

    mutating func meeting(_ signals: [GraphSignal], _ node: ONNXNode) throws(ONNXMistake) -> Meeting {
        let rank = signals.map(\.dims.count).max() ?? 0
        let padded = signals.map { signal in
            GraphSignal(
                source: signal.source, dims: Array(repeating: [], count: rank - signal.dims.count) + signal.dims,
                order: signal.order)
        }
        var dims = padded[0].dims
        for signal in padded.dropFirst() {
            for axis in 0..<rank { dims[axis] = try common(dims[axis], signal.dims[axis], padded, node) }
        }
        // Where all have the same axes, or just one value a step, nothing has to be moved.
        let held = padded.filter { !significant($0.order).isEmpty }
        if let first = held.first, held.allSatisfy({ $0.dims == first.dims && $0.order == first.order }),
            Set(held.map { sizes($0.source) }).count == 1, held.count == padded.count || sizes(first.source).count == 1
        {
            return Meeting(
                sources: padded.map(\.source), dims: dims, order: first.order, outer: outer(padded.map(\.source)),
                sizes: sizes(first.source))
        }
        var axes = dims.indices.filter { !innerAtoms(dims[$0]).isEmpty }
        // One axis of a step, or two that all have; a value with one number a step goes with one.
        if axes.count == 2 {
            let having = padded.map { signal in axes.map { !innerAtoms(signal.dims[$0]).isEmpty } }
            if having.contains([false, true]) { throw .node(node.place, .broadcast(text(dims))) }
        }
        guard axes.count <= 2 else { throw .node(node.place, .axis(text(dims))) }
        let isFlat = padded.contains { signal in axes.allSatisfy { innerAtoms(signal.dims[$0]).isEmpty } }
        var sources: [GraphSource] = []
        for signal in padded {
            var groups = axes.map { innerAtoms(signal.dims[$0]) }
            if isFlat { groups = [groups.flatMap(\.self)] }
            guard let source = try arranged(signal, groups, node) else {
                throw .node(node.place, .axis(text(signal)))
            }
            sources.append(source)
        }
        for axis in axes where innerAtoms(dims[axis]).count > 1 { dims[axis] = [atoms.inner(count(dims[axis]))] }
        if axes.isEmpty, let one = dims.indices.last(where: { dims[$0].contains { !isOuter($0) } }) { axes = [one] }
        let order = axes.flatMap { innerAtoms(dims[$0]) }
        let groups = axes.map { count(dims[$0]) }
        let flat = groups.isEmpty ? 1 : count(order)
        return Meeting(
            sources: sources, dims: dims, order: order, outer: outer(sources),
            sizes: isFlat || groups.isEmpty ? [flat] : groups)
    }

    /// The axis that two become, one of them repeated where it has size 1.
    mutating func common(
        _ a: [Atom], _ b: [Atom], _ signals: [GraphSignal], _ node: ONNXNode
    ) throws(ONNXMistake) -> [Atom] {
        let (first, second) = (significant(a), significant(b))
        if first.isEmpty || second.isEmpty { return first.isEmpty ? (second.isEmpty && b.isEmpty ? a : b) : a }
        if first.map(atoms.root) == second.map(atoms.root) { return a }
        let isOuter = (first + second).map(isOuter)
        if isOuter.allSatisfy(\.self), first.count == second.count {
            for (one, other) in zip(first, second) where !atoms.unify(one, other) {
                throw .node(node.place, .axesDiffer)
            }
            return a
        }
        // What was repeated as often as the other one has features is one value for all of them.
        for (one, other) in [(first, second), (second, first)] {
            if one.count == 1, atoms.isRepeated(one[0]), other.allSatisfy({ !self.isOuter($0) }),
                count(one) == count(other)
            {
                return other == first ? a : b
            }
        }
        guard isOuter.allSatisfy({ !$0 }) else {
            throw .node(node.place, .broadcast(signals.map(text).joined(separator: " and ")))
        }
        guard let size = count(first), size == count(second) else {
            if first.count == 1, second.count == 1, let size = atoms.size(first[0]) ?? atoms.size(second[0]),
                atoms.fix(first[0], size), atoms.fix(second[0], size)
            {
                return a
            }
            throw .node(node.place, .broadcast(signals.map(text).joined(separator: " and ")))
        }
        return a
    }

    /// Adds an element that joins values, and gives what comes of it.
    mutating func join(
        _ operation: ElementOperation, _ signals: [GraphSignal], _ node: ONNXNode, name: String? = nil
    ) throws(ONNXMistake) -> GraphSignal {
        let meeting = try meeting(signals, node)
        let source = try add(
            operation, meeting.sources, node, name: name, outer: meeting.outer, sizes: meeting.sizes)
        return GraphSignal(source: source, dims: meeting.dims, order: meeting.order)
    }
}
