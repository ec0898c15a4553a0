// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    mutating func visitConcat(_ node: ONNXNode) throws(ONNXMistake) {
        let axis = node.attributes["axis"]?.integer ?? 0
        var parts: [GraphValue] = []
        for index in node.inputs.indices { parts.append(try value(node, index)) }
        if parts.allSatisfy(\.isConstantFloat) { return set(node, .constant(try stacked(parts, axis, node))) }
        if case .signal = parts.first { return set(node, .signal(try joined(parts, axis, node))) }
        var list: [GraphSize] = []
        for part in parts { list += try sizes(part, node) }
        guard list.count <= 64 else { throw .node(node.place, .unknownAxes) }
        set(node, .sizes(list, isScalar: false))
    }

    private mutating func stacked(
        _ parts: [GraphValue], _ axis: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> TensorView {
        var views: [TensorView] = []
        for case .constant(let view) in parts {
            try chargeCopy(view.byteCount + 16)
            guard let axis = normalized(axis, view.shape.count) else { throw .node(node.place, .unknownAxes) }
            // Turned so that the axis is the first.
            let turn = [axis] + view.shape.indices.filter { $0 != axis }
            guard let turned = view.transposed(turn) else { throw .node(node.place, .unknownAxes) }
            views.append(turned)
        }
        guard let stacked = TensorView(stacking: views), let axis = normalized(axis, stacked.shape.count) else {
            throw .node(node.place, .unknownAxes)
        }
        var back = Array(1..<stacked.shape.count)
        back.insert(0, at: axis)
        return stacked.transposed(back) ?? stacked
    }

    /// States, one after another along their own axis or side by side along the features.
    private func joined(_ parts: [GraphValue], _ axis: Int, _ node: ONNXNode) throws(ONNXMistake) -> GraphSignal {
        var all: [StateRow] = []
        var result: GraphSignal?
        for part in parts {
            guard case .signal(let signal) = part, case .states(let rows) = signal.content,
                let axis = normalized(axis, signal.axes.count)
            else { throw .node(node.place, .joined) }
            all += rows
            guard all.count <= 4096 else { throw .node(node.place, .joined) }
            guard var sum = result else {
                result = signal
                continue
            }
            guard sum.axes.count == signal.axes.count,
                sum.axes.indices.allSatisfy({ $0 == axis || sum.axes[$0] == signal.axes[$0] })
            else { throw .node(node.place, .joined) }
            switch (sum.axes[axis], signal.axes[axis]) {
            case (.rows(let a), .rows(let b)): sum.axes[axis] = .rows(a + b)
            case (.one, .one) where rows.count == 1: sum.axes[axis] = .rows(2)
            case (.rows(let a), .one) where rows.count == 1: sum.axes[axis] = .rows(a + 1)
            case (.features(let a?), .features(let b?)): sum.axes[axis] = .features(a + b)
            default: throw .node(node.place, .joined)
            }
            result = sum
        }
        guard var result else { throw .node(node.place, .joined) }
        result.content = .states(all)
        return result
    }
}

extension GraphValue {
    var isConstantFloat: Bool { if case .constant(let view) = self { view.type.isFloat } else { false } }
}
