// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// Appends a linear layer along the last axis; `weight` is (out, in).
    private mutating func appendLinear(
        _ node: ONNXNode, _ weight: TensorView, bias: TensorView?, name: String?
    ) throws(ONNXMistake) {
        let signal = try floats(node)
        let axis = signal.dims.count - 1
        guard axis >= 0 else { throw .node(node.place, .axis(text(signal))) }
        try fixFeatures(signal, axis, weight.shape[1], node)
        let (source, others) = try vectors(signal, along: axis, node)
        let result = try add(
            .linear(weight, bias: bias), [source], node, name: name, outer: outer(source),
            sizes: sizes(source).dropLast() + [weight.shape[0]])
        set(node, .signal(resized(signal, axis, others, to: weight.shape[0], from: result)))
    }

    /// Holds an axis against the number of features that a weight is for, and fixes it where the file left it open.
    mutating func fixFeatures(
        _ signal: GraphSignal, _ axis: Int, _ expected: Int, _ node: ONNXNode
    ) throws(ONNXMistake) {
        let inner = signal.dims[axis].filter { !isOuter($0) }
        if inner.count == 1, atoms.size(inner[0]) == nil { _ = atoms.fix(inner[0], expected) }
        guard outerAtoms(signal.dims[axis]).isEmpty else { throw .node(node.place, .axis(text(signal))) }
        if let found = count(innerAtoms(signal.dims[axis])), found != expected {
            throw .node(node.place, .wrongSize(found: found, expected: expected))
        }
    }

    mutating func visitGemm(_ node: ONNXNode) throws(ONNXMistake) {
        if node.attributes["transA"]?.integer ?? 0 != 0 { throw .node(node.place, .attribute("transA", "1")) }
        let alpha = node.attributes["alpha"]?.float ?? 1
        guard alpha == 1 else { throw .node(node.place, .attribute("alpha", "\(alpha)")) }
        let beta = node.attributes["beta"]?.float ?? 1
        guard beta == 1 || beta == 0 else { throw .node(node.place, .attribute("beta", "\(beta)")) }
        let isTransposed = node.attributes["transB"]?.integer ?? 0 != 0
        let weight = try matrix(node, isTransposed: isTransposed)
        var bias: TensorView?
        if beta == 1, node.input(2) != nil {
            let c = try self.weight(node, 2)
            guard c.elementCount == weight.shape[0], c.shape.last == c.elementCount,
                let flat = c.reshaped([c.elementCount])
            else {
                throw .node(
                    node.place, .wrongShape(input: node.inputs[2], shape: c.shape, expected: "(\(weight.shape[0]),)"))
            }
            bias = flat
        }
        try appendLinear(node, weight, bias: bias, name: moduleName(node, weights: [1, 2]))
    }

    mutating func visitMatMul(_ node: ONNXNode) throws(ONNXMistake) {
        if case .signal = try value(node, 0), case .signal = try value(node, 1) {
            throw .node(node.place, .attention)
        }
        let weight = try matrix(node, isTransposed: false)
        try appendLinear(node, weight, bias: nil, name: moduleName(node, weights: [1]))
    }

    /// The second input as (out, in).
    private mutating func matrix(_ node: ONNXNode, isTransposed: Bool) throws(ONNXMistake) -> TensorView {
        let weight = try weight(node, 1)
        guard weight.shape.count == 2, weight.shape.allSatisfy({ $0 > 0 }) else {
            throw .node(
                node.place, .wrongShape(input: node.inputs[1], shape: weight.shape, expected: "a matrix"))
        }
        guard !isTransposed, let turned = weight.transposed([1, 0]) else { return weight }
        return turned
    }

    mutating func visitLayerNorm(_ node: ONNXNode) throws(ONNXMistake) {
        let signal = try floats(node)
        let axis = normalized(node.attributes["axis"]?.integer ?? -1, signal.dims.count)
        guard axis == signal.dims.count - 1, let axis else { throw .node(node.place, .axis(text(signal))) }
        let scale = try weight(node, 1)
        let bias = node.input(2) == nil ? nil : try weight(node, 2)
        try fixFeatures(signal, axis, scale.elementCount, node)
        guard scale.shape.count == 1, bias == nil || bias?.shape == scale.shape else {
            let shape = bias.flatMap { $0.shape == scale.shape ? nil : $0.shape } ?? scale.shape
            throw .node(
                node.place,
                .wrongShape(input: node.inputs[1], shape: shape, expected: "one value for each feature"))
        }
        let eps = shortest(Double(node.attributes["epsilon"]?.float ?? 1e-5))
        guard eps > 0, eps.isFinite else { throw .node(node.place, .attribute("epsilon", "\(eps)")) }
        let norm = ElementOperation.layerNorm(eps: eps, scale: scale, bias: bias)
        set(node, .signal(try rowwise(norm, signal, axis, node, name: moduleName(node, weights: [1, 2]))))
    }

    /// Statistics of the channels, which are axis 1: the features, or C of (C, L).
    mutating func visitBatchNorm(_ node: ONNXNode) throws(ONNXMistake) {
        var signal = try floats(node)
        if node.attributes["training_mode"]?.integer ?? 0 != 0 {
            throw .node(node.place, .attribute("training_mode", "1"))
        }
        guard signal.dims.count >= 2 else { throw .node(node.place, .axis(text(signal))) }
        var views: [TensorView] = []
        for index in 1...4 { views.append(try weight(node, index)) }
        try fixFeatures(signal, 1, views[0].elementCount, node)
        for (index, view) in views.enumerated() where view.shape != views[0].shape || view.shape.count != 1 {
            throw .node(
                node.place,
                .wrongShape(input: node.inputs[index + 1], shape: view.shape, expected: "one value for each channel"))
        }
        let eps = shortest(Double(node.attributes["epsilon"]?.float ?? 1e-5))
        guard eps >= 0, eps.isFinite else { throw .node(node.place, .attribute("epsilon", "\(eps)")) }
        let channels = innerAtoms(signal.dims[1])
        let order = significant(signal.order)
        guard order.prefix(channels.count).map(\.self) == channels || channels.isEmpty else {
            throw .node(node.place, .axis(text(signal)))
        }
        let rest = Array(order.dropFirst(channels.count))
        guard let source = try arranged(signal, [channels] + (rest.isEmpty ? [] : [rest]), node) else {
            throw .node(node.place, .axis(text(signal)))
        }
        signal.source = try add(
            .batchNorm(eps: eps, views), [source], node, name: moduleName(node, weights: [1, 2, 3, 4]),
            outer: outer(source), sizes: sizes(source))
        set(node, .signal(signal))
    }

    /// Rows of a table by the model's input.
    mutating func embedding(
        _ node: ONNXNode, _ table: TensorView, _ tokens: GraphSignal, _ axis: Int
    ) throws(ONNXMistake) {
        guard axis == 0, table.type.isFloat, table.shape.count == 2, table.shape.allSatisfy({ $0 > 0 }) else {
            throw .node(node.place, .wrongShape(input: node.inputs[0], shape: table.shape, expected: "(tokens, size)"))
        }
        guard case .input(let input) = tokens.source, tokens.dims.allSatisfy({ innerAtoms($0).isEmpty }) else {
            throw .node(node.place, .axis(text(tokens)))
        }
        if let rows = self.tokens[input], rows != table.shape[0] {
            throw .inputAxes(model.graph.inputs[input].name, .tables(rows, table.shape[0]))
        }
        self.tokens[input] = table.shape[0]
        inputs[input]?.inner = []
        try chargeCopy(table.byteCount)
        let size = table.shape[1]
        let source = try add(
            .embedding(table), [tokens.source], node, name: moduleName(node, weights: [0]),
            outer: outer(tokens.source), sizes: [size])
        let atom = atoms.inner(size)
        set(node, .signal(GraphSignal(source: source, dims: tokens.dims + [[atom]], order: [atom])))
    }
}
