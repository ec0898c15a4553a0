// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// LSTM, GRU and RNN as https://onnx.ai/onnx/operators has them, without what no module of PyTorch does.
    mutating func visitRecurrent(_ node: ONNXNode) throws(ONNXMistake) {
        var element = try weights(node, try cell(node))
        try checkAttributes(node, &element)
        let isBatchFirst = node.attributes["layout"]?.integer == 1
        let isReversed = node.attributes["direction"]?.text == "reverse"
        var x = try floats(node)
        guard x.dims.count == 3 else { throw .node(node.place, .axis(text(x))) }
        let timeAxis = isBatchFirst ? 1 : 0
        let outside = try bindAxes(x, time: timeAxis, batch: 1 - timeAxis, node)
        try fixFeatures(x, 2, element.inputSize, node)
        try bindLengths(node, x.dims[timeAxis])
        x.source = try withTime(x, outside.time, node)
        element.initialH = try initialState(node, 5, element, isBatchFirst: isBatchFirst)
        if element.cell == .lstm { element.initialC = try initialState(node, 6, element, isBatchFirst: isBatchFirst) }
        var (source, others) = try vectors(x, along: 2, node)
        guard others.isEmpty else { throw .node(node.place, .axis(text(x))) }
        if isReversed { source = try reversal(source, outside.time, node) }

        let given = Set(outer(source).map(atoms.root))
        let size = element.directions * element.hiddenSize
        let name = moduleName(node, weights: [])
        var result = try add(
            .recurrent(element), [source], node, name: name, outer: given, sizes: [size], time: outside.time)
        guard let id = result.element else { throw .node(node.place, .arithmetic) }
        if isReversed { result = try reversal(result, outside.time, node) }
        let direction = element.isBidirectional ? [atoms.inner(2)] : []
        let hidden = atoms.inner(element.hiddenSize)
        let (first, second) = (x.dims[0], x.dims[1])
        set(
            node,
            .signal(
                GraphSignal(
                    source: result,
                    dims: isBatchFirst
                        ? [first, second, direction, [hidden]] : [first, direction, second, [hidden]],
                    order: direction + [hidden])))
        for (index, kind) in element.cell.states.enumerated() {
            let rows = (0..<element.directions).map { StateRow(kind: kind, element: id, direction: $0) }
            let axis = [atoms.inner(rows.count)]
            let unit = atoms.inner(element.hiddenSize)
            let dims = isBatchFirst ? [first, axis, [unit]] : [axis, second, [unit]]
            set(
                node, .signal(GraphSignal(source: .states(rows), dims: dims, order: axis + [unit])),
                output: index + 1)
        }
    }

    private mutating func reversal(
        _ source: GraphSource, _ time: Atom, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSource {
        try add(.flip, [source], node, outer: outer(source), sizes: sizes(source), time: time)
    }

    private func cell(_ node: ONNXNode) throws(ONNXMistake) -> RecurrentElement.Cell {
        switch node.operation {
        case "GRU": .gru(resetAfter: node.attributes["linear_before_reset"]?.integer ?? 0 != 0)
        case "RNN": .rnn(nonlinearity: "tanh")
        default: .lstm
        }
    }

    private mutating func checkAttributes(
        _ node: ONNXNode, _ element: inout RecurrentElement
    ) throws(ONNXMistake) {
        let attributes = node.attributes
        try checkActivations(node, &element)
        if let clip = attributes["clip"]?.float { throw .node(node.place, .attribute("clip", "\(clip)")) }
        for name in ["input_forget", "layout"] {
            let value = attributes[name]?.integer ?? 0
            guard value == 0 || (name == "layout" && value == 1) else {
                throw .node(node.place, .attribute(name, "\(value)"))
            }
        }
        if element.cell == .lstm, try optionalValue(node, 7) != nil { throw .node(node.place, .peepholes) }
    }

    private func checkActivations(_ node: ONNXNode, _ element: inout RecurrentElement) throws(ONNXMistake) {
        let given = node.attributes["activations"]?.texts.map { $0.lowercased() } ?? []
        guard !given.isEmpty else { return }
        let usual: [String] =
            switch element.cell {
            case .lstm: ["sigmoid", "tanh", "tanh"]
            case .gru: ["sigmoid", "tanh"]
            case .rnn: ["tanh"]
            }
        let each = Array(given.prefix(usual.count))
        let mistake = ONNXMistake.node(
            node.place,
            .attribute("activations", (node.attributes["activations"]?.texts.prefix(6) ?? []).joined(separator: ", ")))
        guard given.count == usual.count * element.directions,
            (0..<element.directions).allSatisfy({
                Array(given[($0 * usual.count)..<(($0 + 1) * usual.count)]) == each
            })
        else { throw mistake }
        if each == usual { return }
        if case .rnn = element.cell, each == ["relu"] {
            element.cell = .rnn(nonlinearity: "relu")
            return
        }
        // The other functions of Keras's cells.
        let words = [
            "sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "affine": "linear", "hardsigmoid": "hardsigmoid",
        ]
        let alphas = node.attributes["activation_alpha"]?.floats ?? []
        let betas = node.attributes["activation_beta"]?.floats ?? []
        guard each.count >= 2, each.dropFirst().allSatisfy({ $0 == each[1] }),
            var gates = words[each[0]], let values = words[each[1]], values != "hardsigmoid", !each.contains("affine")
        else { throw mistake }
        // Only a hard sigmoid takes them, one each in every direction; ONNX's own has the slope 0.2.
        let count = gates == "hardsigmoid" ? element.directions : 0
        guard alphas.isEmpty || alphas.count == count, betas.isEmpty || betas.count == count,
            betas.allSatisfy({ $0 == 0.5 })
        else { throw mistake }
        if gates == "hardsigmoid", alphas.isEmpty || alphas.allSatisfy({ $0 == 0.2 }) {
            gates = "hardsigmoid_0.2"
        } else if !alphas.allSatisfy({ abs($0 - 1 / 6) < 1e-6 }) {
            throw mistake
        }
        guard SpecLanguage.has(element.cell.word, key: "activation"),
            SpecLanguage.has(element.cell.word, key: "recurrent_activation")
        else { throw mistake }
        element.activations = (gates, values)
    }

    /// A recurrent node says which axes are time and batch; the others must agree.
    private mutating func bindAxes(
        _ x: GraphSignal, time: Int, batch: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> (time: Atom, batch: Atom?) {
        for axis in [time, batch] where !innerAtoms(x.dims[axis]).isEmpty {
            throw withoutFeatures(innerAtoms(x.dims[axis])) ?? .node(node.place, .axesDiffer)
        }
        guard x.dims[time].count <= 1, x.dims[batch].count <= 1 else { throw .node(node.place, .axis(text(x))) }
        if let atom = x.dims[batch].first(where: isOuter), !atoms.bind(atom, .batch) {
            throw .node(node.place, .axesDiffer)
        }
        if let atom = x.dims[time].first(where: isOuter) {
            guard atoms.bind(atom, .time) else { throw .node(node.place, .axesDiffer) }
            return (atoms.root(atom), x.dims[batch].first.map(atoms.root))
        }
        // One step without an axis of its own.
        let outside = outer(x.source).map(atoms.root)
        if let atom = outside.first(where: { atoms.role($0) == .time && atoms.size($0) == 1 }) {
            return (atom, x.dims[batch].first.map(atoms.root))
        }
        throw asOneStep(x.source) ?? .node(node.place, .axis(text(x)))
    }

    /// A value that was repeated over a number of steps, as a sequence.
    private mutating func withTime(
        _ x: GraphSignal, _ time: Atom, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSource {
        let outside = Set(outer(x.source).map(atoms.root))
        if outside.contains(time) { return x.source }
        guard let count = atoms.size(time) else {
            throw .node(node.place, .notInSpecs("a value repeated over as many steps as another has"))
        }
        return try add(
            .repeated(count), [x.source], node, outer: outside.union([time]), sizes: sizes(x.source), time: time)
    }

    /// W, R and B, whose shapes must be those of one node.
    private mutating func weights(
        _ node: ONNXNode, _ cell: RecurrentElement.Cell
    ) throws(ONNXMistake) -> RecurrentElement {
        let direction = node.attributes["direction"]?.text ?? "forward"
        guard ["forward", "reverse", "bidirectional"].contains(direction) else {
            throw .node(node.place, .attribute("direction", direction))
        }
        let (w, r) = (try weight(node, 1), try weight(node, 2))
        let directions = direction == "bidirectional" ? 2 : 1
        let gates = cell.gates.count
        guard r.shape.count == 3, r.shape[2] > 0, r.shape[2] < 1 << 24,
            r.shape == [directions, gates * r.shape[2], r.shape[2]]
        else {
            throw .node(
                node.place,
                .wrongShape(
                    input: node.inputs[2], shape: r.shape, expected: "(\(directions), \(gates) * hidden, hidden)"))
        }
        let hidden = r.shape[2]
        if let size = node.attributes["hidden_size"]?.integer, size != hidden {
            throw .node(node.place, .attribute("hidden_size", "\(size) beside an R of \(hidden)"))
        }
        guard w.shape.count == 3, w.shape[2] > 0, w.shape == [directions, gates * hidden, w.shape[2]] else {
            throw .node(
                node.place,
                .wrongShape(
                    input: node.inputs[1], shape: w.shape, expected: "(\(directions), \(gates * hidden), input)"))
        }
        let bias = node.input(3) == nil ? nil : try weight(node, 3)
        if let bias, bias.shape != [directions, 2 * gates * hidden] {
            throw .node(
                node.place,
                .wrongShape(
                    input: node.inputs[3], shape: bias.shape, expected: "(\(directions), \(2 * gates * hidden))"))
        }
        return RecurrentElement(
            cell: cell, inputSize: w.shape[2], hiddenSize: hidden, isBidirectional: directions == 2, weights: w,
            recurrent: r, bias: bias)
    }

    /// sequence_lens: the same input for every node, or for none; constants that are the whole length are nothing.
    private mutating func bindLengths(_ node: ONNXNode, _ time: [Atom]) throws(ONNXMistake) {
        let isFirst = !elements.contains { $0.recurrent != nil }
        guard let value = try optionalValue(node, 4) else {
            guard lengthsInput == nil else { throw .node(node.place, .lengths) }
            return
        }
        guard case .signal(let signal) = value else {
            guard isWholeLength(value, time, node) else { throw .node(node.place, .lengthsShorter) }
            guard lengthsInput == nil else { throw .node(node.place, .lengths) }
            return
        }
        guard case .input(let input) = signal.source, signal.dims.count == 1, outer(signal.source).count == 1,
            tokens[input] == nil
        else { throw .node(node.place, .lengthsNotInput) }
        guard lengthsInput == input || isFirst else { throw .node(node.place, .lengths) }
        // What was computed before knows of no lengths.
        let along = elements.first { element in
            switch element.operation {
            case .pool, .select, .steps, .flip, .conv: true
            case .recurrent, .embedding, .linear, .layerNorm, .batchNorm, .scale, .prelu, .plain, .join, .slice,
                .reshape, .transpose, .argmax, .last, .repeated, .step:
                false
            }
        }
        if lengthsInput == nil, let along { throw .node(along.place, .lengthsHere("what it takes")) }
        lengthsInput = input
    }
}
