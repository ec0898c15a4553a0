// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    private static let operations: [String: @Sendable (inout GraphWalk, ONNXNode) throws(ONNXMistake) -> Void] = [
        "Identity": { (walk, node) throws(ONNXMistake) in try walk.visitIdentity(node) },
        "Cast": { (walk, node) throws(ONNXMistake) in try walk.visitIdentity(node) },
        "CastLike": { (walk, node) throws(ONNXMistake) in try walk.visitIdentity(node) },
        "Dropout": { (walk, node) throws(ONNXMistake) in try walk.visitDropout(node) },
        "Constant": { (walk, node) throws(ONNXMistake) in try walk.visitConstant(node) },
        "ConstantOfShape": { (walk, node) throws(ONNXMistake) in try walk.visitConstantOfShape(node) },
        "Shape": { (walk, node) throws(ONNXMistake) in try walk.visitShape(node) },
        "Gather": { (walk, node) throws(ONNXMistake) in try walk.visitGather(node) },
        "Slice": { (walk, node) throws(ONNXMistake) in try walk.visitSlice(node) },
        "Concat": { (walk, node) throws(ONNXMistake) in try walk.visitConcat(node) },
        "Squeeze": { (walk, node) throws(ONNXMistake) in try walk.visitSqueeze(node) },
        "Unsqueeze": { (walk, node) throws(ONNXMistake) in try walk.visitUnsqueeze(node) },
        "Transpose": { (walk, node) throws(ONNXMistake) in try walk.visitTranspose(node) },
        "Reshape": { (walk, node) throws(ONNXMistake) in try walk.visitReshape(node) },
        "Flatten": { (walk, node) throws(ONNXMistake) in try walk.visitFlatten(node) },
        "Expand": { (walk, node) throws(ONNXMistake) in try walk.visitExpand(node) },
        "Mul": { (walk, node) throws(ONNXMistake) in try walk.visitArithmetic(node) },
        "Sub": { (walk, node) throws(ONNXMistake) in try walk.visitArithmetic(node) },
        "Equal": { (walk, node) throws(ONNXMistake) in try walk.visitArithmetic(node) },
        "Where": { (walk, node) throws(ONNXMistake) in try walk.visitWhere(node) },
        "Add": { (walk, node) throws(ONNXMistake) in try walk.visitAdd(node) },
        "Div": { (walk, node) throws(ONNXMistake) in try walk.visitDiv(node) },
        "LSTM": { (walk, node) throws(ONNXMistake) in try walk.visitLSTM(node) },
        "Gemm": { (walk, node) throws(ONNXMistake) in try walk.visitGemm(node) },
        "MatMul": { (walk, node) throws(ONNXMistake) in try walk.visitMatMul(node) },
        "LayerNormalization": { (walk, node) throws(ONNXMistake) in try walk.visitLayerNorm(node) },
        "Relu": { (walk, node) throws(ONNXMistake) in try walk.visitActivation(node, .relu) },
        "Tanh": { (walk, node) throws(ONNXMistake) in try walk.visitTanh(node) },
        "Sigmoid": { (walk, node) throws(ONNXMistake) in try walk.visitActivation(node, .sigmoid) },
        "Gelu": { (walk, node) throws(ONNXMistake) in try walk.visitGELU(node) },
        "Erf": { (walk, node) throws(ONNXMistake) in try walk.visitErf(node) },
        "Softmax": { (walk, node) throws(ONNXMistake) in try walk.visitSoftmax(node, .softmax) },
        "LogSoftmax": { (walk, node) throws(ONNXMistake) in try walk.visitSoftmax(node, .logSoftmax) },
        "ReduceMean": { (walk, node) throws(ONNXMistake) in try walk.visitReduce(node, .mean) },
        "ReduceMax": { (walk, node) throws(ONNXMistake) in try walk.visitReduce(node, .max) },
        "GlobalAveragePool": { (walk, node) throws(ONNXMistake) in try walk.visitGlobalPool(node, .mean) },
        "GlobalMaxPool": { (walk, node) throws(ONNXMistake) in try walk.visitGlobalPool(node, .max) },
        "Pow": { (walk, node) throws(ONNXMistake) in try walk.visitPow(node) },
        "Sqrt": { (walk, node) throws(ONNXMistake) in try walk.visitSqrt(node) },
        "ReduceL2": { (walk, node) throws(ONNXMistake) in try walk.visitNorm(node) },
        "Clip": { (walk, node) throws(ONNXMistake) in try walk.visitClip(node) },
        "Max": { (walk, node) throws(ONNXMistake) in try walk.visitClip(node) },
    ]

    static func isKnown(_ node: ONNXNode) -> Bool {
        (node.domain.isEmpty || node.domain == "ai.onnx") && operations[node.operation] != nil
    }

    mutating func visit(_ node: ONNXNode) throws(ONNXMistake) {
        guard let operation = Self.operations[node.operation] else { throw .unknownOperators([node.place], more: 0) }
        try operation(&self, node)
    }

    private mutating func visitIdentity(_ node: ONNXNode) throws(ONNXMistake) {
        let value = try value(node, 0)
        if node.operation == "Cast", case .signal(let signal) = value, let type = node.attributes["to"]?.integer {
            let isFloat = [1, 10, 11, 16].contains(type)
            guard isFloat || (signal.isInput && [6, 7].contains(type)) else {
                throw .node(node.place, .attribute("to", "\(type)"))
            }
        }
        set(node, value)
    }

    private mutating func visitDropout(_ node: ONNXNode) throws(ONNXMistake) {
        if case .constant(let view)? = try optionalValue(node, 2), view.scalar != 0 {
            throw .node(node.place, .attribute("training_mode", "true"))
        }
        set(node, try value(node, 0))
    }

    private mutating func visitConstant(_ node: ONNXNode) throws(ONNXMistake) {
        if let tensor = node.attributes["value"]?.tensor {
            let name = node.outputs.first ?? ""
            return set(node, .constant(try tensor.view(in: bytes, named: name)))
        }
        if let value = node.attributes["value_int"]?.integer {
            return set(node, .sizes([.known(value)], isScalar: true))
        }
        if let values = node.attributes["value_ints"]?.integers {
            return set(node, .sizes(values.map(GraphSize.known), isScalar: false))
        }
        if let value = node.attributes["value_float"]?.float { return set(node, .filled(Double(value), [])) }
        throw .node(node.place, .arithmetic)
    }

    private mutating func visitConstantOfShape(_ node: ONNXNode) throws(ONNXMistake) {
        var value = 0.0
        if let tensor = node.attributes["value"]?.tensor {
            let view = try tensor.view(in: bytes, named: "value")
            guard let scalar = view.scalar else { throw .node(node.place, .arithmetic) }
            value = scalar
            // Shapes are computed with lists of whole numbers, which are short.
            if view.type.isInteger, let shape = try? sizes(node, 0), shape.count <= 1,
                let count = shape.isEmpty ? 1 : shape[0].known, 0...64 ~= count, let size = Int(exactly: scalar)
            {
                let list = [GraphSize](repeating: .known(size), count: count)
                return set(node, .sizes(list, isScalar: shape.isEmpty))
            }
        }
        set(node, .filled(value, try? sizes(node, 0)))
    }

    private mutating func visitShape(_ node: ONNXNode) throws(ONNXMistake) {
        let sizes: [GraphSize]
        switch try value(node, 0) {
        case .signal(let signal): sizes = signal.axes.map(\.size)
        case .constant(let view): sizes = view.shape.map(GraphSize.known)
        case .sizes(let list, let isScalar): sizes = isScalar ? [] : [.known(list.count)]
        case .filled: throw .node(node.place, .unknownAxes)
        }
        let start = clamp(node.attributes["start"]?.integer ?? 0, sizes.count)
        let end = clamp(node.attributes["end"]?.integer ?? sizes.count, sizes.count)
        set(node, .sizes(start < end ? Array(sizes[start..<end]) : [], isScalar: false))
    }

    /// The whole numbers that an input is.
    mutating func sizes(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> [GraphSize] {
        try sizes(try value(node, index), node)
    }

    func sizes(_ value: GraphValue, _ node: ONNXNode) throws(ONNXMistake) -> [GraphSize] {
        switch value {
        case .sizes(let sizes, _): return sizes
        case .constant(let view):
            guard let integers = view.integers() else { throw .node(node.place, .unknownAxes) }
            return integers.map(GraphSize.known)
        case .filled, .signal: throw .node(node.place, .unknownAxes)
        }
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
}

extension GraphSignal {
    var isInput: Bool { if case .input = content { true } else { false } }
}

extension GraphAxis {
    var description: String {
        switch self {
        case .outer(let id, _): "axis \(id.axis)"
        case .one: "1"
        case .directions: "directions"
        case .rows: "states"
        case .features(let count): count.map { "\($0) features" } ?? "features"
        }
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
