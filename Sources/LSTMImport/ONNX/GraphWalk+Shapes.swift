// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    mutating func visitSqueeze(_ node: ONNXNode) throws(ONNXMistake) {
        switch try value(node, 0) {
        case .sizes(let sizes, _): set(node, .sizes(sizes, isScalar: sizes.count == 1))
        case .filled(let value, let shape):
            guard var shape else { return set(node, .filled(value, nil)) }
            let all = shape.indices.filter { shape[$0] == .known(1) }
            for axis in (try axes(node, rank: shape.count) ?? Array(all)).sorted(by: >) { shape.remove(at: axis) }
            set(node, .filled(value, shape))
        case .constant(var view):
            let all = view.shape.indices.filter { view.shape[$0] == 1 }
            for axis in (try axes(node, rank: view.shape.count) ?? Array(all)).sorted(by: >) {
                guard let removed = view.removing(axis) else { throw .node(node.place, .unknownAxes) }
                view = removed
            }
            set(node, .constant(view))
        case .signal(var signal):
            let ones = signal.dims.indices.filter { significant(signal.dims[$0]).isEmpty }
            for axis in (try axes(node, rank: signal.dims.count) ?? Array(ones)).sorted(by: >) {
                guard significant(signal.dims[axis]).isEmpty else {
                    throw .node(node.place, .reshape(from: text(signal)))
                }
                signal.dims.remove(at: axis)
            }
            set(node, .signal(signal))
        case .missing: throw .consequence
        }
    }

    mutating func visitUnsqueeze(_ node: ONNXNode) throws(ONNXMistake) {
        switch try value(node, 0) {
        case .sizes(let sizes, _): set(node, .sizes(sizes, isScalar: false))
        case .filled(let value, let shape):
            guard var shape else { return set(node, .filled(value, nil)) }
            for axis in try newAxes(node, rank: shape.count) { shape.insert(.known(1), at: axis) }
            set(node, .filled(value, shape))
        case .constant(var view):
            for axis in try newAxes(node, rank: view.shape.count) {
                guard let inserted = view.inserting(axis) else { throw .node(node.place, .unknownAxes) }
                view = inserted
            }
            set(node, .constant(view))
        case .signal(var signal):
            for axis in try newAxes(node, rank: signal.dims.count) {
                guard axis <= signal.dims.count, signal.dims.count < 8 else { throw .node(node.place, .unknownAxes) }
                signal.dims.insert([], at: axis)
            }
            set(node, .signal(signal))
        case .missing: throw .consequence
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
        func turned<T>(_ list: [T]) throws(ONNXMistake) -> [T] {
            let axes = permutation ?? list.indices.reversed()
            guard axes.sorted() == Array(list.indices) else { throw .node(node.place, .unknownAxes) }
            return axes.map { list[$0] }
        }
        switch try value(node, 0) {
        case .constant(let view):
            guard let result = view.transposed(permutation ?? view.shape.indices.reversed()) else {
                throw .node(node.place, .unknownAxes)
            }
            set(node, .constant(result))
        case .signal(var signal):
            signal.dims = try turned(signal.dims)
            set(node, .signal(signal))
        case .filled(let value, let shape):
            guard let shape else { return set(node, .filled(value, nil)) }
            set(node, .filled(value, try turned(shape)))
        case .sizes: throw .node(node.place, .unknownAxes)
        case .missing: throw .consequence
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
            set(node, .signal(try expanded(signal, to: try sizes(node, 1), node)))
        case .sizes(let sizes, _):
            // One size for each sequence, as lengths that are all the same.
            guard sizes.count == 1 else { throw .node(node.place, .unknownAxes) }
            set(node, value)
        case .missing: throw .consequence
        }
    }

    /// Axes of size 1 repeated: over batch or time, which layers do by themselves, or a number of times.
    private mutating func expanded(
        _ signal: GraphSignal, to target: [GraphSize], _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        var result = signal
        while result.dims.count < target.count { result.dims.insert([], at: 0) }
        let skipped = result.dims.count - target.count
        for (index, wanted) in target.enumerated() {
            let axis = index + skipped
            let wanted = wanted.renamed(atoms.root)
            let own = size(result.dims[axis])
            if wanted == .known(1) || wanted == own { continue }
            // Sizes of two inputs' axes that must be one for the file to run.
            if let open = wanted.axis, open.offset == 0, let mine = result.dims[axis].first,
                result.dims[axis].count == 1,
                isOuter(open.atom), isOuter(mine), atoms.size(mine) == nil, atoms.unify(mine, open.atom)
            {
                continue
            }
            guard own == .known(1) else { throw .node(node.place, .broadcast(text(signal))) }
            if let (atom, offset) = wanted.axis, offset == 0 {
                result.dims[axis] = [atom]
            } else if let count = wanted.known, count > 1 {
                result.dims[axis] = [atoms.repeated(count)]
            } else {
                throw .node(node.place, .broadcast(text(signal)))
            }
        }
        return result
    }

    mutating func visitTile(_ node: ONNXNode) throws(ONNXMistake) {
        let repeats = try sizes(node, 1)
        switch try value(node, 0) {
        case .signal(let signal):
            guard repeats.count == signal.dims.count else { throw .node(node.place, .unknownAxes) }
            var target: [GraphSize] = []
            for (dim, count) in zip(signal.dims, repeats) {
                guard count == .known(1) || size(dim) == .known(1) else {
                    throw .node(node.place, .broadcast(text(signal)))
                }
                target.append(count == .known(1) ? size(dim) : count)
            }
            set(node, .signal(try expanded(signal, to: target, node)))
        case .sizes(let sizes, _):
            guard sizes.count == 1 else { throw .node(node.place, .unknownAxes) }
            set(node, .sizes(sizes, isScalar: false))
        case .filled(let value, let shape):
            guard let shape, shape.count == repeats.count else { return set(node, .filled(value, nil)) }
            set(node, .filled(value, zip(shape, repeats).map { $0 * $1 }))
        case .constant(let view):
            guard let scalar = view.scalar, view.shape.count == repeats.count else {
                throw .node(node.place, .unknownAxes)
            }
            set(node, .filled(scalar, repeats))
        case .missing: throw .consequence
        }
    }

    mutating func visitFlatten(_ node: ONNXNode) throws(ONNXMistake) {
        var signal = try signal(node)
        let axis = clamp(node.attributes["axis"]?.integer ?? 1, signal.dims.count)
        guard axis > 0 || significant(signal.dims.flatMap(\.self)).isEmpty else {
            throw .node(node.place, .reshape(from: text(signal)))
        }
        let parts = [Array(signal.dims[..<axis].flatMap(\.self)), Array(signal.dims[axis...].flatMap(\.self))]
        signal.dims = parts.map { part in significant(part).isEmpty ? Array(part.prefix(1)) : significant(part) }
        set(node, .signal(signal))
    }

    mutating func visitReshape(_ node: ONNXNode) throws(ONNXMistake) {
        switch try value(node, 0) {
        case .sizes(let list, _): set(node, try reshaped(list, node))
        case .filled(let value, _): set(node, .filled(value, try? sizes(node, 1)))
        case .constant(let view):
            set(node, .constant(try reshaped(view, node)))
        case .signal(let signal):
            let target = try sizes(node, 1)
            let copiesZeros = node.attributes["allowzero"]?.integer ?? 0 == 0
            let result =
                regrouped(signal, to: target, copiesZeros: copiesZeros)
                ?? regroupedAsExample(signal, to: target, copiesZeros: copiesZeros)
            guard let result else { throw .node(node.place, .reshape(from: text(signal))) }
            set(node, .signal(result))
        case .missing: throw .consequence
        }
    }

    mutating func reshaped(_ view: TensorView, _ node: ONNXNode) throws(ONNXMistake) -> TensorView {
        var shape = try sizes(node, 1).map { $0.known ?? -2 }
        let copiesZeros = node.attributes["allowzero"]?.integer ?? 0 == 0
        for axis in shape.indices where copiesZeros && shape[axis] == 0 && view.shape.indices.contains(axis) {
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
