// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    // MARK: torch.nn.functional.normalize: ReduceL2, Clip, Expand, Div

    mutating func visitNorm(_ node: ONNXNode) throws(ONNXMistake) {
        var signal = try signal(node)
        let axes = try axes(node, rank: signal.axes.count)
        guard axes == [signal.axes.count - 1], signal.axes.last?.isFeatures == true,
            node.attributes["keepdims"]?.integer ?? 1 == 1
        else { throw .node(node.place, .axis(text(signal))) }
        signal = try taken(signal, by: node)
        guard case .result(let id) = signal.content else { throw .node(node.place, .normElsewhere) }
        signal.content = .step(id, .norm(least: 0))
        set(node, .signal(signal))
    }

    mutating func visitClip(_ node: ONNXNode) throws(ONNXMistake) {
        var signal = try signal(node)
        guard case .step(let id, .norm(let least)) = signal.content else {
            throw .node(node.place, .normElsewhere)
        }
        var bound = node.attributes["min"]?.float.map(Double.init) ?? least
        switch try optionalValue(node, 1) {
        case .constant(let view)?:
            guard let scalar = view.scalar else { throw .node(node.place, .arithmetic) }
            bound = scalar
        case .filled(let value, _)?: bound = value
        case .sizes?, .signal?: throw .node(node.place, .arithmetic)
        case nil: break
        }
        guard try optionalValue(node, 2) == nil, bound >= 0, bound.isFinite else {
            throw .node(node.place, .arithmetic)
        }
        signal.content = .step(id, .norm(least: max(bound, least)))
        set(node, .signal(signal))
    }

    mutating func visitDiv(_ node: ONNXNode) throws(ONNXMistake) {
        if try visitGELUQuotient(node) { return }
        var signal = try signal(node, 0)
        if case .step(_, .centered) = signal.content { return try visitStandardised(node, signal) }
        guard case .signal(let divisor) = try value(node, 1),
            case .step(let id, .norm(let least)) = divisor.content
        else {
            throw .node(node.place, .normElsewhere)
        }
        signal = try taken(signal, by: node)
        guard signal.content == .result(id), divisor.axes == signal.axes, isWhole(signal),
            least > 0
        else {
            throw .node(node.place, .normElsewhere)
        }
        signal.content = .result(
            try append(.plain(.l2Normalize(eps: shortest(least))), node, features: chain.last?.features))
        set(node, .signal(signal))
    }

    // MARK: LayerNorm before operator set 17: ReduceMean, Sub, Pow, ReduceMean, Add, Sqrt, Div, Mul, Add

    /// The mean over the features, of a result or of its squares; false where the node is no such mean.
    mutating func visitFeatureMean(_ node: ONNXNode, _ signal: GraphSignal, _ axes: [Int]) throws(ONNXMistake) -> Bool {
        guard axes == [signal.axes.count - 1], signal.axes.last?.isFeatures == true,
            node.attributes["keepdims"]?.integer ?? 1 == 1
        else { return false }
        var signal = signal
        if case .states = signal.content { signal = try taken(signal, by: node) }
        switch signal.content {
        case .result(let id): setStep(node, signal, id, .mean)
        case .step(let id, .squared): setStep(node, signal, id, .variance)
        case .input, .inputRows, .states, .step: return false
        }
        return true
    }

    private mutating func setStep(_ node: ONNXNode, _ signal: GraphSignal, _ id: Int, _ step: LayerStep) {
        set(node, .signal(GraphSignal(content: .step(id, step), axes: signal.axes)))
    }

    /// Sub takes the mean from a result; Mul squares that, or scales what was normalised.
    mutating func visitNormStep(_ node: ONNXNode, _ a: GraphValue, _ b: GraphValue) throws(ONNXMistake) {
        switch (node.operation, a, b) {
        case ("Sub", .signal(let signal), .signal(let mean)):
            let signal = resolved(signal)
            guard case .result(let id) = signal.content, mean.content == .step(id, .mean), mean.axes == signal.axes
            else { break }
            return setStep(node, signal, id, .centered)
        case ("Mul", .signal(let signal), .signal(let other)) where signal == other:
            guard case .step(let id, .centered) = signal.content else { break }
            return setStep(node, signal, id, .squared)
        case ("Mul", .signal(let signal), .constant), ("Mul", .constant, .signal(let signal)):
            let side = if case .signal = a { 1 } else { 0 }
            return try visitScale(node, signal, weight: side)
        default: break
        }
        throw .node(node.place, .arithmetic)
    }

    private mutating func visitScale(_ node: ONNXNode, _ signal: GraphSignal, weight index: Int) throws(ONNXMistake) {
        var signal = try taken(signal, by: node)
        let scale = try weight(node, index)
        guard let last = chain.last, case .layerNorm(let eps, nil, _) = last.operation,
            signal.axes.last?.isFeatures == true,
            scale.shape == [last.features ?? -1]
        else { throw .node(node.place, .arithmetic) }
        chain[chain.count - 1].operation = .layerNorm(eps: eps, scale: scale, bias: nil)
        chain[chain.count - 1].name = last.name ?? moduleName(node, weights: [index])
        signal.content = .result(renew(chain.count - 1))
        set(node, .signal(signal))
    }

    mutating func visitPow(_ node: ONNXNode) throws(ONNXMistake) {
        if try visitGELUPower(node) { return }
        let signal = try signal(node)
        guard case .step(let id, .centered) = signal.content, try scalar(node, 1) == 2 else {
            throw .node(node.place, .arithmetic)
        }
        setStep(node, signal, id, .squared)
    }

    /// The variance and a small number.
    mutating func visitShift(_ node: ONNXNode, _ signal: GraphSignal, by value: GraphValue) throws(ONNXMistake) {
        guard case .step(let id, .variance) = signal.content, let eps = scalar(value), eps > 0, eps.isFinite else {
            throw .node(node.place, .arithmetic)
        }
        setStep(node, signal, id, .shifted(eps: shortest(eps)))
    }

    mutating func visitSqrt(_ node: ONNXNode) throws(ONNXMistake) {
        let signal = try signal(node)
        guard case .step(let id, .shifted(let eps)) = signal.content else {
            throw .node(node.place, .arithmetic)
        }
        setStep(node, signal, id, .deviation(eps: eps))
    }

    /// A centred result over its deviation: a layer_norm, whose weight and bias may follow.
    private mutating func visitStandardised(_ node: ONNXNode, _ signal: GraphSignal) throws(ONNXMistake) {
        guard case .signal(let divisor) = try value(node, 1),
            case .step(let id, .deviation(let eps)) = divisor.content,
            signal.content == .step(id, .centered), divisor.axes == signal.axes, isWhole(signal)
        else { throw .node(node.place, .normElsewhere) }
        var result = GraphSignal(content: .result(id), axes: signal.axes)
        result = try taken(result, by: node)
        result.content = .result(
            try append(
                .layerNorm(eps: eps, scale: nil, bias: nil), node, name: moduleName(node, weights: []),
                features: chain.last?.features))
        set(node, .signal(result))
    }

    /// Whether the last axis has all the features that the chain's end gives.
    private func isWhole(_ signal: GraphSignal) -> Bool {
        signal.axes.last == .features(chain.last?.features) && signal.axes.count { $0.isFeatures } == 1
            && !signal.axes.contains(.directions)
    }

    private mutating func scalar(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> Double? {
        scalar(try value(node, index))
    }

    func scalar(_ value: GraphValue) -> Double? {
        switch value {
        case .constant(let view): view.scalar
        case .filled(let value, _): value
        case .sizes(let sizes, _): sizes.count == 1 ? sizes[0].known.map(Double.init) : nil
        case .signal: nil
        }
    }
}
