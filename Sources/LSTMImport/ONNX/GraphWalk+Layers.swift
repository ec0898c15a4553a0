// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// The input of a layer: the chain's end, with its directions and states joined.
    private mutating func layerInput(_ node: ONNXNode) throws(ONNXMistake) -> GraphSignal {
        let signal = try taken(try signal(node), by: node)
        let isWhole = signal.axes.allSatisfy { axis in
            if case .rows = axis { false } else { axis != .directions }
        }
        guard isWhole, signal.axes.contains(where: \.isFeatures) else {
            throw .node(node.place, .axis(text(signal)))
        }
        return signal
    }

    /// Appends a linear layer; `weight` is (out, in).
    private mutating func appendLinear(
        _ node: ONNXNode, _ weight: TensorView, bias: TensorView?, name: String?
    ) throws(ONNXMistake) {
        var signal = try layerInput(node)
        guard case .features(let found) = signal.axes.last else {
            throw .node(node.place, .axis(text(signal)))
        }
        if let found, found != weight.shape[1] {
            throw .node(node.place, .wrongSize(found: found, expected: weight.shape[1]))
        }
        if signal.isInput { inputFeatures = weight.shape[1] }
        let id = try append(.linear(weight, bias: bias), node, name: name, features: weight.shape[0])
        signal.content = .result(id)
        signal.axes[signal.axes.count - 1] = .features(weight.shape[0])
        set(node, .signal(signal))
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
        var signal = try layerInput(node)
        let axis = normalized(node.attributes["axis"]?.integer ?? -1, signal.axes.count)
        guard axis == signal.axes.count - 1, signal.axes.last?.isFeatures == true else {
            throw .node(node.place, .axis(text(signal)))
        }
        let scale = try weight(node, 1)
        let bias = node.input(2) == nil ? nil : try weight(node, 2)
        let size = GraphSize.known(scale.elementCount)
        guard scale.shape.count == 1, signal.axes.last?.size == size, bias == nil || bias?.shape == scale.shape else {
            let shape = bias.flatMap { $0.shape == scale.shape ? nil : $0.shape } ?? scale.shape
            throw .node(
                node.place,
                .wrongShape(input: node.inputs[1], shape: shape, expected: "one value for each feature"))
        }
        let eps = shortest(Double(node.attributes["epsilon"]?.float ?? 1e-5))
        guard eps > 0, eps.isFinite else { throw .node(node.place, .attribute("epsilon", "\(eps)")) }
        let id = try append(
            .layerNorm(eps: eps, scale: scale, bias: bias), node, name: moduleName(node, weights: [1, 2]),
            features: scale.elementCount)
        signal.content = .result(id)
        set(node, .signal(signal))
    }

    mutating func visitActivation(_ node: ONNXNode, _ kind: ImportedLayer.Kind) throws(ONNXMistake) {
        var signal = try layerInput(node)
        let features = chain.last?.features
        signal.content = .result(
            try append(.plain(kind), node, name: moduleName(node, weights: []), features: features))
        set(node, .signal(signal))
    }

    mutating func visitSoftmax(_ node: ONNXNode, _ kind: ImportedLayer.Kind) throws(ONNXMistake) {
        let signal = try signal(node)
        // Before version 13 the default was 1, and every axis from there on was one.
        let given = node.attributes["axis"]?.integer ?? (model.opset < 13 ? 1 : -1)
        guard let axis = normalized(given, signal.axes.count), signal.axes[axis].isFeatures,
            model.opset >= 13 || axis == signal.axes.count - 1
        else { throw .node(node.place, .axis(text(signal))) }
        try visitActivation(node, kind)
    }

    mutating func visitReduce(_ node: ONNXNode, _ kind: ImportedLayer.Kind) throws(ONNXMistake) {
        let signal = try signal(node)
        guard let axes = try axes(node, rank: signal.axes.count), axes.count == 1 else {
            throw .node(node.place, .axis(text(signal)))
        }
        try pool(node, kind, axes[0], keepsAxis: node.attributes["keepdims"]?.integer ?? 1 != 0)
    }

    /// Over every axis after batch and features: here, time.
    mutating func visitGlobalPool(_ node: ONNXNode, _ kind: ImportedLayer.Kind) throws(ONNXMistake) {
        let signal = try signal(node)
        guard signal.axes.count == 3, signal.axes[1].isFeatures else {
            throw .node(node.place, .axis(text(signal)))
        }
        try pool(node, kind, 2, keepsAxis: true)
    }

    private mutating func pool(
        _ node: ONNXNode, _ kind: ImportedLayer.Kind, _ axis: Int, keepsAxis: Bool
    ) throws(ONNXMistake) {
        var signal = try layerInput(node)
        guard case .outer(let id, _) = signal.axes[axis], id == timeAxis else {
            throw .node(node.place, .axis(text(signal)))
        }
        guard lengthsInput == nil else { throw .node(node.place, .lengthsLast) }
        signal.content = .result(try append(.plain(kind), node, features: chain.last?.features))
        if keepsAxis { signal.axes[axis] = .one } else { signal.axes.remove(at: axis) }
        set(node, .signal(signal))
    }

    /// The module that a node was: of its weights' names (`head.weight`), or its own (`/head/Gemm`), or what the
    /// exporter notes beside it.
    func moduleName(_ node: ONNXNode, weights: [Int]) -> String? {
        for index in weights {
            guard let name = node.input(index), model.initializers[name] != nil else { continue }
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
