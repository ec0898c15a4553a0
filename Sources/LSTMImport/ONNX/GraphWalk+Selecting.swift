// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    mutating func visitGather(_ node: ONNXNode) throws(ONNXMistake) {
        let axis = node.attributes["axis"]?.integer ?? 0
        switch try value(node, 0) {
        case .sizes(let list, _):
            let isScalar = try isScalar(node, 1)
            let indices = try sizes(node, 1)
            let picked = indices.compactMap { $0.known.flatMap { normalized($0, list.count) } }
            guard picked.count == indices.count else { throw .node(node.place, .unknownAxes) }
            set(node, .sizes(picked.map { list[$0] }, isScalar: isScalar))
        case .filled(let value, _): set(node, .filled(value, nil))
        case .constant(let view):
            // Rows of a table by the model's input are an embedding.
            if case .signal(let tokens) = try value(node, 1) { return try visitEmbedding(node, view, tokens, axis) }
            guard let axis = normalized(axis, view.shape.count), let index = try scalarIndex(node),
                let position = normalized(index, view.shape[axis]), let row = view.selected(axis, position)
            else { throw .node(node.place, .unknownAxes) }
            set(node, .constant(try isScalar(node, 1) ? row : row.inserting(axis) ?? row))
        case .signal(let signal):
            guard let axis = normalized(axis, signal.axes.count), let index = try scalarIndex(node) else {
                throw .node(node.place, .unknownAxes)
            }
            let keepsAxis = try !isScalar(node, 1)
            set(node, .signal(try selected(signal, axis, from: index, keepsAxis: keepsAxis, node)))
        }
    }

    private mutating func scalarIndex(_ node: ONNXNode) throws(ONNXMistake) -> Int? {
        let indices = try sizes(node, 1)
        return indices.count == 1 ? indices[0].known : nil
    }

    private mutating func isScalar(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> Bool {
        switch try value(node, index) {
        case .sizes(_, let isScalar): isScalar
        case .constant(let view): view.shape.isEmpty
        case .filled, .signal: false
        }
    }

    private mutating func visitEmbedding(
        _ node: ONNXNode, _ table: TensorView, _ tokens: GraphSignal, _ axis: Int
    ) throws(ONNXMistake) {
        guard axis == 0, table.type.isFloat, table.shape.count == 2 else {
            throw .node(node.place, .wrongShape(input: node.inputs[0], shape: table.shape, expected: "(tokens, size)"))
        }
        guard tokens.isInput, tokens.axes.allSatisfy({ !$0.isFeatures }) else {
            throw .node(node.place, .axis(text(tokens)))
        }
        try chargeCopy(table.byteCount)
        var signal = try taken(tokens, by: node)
        let id = try append(.embedding(table), node, name: moduleName(node, weights: [0]), features: table.shape[1])
        signal.content = .result(id)
        signal.axes.append(.features(table.shape[1]))
        set(node, .signal(signal))
    }

    /// One index of an axis: a step in time, a state, or a row of a first state.
    private mutating func selected(
        _ signal: GraphSignal, _ axis: Int, from index: Int, keepsAxis: Bool, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        var result = signal
        if case .outer(let id, let fixed) = signal.axes[axis], case .result = signal.content {
            guard id == timeAxis else { throw .node(node.place, .axis(text(signal))) }
            guard index == -1 || index == fixed.map({ $0 - 1 }) else { throw .node(node.place, .notLast) }
            result = try lastStep(of: signal, axis, node)
        } else {
            let count: Int
            switch (signal.content, signal.axes[axis]) {
            case (.states(let rows), .rows): count = rows.count
            case (.input(let input), .outer), (.input(let input), .features):
                count = model.inputs[input].shape?[axis] ?? 0
            default: throw .node(node.place, .axis(text(signal)))
            }
            guard let position = normalized(index, count) else { throw .node(node.place, .unknownAxes) }
            result = try rows(signal, axis, position..<(position + 1), node)
            result.axes[axis] = .one
        }
        if !keepsAxis { result.axes.remove(at: axis) }
        return result
    }

    /// Some of the states, or some rows of a first state.
    private func rows(
        _ signal: GraphSignal, _ axis: Int, _ range: Range<Int>, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        var result = signal
        switch signal.content {
        case .states(let rows):
            guard signal.axes[axis] == .rows(rows.count), range.upperBound <= rows.count, !range.isEmpty else {
                throw .node(node.place, .axis(text(signal)))
            }
            result.content = .states(Array(rows[range]))
        case .input(let input):
            guard axis == 0, signal.axes.count == 3, !range.isEmpty, mainInput != input else {
                throw .node(node.place, .axis(text(signal)))
            }
            result.content = .inputRows(input, range)
        case .inputRows(let input, let rows):
            guard case .rows = signal.axes[axis], range.upperBound <= rows.count, !range.isEmpty else {
                throw .node(node.place, .axis(text(signal)))
            }
            let start = rows.lowerBound + range.lowerBound
            result.content = .inputRows(input, start..<(start + range.count))
        case .result, .step: throw .node(node.place, .axis(text(signal)))
        }
        result.axes[axis] = .rows(range.count)
        return result
    }

    /// The last step in time as a `last`: right after the LSTM, since what follows treats every step alike.
    mutating func lastStep(of signal: GraphSignal, _ axis: Int, _ node: ONNXNode) throws(ONNXMistake) -> GraphSignal {
        var signal = try taken(signal, by: node)
        guard let position = chain.lastIndex(where: { !$0.operation.isPerStep }),
            case .lstm(let lstm) = chain[position].operation
        else { throw .node(node.place, .axis(text(signal))) }
        guard !lstm.isBidirectional else { throw .node(node.place, .lastOfBothDirections) }
        guard lengthsInput == nil else { throw .node(node.place, .lengthsLast) }
        let after = Array(chain[(position + 1)...])
        chain.removeSubrange((position + 1)...)
        var id = try append(.plain(.last), node, features: chain[position].features)
        for element in after {
            chain.append(element)
            id = renew(chain.count - 1)
        }
        signal.content = .result(id)
        signal.axes[axis] = .one
        return signal
    }

    mutating func visitSlice(_ node: ONNXNode) throws(ONNXMistake) {
        let input = try value(node, 0)
        let rank: Int
        switch input {
        case .sizes: rank = 1
        case .constant(let view): rank = view.shape.count
        case .signal(let signal): rank = signal.axes.count
        case .filled(let value, let shape):
            // Which part it is does not matter; along the last axis, the features stay whole.
            return set(node, .filled(value, shape.map { [.unknown] + $0.suffix(1) }))
        }
        let starts = try bounds(node, "starts", 1)
        let ends = try bounds(node, "ends", 2)
        let steps = node.inputs.count > 4 ? try bounds(node, "steps", 4) : starts.map { _ in 1 }
        let axes = try axes(node, rank: rank, input: 3) ?? Array(starts.indices)
        guard starts.count == ends.count, axes.count == starts.count, steps.allSatisfy({ $0 == 1 }) else {
            throw .node(node.place, .unknownAxes)
        }
        var result = input
        for (index, axis) in axes.enumerated() {
            guard axis < rank else { throw .node(node.place, .unknownAxes) }
            result = try sliced(result, axis, starts[index], ends[index], node)
        }
        set(node, result)
    }

    private mutating func bounds(_ node: ONNXNode, _ name: String, _ input: Int) throws(ONNXMistake) -> [Int] {
        if let values = node.attributes[name]?.integers { return values }
        let known = try sizes(node, input).map(\.known)
        guard !known.contains(nil) else { throw .node(node.place, .unknownAxes) }
        return known.compactMap(\.self)
    }

    private mutating func sliced(
        _ value: GraphValue, _ axis: Int, _ start: Int, _ end: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphValue {
        func range(_ count: Int) -> Range<Int> {
            let (from, to) = (clamp(start, count), clamp(end, count))
            return from..<max(from, to)
        }
        switch value {
        case .sizes(let list, _): return .sizes(Array(list[range(list.count)]), isScalar: false)
        case .filled: return value
        case .constant(let view):
            guard let result = view.sliced(axis, range(view.shape[axis])) else {
                throw .node(node.place, .unknownAxes)
            }
            return .constant(result)
        case .signal(let signal):
            let size = signal.axes[axis].size.known
            if start == 0, end >= size ?? Int(Int32.max) { return value }
            if case .outer(let id, _) = signal.axes[axis], case .result = signal.content {
                guard id == timeAxis, clamp(start, size ?? Int(Int32.max)) == (size ?? Int(Int32.max)) - 1,
                    end >= size ?? Int(Int32.max)
                else { throw .node(node.place, .notLast) }
                return .signal(try lastStep(of: signal, axis, node))
            }
            guard let count = model.rowCount(signal, axis) else { throw .node(node.place, .axis(text(signal))) }
            return .signal(try rows(signal, axis, range(count), node))
        }
    }
}

extension ONNXModel {
    /// How many states or rows of a first state an axis has; nil where it is another axis.
    func rowCount(_ signal: GraphSignal, _ axis: Int) -> Int? {
        switch (signal.content, signal.axes[axis]) {
        case (.states, .rows(let count)), (.inputRows, .rows(let count)): count
        case (.input(let input), .outer(let id, _)) where id.axis == 0: inputs[input].shape?[0]
        default: nil
        }
    }
}
