// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles

/// Whole numbers along several axes, and numbers cast: what exporters compute paddings and sizes with.
extension GraphWalk {
    /// The most whole numbers that are computed with; the lists that shapes need are far shorter.
    private static let wholeNumbers = 4096

    /// Whether whole numbers lie along more than one axis, so that they are no list.
    func isSpread(_ value: GraphValue) -> Bool {
        guard case .constant(let view) = value else { return false }
        return view.shape.count { $0 != 1 } > 1
    }

    /// A list in another shape; with more than one axis only where every number is known.
    mutating func reshaped(_ list: [GraphSize], _ node: ONNXNode) throws(ONNXMistake) -> GraphValue {
        let shape = try sizes(node, 1)
        if shape.count(where: { $0 != .known(1) }) <= 1 { return .sizes(list, isScalar: shape.isEmpty) }
        return .constant(try reshaped(try whole(.sizes(list, isScalar: false), node), node))
    }

    /// Known whole numbers as a tensor.
    private func whole(_ value: GraphValue, _ node: ONNXNode) throws(ONNXMistake) -> TensorView {
        switch value {
        case .constant(let view):
            guard let values = view.integers(limit: Self.wholeNumbers) else { break }
            return TensorView(integers: values, shape: view.shape)
        case .sizes(let list, let isScalar):
            let values = list.compactMap(\.known)
            guard values.count == list.count else { break }
            return TensorView(integers: values, shape: isScalar ? [] : [values.count])
        case .filled, .signal, .missing: break
        }
        throw .node(node.place, .unknownAxes)
    }

    /// Tensors of whole numbers, one after another along an axis.
    mutating func stackedWhole(_ parts: [GraphValue], _ axis: Int, _ node: ONNXNode) throws(ONNXMistake) -> GraphValue {
        var views: [TensorView] = []
        for part in parts { views.append(try whole(part, node)) }
        return .constant(try stacked(views, axis, node))
    }

    /// Tensors of whole numbers computed with one another, broadcast as NumPy has it.
    mutating func foldedWhole(
        _ a: GraphValue, _ b: GraphValue, _ node: ONNXNode, _ body: (GraphSize, GraphSize) -> GraphSize
    ) throws(ONNXMistake) -> GraphValue {
        let views = [try whole(a, node), try whole(b, node)]
        let rank = max(views[0].shape.count, views[1].shape.count)
        let shapes = views.map { Array(repeating: 1, count: rank - $0.shape.count) + $0.shape }
        var shape: [Int] = []
        for (one, other) in zip(shapes[0], shapes[1]) {
            guard one == other || one == 1 || other == 1 else { throw .node(node.place, .arithmetic) }
            shape.append(one == 1 ? other : one)
        }
        guard let count = shape.reduce(GraphSize.known(1), { $0 * .known($1) }).known, count <= Self.wholeNumbers,
            let first = views[0].integers(limit: Self.wholeNumbers),
            let second = views[1].integers(limit: Self.wholeNumbers)
        else { throw .tooMuchFolding }
        try chargeCopy(8 * count)
        var result: [Int] = []
        for index in 0..<count {
            let pair = (broadcastIndex(index, shape, shapes[0]), broadcastIndex(index, shape, shapes[1]))
            guard let value = body(.known(first[pair.0]), .known(second[pair.1])).known else {
                throw .node(node.place, .arithmetic)
            }
            result.append(value)
        }
        return .constant(TensorView(integers: result, shape: shape))
    }

