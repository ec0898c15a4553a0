// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    mutating func flipped(_ signal: GraphSignal, _ axis: Int, _ node: ONNXNode) throws(ONNXMistake) -> GraphSignal {
        guard let atom = significant(signal.dims[axis]).first, isOuter(atom), signal.dims[axis].count == 1 else {
            guard significant(signal.dims[axis]).isEmpty else {
                throw .node(node.place, .notInSpecs("a reversal of features"))
            }
            return signal
        }
        let root = atoms.root(atom)
        guard outer(signal.source).map(atoms.root).contains(root) else { return signal }
        guard lengthsInput == nil else { throw .node(node.place, .lengthsHere("the reversal")) }
        guard atoms.role(root) != .batch else { throw .node(node.place, .batchElement) }
        var result = signal
        result.source = try add(
            .flip, [signal.source], node, outer: outer(signal.source), sizes: sizes(signal.source), time: root)
        return result
    }

    /// A part of what a step holds.
    mutating func sliced(
        _ signal: GraphSignal, _ axis: Int, _ start: Int, _ end: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        let group = innerAtoms(signal.dims[axis])
        guard outerAtoms(signal.dims[axis]).isEmpty, let size = group.isEmpty ? 1 : count(group) else {
            throw .node(node.place, .axis(text(signal)))
        }
        let (from, to) = (clamp(start, size), clamp(end, size))
        guard from < to else { throw .node(node.place, .notInSpecs("no value at all")) }
        if from == 0, to == size { return signal }
        if case .states(let rows) = signal.source, let result = statePart(signal, rows, axis, from..<to) {
            return result
        }
        let signal = try floats(signal, node)
        let order = significant(signal.order)
        guard let place = order.firstIndex(of: group[0]), Array(order[place...].prefix(group.count)) == group else {
            throw .node(node.place, .axis(text(signal)))
        }
        let (before, after) = (Array(order[..<place]), Array(order[(place + group.count)...]))
        let atom = atoms.inner(to - from)
        var dims = signal.dims
        dims[axis] = [atom]
        let stride: Int
        let source: GraphSource?
        if before.isEmpty {
            guard let known = count(after) else { throw .node(node.place, .unknownAxes) }
            stride = known
            source = try arranged(signal, [order], node)
        } else if after.isEmpty {
            stride = 1
            source = try arranged(signal, [before, group], node)
        } else {
            throw .node(node.place, .axis(text(signal)))
        }
        guard let source else { throw .node(node.place, .axis(text(signal))) }
        guard !to.multipliedReportingOverflow(by: stride).overflow else { throw .node(node.place, .unknownAxes) }
        let result = try add(
            .slice(from * stride, to * stride), [source], node, outer: outer(source),
            sizes: sizes(source).dropLast() + [(to - from) * stride])
        return GraphSignal(source: result, dims: dims, order: before + [atom] + after)
    }

    mutating func visitSplit(_ node: ONNXNode) throws(ONNXMistake) {
        let value = try value(node, 0)
        let axis: Int?
        let size: Int?
        switch value {
        case .signal(let signal):
            axis = normalized(node.attributes["axis"]?.integer ?? 0, signal.dims.count)
            size = axis.flatMap { count(signal.dims[$0]) }
        case .constant(let view):
            axis = normalized(node.attributes["axis"]?.integer ?? 0, view.shape.count)
            size = axis.map { view.shape[$0] }
        case .sizes(let list, _): (axis, size) = (0, list.count)
        case .filled, .missing: (axis, size) = (nil, nil)
        }
        guard let axis, let size, !node.outputs.isEmpty else { throw .node(node.place, .unknownAxes) }
        var counts = node.attributes["split"]?.integers ?? []
        if counts.isEmpty, node.input(1) != nil {
            let given = try sizes(node, 1).map(\.known)
            guard !given.contains(nil) else { throw .node(node.place, .unknownAxes) }
            counts = given.compactMap(\.self)
        }
        if counts.isEmpty {
            let each = (size + node.outputs.count - 1) / node.outputs.count
            counts = node.outputs.indices.map { min(each, max(0, size - each * $0)) }
        }
        guard counts.count == node.outputs.count, counts.allSatisfy({ 0...size ~= $0 }),
            counts.reduce(0, +) == size
        else { throw .node(node.place, .unknownAxes) }
        var start = 0
        for (index, count) in counts.enumerated() {
            if !node.outputs[index].isEmpty {
                let end = GraphSize.known(start + count)
                set(node, try part(value, axis, .known(start), end, 1, node), output: index)
            }
            start += count
        }
    }

    mutating func visitReverse(_ node: ONNXNode) throws(ONNXMistake) {
        let signal = try floats(node)
        let time = node.attributes["time_axis"]?.integer ?? 0
        guard let axis = normalized(time, signal.dims.count) else { throw .node(node.place, .unknownAxes) }
        let lengths = try value(node, 1)
        if case .signal(let lengths) = lengths, case .input(let input) = lengths.source, lengthsInput == input {
            var result = signal
            guard let atom = significant(signal.dims[axis]).first, isOuter(atom) else {
                throw .node(node.place, .axis(text(signal)))
            }
            result.source = try add(
                .flip, [signal.source], node, outer: outer(signal.source), sizes: sizes(signal.source),
                time: atoms.root(atom))
            return set(node, .signal(result))
        }
        guard isWholeLength(lengths, signal.dims[axis], node) else { throw .node(node.place, .lengthsNotInput) }
        set(node, .signal(try flipped(signal, axis, node)))
    }

    /// Whether lengths are all that of a time axis.
    func isWholeLength(_ lengths: GraphValue, _ dim: [Atom], _ node: ONNXNode) -> Bool {
        guard let list = try? sizes(lengths, node), !list.isEmpty else {
            if case .filled(let value, _) = lengths { return count(dim).map(Double.init) == value }
            return false
        }
        let whole = size(dim).renamed(atoms.root)
        return list.allSatisfy { $0.renamed(atoms.root) == whole }
    }
}
