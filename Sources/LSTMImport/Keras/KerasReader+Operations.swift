// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

extension KerasReader {
    /// Keras 3's operations, by their class.
    private static let operations: Set<String> = [
        "Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum", "Negative", "Absolute", "Abs",
        "Square",
        "Sqrt", "Exp", "Log", "Reciprocal", "Relu", "Relu6", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Elu", "Selu",
        "Silu", "Softplus", "Softsign", "HardSigmoid", "HardSilu", "LeakyRelu", "Gelu", "Mean", "Max", "Sum",
        "Concatenate",
        "GetItem", "ExpandDims", "Squeeze", "Flip",
    ]
    private static let maskOperations: Set<String> = [
        "NotEqual", "Any", "All", "LogicalOr", "LogicalAnd", "ZerosLike", "OnesLike",
    ]
    /// TensorFlow's functions, as Keras 2 writes them, by the operation that does the same.
    private static let functions = [
        "__operators__.add": "Add", "math.add": "Add", "add": "Add", "math.subtract": "Subtract",
        "subtract": "Subtract",
        "math.multiply": "Multiply", "multiply": "Multiply", "math.truediv": "Divide", "math.divide": "Divide",
        "realdiv": "Divide", "math.maximum": "Maximum", "math.minimum": "Minimum", "math.negative": "Negative",
        "math.abs": "Abs", "math.square": "Square", "math.sqrt": "Sqrt", "math.exp": "Exp", "math.log": "Log",
        "math.reciprocal": "Reciprocal", "nn.relu": "Relu", "nn.relu6": "Relu6", "math.sigmoid": "Sigmoid",
        "sigmoid": "Sigmoid", "nn.sigmoid": "Sigmoid", "math.tanh": "Tanh", "tanh": "Tanh", "nn.softmax": "Softmax",
        "math.reduce_mean": "Mean", "reduce_mean": "Mean", "math.reduce_max": "Max", "math.reduce_sum": "Sum",
        "concat": "Concatenate", "__operators__.getitem": "GetItem", "expand_dims": "ExpandDims", "squeeze": "Squeeze",
        "math.not_equal": "NotEqual", "__operators__.ne": "NotEqual", "math.reduce_any": "Any",
        "math.logical_or": "LogicalOr", "math.logical_and": "LogicalAnd",
    ]

    private static func operation(_ layer: KerasLayer) -> String? {
        if layer.kind == "SlicingOpLambda" { return "GetItem" }
        let name = layer.kind == "TFOpLambda" ? layer.config["function"]?.string.flatMap { functions[$0] } : layer.kind
        return name.flatMap { operations.contains($0) || maskOperations.contains($0) ? $0 : nil }
    }

    static func isKnownOperation(_ layer: KerasLayer) -> Bool { operation(layer) != nil }

    /// Functions of one value.
    private func pointwise(_ name: String, _ layer: KerasLayer) throws(KerasMistake) -> ImportedLayer.Kind? {
        func entry(_ word: String, _ settings: [(String, SpecEntry.Value)] = []) -> ImportedLayer.Kind {
            .entry(SpecEntry(word, settings))
        }
        switch name {
        case "Negative": return entry("negative")
        case "Absolute", "Abs": return entry("abs")
        case "Square": return entry("square")
        case "Sqrt": return entry("sqrt")
        case "Exp": return entry("exp")
        case "Log": return entry("log")
        case "Reciprocal": return entry("reciprocal")
        case "Relu": return .relu
        case "Relu6": return entry("relu6")
        case "Sigmoid": return .sigmoid
        case "Tanh": return .tanh
        case "Selu": return entry("selu")
        case "Silu": return entry("silu")
        case "Softplus": return entry("softplus")
        case "Softsign": return entry("softsign")
        case "HardSigmoid": return entry("hardsigmoid")
        case "HardSilu": return entry("hardswish")
        case "Elu":
            let alpha = try layer.number("alpha", 1) ?? 1
            return entry("elu", alpha == 1 ? [] : [("alpha", .number(alpha))])
        case "LeakyRelu":
            return entry("leaky_relu", [("negative_slope", .number(try layer.number("negative_slope", 0.2) ?? 0.2))])
        // In an operation, unlike an activation, tanh is the default.
        case "Gelu": return .gelu(try layer.flag("approximate", true) ? .tanh : .none)
        default: return nil
        }
    }