    /// Every `step`th index of an axis of constants, backwards too, as Python takes them.
    mutating func stepped(
        _ value: GraphValue, _ axis: Int, _ start: Int, _ end: Int, _ step: Int, _ node: ONNXNode
    ) throws(ONNXMistake) -> GraphValue {
        guard step != 0 else { throw .node(node.place, .stepSize(step)) }
        func places(_ count: Int) -> [Int] {
            let step = min(max(step, -count - 1), count + 1)
            let (from, to) =
                step > 0
                ? (clamp(start, count), clamp(end, count))
                : (clampedReverse(start, count), clampedReverse(end, count))
            return Array(stride(from: from, to: to, by: step))
        }
        switch value {
        case .sizes(let list, _): return .sizes(places(list.count).map { list[$0] }, isScalar: false)
        case .constant(let view):
            guard view.shape[axis] <= Self.wholeNumbers else { throw .node(node.place, .stepSize(step)) }
            let rows = places(view.shape[axis]).compactMap { view.sliced(axis, $0..<($0 + 1)) }
            guard !rows.isEmpty else { throw .node(node.place, .stepSize(step)) }
            return .constant(try stacked(rows, axis, node))
        case .filled, .signal, .missing: throw .node(node.place, .stepSize(step))
        }
    }

    // MARK: Casts

    /// A constant of another type: floats lose what is behind the point, as ONNX has it.
    mutating func cast(_ value: GraphValue, to type: Int, _ node: ONNXNode) throws(ONNXMistake) -> GraphValue {
        let isFloat = [1, 10, 11, 16].contains(type)
        switch value {
        case .constant(let view) where view.type.isFloat:
            if isFloat {
                // What is narrower takes other values.
                if [10, 16].contains(type), view.type.bitCount > 16 { throw .node(node.place, .narrowing) }
                return value
            }
            try chargeCopy(2 * view.byteCount)
            guard view.elementCount <= Self.wholeNumbers, let values = view.floats, type != 9 || values.count == 1
            else {
                throw .node(node.place, .attribute("to", "\(type)"))
            }
            // NaN and what no float32 counts in steps of one has no certain whole number.
            guard values.allSatisfy({ abs($0) < 16_777_216 }) else {
                throw .node(node.place, .attribute("to", "\(type)"))
            }
            if type == 9 { return .sizes([.known(values[0] == 0 ? 0 : 1)], isScalar: view.shape.isEmpty) }
            return .constant(TensorView(integers: values.map { Int($0) }, shape: view.shape))
        case .constant(let view):
            if type == 9 { return try truths(value, node) }
            guard type == 1 || type == 11 else { return value }
            try chargeCopy(4 * view.elementCount)
            guard let values = view.floats else { throw .node(node.place, .attribute("to", "\(type)")) }
            return .constant(TensorView(floats: values, shape: view.shape))
        case .sizes(let list, let isScalar):
            if type == 9 { return try truths(value, node) }
            let known = list.compactMap(\.known)
            guard type == 1 || type == 11, known.count == list.count else { return value }
            return .constant(TensorView(floats: known.map(Float.init), shape: isScalar ? [] : [known.count]))
        case .filled(let number, let shape):
            if isFloat { return value }
            guard abs(number) < 16_777_216 else { throw .node(node.place, .attribute("to", "\(type)")) }
            let whole = GraphValue.filled(type == 9 ? (number == 0 ? 0 : 1) : number.rounded(.towardZero), shape)
            guard let list = try? sizes(whole, node) else { return whole }
            return .sizes(list, isScalar: isScalar(value))
        case .signal, .missing: return value
        }
    }

    /// 1 for what is not 0.
    private func truths(_ value: GraphValue, _ node: ONNXNode) throws(ONNXMistake) -> GraphValue {
        let list = try sizes(value, node)
        return .sizes(
            list.map { $0.known.map { .known($0 == 0 ? 0 : 1) } ?? .unknown }, isScalar: isScalar(value))
    }
}

extension TensorView {
    /// Whole numbers in a tensor of their own.
    init(integers: [Int], shape: [Int]) {
        let bytes = NamedTensor("", integers: integers.map(Int64.init), shape: shape).bytes
        self = TensorView(bytes, in: 0..<bytes.count, type: .int64, shape: shape) ?? TensorView(floats: [], shape: [0])
    }
}
