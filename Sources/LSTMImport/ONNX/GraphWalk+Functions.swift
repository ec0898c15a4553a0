// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension GraphWalk {
    /// What an operator of one value is: a layer of a spec, or a step on the way to one.
    enum Function {
        case layer(PlainLayer)
        case step(LayerStep)
    }

    /// The operators that work on each value by itself; nil for others.
    static func function(_ node: ONNXNode) -> Function? {
        if let word = words[node.operation] { return .layer(PlainLayer(word)) }
        let attributes = node.attributes
        func float(_ name: String, _ standard: Float) -> Float { attributes[name]?.float ?? standard }
        switch node.operation {
        case "Erf": return .step(.erf)
        case "LeakyRelu":
            let slope = float("alpha", 0.01)
            return .layer(
                PlainLayer(
                    "leaky_relu", slope == 0.01 ? [] : [.init("negative_slope", .float(slope))], usualName: "leakyRelu")
            )
        case "Elu", "Celu":
            let alpha = float("alpha", 1)
            guard node.operation == "Elu" || alpha == 1 else { return nil }
            return .layer(PlainLayer("elu", alpha == 1 ? [] : [.init("alpha", .float(alpha))]))
        case "Selu":
            let (alpha, gamma) = (float("alpha", 1.673_263_2), float("gamma", 1.050_701))
            guard abs(alpha - 1.673_263_2) < 1e-6, abs(gamma - 1.050_701) < 1e-6 else { return nil }
            return .layer(PlainLayer("selu"))
        case "Gelu":
            let isExact = attributes["approximate"]?.text ?? "none" == "none"
            return .layer(PlainLayer("gelu", isExact ? [] : [.init("approximate", .text("tanh"))]))
        case "Swish": return float("alpha", 1) == 1 ? .layer(PlainLayer("silu")) : nil
        default: return nil
        }
    }

    private static let words = [
        "Relu": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "Softsign": "softsign", "Softplus": "softplus",
        "HardSwish": "hardswish", "Mish": "mish", "Abs": "abs", "Sqrt": "sqrt", "Exp": "exp", "Log": "log",
        "Neg": "negative", "Reciprocal": "reciprocal", "HardSigmoid": "hardsigmoid",
    ]

    mutating func visitFunction(_ node: ONNXNode) throws(ONNXMistake) {
        let value = try value(node, 0)
        guard case .signal(let given) = value else { return set(node, try foldedFunction(value, node)) }
        let signal = try floats(given, node)
        let name = moduleName(node, weights: [])
        if node.operation == "HardSigmoid" { return set(node, .signal(try hardSigmoid(signal, node))) }
        switch Self.function(node) {
        case .layer(let layer): set(node, .signal(try plain(signal, layer, node, name: name)))
        case .step(let step):
            var result = signal
            result.source = try add(
                .step(step), [signal.source], node, outer: outer(signal.source), sizes: sizes(signal.source))
            set(node, .signal(result))
        case nil: throw .unknownOperators([node.place], more: 0)
        }
    }

    /// max(0, min(1, alpha x + beta)): PyTorch's, or a scale and a hardtanh.
    private mutating func hardSigmoid(_ signal: GraphSignal, _ node: ONNXNode) throws(ONNXMistake) -> GraphSignal {
        let (alpha, beta) = (node.attributes["alpha"]?.float ?? 0.2, node.attributes["beta"]?.float ?? 0.5)
        let name = moduleName(node, weights: [])
        if abs(alpha - 1 / 6) < 1e-6, beta == 0.5 {
            return try plain(signal, PlainLayer("hardsigmoid"), node, name: name)
        }
        let scaled = try scale(
            signal, ScaleElement(form: .affine, first: [alpha], second: [beta]), node, name: nil)
        let bounds = [SpecEntry.Setting("min_val", .number(0)), .init("max_val", .number(1))]
        return try plain(scaled, PlainLayer("hardtanh", bounds, usualName: "hardSigmoid"), node, name: name)
    }

    private mutating func foldedFunction(_ value: GraphValue, _ node: ONNXNode) throws(ONNXMistake) -> GraphValue {
        switch node.operation {
        case "Neg":
            if isWhole(value) { return try combined(.sizes([.known(0)], isScalar: true), value, node) { $0 - $1 } }
            return try foldedFunction(value, node) { -$0 }
        case "Sqrt": return try foldedFunction(value, node) { $0.squareRoot() }
        case "Reciprocal": return try foldedFunction(value, node) { 1 / $0 }
        case "Abs": return try foldedFunction(value, node) { abs($0) }
        case "Relu": return try foldedFunction(value, node) { max($0, 0) }
        default: throw .node(node.place, .constantInput(0))
        }
    }

    mutating func visitPRelu(_ node: ONNXNode) throws(ONNXMistake) {
        let signal = try floats(node)
        let slope = try weight(node, 1)
        var (result, values) = try stepConstant(.constant(slope), signal, node)
        let name = moduleName(node, weights: [1])
        let source = values.count == 1 ? result.source : try flat(result, node)
        result.source = try add(
            .prelu(values), [source], node, name: name, outer: outer(source), sizes: sizes(source))
        set(node, .signal(result))
    }

    mutating func visitSoftmax(_ node: ONNXNode, _ layer: PlainLayer) throws(ONNXMistake) {
        let signal = try floats(node)
        // Before version 13 the default was 1, and every axis from there on was one.
        let given = node.attributes["axis"]?.integer ?? (model.opset < 13 ? 1 : -1)
        guard let axis = normalized(given, signal.dims.count),
            model.opset >= 13 || axis == signal.dims.count - 1
        else { throw .node(node.place, .axis(text(signal))) }
        set(node, .signal(try rowwise(.plain(layer), signal, axis, node, name: moduleName(node, weights: []))))
    }

    /// An element that works on the vectors along an axis.
    mutating func rowwise(
        _ operation: ElementOperation, _ signal: GraphSignal, _ axis: Int, _ node: ONNXNode, name: String?
    ) throws(ONNXMistake) -> GraphSignal {
        let (source, others) = try vectors(signal, along: axis, node)
        let result = try add(
            operation, [source], node, name: name, outer: outer(source), sizes: sizes(source))
        return GraphSignal(source: result, dims: signal.dims, order: others + innerAtoms(signal.dims[axis]))
    }

    mutating func visitArgMax(_ node: ONNXNode) throws(ONNXMistake) {
        var signal = try floats(node)
        guard let axis = normalized(node.attributes["axis"]?.integer ?? 0, signal.dims.count) else {
            throw .node(node.place, .unknownAxes)
        }
        if node.attributes["select_last_index"]?.integer ?? 0 != 0 {
            throw .node(node.place, .attribute("select_last_index", "1"))
        }
        let (source, others) = try vectors(signal, along: axis, node)
        guard others.isEmpty else { throw .node(node.place, .axis(text(signal))) }
        signal.source = try add(
            .argmax, [source], node, name: moduleName(node, weights: []), outer: outer(source), sizes: [])
        signal.order = []
        if node.attributes["keepdims"]?.integer ?? 1 != 0 {
            signal.dims[axis] = []
        } else {
            signal.dims.remove(at: axis)
        }
        set(node, .signal(signal))
    }
}
