// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    mutating func visitConcat(_ node: ONNXNode) throws(ONNXMistake) {
        let axis = node.attributes["axis"]?.integer ?? 0
        var parts: [GraphValue] = []
        for index in node.inputs.indices { parts.append(try value(node, index)) }
        guard let first = parts.first else { throw .node(node.place, .missingInput(0)) }
        if parts.count == 1 { return set(node, first) }
        let signals = parts.compactMap { part in if case .signal(let signal) = part { signal } else { nil } }
        if signals.count == parts.count {
            guard let axis = normalized(axis, signals[0].dims.count) else { throw .node(node.place, .unknownAxes) }
            return set(node, .signal(try concatenated(signals, axis, node)))
        }
        guard signals.isEmpty else { throw .node(node.place, .joinedConstant) }
        let isFilled = parts.allSatisfy { part in if case .filled = part { true } else { false } }
        if isFilled, case .filled(let value, let shape) = first {
            let isSame = parts.allSatisfy { part in if case .filled(value, _) = part { true } else { false } }
            guard isSame else { throw .node(node.place, .arithmetic) }
            return set(node, .filled(value, filledShape(parts, shape, axis)))
        }
        let views = parts.compactMap { part in
            if case .constant(let view) = part, view.type.isFloat { view } else { nil }
        }
        if views.count == parts.count { return set(node, .constant(try stacked(views, axis, node))) }
        if parts.contains(where: isSpread) { return set(node, try stackedWhole(parts, axis, node)) }
        var list: [GraphSize] = []
        for part in parts { list += try sizes(part, node) }
        guard list.count <= 64 else { throw .node(node.place, .unknownAxes) }
        set(node, .sizes(list, isScalar: false))
    }

    private func filledShape(_ parts: [GraphValue], _ first: [GraphSize]?, _ axis: Int) -> [GraphSize]? {
        guard var shape = first, let axis = normalized(axis, shape.count) else { return nil }
        for case .filled(_, let other) in parts.dropFirst() {
            guard let other, other.count == shape.count else { return nil }
            shape[axis] = shape[axis] + other[axis]
        }
        return shape
    }

    /// Constants, one after another along an axis.
    mutating func stacked(
        _ views: [TensorView], _ axis: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> TensorView {
        var turned: [TensorView] = []
        for view in views {
            try chargeCopy(view.byteCount + 16)
            guard let axis = normalized(axis, view.shape.count) else { throw .node(node.place, .unknownAxes) }
            // Turned so that the axis is the first.
            let turn = [axis] + view.shape.indices.filter { $0 != axis }
            guard let view = view.transposed(turn) else { throw .node(node.place, .unknownAxes) }
            turned.append(view)
        }
        guard let stacked = TensorView(stacking: turned), let axis = normalized(axis, stacked.shape.count) else {
            throw .node(node.place, .unknownAxes)
        }
        var back = Array(1..<stacked.shape.count)
        back.insert(0, at: axis)
        return stacked.transposed(back) ?? stacked
    }

    /// Results side by side along an axis.
    mutating func concatenated(
        _ signals: [GraphSignal], _ axis: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        let rank = signals[0].dims.count
        guard signals.allSatisfy({ $0.dims.count == rank }), axis < rank else {
            throw .node(node.place, .broadcast(signals.map(text).joined(separator: " and ")))
        }
        if let states = try joinedStates(signals, axis, node) { return states }
        var parts: [GraphSignal] = []
        for signal in signals { parts.append(try floats(signal, node)) }
        for part in parts where !outerAtoms(part.dims[axis]).isEmpty {
            throw .node(node.place, .notInSpecs("a sequence made of several, one after another"))
        }
        var dims = parts[0].dims
        for part in parts.dropFirst() {
            for index in 0..<rank where index != axis {
                dims[index] = try common(dims[index], part.dims[index], parts, node)
            }
        }
        let others = dims.indices.filter { $0 != axis && !innerAtoms(dims[$0]).isEmpty }
        guard others.count <= 1 else { throw .node(node.place, .axis(text(dims))) }
        let isStack = !others.isEmpty && parts.allSatisfy { innerAtoms($0.dims[axis]).isEmpty }
        var sources: [GraphSource] = []
        for part in parts {
            let group = innerAtoms(part.dims[axis])
            let outside = others.map { innerAtoms(part.dims[$0]) }
            let groups = isStack ? outside : outside + [group]
            guard let source = try arranged(part, groups, node) else { throw .node(node.place, .axis(text(part))) }
            sources.append(source)
        }
        let lasts = sources.map { sizes($0).last ?? nil }
        let total = lasts.reduce(GraphSize.known(0)) { sum, size in size.map { sum + .known($0) } ?? .unknown }.known
        let result = try add(
            .join("concat"), sources, node, name: moduleName(node, weights: []), outer: outer(sources),
            sizes: sizes(sources[0]).dropLast() + [total])
        let atom = atoms.inner(isStack ? parts.count : total)
        dims[axis] = [atom]
        let outside = others.flatMap { innerAtoms(dims[$0]) }
        return GraphSignal(source: result, dims: dims, order: isStack ? [atom] + outside : outside + [atom])
    }
}
