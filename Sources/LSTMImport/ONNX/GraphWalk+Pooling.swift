// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// Over time a pooling; over what a step holds, a step on the way to a norm.
    mutating func visitReduce(
        _ node: ONNXNode, _ pooling: String?, _ step: LayerStep
    ) throws(ONNXMistake) {
        let value = try value(node, 0)
        guard case .signal(let given) = value else {
            // The largest of sizes and the like.
            let list = try sizes(value, node)
            guard node.operation == "ReduceMax", let largest = list.compactMap(\.known).max(), !list.isEmpty,
                list.allSatisfy({ $0.known != nil })
            else { throw .node(node.place, .unknownAxes) }
            return set(node, .sizes([.known(largest)], isScalar: node.attributes["keepdims"]?.integer == 0))
        }
        var signal = try floats(given, node)
        let keepsAxis = node.attributes["keepdims"]?.integer ?? 1 != 0
        guard let axes = try axes(node, rank: signal.dims.count) else { throw .node(node.place, .axis(text(signal))) }
        for axis in axes {
            if significant(signal.dims[axis]).isEmpty, step != .norm, !signal.dims[axis].contains(where: isTime) {
                signal.dims[axis] = []
            } else if signal.dims[axis].contains(where: isOuter), let pooling {
                signal = try pooled(signal, axis, pooling, node)
            } else if let summed = try directionsReduced(signal, axis, step, node) {
                signal = summed
            } else {
                let (source, others) = try vectors(signal, along: axis, node)
                let result = try add(
                    .step(step), [source], node, outer: outer(source), sizes: sizes(source).dropLast() + [1])
                signal = GraphSignal(source: result, dims: signal.dims, order: others)
                signal.dims[axis] = []
            }
        }
        if !keepsAxis { for axis in axes.sorted(by: >) { signal.dims.remove(at: axis) } }
        set(node, .signal(signal))
    }

    private func isTime(_ atom: Atom) -> Bool { isOuter(atom) && atoms.role(atom) == .time }

    /// The sum, mean or largest over the first of several axes inside a step, as the two directions: of slices.
    private mutating func directionsReduced(
        _ signal: GraphSignal, _ axis: Int, _ step: LayerStep, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal? {
        let group = innerAtoms(signal.dims[axis])
        let order = significant(signal.order)
        guard step != .norm, outerAtoms(signal.dims[axis]).isEmpty, let size = count(group), size <= 8,
            order.count > group.count
        else { return nil }
        var parts: [GraphSignal] = []
        for index in 0..<size {
            var part = try sliced(signal, axis, index, index + 1, node)
            part.dims[axis] = []
            parts.append(part)
        }
        let word = step == .largest ? "maximum" : "add"
        let sum = try join(.join(word), parts, node, name: moduleName(node, weights: []))
        return step == .mean ? try scale(sum, .times([1 / Float(size)]), node, name: nil) : sum
    }

    mutating func visitSumSquare(_ node: ONNXNode) throws(ONNXMistake) {
        let square = try function1(try floats(node), "square", node)
        let name = "\(node.inputs.first ?? "") squared"
        values[name] = .signal(square)
        var sum = node
        sum.inputs[0] = name
        try visitReduce(sum, "sum", .sum)
    }

    /// Over every axis after batch and features: here, time.
    mutating func visitGlobalPool(_ node: ONNXNode, _ pooling: String) throws(ONNXMistake) {
        let signal = try floats(node)
        guard signal.dims.count == 3, outerAtoms(signal.dims[1]).isEmpty,
            signal.dims[2].contains(where: isOuter)
        else { throw .node(node.place, .axis(text(signal))) }
        set(node, .signal(try pooled(signal, 2, pooling, node)))
    }

    private mutating func pooled(
        _ signal: GraphSignal, _ axis: Int, _ pooling: String, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        var result = signal
        guard signal.dims[axis].count == 1 else { throw .node(node.place, .axis(text(signal))) }
        let atom = atoms.root(signal.dims[axis][0])
        let outer = Set(outer(signal.source).map(atoms.root))
        guard outer.contains(atom), atoms.role(atom) != .batch else { throw .node(node.place, .axis(text(signal))) }
        guard lengthsInput == nil else { throw .node(node.place, .lengthsHere("the \(pooling)")) }
        result.source = try add(
            .pool(pooling), [signal.source], node, name: nil, outer: outer.filter { $0 != atom },
            sizes: sizes(signal.source), time: atom)
        result.dims[axis] = []
        return result
    }

    /// x / |x|.
    mutating func visitLpNormalization(_ node: ONNXNode) throws(ONNXMistake) {
        let signal = try floats(node)
        let power = node.attributes["p"]?.integer ?? 2
        guard power == 2 else { throw .node(node.place, .attribute("p", "\(power)")) }
        guard let axis = normalized(node.attributes["axis"]?.integer ?? -1, signal.dims.count) else {
            throw .node(node.place, .unknownAxes)
        }
        let layer = PlainLayer("l2_normalize", usualName: "normalize")
        set(node, .signal(try rowwise(.plain(layer), signal, axis, node, name: moduleName(node, weights: []))))
    }
}
