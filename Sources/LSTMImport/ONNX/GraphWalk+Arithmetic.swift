// SPDX-License-Identifier: Apache-2.0

/// The four operators, and what takes the larger or the smaller.
enum GraphArithmetic: String {
    case add, subtract, multiply, divide, maximum, minimum

    func callAsFunction(_ a: Float, _ b: Float) -> Float {
        switch self {
        case .add: a + b
        case .subtract: a - b
        case .multiply: a * b
        case .divide: a / b
        case .maximum: max(a, b)
        case .minimum: min(a, b)
        }
    }

    func callAsFunction(_ a: GraphSize, _ b: GraphSize) -> GraphSize {
        switch self {
        case .add: return a + b
        case .subtract: return a - b
        case .multiply: return a * b
        case .divide: return a.divided(by: b)
        case .maximum, .minimum:
            guard let a = a.known, let b = b.known else { return a == b ? a : .unknown }
            return .known(self == .maximum ? max(a, b) : min(a, b))
        }
    }
}

extension GraphWalk {
    mutating func visitArithmetic(_ node: ONNXNode, _ function: GraphArithmetic) throws(ONNXMistake) {
        set(node, try computed(try value(node, 0), try value(node, 1), node, function, constants: (0, 1)))
    }

    mutating func visitSeveral(_ node: ONNXNode, _ function: GraphArithmetic) throws(ONNXMistake) {
        var result = try value(node, 0)
        for index in node.inputs.indices.dropFirst() {
            result = try computed(result, try value(node, index), node, function, constants: (0, index))
        }
        set(node, result)
    }

    /// The mean of several results.
    mutating func visitMean(_ node: ONNXNode) throws(ONNXMistake) {
        var result = try value(node, 0)
        for index in node.inputs.indices.dropFirst() {
            result = try computed(result, try value(node, index), node, .add, constants: (0, index))
        }
        let count = Double(max(1, node.inputs.count))
        set(node, try computed(result, .filled(count, []), node, .divide, constants: (0, 1)))
    }

    /// - Parameter constants: the places of the two values among the node's inputs, for their names.
    private mutating func computed(
        _ a: GraphValue, _ b: GraphValue, _ node: ONNXNode, _ function: GraphArithmetic, constants: (Int, Int)
    ) throws(ONNXMistake) -> GraphValue {
        if let value = unchanged(a, b, function) ?? unchanged(b, a, function == .subtract ? .divide : function) {
            return value
        }
        switch (a, b) {
        case (.signal(let first), .signal(let second)):
            return .signal(try joined(try floats(first, node), try floats(second, node), node, function))
        case (.signal(let signal), _):
            return .signal(
                try scaled(try floats(signal, node), b, node, function, isReversed: false, index: constants.1))
        case (_, .signal(let signal)):
            return .signal(
                try scaled(try floats(signal, node), a, node, function, isReversed: true, index: constants.0))
        case (.filled, _), (_, .filled):
            if isWhole(a) || isWhole(b), let sizes = try? combined(a, b, node, { function($0, $1) }) { return sizes }
            return try folded(a, b, node) { function($0, $1) }
        case (.constant, _), (_, .constant), (.sizes, .sizes), (.missing, _), (_, .missing):
            if isWhole(a), isWhole(b) { return try combined(a, b, node) { function($0, $1) } }
            return try folded(a, b, node) { function($0, $1) }
        }
    }

    /// What a constant makes of integers, or leaves of states, whatever they are: 0 of an integer times 0, and states
    /// with 0 added. Exporters keep an input in the graph so.
    private func unchanged(_ a: GraphValue, _ b: GraphValue, _ function: GraphArithmetic) -> GraphValue? {
        guard case .signal(let signal) = a, scalar(b) == 0 else { return nil }
        if case .states = signal.source {
            guard function == .add || function == .subtract, rank(b) <= signal.dims.count else { return nil }
            return a
        }
        guard function == .multiply, isWhole(b), rank(b) <= signal.dims.count, isInteger(signal.source) else {
            return nil
        }
        return signal.dims.isEmpty
            ? .sizes([.known(0)], isScalar: true) : .filled(0, signal.dims.map { size($0) })
    }

