// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles

extension GraphWalk {
    mutating func visitConstant(_ node: ONNXNode) throws(ONNXMistake) {
        if let tensor = node.attributes["value"]?.tensor {
            let name = node.outputs.first ?? ""
            return set(node, .constant(try tensor.view(in: bytes, named: name, companions: companions)))
        }
        if let value = node.attributes["value_int"]?.integer {
            return set(node, .sizes([.known(value)], isScalar: true))
        }
        if let values = node.attributes["value_ints"]?.integers {
            return set(node, .sizes(values.map(GraphSize.known), isScalar: false))
        }
        if let value = node.attributes["value_float"]?.float { return set(node, .filled(Double(value), [])) }
        if let values = node.attributes["value_floats"]?.floats, !values.isEmpty {
            return set(node, .constant(TensorView(floats: values, shape: [values.count])))
        }
        throw .node(node.place, .arithmetic)
    }

    mutating func visitConstantOfShape(_ node: ONNXNode) throws(ONNXMistake) {
        var value = 0.0
        if let tensor = node.attributes["value"]?.tensor {
            let view = try tensor.view(in: bytes, named: "value", companions: companions)
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

    mutating func visitShape(_ node: ONNXNode) throws(ONNXMistake) {
        let sizes: [GraphSize]
        switch try value(node, 0) {
        case .signal(let signal): sizes = signal.dims.map { size($0) }
        case .constant(let view): sizes = view.shape.map(GraphSize.known)
        case .sizes(let list, let isScalar): sizes = isScalar ? [] : [.known(list.count)]
        case .filled(_, let shape):
            guard let shape else { throw .node(node.place, .unknownAxes) }
            sizes = shape
        case .missing: throw .consequence
        }
        let start = clamp(node.attributes["start"]?.integer ?? 0, sizes.count)
        let end = clamp(node.attributes["end"]?.integer ?? sizes.count, sizes.count)
        set(node, .sizes(start < end ? Array(sizes[start..<end]) : [], isScalar: false))
    }

    mutating func visitSize(_ node: ONNXNode) throws(ONNXMistake) {
        let size: GraphSize
        switch try value(node, 0) {
        case .signal(let signal): size = self.size(signal.dims.flatMap(\.self))
        case .sizes(let list, _): size = .known(list.count)
        case .constant(let view): size = .known(view.elementCount)
        case .filled(_, let shape):
            guard let shape else { throw .node(node.place, .unknownAxes) }
            size = shape.reduce(.known(1)) { $0 * $1 }
        case .missing: throw .consequence
        }
        set(node, .sizes([size], isScalar: true))
    }

    mutating func visitRange(_ node: ONNXNode) throws(ONNXMistake) {
        var bounds: [Int] = []
        for index in 0..<3 {
            guard let bound = try sizes(node, index).first?.known else { throw .node(node.place, .unknownAxes) }
            bounds.append(bound)
        }
        guard bounds[2] != 0, abs(bounds[0]) < 1 << 31, abs(bounds[1]) < 1 << 31, abs(bounds[2]) < 1 << 31,
            abs((bounds[1] - bounds[0]) / bounds[2]) <= 4096
        else { throw .node(node.place, .unknownAxes) }
        let list = Array(stride(from: bounds[0], to: bounds[1], by: bounds[2]))
        set(node, .sizes(list.map(GraphSize.known), isScalar: false))
    }

    /// The product of sizes.
    mutating func visitProduct(_ node: ONNXNode) throws(ONNXMistake) {
        let list = try sizes(node, 0)
        let keepsAxis = node.attributes["keepdims"]?.integer ?? 1 != 0
        set(node, .sizes([list.reduce(.known(1)) { $0 * $1 }], isScalar: !keepsAxis))
    }

    /// The whole numbers that an input is.
    mutating func sizes(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> [GraphSize] {
        try sizes(try value(node, index), node)
    }

    func sizes(_ value: GraphValue, _ node: ONNXNode) throws(ONNXMistake) -> [GraphSize] {
        switch value {
        case .sizes(let sizes, _): return sizes
        case .constant(let view):
            // Of several axes they are no list.
            guard !isSpread(value), let integers = view.integers(limit: 4096) else {
                throw .node(node.place, .unknownAxes)
            }
            return integers.map(GraphSize.known)
        case .filled(let value, let shape):
            guard let whole = Int(exactly: value), let shape, shape.count <= 1,
                let count = shape.isEmpty ? 1 : shape[0].known, 0...64 ~= count
            else { throw .node(node.place, .unknownAxes) }
            return [GraphSize](repeating: .known(whole), count: count)
        case .signal, .missing: throw .node(node.place, .unknownAxes)
        }
    }

    /// The one number that an input is.
    mutating func scalar(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> Double? {
        scalar(try value(node, index))
    }

    func scalar(_ value: GraphValue) -> Double? {
        switch value {
        case .constant(let view): view.scalar
        case .filled(let value, let shape): shape?.allSatisfy({ $0 == .known(1) }) == true ? value : nil
        case .sizes(let sizes, _): sizes.count == 1 ? sizes[0].known.map(Double.init) : nil
        case .signal, .missing: nil
        }
    }

    // MARK: Whole numbers

    /// Sizes computed with one another.
    mutating func combined(
        _ a: GraphValue, _ b: GraphValue, _ node: ONNXNode, _ body: (GraphSize, GraphSize) -> GraphSize
    ) throws(ONNXMistake) -> GraphValue {
        if isSpread(a) || isSpread(b) { return try foldedWhole(a, b, node, body) }
        let (first, second) = (try sizes(a, node), try sizes(b, node))
        let count = max(first.count, second.count)
        guard first.count == second.count || first.count == 1 || second.count == 1, count <= 64, !first.isEmpty,
            !second.isEmpty
        else { throw .node(node.place, .arithmetic) }
        let list = (0..<count).map { index in
            body(
                first[first.count == 1 ? 0 : index].renamed(atoms.root),
                second[second.count == 1 ? 0 : index].renamed(atoms.root))
        }
        return .sizes(list, isScalar: isScalar(a) && isScalar(b))
    }

    func isScalar(_ value: GraphValue) -> Bool {
        switch value {
        case .sizes(_, let isScalar): isScalar
        case .constant(let view): view.shape.isEmpty
        case .filled(_, let shape): shape?.isEmpty == true
        case .signal, .missing: false
        }
    }

    func isWhole(_ value: GraphValue) -> Bool {
        switch value {
        case .sizes: true
        case .constant(let view): view.type.isInteger || view.type == .bool
        case .filled, .signal, .missing: false
        }
    }

    /// Constants of floats computed with one another, as float32 like the file's own run.
    mutating func folded(
        _ a: GraphValue, _ b: GraphValue, _ node: ONNXNode, _ body: (Float, Float) -> Float
    ) throws(ONNXMistake) -> GraphValue {
        if case .filled(let first, let shape) = a, case .filled(let second, let other) = b {
            let value = Double(body(Float(first), Float(second)))
            return .filled(
                value, shape?.isEmpty == true ? other : other?.isEmpty == true ? shape : shape == other ? shape : nil)
        }
        guard let first = constant(a), let second = constant(b), let values = first.floats, let others = second.floats
        else { throw .node(node.place, .arithmetic) }
        let rank = max(first.shape.count, second.shape.count)
        let shapes = [first.shape, second.shape].map { Array(repeating: 1, count: rank - $0.count) + $0 }
        var shape: [Int] = []
        for (one, other) in zip(shapes[0], shapes[1]) {
            guard one == other || one == 1 || other == 1 else { throw .node(node.place, .arithmetic) }
            shape.append(one == 1 ? other : one)
        }
        let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        guard count >= 0, count <= max(values.count, others.count) * 64 + 64 else { throw .tooMuchFolding }
        try chargeCopy(4 * count)
        var result: [Float] = []
        result.reserveCapacity(count)
        for index in 0..<count {
            result.append(
                body(
                    values[broadcastIndex(index, shape, shapes[0])], others[broadcastIndex(index, shape, shapes[1])]))
        }
        return .constant(TensorView(floats: result, shape: shape))
    }

    /// A constant as a tensor of floats.
    func constant(_ value: GraphValue) -> TensorView? {
        switch value {
        case .constant(let view): view
        case .filled(let value, let shape):
            shape?.allSatisfy { $0 == .known(1) } == true
                ? TensorView(floats: [Float(value)], shape: shape?.map { _ in 1 } ?? []) : nil
        case .sizes(let sizes, let isScalar):
            sizes.allSatisfy { $0.known != nil }
                ? TensorView(floats: sizes.compactMap(\.known).map(Float.init), shape: isScalar ? [] : [sizes.count])
                : nil
        case .signal, .missing: nil
        }
    }

    mutating func foldedFunction(
        _ value: GraphValue, _ node: ONNXNode, _ body: (Float) -> Float
    ) throws(ONNXMistake) -> GraphValue {
        try folded(value, .filled(0, []), node) { a, _ in body(a) }
    }
}

/// Where an element of a broadcast result comes from.
func broadcastIndex(_ index: Int, _ shape: [Int], _ own: [Int]) -> Int {
    var (rest, place, stride) = (index, 0, 1)
    for axis in shape.indices.reversed() {
        let position = rest % shape[axis]
        rest /= shape[axis]
        if own[axis] != 1 { place += position * stride }
        stride *= own[axis]
    }
    return place
}

extension TensorView {
    /// Floats in a tensor of their own.
    init(floats: [Float], shape: [Int]) {
        let bytes = NamedTensor("", floats: floats, shape: shape).bytes
        let view = TensorView(bytes, in: 0..<bytes.count, type: .float32, shape: shape)
        self = view ?? TensorView.empty
    }

    private static var empty: TensorView { TensorView(floats: [], shape: [0]) }

    /// The elements as float32, row-major; nil where they are no numbers.
    var floats: [Float]? {
        if let doubles = stored?.doubles() { return doubles.map { Float($0) } }
        return stored?.integers()?.map { Float($0) }
    }
}
