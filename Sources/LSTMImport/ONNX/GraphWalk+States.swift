// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    // MARK: First states

    mutating func initialState(
        _ node: ONNXNode, _ index: Int, _ element: RecurrentElement, isBatchFirst: Bool
    ) throws(ONNXMistake) -> InitialState {
        guard let value = try optionalValue(node, index) else { return .zero }
        let name = node.inputs[index]
        func mistake(_ why: String) -> ONNXMistake { .node(node.place, .firstState(name, why)) }
        func wrongSize(_ size: Int) -> ONNXMistake { mistake(element.stateOfSize(size)) }
        switch value {
        case .filled(0, let shape):
            if let size = shape?.last?.known, size != element.hiddenSize { throw wrongSize(size) }
            return .zero
        case .filled(let value, _): throw mistake("every value of it is \(value)")
        case .constant(let view):
            guard view.type.isFloat, view.shape.count == 3 else { throw mistake("it has not three axes") }
            guard view.shape[2] == element.hiddenSize else { throw wrongSize(view.shape[2]) }
            try chargeCopy(view.byteCount)
            if view.isZero { return .zero }
            guard let ordered = isBatchFirst ? view.transposed([1, 0, 2]) : view,
                ordered.shape[0] == element.directions,
                let row = ordered.selected(1, 0)
            else { throw mistake("it has not one row for each direction") }
            for batch in 1..<max(1, ordered.shape[1]) where ordered.selected(1, batch)?.packed != row.packed {
                throw mistake("its rows differ within the batch")
            }
            return .constant(row)
        case .signal(let signal):
            if case .firstState(let input, let ranges) = signal.source {
                try checkGiven(signal, element, isBatchFirst: isBatchFirst) { mistake($0) }
                return .given(input, ranges)
            }
            return .value(try computedState(signal, element, isBatchFirst: isBatchFirst, node) { mistake($0) })
        case .sizes: throw mistake("it is of whole numbers")
        case .missing: throw .consequence
        }
    }

    /// A part of an input must have one row for each direction, batch, and the units.
    private mutating func checkGiven(
        _ signal: GraphSignal, _ element: RecurrentElement, isBatchFirst: Bool, _ mistake: (String) -> ONNXMistake
    ) throws(ONNXMistake) {
        guard signal.dims.count == 3 else { throw mistake("it has not three axes") }
        let rows = signal.dims[isBatchFirst ? 1 : 0]
        if let atom = rows.first, rows.count == 1, atoms.size(atom) == nil { _ = atoms.fix(atom, element.directions) }
        guard count(rows) == element.directions else { throw mistake("it has not one row for each direction") }
        if let atom = signal.dims[2].first, signal.dims[2].count == 1, atoms.size(atom) == nil {
            _ = atoms.fix(atom, element.hiddenSize)
        }
        if let size = count(signal.dims[2]), size != element.hiddenSize {
            throw mistake(element.stateOfSize(size))
        }
    }

    /// Another element's value, or another node's last state, as a first state.
    private mutating func computedState(
        _ signal: GraphSignal, _ element: RecurrentElement, isBatchFirst: Bool, _ node: ONNXNode,
        _ mistake: (String) -> ONNXMistake
    ) throws(ONNXMistake) -> GraphSource {
        guard signal.dims.count == 3, !sizes(signal.source).isEmpty else { throw mistake("it has not three axes") }
        let rows = signal.dims[isBatchFirst ? 1 : 0]
        let expected = innerAtoms(rows) + innerAtoms(signal.dims[2])
        guard outerAtoms(rows).isEmpty, outerAtoms(signal.dims[2]).isEmpty,
            count(innerAtoms(rows)) ?? 1 == element.directions,
            count(innerAtoms(signal.dims[2])) ?? 1 == element.hiddenSize,
            let source = try arranged(signal, [expected], node)
        else { throw mistake("it has not one row for each direction") }
        let outside = outer(source)
        guard !outside.contains(where: { atoms.role($0) == .time }) else { throw mistake("it has a time axis") }
        return source
    }

    /// Some indices of an axis of an input that is a first state.
    mutating func firstStatePart(
        _ signal: GraphSignal, _ axis: Int, _ start: Int, _ end: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        guard case .firstState(let input, var ranges) = signal.source, signal.dims[axis].count <= 1 else {
            throw .node(node.place, .axis(text(signal)))
        }
        guard let atom = signal.dims[axis].first else {
            guard clamp(start, 1) == 0, clamp(end, 1) == 1 else { throw .node(node.place, .unknownAxes) }
            return signal
        }
        guard let origin = atoms.origin(atom), let size = atoms.size(atom) else {
            if start == 0, end >= Int(Int32.max) { return signal }
            throw .node(node.place, .unknownAxes)
        }
        let (from, to) = (clamp(start, size), clamp(end, size))
        guard from < to else { throw .node(node.place, .unknownAxes) }
        if from == 0, to == size { return signal }
        let base = ranges[origin.axis]?.lowerBound ?? 0
        ranges[origin.axis] = (base + from)..<(base + to)
        var result = signal
        result.source = .firstState(input, ranges)
        result.dims[axis] = [atoms.outer(to - from, origin: origin)]
        return result
    }

    // MARK: Last states

    /// States joined along their own axis, a new one, or side by side; nil where these are no states, or lie otherwise.
    mutating func joinedStates(
        _ signals: [GraphSignal], _ axis: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal? {
        var rows: [StateRow] = []
        for signal in signals {
            guard case .states(let some) = signal.source, let hidden = signal.order.last,
                atoms.size(hidden) == elements[some[0].element].recurrent?.hiddenSize
            else { return nil }
            rows += some
        }
        let first = signals[0]
        guard rows.count <= 4096, Set(rows.map { elements[$0.element].recurrent?.hiddenSize }).count == 1,
            let hidden = first.order.last
        else { return nil }
        for signal in signals {
            for index in first.dims.indices where index != axis {
                guard signal.dims[index].count == first.dims[index].count else { return nil }
                for (one, other) in zip(signal.dims[index], first.dims[index]) {
                    guard isOuter(one) ? atoms.unify(one, other) : atoms.size(one) == atoms.size(other) else {
                        return nil
                    }
                }
            }
        }
        var result = first
        result.source = .states(rows)
        let counts = signals.map { significant(Array($0.order.dropLast())) }
        let along = signals.map { innerAtoms($0.dims[axis]) }
        guard signals.allSatisfy({ outerAtoms($0.dims[axis]).isEmpty }) else { return nil }
        if zip(along, counts).allSatisfy({ $1.starts(with: $0) }),
            let total = signals.map({ count(innerAtoms($0.dims[axis])) ?? 0 }).reduce(0, +) as Int?
        {
            // Rows after rows: what else counts them must be alike.
            let rest = zip(along, counts).map { along, counts in counts.dropFirst(along.count).map { atoms.size($0) } }
            guard rest.allSatisfy({ $0 == rest[0] }) else { return nil }
            let atom = atoms.inner(total)
            result.dims[axis] = [atom]
            result.order = [atom] + counts[0].dropFirst(along[0].count) + [hidden]
            return result
        }
        let isWhole = zip(signals, along).allSatisfy { signal, along in along == significant(signal.order) }
        guard isWhole else { return nil }
        let atom = atoms.inner(rows.count)
        result.dims[axis] = [atom, hidden]
        result.order = [atom, hidden]
        return result
    }

    /// Some of the states along an axis that counts them; nil where it is another axis.
    mutating func statePart(
        _ signal: GraphSignal, _ rows: [StateRow], _ axis: Int, _ range: Range<Int>
    ) -> GraphSignal? {
        guard let atom = signal.dims[axis].first, signal.dims[axis].count == 1,
            let place = signal.order.firstIndex(of: atom), place < signal.order.count - 1
        else { return nil }
        let counts = signal.order.dropLast().map { atoms.size($0) ?? 1 }
        guard counts.reduce(1, *) == rows.count else { return nil }
        let inside = counts[(place + 1)...].reduce(1, *)
        let kept = rows.indices.filter { range.contains($0 / inside % counts[place]) }
        var result = signal
        let part = atoms.inner(range.count)
        result.source = .states(kept.map { rows[$0] })
        result.dims[axis] = [part]
        result.order[place] = part
        return result
    }
}

extension RecurrentElement {
    /// What is wrong with a first state of `size` features.
    fileprivate func stateOfSize(_ size: Int) -> String {
        "it has \(size) features, and the LSTM \(hiddenSize) (PyTorch's exporter cannot write an LSTM with proj_size)"
    }
}