    private func rank(_ value: GraphValue) -> Int {
        switch value {
        case .constant(let view): view.shape.count
        case .filled(_, let shape): shape?.count ?? .max
        case .sizes(_, let isScalar): isScalar ? 0 : 1
        case .signal, .missing: .max
        }
    }

    /// Whether a graph input is of integers.
    func isInteger(_ source: GraphSource) -> Bool {
        guard case .input(let index) = source, let type = model.graph.inputs[index].elementType else { return false }
        return [2, 3, 4, 5, 6, 7, 12, 13].contains(type)
    }

    private mutating func joined(
        _ a: GraphSignal, _ b: GraphSignal, _ node: ONNXNode, _ function: GraphArithmetic
    ) throws(ONNXMistake) -> GraphSignal {
        let name = moduleName(node, weights: [])
        switch function {
        case .add, .subtract, .multiply, .maximum:
            return try join(.join(function.rawValue), [a, b], node, name: name)
        case .divide: return try join(.step(.divide), [a, b], node, name: name)
        case .minimum:
            // min(a, b) = -max(-a, -b), exactly.
            let negated = [try function1(a, "negative", node), try function1(b, "negative", node)]
            return try function1(try join(.join("maximum"), negated, node, name: name), "negative", node)
        }
    }

    /// A function of each value.
    mutating func function1(
        _ signal: GraphSignal, _ word: String, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        try plain(signal, PlainLayer(word), node, name: nil)
    }

    mutating func plain(
        _ signal: GraphSignal, _ layer: PlainLayer, _ node: ONNXNode, name: String?
    ) throws(ONNXMistake) -> GraphSignal {
        var result = signal
        result.source = try add(
            .plain(layer), [signal.source], node, name: name, outer: outer(signal.source),
            sizes: sizes(signal.source))
        return result
    }

    // MARK: With a constant

    /// A result and a constant, which is one for all, or has one for each value of a step.
    private mutating func scaled(
        _ signal: GraphSignal, _ constant: GraphValue, _ node: ONNXNode, _ function: GraphArithmetic,
        isReversed: Bool, index: Int
    ) throws(ONNXMistake) -> GraphSignal {
        var (signal, values) = try stepConstant(constant, signal, node)
        let name = moduleName(node, weights: [index])
        guard values.allSatisfy(\.isFinite) else { throw .node(node.place, .arithmetic) }
        func add(_ scale: ScaleElement) throws(ONNXMistake) { signal = try self.scale(signal, scale, node, name: name) }
        switch (function, isReversed) {
        case (.add, _): try add(.plus(values))
        case (.multiply, _): try add(.times(values))
        case (.subtract, false): try add(ScaleElement(form: .standardize, first: values, second: [1]))
        case (.subtract, true): try add(ScaleElement(form: .affine, first: [-1], second: values))
        case (.divide, false):
            guard !values.contains(0) else { throw .node(node.place, .arithmetic) }
            try add(ScaleElement(form: .standardize, first: [0], second: values))
        case (.divide, true):
            signal = try plain(signal, PlainLayer("reciprocal"), node, name: nil)
            if values != [1] { try add(.times(values)) }
        case (.maximum, _), (.minimum, _):
            guard values.count == 1 else { throw .node(node.place, .arithmetic) }
            return try clipped(
                signal, least: function == .maximum ? values[0] : nil, most: function == .minimum ? values[0] : nil,
                node)
        }
        return signal
    }

    mutating func scale(
        _ signal: GraphSignal, _ scale: ScaleElement, _ node: ONNXNode, name: String?
    ) throws(ONNXMistake) -> GraphSignal {
        var result = signal
        let isOne = scale.first.count == 1 && scale.second.count == 1
        let source = isOne ? signal.source : try flat(signal, node)
        result.source = try add(
            .scale(scale), [source], node, name: name, outer: outer(source), sizes: sizes(source))
        return result
    }

