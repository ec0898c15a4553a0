// SPDX-License-Identifier: Apache-2.0

extension GraphWalk {
    /// Comparisons of sizes; those of results are only steps on the way to a layer.
    mutating func visitComparison(_ node: ONNXNode) throws(ONNXMistake) {
        let (a, b) = (try value(node, 0), try value(node, 1))
        if case .signal(let signal) = a {
            if case .input(let input) = signal.source, isInteger(signal.source), signal.dims.count <= 1 {
                throw .node(node.place, .integerInput(model.graph.inputs[input].name))
            }
            // A softplus or a leaky relu that compares with a number.
            guard node.operation != "Equal", let bound = scalar(b).map(Float.init), bound.isFinite else {
                throw .node(node.place, .comparison)
            }
            let step: LayerStep = node.operation.hasPrefix("Greater") ? .greater : .less
            let moved = try scale(
                try floats(signal, node), ScaleElement(form: .standardize, first: [bound], second: [1]), node, name: nil
            )
            var result = moved
            result.source = try add(
                .step(step), [moved.source], node, outer: outer(moved.source), sizes: sizes(moved.source))
            return set(node, .signal(result))
        }
        if case .signal = b { throw .node(node.place, .comparison) }
        set(
            node,
            try combined(a, b, node) { a, b in
                if let a = a.known, let b = b.known {
                    let isTrue =
                        switch node.operation {
                        case "Equal": a == b
                        case "Greater": a > b
                        case "GreaterOrEqual": a >= b
                        case "Less": a < b
                        default: a <= b
                        }
                    return .known(isTrue ? 1 : 0)
                }
                // A size that the file leaves open is none that a file would mention.
                if node.operation == "Equal" {
                    if a == b { return .known(1) }
                    let (known, open) = a.known == nil ? (b, a) : (a, b)
                    if let value = known.known, value <= 1, open.axis?.offset == 0 { return .known(0) }
                }
                return .unknown
            })
    }

    mutating func visitNot(_ node: ONNXNode) throws(ONNXMistake) {
        let list = try sizes(node, 0)
        set(node, .sizes(list.map { $0.known.map { .known($0 == 0 ? 1 : 0) } ?? .unknown }, isScalar: list.count == 1))
    }

    mutating func visitWhere(_ node: ONNXNode) throws(ONNXMistake) {
        if case .signal(let condition) = try value(node, 0) { return try visitChoice(node, condition) }
        let values = [try value(node, 0), try value(node, 1), try value(node, 2)]
        let lists = [try sizes(values[0], node), try sizes(values[1], node), try sizes(values[2], node)]
        let count = lists.map(\.count).max() ?? 0
        guard count <= 64, lists.allSatisfy({ $0.count == count || $0.count == 1 }) else {
            throw .node(node.place, .arithmetic)
        }
        let list = (0..<count).map { index -> GraphSize in
            let (condition, a, b) = (lists[0], lists[1], lists[2])
            guard let isTrue = condition[condition.count == 1 ? 0 : index].known else { return .unknown }
            return isTrue != 0 ? a[a.count == 1 ? 0 : index] : b[b.count == 1 ? 0 : index]
        }
        set(node, .sizes(list, isScalar: values.allSatisfy { isScalar($0) }))
    }

    /// One of two results by what a third one is.
    private mutating func visitChoice(_ node: ONNXNode, _ condition: GraphSignal) throws(ONNXMistake) {
        var signals = [condition]
        for index in 1...2 {
            guard case .signal(let signal) = try value(node, index) else { throw .node(node.place, .comparison) }
            signals.append(try floats(signal, node))
        }
        set(node, .signal(try join(.step(.choose), signals, node, name: moduleName(node, weights: []))))
    }

    // MARK: Powers

    mutating func visitPower(_ node: ONNXNode) throws(ONNXMistake) {
        let a = try value(node, 0)
        guard case .signal(let signal) = a else {
            let b = try value(node, 1)
            guard let exponent = scalar(b), exponent == 2 || exponent == 0.5 || exponent == 3 || exponent == -0.5 else {
                throw .node(node.place, .arithmetic)
            }
            return set(
                node,
                try foldedFunction(a, node) { x in
                    switch exponent {
                    case 2: x * x
                    case 3: x * x * x
                    case 0.5: x.squareRoot()
                    default: 1 / x.squareRoot()
                    }
                })
        }
        guard let exponent = try scalar(node, 1) else { throw .node(node.place, .arithmetic) }
        let result = try floats(signal, node)
        let name = moduleName(node, weights: [])
        switch exponent {
        case 1: set(node, a)
        case 2: set(node, .signal(try plain(result, PlainLayer("square"), node, name: name)))
        case 0.5: set(node, .signal(try plain(result, PlainLayer("sqrt"), node, name: name)))
        case -1: set(node, .signal(try plain(result, PlainLayer("reciprocal"), node, name: name)))
        case -0.5:
            let root = try plain(result, PlainLayer("sqrt"), node, name: name)
            set(node, .signal(try plain(root, PlainLayer("reciprocal"), node, name: name)))
        case 3:
            // A cube is a gelu's, or the product of a value and its square.
            let square = try plain(result, PlainLayer("square"), node, name: nil)
            set(node, .signal(try join(.join("multiply"), [result, square], node, name: name)))
        default:
            var power = result
            power.source = try add(
                .step(.power(exponent)), [result.source], node, outer: outer(result.source),
                sizes: sizes(result.source))
            set(node, .signal(power))
        }
    }
}
