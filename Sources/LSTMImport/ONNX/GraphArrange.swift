// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// The atoms that are not of size 1: those that tell values apart.
    func significant(_ atoms: [Atom]) -> [Atom] { atoms.filter { self.atoms.size($0) != 1 } }

    func isOuter(_ atom: Atom) -> Bool { atoms.isOuter(atom) }

    /// An axis' batch and time atoms, and those inside a step; those of size 1 left out.
    func outerAtoms(_ dim: [Atom]) -> [Atom] { significant(dim).filter(isOuter) }
    func innerAtoms(_ dim: [Atom]) -> [Atom] { significant(dim).filter { !isOuter($0) } }

    func size(_ dim: [Atom]) -> GraphSize { dim.reduce(.known(1)) { $0 * atoms.symbol($1) } }

    func count(_ dim: [Atom]) -> Int? { size(dim).known }

    /// A value's axes in words, for a message.
    func text(_ signal: GraphSignal) -> String { text(signal.dims) }

    func text(_ dims: [[Atom]]) -> String { "(" + dims.map(describe).joined(separator: ", ") + ")" }

    private func describe(_ dim: [Atom]) -> String {
        if dim.isEmpty { return "1" }
        return dim.map { atom in
            guard isOuter(atom) else { return atoms.size(atom).map { "\($0) features" } ?? "features" }
            return atoms.role(atom)?.rawValue ?? atoms.origin(atom).map { "axis \($0.axis)" } ?? "axis"
        }.joined(separator: " * ")
    }

    // MARK: What a layer takes, in the order it takes it

    /// The value with what a step holds as these groups, one or two axes; nil where no layers bring it into that order.
    mutating func arranged(
        _ signal: GraphSignal, _ groups: [[Atom]], _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSource? {
        let order = significant(signal.order)
        let target = groups.flatMap { significant($0) }
        guard groups.count <= 2 else { return nil }
        var source = signal.source
        let outer = outer(source)
        if order.map(atoms.root) != target.map(atoms.root) {
            guard order.count == target.count, let turn = order.firstIndex(where: { $0 == target.first }), turn > 0,
                Array(order[turn...]) + Array(order[..<turn]) == target,
                let a = count(Array(order[..<turn])), let b = count(Array(order[turn...]))
            else { return nil }
            source = try reshaped(source, [a, b], node)
            source = try add(.transpose, [source], node, outer: outer, sizes: [b, a])
        }
        let wanted = groups.isEmpty ? [1] : groups.map(count)
        if sizes(source) == wanted { return source }
        let known = wanted.compactMap(\.self)
        // Of an unknown number there is one axis, and it stays.
        guard known.count == wanted.count else { return wanted.count == 1 && sizes(source).count == 1 ? source : nil }
        return try reshaped(source, known, node)
    }

    /// The same values with other axes inside a step.
    private mutating func reshaped(
        _ source: GraphSource, _ wanted: [Int], _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSource {
        var source = source
        if sizes(source) == wanted { return source }
        guard let flat = wanted.reduce(GraphSize.known(1), { $0 * .known($1) }).known else {
            throw .node(node.place, .unknownAxes)
        }
        if sizes(source).count != 1 {
            source = try add(.reshape([flat]), [source], node, outer: outer(source), sizes: [flat])
        }
        if wanted.count == 1 { return source }
        return try add(.reshape(wanted), [source], node, outer: outer(source), sizes: wanted)
    }

    /// The value as vectors along one of its axes, others inside a step standing before it.
    ///
    /// Gives the value and the atoms of the other axes.
    mutating func vectors(
        _ signal: GraphSignal, along axis: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> (source: GraphSource, others: [Atom]) {
        guard signal.dims.indices.contains(axis), outerAtoms(signal.dims[axis]).isEmpty else {
            throw .node(node.place, .axis(text(signal)))
        }
        var groups: [[Atom]] = []
        for (index, dim) in signal.dims.enumerated() where index != axis {
            let inner = innerAtoms(dim)
            if !inner.isEmpty { groups.append(inner) }
        }
        let others = groups.flatMap(\.self)
        groups = (others.isEmpty ? [] : [others]) + [innerAtoms(signal.dims[axis])]
        // Of a vector of one value, its axis may have been left out.
        if groups.count == 1, groups[0].isEmpty, sizes(signal.source) == [nil] { return (signal.source, []) }
        guard let source = try arranged(signal, groups, node) else { throw .node(node.place, .axis(text(signal))) }
        return (source, others)
    }

    /// A signal with an axis of vectors replaced by one of another size.
    mutating func resized(
        _ signal: GraphSignal, _ axis: Int, _ others: [Atom], to size: Int?, from source: GraphSource
    ) -> GraphSignal {
        let atom = atoms.inner(size)
        var dims = signal.dims
        dims[axis] = [atom]
        return GraphSignal(source: source, dims: dims, order: others + [atom])
    }

    /// The whole of a step as one vector, whatever axes it has; they stay as they are.
    mutating func flat(_ signal: GraphSignal, _ node: ONNXNode) throws(ONNXMistake) -> GraphSource {
        guard let source = try arranged(signal, [significant(signal.order)], node) else {
            throw .node(node.place, .axis(text(signal)))
        }
        return source
    }
}