    /// A constant as one value, or as one for each value of a step in the source's order.
    mutating func stepConstant(
        _ constant: GraphValue, _ signal: GraphSignal, _ node: ONNXNode
    ) throws(ONNXMistake) -> (GraphSignal, [Float]) {
        var signal = signal
        if case .filled(let value, let shape) = constant {
            let dims = signal.dims.map { size($0) }
            let fits = shape.map {
                $0.count <= dims.count
                    && zip($0.reversed(), dims.reversed()).allSatisfy {
                        $0 == .known(1) || $0.renamed(atoms.root) == $1
                    }
            }
            guard fits == true else { throw .node(node.place, .constantAlong(text(signal))) }
            return (signal, [Float(value)])
        }
        guard let view = self.constant(constant), view.shape.count <= 8, view.elementCount > 0 else {
            throw .node(node.place, .unknownAxes)
        }
        try chargeCopy(view.byteCount)
        guard let values = view.floats else { throw .node(node.place, .unknownAxes) }
        if view.elementCount == 1 {
            while signal.dims.count < view.shape.count { signal.dims.insert([], at: 0) }
            return (signal, values)
        }
        guard view.shape.count <= signal.dims.count || view.shape.dropLast(signal.dims.count).allSatisfy({ $0 == 1 })
        else { throw .node(node.place, .broadcast(text(signal))) }
        while signal.dims.count < view.shape.count { signal.dims.insert([], at: 0) }
        // Of each atom inside a step, how far apart its values are in the constant.
        var strides: [Atom: Int] = [:]
        var stride = 1
        for (dim, size) in zip(
            signal.dims, Array(repeating: 1, count: signal.dims.count - view.shape.count) + view.shape
        )
        .reversed() {
            guard size > 1 else { continue }
            guard outerAtoms(dim).isEmpty else { throw .node(node.place, .constantAlong(text(signal))) }
            if innerAtoms(dim).count == 1, atoms.size(dim.first { !isOuter($0) } ?? dim[0]) == nil {
                _ = atoms.fix(innerAtoms(dim)[0], size)
            }
            guard count(innerAtoms(dim)) == size else { throw .node(node.place, .broadcast(text(signal))) }
            var within = stride
            for atom in innerAtoms(dim).reversed() {
                strides[atom] = within
                within *= atoms.size(atom) ?? 1
            }
            stride *= size
        }
        let order = significant(signal.order)
        guard let total = count(order), total <= 1 << 24 else { throw .node(node.place, .unknownAxes) }
        try chargeCopy(4 * total)
        var result: [Float] = []
        result.reserveCapacity(total)
        for index in 0..<total {
            var (rest, place) = (index, 0)
            for atom in order.reversed() {
                let size = atoms.size(atom) ?? 1
                place += rest % size * (strides[atom] ?? 0)
                rest /= size
            }
            result.append(values[place])
        }
        return (signal, Set(result).count == 1 ? [result[0]] : result)
    }

    // MARK: Bounds

    mutating func visitClip(_ node: ONNXNode) throws(ONNXMistake) {
        if case .sizes = try value(node, 0) { return set(node, try value(node, 0)) }
        let signal = try floats(node)
        var bounds = [node.attributes["min"]?.float, node.attributes["max"]?.float]
        for index in 1...2 {
            guard let value = try optionalValue(node, index) else { continue }
            guard let scalar = scalar(value) else { throw .node(node.place, .arithmetic) }
            bounds[index - 1] = Float(scalar)
        }
        set(node, .signal(try clipped(signal, least: bounds[0], most: bounds[1], node)))
    }

    private mutating func clipped(
        _ signal: GraphSignal, least: Float?, most: Float?, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphSignal {
        let largest = Float.greatestFiniteMagnitude
        let (low, high) = (max(least ?? -largest, -largest), min(most ?? largest, largest))
        if low == -largest, high == largest { return signal }
        guard low < high else { throw .node(node.place, .attribute("min", "\(low) above max \(high)")) }
        let name = moduleName(node, weights: [])
        let layer =
            switch (low, high) {
            case (0, largest): PlainLayer("relu")
            case (0, 6): PlainLayer("relu6")
            case (-1, 1): PlainLayer("hardtanh")
            default:
                PlainLayer(
                    "hardtanh", [.init("min_val", .float(low)), .init("max_val", .float(high))])
            }
        return try plain(signal, layer, node, name: name)
    }
}
