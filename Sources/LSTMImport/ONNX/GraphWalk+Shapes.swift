// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    mutating func visitSqueeze(_ node: ONNXNode) throws(ONNXMistake) {
        switch try value(node, 0) {
        case .sizes(let sizes, _): set(node, .sizes(sizes, isScalar: sizes.count == 1))
        case .filled(let value, _): set(node, .filled(value, nil))
        case .constant(var view):
            let all = view.shape.indices.filter { view.shape[$0] == 1 }
            for axis in (try axes(node, rank: view.shape.count) ?? Array(all)).sorted(by: >) {
                guard let removed = view.removing(axis) else { throw .node(node.place, .unknownAxes) }
                view = removed
            }
            set(node, .constant(view))
        case .signal(var signal):
            let ones = signal.axes.indices.filter { signal.axes[$0].isDroppable }
            for axis in (try axes(node, rank: signal.axes.count) ?? Array(ones)).sorted(by: >) {
                guard signal.axes[axis].isDroppable else { throw .node(node.place, .reshape(from: text(signal))) }
                signal.axes.remove(at: axis)
            }
            set(node, .signal(signal))
        }
    }

    mutating func visitUnsqueeze(_ node: ONNXNode) throws(ONNXMistake) {
        switch try value(node, 0) {
        case .sizes(let sizes, _): set(node, .sizes(sizes, isScalar: false))
        case .filled(let value, _): set(node, .filled(value, nil))
        case .constant(var view):
            for axis in try newAxes(node, rank: view.shape.count) {
                guard let inserted = view.inserting(axis) else { throw .node(node.place, .unknownAxes) }
                view = inserted
            }
            set(node, .constant(view))
        case .signal(var signal):
            for axis in try newAxes(node, rank: signal.axes.count) {
                guard axis <= signal.axes.count, signal.axes.count < 8 else { throw .node(node.place, .unknownAxes) }
                signal.axes.insert(.one, at: axis)
            }
            set(node, .signal(signal))
        }
    }

    /// Unsqueeze counts its axes in the result.
    private mutating func newAxes(_ node: ONNXNode, rank: Int) throws(ONNXMistake) -> [Int] {
        var count = node.attributes["axes"]?.integers.count ?? 0
        if node.input(1) != nil { count = try sizes(node, 1).count }
        guard let axes = try axes(node, rank: rank + count) else { throw .node(node.place, .unknownAxes) }
        return axes.sorted()
    }

    mutating func visitTranspose(_ node: ONNXNode) throws(ONNXMistake) {
        let permutation = node.attributes["perm"]?.integers
        switch try value(node, 0) {
        case .constant(let view):
            let axes = permutation ?? view.shape.indices.reversed()
            guard let turned = view.transposed(axes) else { throw .node(node.place, .unknownAxes) }
            set(node, .constant(turned))
        case .signal(var signal):
            let axes = permutation ?? signal.axes.indices.reversed()
            guard axes.sorted() == Array(signal.axes.indices) else { throw .node(node.place, .unknownAxes) }
            signal.axes = axes.map { signal.axes[$0] }
            set(node, .signal(signal))
        case .filled(let value, _): set(node, .filled(value, nil))
        case .sizes: throw .node(node.place, .unknownAxes)
        }
    }

    mutating func visitExpand(_ node: ONNXNode) throws(ONNXMistake) {
        let value = try value(node, 0)
        switch value {
        case .filled(let scalar, _): set(node, .filled(scalar, try? sizes(node, 1)))
        case .constant(let view):
            if view.elementCount == 1, let scalar = view.scalar {
                return set(node, .filled(scalar, try? sizes(node, 1)))
            }
            // Only axes of size 1 can grow, and only a first state is expanded: along its batch.
            let target = try sizes(node, 1)
            guard target.count == view.shape.count,
                zip(target, view.shape).enumerated().allSatisfy({ axis, pair in
                    pair.0 == .known(pair.1) || pair.0 == .known(1) || (pair.1 == 1 && axis == 1)
                })
            else { throw .node(node.place, .unknownAxes) }
            set(node, value)
        case .signal(let signal):
            guard case .step(_, .norm) = signal.content else {
                throw .node(node.place, .reshape(from: text(signal)))
            }
            set(node, value)
        case .sizes: throw .node(node.place, .unknownAxes)
        }
    }

    mutating func visitFlatten(_ node: ONNXNode) throws(ONNXMistake) {
        var signal = try signal(node)
        // Of one batch axis and one of features, everything else being 1, the rank is all that changes.
        let axis = clamp(node.attributes["axis"]?.integer ?? 1, signal.axes.count)
        let front = signal.axes[..<axis].filter { !$0.isDroppable }
        let back = signal.axes[axis...].filter { !$0.isDroppable }
        guard front.count <= 1 else { throw .node(node.place, .reshape(from: text(signal))) }
        if signal.mergesDirections(back) {
            signal = signal.merged
        } else if back.count > 1 {
            throw .node(node.place, .reshape(from: text(signal)))
        }
        signal.axes = (front.isEmpty ? [.one] : Array(front)) + signal.axes.filter(\.isFeatures)
        guard signal.axes.count == 2 else { throw .node(node.place, .reshape(from: text(signal))) }
        set(node, .signal(signal))
    }

    mutating func visitReshape(_ node: ONNXNode) throws(ONNXMistake) {
        switch try value(node, 0) {
        case .sizes(let sizes, _):
            let isScalar = try self.sizes(node, 1).isEmpty
            set(node, .sizes(sizes, isScalar: isScalar))
        case .filled(let value, _): set(node, .filled(value, nil))
        case .constant(let view):
            set(node, .constant(try reshaped(view, node)))
        case .signal(let signal):
            let target = try sizes(node, 1)
            let copiesZeros = node.attributes["allowzero"]?.integer ?? 0 == 0
            guard let result = signal.reshaped(to: target, copiesZeros: copiesZeros) else {
                throw .node(node.place, .reshape(from: text(signal)))
            }
            set(node, .signal(result))
        }
    }

    private mutating func reshaped(_ view: TensorView, _ node: ONNXNode) throws(ONNXMistake) -> TensorView {
        var shape = try sizes(node, 1).map { $0.known ?? -2 }
        for axis in shape.indices where shape[axis] == 0 && view.shape.indices.contains(axis) {
            shape[axis] = view.shape[axis]
        }
        if let open = shape.firstIndex(of: -1) {
            shape[open] = 1
            // Sizes that are hostile are found by the check in `reshaped`.
            let known = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
            shape[open] = known > 0 ? view.elementCount / known : 0
        }
        try chargeCopy(view.byteCount)
        guard let result = view.reshaped(shape) else { throw .node(node.place, .unknownAxes) }
        return result
    }
}

extension GraphAxis {
    /// Whether its size is 1, so that taking it away loses nothing.
    var isDroppable: Bool {
        switch self {
        case .one, .rows(1), .outer(_, fixed: 1?): true
        case .outer, .rows, .directions, .features: false
        }
    }

    var isFeatures: Bool { if case .features = self { true } else { false } }
}