    mutating func readOperation(_ layer: KerasLayer, _ arguments: KerasArguments) throws(KerasMistake) -> KerasValue {
        guard let name = Self.operation(layer) else {
            throw .unknownLayers(["\(quoted(layer.name)) (\(cut(layer.kind)))"])
        }
        let call = arguments.call
        if Self.maskOperations.contains(name) || arguments.values.contains(where: { $0.mask != nil }) {
            return try readMaskOperation(layer, name, arguments)
        }
        if name == "Concatenate" {
            guard let listed = arguments.values(call.positional.first?.items ?? []), !listed.isEmpty else {
                throw layer.mistake(.takesConstant)
            }
            let values = try listed.map { value throws(KerasMistake) in try floats(value, layer) }
            guard let axis = axis(layer, call), axis == -1 || axis == lastAxis(of: values[0]) else {
                throw axisMistake(layer)
            }
            return try sideBySide(layer, values).masked(nil)
        }
        if ["Add", "Subtract", "Multiply", "Divide", "TrueDivide", "Maximum", "Minimum"].contains(name) {
            return try readArithmetic(layer, name, arguments).masked(nil)
        }
        guard let first = arguments.value(call.positional.first) else { throw layer.mistake(.takesConstant) }
        let value = try floats(first, layer)
        if let kind = try pointwise(name, layer) { return apply(layer, kind, to: value).masked(nil) }
        switch name {
        case "Softmax", "LogSoftmax":
            let axis = axis(layer, call) ?? -1
            guard axis == -1 || axis == lastAxis(of: value) else { throw axisMistake(layer) }
            return apply(layer, name == "Softmax" ? .softmax : .logSoftmax, to: value).masked(nil)
        case "GetItem": return try readItem(layer, value, call)
        default: return try readSteps(layer, name, value, axis(layer, call))
        }
    }

    /// The one axis that a call or a configuration names.
    private func axis(_ layer: KerasLayer, _ call: KerasCall) -> Int? {
        let given = call.argument(-1, "axis") ?? layer.config["axis"].map { KerasArgument($0) }
        let items = given?.items ?? []
        return items.count == 1 ? items[0].integer : nil
    }

    /// Operations along the time axis.
    private mutating func readSteps(
        _ layer: KerasLayer, _ name: String, _ value: KerasValue, _ axis: Int?
    ) throws(KerasMistake) -> KerasValue {
        guard !isDistributed, let axis else { throw axisMistake(layer) }
        let isTime = value.time != nil && value.sizes.count == 1 && (axis == 1 || axis == -2)
        switch name {
        case "Mean", "Max", "Sum":
            guard isTime else { throw axisMistake(layer) }
            let kind: ImportedLayer.Kind = name == "Mean" ? .mean : name == "Max" ? .max : .entry(SpecEntry("sum"))
            readTime(of: value, layer, skipsPadding: false)
            let pooled = apply(layer, kind, to: value).retimed(nil).masked(nil)
            return try layer.flag("keepdims", false) ? repeated(layer, pooled, 1) : pooled
        case "Flip":
            guard isTime else { throw axisMistake(layer) }
            readTime(of: value, layer, skipsPadding: false)
            return apply(layer, .entry(SpecEntry("flip")), to: value).masked(nil)
        case "ExpandDims":
            guard value.time == nil, value.sizes.count == 1, axis == 1 else { throw axisMistake(layer) }
            return repeated(layer, value, 1)
        default:
            guard isTime, value.time?.axis == .fixed(1) else { throw axisMistake(layer) }
            return selected(layer, value, 0)
        }
    }

    private mutating func selected(_ layer: KerasLayer, _ value: KerasValue, _ index: Int) -> KerasValue {
        readTime(of: value, layer, skipsPadding: false)
        let settings: [(String, SpecEntry.Value)] = index == -1 ? [] : [("index", .integer(index))]
        return apply(layer, .entry(SpecEntry("select", settings)), to: value).retimed(nil).masked(nil)
    }

