// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// Products, differences and comparisons of sizes; anything else with these operators is no layer.
    mutating func visitArithmetic(_ node: ONNXNode) throws(ONNXMistake) {
        let (a, b) = (try value(node, 0), try value(node, 1))
        if node.operation == "Mul", try visitGELUProduct(node, a, b) { return }
        for value in [a, b] {
            if case .signal = value { return try visitNormStep(node, a, b) }
            if case .filled = value { throw .node(node.place, .arithmetic) }
        }
        set(
            node,
            try combined(sizes(a, node), sizes(b, node), node) { a, b in
                if node.operation == "Equal" {
                    guard let a = a.known, let b = b.known else {
                        // A symbol is a size, which no negative number equals.
                        return (a.known ?? b.known ?? 0) < 0 ? .known(0) : .unknown
                    }
                    return .known(a == b ? 1 : 0)
                }
                if a == .known(1), node.operation == "Mul" { return b }
                if b == .known(1), node.operation == "Mul" { return a }
                guard let a = a.known, let b = b.known else { return .unknown }
                let result =
                    node.operation == "Mul" ? a.multipliedReportingOverflow(by: b) : a.subtractingReportingOverflow(b)
                return result.overflow ? .unknown : .known(result.partialValue)
            })
    }

    private func combined(
        _ a: [GraphSize], _ b: [GraphSize], _ node: ONNXNode, _ body: (GraphSize, GraphSize) -> GraphSize
    ) throws(ONNXMistake) -> GraphValue {
        let count = max(a.count, b.count)
        guard a.count == b.count || a.count == 1 || b.count == 1, count <= 64, !a.isEmpty, !b.isEmpty else {
            throw .node(node.place, .arithmetic)
        }
        let list = (0..<count).map { body(a[a.count == 1 ? 0 : $0], b[b.count == 1 ? 0 : $0]) }
        return .sizes(list, isScalar: false)
    }

    mutating func visitWhere(_ node: ONNXNode) throws(ONNXMistake) {
        let (condition, a, b) = (try sizes(node, 0), try sizes(node, 1), try sizes(node, 2))
        guard condition.count == a.count, a.count == b.count, a.count <= 64 else {
            throw .node(node.place, .arithmetic)
        }
        let list = condition.indices.map { index -> GraphSize in
            switch condition[index] {
            case .known(0): b[index]
            case .known: a[index]
            case .axis, .unknown: .unknown
            }
        }
        set(node, .sizes(list, isScalar: false))
    }

    /// The bias of a linear layer, or a sum of sizes.
    mutating func visitAdd(_ node: ONNXNode) throws(ONNXMistake) {
        let values = [try value(node, 0), try value(node, 1)]
        if try visitGELUSum(node, values[0], values[1]) { return }
        guard let side = values.firstIndex(where: { if case .signal = $0 { true } else { false } }),
            case .signal(var signal) = values[side]
        else {
            let sum = try combined(sizes(values[0], node), sizes(values[1], node), node) { a, b in
                guard let a = a.known, let b = b.known else { return .unknown }
                let sum = a.addingReportingOverflow(b)
                return sum.overflow ? .unknown : .known(sum.partialValue)
            }
            return set(node, sum)
        }
        if case .step = signal.content { return try visitShift(node, signal, by: values[1 - side]) }
        guard case .constant(let bias) = values[1 - side], bias.type.isFloat, case .result = signal.content,
            signal.axes.last?.isFeatures == true
        else { throw .node(node.place, .notBias) }
        signal = try taken(signal, by: node)
        guard let last = chain.last, bias.elementCount == last.features, bias.shape.last == last.features,
            let flat = bias.reshaped([bias.elementCount])
        else { throw .node(node.place, .notBias) }
        switch last.operation {
        case .linear(let weight, nil): chain[chain.count - 1].operation = .linear(weight, bias: flat)
        case .layerNorm(let eps, let scale?, nil):
            chain[chain.count - 1].operation = .layerNorm(eps: eps, scale: scale, bias: flat)
        case .lstm, .embedding, .linear, .layerNorm, .plain: throw .node(node.place, .notBias)
        }
        chain[chain.count - 1].name = last.name ?? moduleName(node, weights: [1 - side])
        signal.content = .result(renew(chain.count - 1))
        set(node, .signal(signal))
    }
}

/// A number that a float32 rounds to, as it is written: 1e-5 and not 9.999999747378752e-06.
func shortest(_ value: Double) -> Double { Double("\(Float(value))") ?? value }
