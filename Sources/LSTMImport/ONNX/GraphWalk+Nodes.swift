// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    private typealias Visit = @Sendable (inout GraphWalk, ONNXNode) throws(ONNXMistake) -> Void

    private static let operations: [String: Visit] = [
        // Constants and shapes
        "Identity": { (walk, node) throws(ONNXMistake) in try walk.visitIdentity(node) },
        "Cast": { (walk, node) throws(ONNXMistake) in try walk.visitIdentity(node) },
        "CastLike": { (walk, node) throws(ONNXMistake) in try walk.visitIdentity(node) },
        "Dropout": { (walk, node) throws(ONNXMistake) in try walk.visitDropout(node) },
        "Constant": { (walk, node) throws(ONNXMistake) in try walk.visitConstant(node) },
        "ConstantOfShape": { (walk, node) throws(ONNXMistake) in try walk.visitConstantOfShape(node) },
        "Shape": { (walk, node) throws(ONNXMistake) in try walk.visitShape(node) },
        "Size": { (walk, node) throws(ONNXMistake) in try walk.visitSize(node) },
        "Range": { (walk, node) throws(ONNXMistake) in try walk.visitRange(node) },
        "ReduceProd": { (walk, node) throws(ONNXMistake) in try walk.visitProduct(node) },
        "If": { (walk, node) throws(ONNXMistake) in try walk.visitIf(node) },
        // Axes
        "Squeeze": { (walk, node) throws(ONNXMistake) in try walk.visitSqueeze(node) },
        "Unsqueeze": { (walk, node) throws(ONNXMistake) in try walk.visitUnsqueeze(node) },
        "Transpose": { (walk, node) throws(ONNXMistake) in try walk.visitTranspose(node) },
        "Reshape": { (walk, node) throws(ONNXMistake) in try walk.visitReshape(node) },
        "Flatten": { (walk, node) throws(ONNXMistake) in try walk.visitFlatten(node) },
        "Expand": { (walk, node) throws(ONNXMistake) in try walk.visitExpand(node) },
        "Tile": { (walk, node) throws(ONNXMistake) in try walk.visitTile(node) },
        // Parts and joins
        "Gather": { (walk, node) throws(ONNXMistake) in try walk.visitGather(node) },
        "Slice": { (walk, node) throws(ONNXMistake) in try walk.visitSlice(node) },
        "Split": { (walk, node) throws(ONNXMistake) in try walk.visitSplit(node) },
        "ReverseSequence": { (walk, node) throws(ONNXMistake) in try walk.visitReverse(node) },
        "Concat": { (walk, node) throws(ONNXMistake) in try walk.visitConcat(node) },
        // Arithmetic
        "Add": { (walk, node) throws(ONNXMistake) in try walk.visitArithmetic(node, .add) },
        "Sub": { (walk, node) throws(ONNXMistake) in try walk.visitArithmetic(node, .subtract) },
        "Mul": { (walk, node) throws(ONNXMistake) in try walk.visitArithmetic(node, .multiply) },
        "Div": { (walk, node) throws(ONNXMistake) in try walk.visitArithmetic(node, .divide) },
        "Sum": { (walk, node) throws(ONNXMistake) in try walk.visitSeveral(node, .add) },
        "Mean": { (walk, node) throws(ONNXMistake) in try walk.visitMean(node) },
        "Max": { (walk, node) throws(ONNXMistake) in try walk.visitSeveral(node, .maximum) },
        "Min": { (walk, node) throws(ONNXMistake) in try walk.visitSeveral(node, .minimum) },
        "Pow": { (walk, node) throws(ONNXMistake) in try walk.visitPower(node) },
        "Equal": { (walk, node) throws(ONNXMistake) in try walk.visitComparison(node) },
        "Greater": { (walk, node) throws(ONNXMistake) in try walk.visitComparison(node) },
        "GreaterOrEqual": { (walk, node) throws(ONNXMistake) in try walk.visitComparison(node) },
        "Less": { (walk, node) throws(ONNXMistake) in try walk.visitComparison(node) },
        "LessOrEqual": { (walk, node) throws(ONNXMistake) in try walk.visitComparison(node) },
        "Not": { (walk, node) throws(ONNXMistake) in try walk.visitNot(node) },
        "Where": { (walk, node) throws(ONNXMistake) in try walk.visitWhere(node) },
        "Clip": { (walk, node) throws(ONNXMistake) in try walk.visitClip(node) },
        // Layers
        "LSTM": { (walk, node) throws(ONNXMistake) in try walk.visitRecurrent(node) },
        "GRU": { (walk, node) throws(ONNXMistake) in try walk.visitRecurrent(node) },
        "RNN": { (walk, node) throws(ONNXMistake) in try walk.visitRecurrent(node) },
        "Gemm": { (walk, node) throws(ONNXMistake) in try walk.visitGemm(node) },
        "MatMul": { (walk, node) throws(ONNXMistake) in try walk.visitMatMul(node) },
        "LayerNormalization": { (walk, node) throws(ONNXMistake) in try walk.visitLayerNorm(node) },
        "BatchNormalization": { (walk, node) throws(ONNXMistake) in try walk.visitBatchNorm(node) },
        "Conv": { (walk, node) throws(ONNXMistake) in try walk.visitConv(node) },
        "MaxPool": { (walk, node) throws(ONNXMistake) in try walk.visitWindowPool(node, "max_pool1d") },
        "AveragePool": { (walk, node) throws(ONNXMistake) in try walk.visitWindowPool(node, "avg_pool1d") },
        "Pad": { (walk, node) throws(ONNXMistake) in try walk.visitPad(node) },
        "Softmax": { (walk, node) throws(ONNXMistake) in
            try walk.visitSoftmax(node, PlainLayer("softmax"))
        },
        "LogSoftmax": { (walk, node) throws(ONNXMistake) in
            try walk.visitSoftmax(node, PlainLayer("log_softmax", usualName: "logSoftmax"))
        },
        "ArgMax": { (walk, node) throws(ONNXMistake) in try walk.visitArgMax(node) },
        "LpNormalization": { (walk, node) throws(ONNXMistake) in try walk.visitLpNormalization(node) },
        "PRelu": { (walk, node) throws(ONNXMistake) in try walk.visitPRelu(node) },
        "ReduceMean": { (walk, node) throws(ONNXMistake) in try walk.visitReduce(node, "mean", .mean) },
        "ReduceMax": { (walk, node) throws(ONNXMistake) in try walk.visitReduce(node, "max", .largest) },
        "ReduceSum": { (walk, node) throws(ONNXMistake) in try walk.visitReduce(node, "sum", .sum) },
        "ReduceL2": { (walk, node) throws(ONNXMistake) in try walk.visitReduce(node, nil, .norm) },
        "ReduceSumSquare": { (walk, node) throws(ONNXMistake) in try walk.visitSumSquare(node) },
        "GlobalAveragePool": { (walk, node) throws(ONNXMistake) in try walk.visitGlobalPool(node, "mean") },
        "GlobalMaxPool": { (walk, node) throws(ONNXMistake) in try walk.visitGlobalPool(node, "max") },
    ]

    static func isKnown(_ node: ONNXNode) -> Bool {
        (node.domain.isEmpty || node.domain == "ai.onnx")
            && (operations[node.operation] != nil || function(node) != nil)
    }

    mutating func visit(_ node: ONNXNode) throws(ONNXMistake) {
        if node.operation == "SplitToSequence" { throw .node(node.place, .unrolled) }
        // What takes a sequence apart has been reported.
        if node.operation == "SequenceAt" { _ = try value(node, 0) }
        guard Self.isKnown(node) else { throw .unknownOperators([node.place], more: 0) }
        if let operation = Self.operations[node.operation] { return try operation(&self, node) }
        try visitFunction(node)
    }

    private mutating func visitIdentity(_ node: ONNXNode) throws(ONNXMistake) {
        let value = try value(node, 0)
        guard node.operation == "Cast", let type = node.attributes["to"]?.integer else { return set(node, value) }
        let isFloat = [1, 10, 11, 16].contains(type)
        switch value {
        case .signal(let signal):
            let isInteger = sizes(signal.source).isEmpty
            guard isFloat || isInteger || (signal.source.isInput && [6, 7].contains(type)) else {
                throw .node(node.place, .attribute("to", "\(type)"))
            }
            if isInteger || !isFloat { return set(node, .signal(try castToTokens(signal, isFloat: isFloat, node))) }
        case .constant, .filled, .sizes: return set(node, try cast(value, to: type, node))
        case .missing: break
        }
        set(node, value)
    }

    /// Token ids that come as floats are what they are.
    private func castToTokens(
        _ signal: GraphSignal, isFloat: Bool, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        guard !isFloat, case .input(let input) = signal.source, !sizes(signal.source).isEmpty else {
            if isFloat { throw .node(node.place, .attribute("to", "a float, of integers")) }
            return signal
        }
        // A float input's last axis was taken for what a step holds.
        if let again = withoutFeatures(signal.order) { throw again }
        guard inputs[input]?.inner.allSatisfy({ atoms.size($0) == 1 }) == true else {
            throw .node(node.place, .attribute("to", "integers, of floats"))
        }
        return signal
    }

    private mutating func visitDropout(_ node: ONNXNode) throws(ONNXMistake) {
        if case .constant(let view)? = try optionalValue(node, 2), view.scalar != 0 {
            throw .node(node.place, .attribute("training_mode", "true"))
        }
        set(node, try value(node, 0))
    }

    /// Axes from an attribute, or in newer operator sets from an input; nil where neither is there.
    mutating func axes(_ node: ONNXNode, rank: Int, input: Int = 1) throws(ONNXMistake) -> [Int]? {
        var axes = node.attributes["axes"]?.integers
        if let value = try optionalValue(node, input) {
            let known = try sizes(value, node).map(\.known)
            guard !known.contains(nil) else { throw .node(node.place, .unknownAxes) }
            axes = known.compactMap(\.self)
        }
        guard let axes else { return nil }
        let positive = axes.compactMap { normalized($0, rank) }
        guard positive.count == axes.count, Set(positive).count == axes.count else {
            throw .node(node.place, .unknownAxes)
        }
        return positive
    }

    /// A value of floats, on which layers can work.
    mutating func floats(_ node: ONNXNode, _ index: Int = 0) throws(ONNXMistake) -> GraphSignal {
        try floats(try signal(node, index), node)
    }

    func floats(_ signal: GraphSignal, _ node: ONNXNode) throws(ONNXMistake) -> GraphSignal {
        if case .firstState(let input, _) = signal.source {
            throw .node(node.place, .firstStateElsewhere(model.graph.inputs[input].name))
        }
        guard !sizes(signal.source).isEmpty else {
            if case .input(let input) = signal.source, signal.dims.count <= 1, isInteger(signal.source) {
                throw .node(node.place, .integerInput(model.graph.inputs[input].name))
            }
            throw .node(node.place, .notInSpecs("an operation on token ids or on the indices of an argmax"))
        }
        return asOutput(signal)
    }

    /// h_n of a node that goes on from given states by one step: for layers that is what the step gives, each time.
    private func asOutput(_ signal: GraphSignal) -> GraphSignal {
        guard case .states(let rows) = signal.source, rows.count == 1, rows[0].kind == .h,
            let element = elements.indices.contains(rows[0].element) ? elements[rows[0].element] : nil,
            let cell = element.recurrent, !cell.isBidirectional, case .given = cell.initialH,
            let time = element.time, atoms.size(time) == 1
        else { return signal }
        if let input = element.inputs.first?.element, case .flip = elements[input].operation { return signal }
        var result = signal
        result.source = .element(element.id)
        return result
    }

    /// The module that a node was: of its weights' names (`head.weight`), or its own (`/head/Gemm`), or what the
    /// exporter notes beside it.
    func moduleName(_ node: ONNXNode, weights: [Int]) -> String? {
        for index in weights {
            guard let name = node.input(index), initializers[name] != nil else { continue }
            for ending in [".weight", ".bias"] where name.hasSuffix(ending) && name.count > ending.count {
                return String(name.dropLast(ending.count))
            }
        }
        if node.name.hasPrefix("/") {
            let parts = node.name.split(separator: "/").dropLast()
            if !parts.isEmpty { return parts.joined(separator: ".") }
        }
        return node.scope
    }
}

/// An axis or index from the front; nil where it is outside.
func normalized(_ index: Int, _ count: Int) -> Int? {
    if index >= 0 { return index < count ? index : nil }
    return index >= -count ? index + count : nil
}

/// The start or end of a slice, as Python and ONNX take it.
func clamp(_ index: Int, _ count: Int) -> Int {
    index < 0 ? max(0, max(index, -count) + count) : min(index, count)
}

/// The start or end of a slice that goes backwards; -1 is before the first.
func clampedReverse(_ index: Int, _ count: Int) -> Int {
    if index >= 0 { return min(index, count - 1) }
    return index >= -count ? index + count : -1
}

/// A number that a float32 rounds to, as it is written: 1e-5 and not 9.999999747378752e-06.
func shortest(_ value: Double) -> Double { Double("\(Float(value))") ?? value }
