// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension GraphWalk {
    mutating func visitGather(_ node: ONNXNode) throws(ONNXMistake) {
        let axis = node.attributes["axis"]?.integer ?? 0
        switch try value(node, 0) {
        case .sizes(let list, _):
            let picks = try value(node, 1)
            let indices = try sizes(picks, node)
            let picked = indices.compactMap { $0.known.flatMap { normalized($0, list.count) } }
            guard picked.count == indices.count else { throw .node(node.place, .unknownAxes) }
            set(node, .sizes(picked.map { list[$0] }, isScalar: isScalar(picks)))
        case .filled(let value, let shape):
            guard var shape, let axis = normalized(axis, shape.count), isScalar(try value1(node)) else {
                return set(node, .filled(value, nil))
            }
            shape.remove(at: axis)
            set(node, .filled(value, shape))
        case .constant(let view):
            let picks = try value(node, 1)
            if case .signal(let tokens) = picks { return try embedding(node, view, tokens, axis) }
            guard let axis = normalized(axis, view.shape.count) else { throw .node(node.place, .unknownAxes) }
            let indices = try sizes(picks, node).compactMap { $0.known.flatMap { normalized($0, view.shape[axis]) } }
            let rows = indices.compactMap { view.sliced(axis, $0..<($0 + 1)) }
            guard !rows.isEmpty, rows.count == indices.count, indices.count <= 4096 else {
                throw .node(node.place, .unknownAxes)
            }
            if isScalar(picks) {
                guard let row = rows[0].removing(axis) else { throw .node(node.place, .unknownAxes) }
                return set(node, .constant(row))
            }
            set(node, .constant(try stacked(rows, axis, node)))
        case .signal(let signal):
            guard let axis = normalized(axis, signal.dims.count) else { throw .node(node.place, .unknownAxes) }
            try gathered(node, signal, axis, try value(node, 1))
        case .missing: throw .consequence
        }
    }

    private mutating func value1(_ node: ONNXNode) throws(ONNXMistake) -> GraphValue { try value(node, 1) }

    /// One index, or several: neighbours are a slice, and others are joined.
    private mutating func gathered(
        _ node: ONNXNode, _ signal: GraphSignal, _ axis: Int, _ picks: GraphValue
    ) throws(ONNXMistake) {
        let list = try sizes(picks, node).map { $0.renamed(atoms.root) }
        var indices: [Int] = []
        for pick in list {
            if let known = pick.known {
                indices.append(known)
            } else if pick.axis?.atom == signal.dims[axis].first.map(atoms.root), signal.dims[axis].count == 1,
                let offset = pick.axis?.offset, offset < 0
            {
                indices.append(offset)
            } else {
                throw .node(node.place, .unknownAxes)
            }
        }
        if indices.count == 1 {
            var result = try selected(signal, axis, indices[0], node)
            if isScalar(picks) { result.dims.remove(at: axis) }
            return set(node, .signal(result))
        }
        guard !indices.isEmpty, indices.count <= 64 else { throw .node(node.place, .unknownAxes) }
        if outerAtoms(signal.dims[axis]).isEmpty, let size = count(signal.dims[axis]) {
            let places = indices.compactMap { normalized($0, size) }
            guard places.count == indices.count else { throw .node(node.place, .unknownAxes) }
            if zip(places, places.dropFirst()).allSatisfy({ $1 == $0 + 1 }) {
                return set(
                    node, .signal(try sliced(signal, axis, places[0], places[places.count - 1] + 1, node)))
            }
            var parts: [GraphSignal] = []
            for place in places { parts.append(try sliced(signal, axis, place, place + 1, node)) }
            return set(node, .signal(try concatenated(parts, axis, node)))
        }
        throw .node(node.place, .notInSpecs("a choice of several steps that are no neighbours"))
    }

    /// One index of an axis, which stays with size 1.
    private mutating func selected(
        _ signal: GraphSignal, _ axis: Int, _ index: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        let next = index == -1 ? Int.max : index &+ 1
        if case .firstState = signal.source { return try firstStatePart(signal, axis, index, next, node) }
        guard let atom = signal.dims[axis].first(where: isOuter), outerAtoms(signal.dims[axis]).count <= 1,
            innerAtoms(signal.dims[axis]).isEmpty
        else { return try sliced(signal, axis, index, next, node) }
        return try step(signal, axis, atom, index, node)
    }

    /// One step in time.
    private mutating func step(
        _ signal: GraphSignal, _ axis: Int, _ atom: Atom, _ index: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        var result = signal
        result.dims[axis] = []
        let root = atoms.root(atom)
        let outer = Set(outer(signal.source).map(atoms.root))
        // What was only repeated over time is there in every step.
        guard outer.contains(root) else { return result }
        if let size = atoms.size(root), normalized(index, size) == nil { throw .node(node.place, .unknownAxes) }
        if atoms.size(root) == 1, atoms.role(root) != .time { return result }
        guard atoms.role(root) != .batch else { throw .node(node.place, .batchElement) }
        guard lengthsInput == nil else { throw .node(node.place, .lengthsHere("a step")) }
        let place = atoms.size(root).flatMap { index >= 0 && index == $0 - 1 ? -1 : nil } ?? index
        result.source = try add(
            .select(place), [signal.source], node, outer: outer.filter { $0 != root }, sizes: sizes(signal.source),
            time: root)
        return result
    }

    // MARK: Slices

    mutating func visitSlice(_ node: ONNXNode) throws(ONNXMistake) {
        var result = try value(node, 0)
        let rank: Int
        switch result {
        case .sizes: rank = 1
        case .constant(let view): rank = view.shape.count
        case .signal(let signal): rank = signal.dims.count
        case .filled(_, let shape):
            guard let shape else { return set(node, result) }
            rank = shape.count
        case .missing: throw .consequence
        }
        let starts = try bounds(node, "starts", 1)
        let ends = try bounds(node, "ends", 2)
        let steps = node.input(4) == nil ? starts.map { _ in GraphSize.known(1) } : try bounds(node, "steps", 4)
        let axes = try axes(node, rank: rank, input: 3) ?? Array(starts.indices)
        guard starts.count == ends.count, axes.count == starts.count, steps.count == starts.count else {
            throw .node(node.place, .unknownAxes)
        }
        for (index, axis) in axes.enumerated() {
            guard axis < rank, let step = steps[index].known else { throw .node(node.place, .unknownAxes) }
            result = try part(result, axis, starts[index], ends[index], step, node)
        }
        set(node, result)
    }

    private mutating func bounds(_ node: ONNXNode, _ name: String, _ input: Int) throws(ONNXMistake) -> [GraphSize] {
        if let values = node.attributes[name]?.integers { return values.map(GraphSize.known) }
        return try sizes(node, input).map { $0.renamed(atoms.root) }
    }

    mutating func part(
        _ value: GraphValue, _ axis: Int, _ start: GraphSize, _ end: GraphSize, _ step: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphValue {
        if case .signal(let signal) = value {
            // Bounds by the axis' own size count from its end.
            let own = signal.dims[axis].count == 1 ? signal.dims[axis].first.map(atoms.root) : nil
            func place(_ size: GraphSize, atEnd: Int) -> Int? {
                if let known = size.known { return known }
                guard let (atom, offset) = size.axis, atom == own, offset <= 0 else { return nil }
                return offset == 0 ? atEnd : offset
            }
            guard let from = place(start, atEnd: Int.max), let to = place(end, atEnd: Int.max) else {
                throw .node(node.place, .unknownAxes)
            }
            return .signal(try part(signal, axis, from, to, step, node))
        }
        guard let start = start.known, let end = end.known else { throw .node(node.place, .unknownAxes) }
        guard step == 1 else { return try stepped(value, axis, start, end, step, node) }
        let range = { (count: Int) in LSTMIR.sliced(count, start: start, stop: end) }
        switch value {
        case .sizes(let list, _): return .sizes(Array(list[range(list.count)]), isScalar: false)
        case .filled(let value, let shape):
            guard var shape else { return .filled(value, nil) }
            shape[axis] = shape[axis].known.map { .known(range($0).count) } ?? .unknown
            return .filled(value, shape)
        case .constant(let view):
            guard let result = view.sliced(axis, range(view.shape[axis])) else {
                throw .node(node.place, .unknownAxes)
            }
            return .constant(result)
        case .signal, .missing: throw .consequence
        }
    }

    private mutating func part(
        _ signal: GraphSignal, _ axis: Int, _ start: Int, _ end: Int, _ step: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        let dim = signal.dims[axis]
        let known = count(dim)
        let limit = known ?? Int(Int32.max)
        if step == -1 {
            let isWhole =
                (known.map { clampedReverse(start, $0) == $0 - 1 } ?? (start == -1 || start >= limit))
                && end <= -limit
            guard isWhole else { throw .node(node.place, .notInSpecs("a part, backwards")) }
            return try flipped(signal, axis, node)
        }
        guard step == 1 else { throw .node(node.place, .stepSize(step)) }
        if case .firstState = signal.source { return try firstStatePart(signal, axis, start, end, node) }
        if start == 0 || (start < 0 && known.map({ start <= -$0 }) ?? false), end >= limit { return signal }
        guard let atom = significant(dim).first, isOuter(atom) else {
            guard significant(dim).isEmpty else { return try sliced(signal, axis, start, end, node) }
            guard clamp(start, 1) == 0, clamp(end, 1) == 1 else { throw .node(node.place, .unknownAxes) }
            return signal
        }
        guard dim.count == 1 else { throw .node(node.place, .axis(text(signal))) }
        return try steps(signal, axis, atom, start, end >= limit ? nil : end, node)
    }

    /// Several steps in time; just one is a step.
    private mutating func steps(
        _ signal: GraphSignal, _ axis: Int, _ atom: Atom, _ start: Int, _ end: Int?, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        let isOne = end.map { $0 == start &+ 1 && (start >= 0 || $0 < 0) } ?? (start == -1)
        let size = atoms.size(atom)
        if isOne || (end == nil && size.map { start == $0 - 1 } == true) {
            return try step(signal, axis, atom, start, node)
        }
        let root = atoms.root(atom)
        let outer = Set(outer(signal.source).map(atoms.root))
        var result = signal
        let taken = size.map { LSTMIR.sliced($0, start: start, stop: end).count }
        guard taken != 0 else { throw .node(node.place, .notInSpecs("no step at all")) }
        guard outer.contains(root) else {
            result.dims[axis] = taken.map { [atoms.repeated($0)] } ?? [atoms.outer(nil)]
            return result
        }
        guard atoms.role(root) != .batch else { throw .node(node.place, .batchElement) }
        guard lengthsInput == nil else { throw .node(node.place, .lengthsHere("a part")) }
        let time = atoms.outer(taken, role: .time)
        result.dims[axis] = [time]
        result.source = try add(
            .steps(start == 0 ? nil : start, end), [signal.source], node,
            outer: Set(outer.filter { $0 != root } + [time]), sizes: sizes(signal.source), time: root)
        // The same steps taken twice have the same time.
        if let id = result.source.element, let known = elements[id].outer.first(where: { !outer.contains($0) }) {
            result.dims[axis] = [known]
        }
        return result
    }
}