    /// `x[:, -1]`, `x[:, :3]`, `x[..., 1:]`: a step, some steps, some features.
    private mutating func readItem(
        _ layer: KerasLayer, _ given: KerasValue, _ call: KerasCall
    ) throws(KerasMistake) -> KerasValue {
        let key = call.argument(1, "slice_spec") ?? call.argument(1, "key")
        var items = key?.items ?? []
        let axes = lastAxis(of: given) + 1
        if let place = items.firstIndex(where: { if case .ellipsis = $0 { true } else { false } }) {
            let whole = Array(
                repeating: KerasArgument.slice(start: nil, stop: nil, step: nil), count: max(0, axes + 1 - items.count))
            items.replaceSubrange(place...place, with: whole)
        }
        func bounds(_ item: KerasArgument) throws(KerasMistake) -> (start: Int?, stop: Int?) {
            guard case .slice(let start, let stop, let step) = item, step == nil || step == 1 else {
                throw layer.mistake(.indexing)
            }
            return (start == 0 ? nil : start, stop)
        }
        guard let batch = items.first, items.count <= axes, given.sizes.count == 1 else {
            throw layer.mistake(.indexing)
        }
        let (start, stop) = try bounds(batch)
        guard start == nil, stop == nil else { throw layer.mistake(.indexing) }
        var value = given
        var rest = Array(items.dropFirst())
        if hasTime(value), let item = rest.first {
            rest.removeFirst()
            if let index = item.integer {
                value = selected(layer, value, index)
            } else {
                let (start, stop) = try bounds(item)
                if start != nil || stop != nil {
                    readTime(of: value, layer, skipsPadding: false)
                    value = stepRange(layer, value, start: start, stop: stop)
                }
            }
        }
        guard let item = rest.first else { return value.masked(nil) }
        let (from, to) = try bounds(item)
        guard from != nil || to != nil else { return value.masked(nil) }
        guard let size = value.size else { throw .noInput }
        let range = LSTMIR.sliced(size, start: from, stop: to)
        guard !range.isEmpty else { throw layer.mistake(.indexing) }
        return sliced(value, range, layer, name: layer.name).masked(nil)
    }

    private mutating func readArithmetic(
        _ layer: KerasLayer, _ name: String, _ arguments: KerasArguments
    ) throws(KerasMistake) -> KerasValue {
        let call = arguments.call
        let operands = call.listed + call.named.filter { ["x2", "y"].contains($0.name) }.map(\.value)
        guard operands.count == 2 else { throw layer.mistake(.severalInputs) }
        let values = try operands.map { operand throws(KerasMistake) -> KerasValue? in
            guard let value = arguments.value(operand) else { return nil }
            return try floats(value, layer)
        }
        if let first = values[0], let second = values[1] {
            // NumPy's rules put a vector beside the time axis of another value, not along it.
            guard (first.time == nil) == (second.time == nil) else { throw layer.mistake(.sizesDiffer) }
            guard name == "Divide" || name == "TrueDivide" else { return try combined(layer, name, [first, second]) }
            let inverse = apply(layer, .entry(SpecEntry("reciprocal")), to: second, name: "reciprocal")
            return try combined(layer, "Multiply", [first, inverse])
        }
        guard let value = values[0] ?? values[1],
            case .number(let number) = values[0] == nil ? operands[0] : operands[1],
            number.isFinite
        else { throw layer.mistake(.takesConstant) }
        let isFirst = values[0] != nil
        switch name {
        case "Add": return scaled(layer, value, weight: [1], bias: [number])
        case "Subtract":
            return isFirst
                ? scaled(layer, value, weight: [1], bias: [-number])
                : scaled(layer, value, weight: [-1], bias: [number])
        case "Multiply": return scaled(layer, value, weight: [number], bias: [0])
        case "Divide", "TrueDivide":
            guard !isFirst else {
                guard number != 0 else { throw layer.mistake(.takesConstant) }
                return divided(layer, value, by: number)
            }
            let inverse = apply(layer, .entry(SpecEntry("reciprocal")), to: value, name: "reciprocal")
            return number == 1 ? inverse : scaled(layer, inverse, weight: [number], bias: [0])
        case "Maximum" where number == 0: return apply(layer, .relu, to: value)
        default: throw layer.mistake(.takesConstant)
        }
    }
}
