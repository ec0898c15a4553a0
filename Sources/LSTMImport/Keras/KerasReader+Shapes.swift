// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

extension KerasReader {
    /// Layers that give the same numbers in other axes.
    mutating func readShape(_ layer: KerasLayer, _ value: KerasValue) throws(KerasMistake) -> KerasValue {
        let format = layer.config["data_format"]?.string ?? "channels_last"
        guard layer.kind != "Flatten" || format == "channels_last" else {
            throw layer.mistake(.setting("data_format", format))
        }
        if layer.kind == "Permute" {
            let dims = layer.config["dims"]?.elements?.map(\.integer) ?? []
            if dims == Array(1...max(dims.count, 1)) { return value }
            // Inside a step of positions and channels.
            guard !hasTime(value), dims == [2, 1], value.sizes.count == 2 else {
                throw layer.mistake(.setting("dims", dims.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")))
            }
            return transposed(layer, value)
        }
        guard layer.kind == "Reshape" else {
            return hasTime(value) ? try flattenedSteps(layer, value) : flattenedStep(layer, value, name: layer.name)
        }
        return try reshaped(layer, value)
    }

    private mutating func transposed(_ layer: KerasLayer, _ value: KerasValue) -> KerasValue {
        var turned = apply(layer, .entry(SpecEntry("transpose")), to: value)
        turned.sizes = value.sizes.reversed()
        return turned
    }

    /// All axes inside a step as one.
    private mutating func flattenedStep(_ layer: KerasLayer, _ value: KerasValue, name: String) -> KerasValue {
        let sizes = value.sizes.compactMap(\.self)
        guard value.sizes.count > 1, sizes.count == value.sizes.count else { return value }
        var flat = apply(layer, .entry(SpecEntry("flatten")), to: value, name: name)
        flat.sizes = [sizes.reduce(1, *)]
        return flat
    }

    /// Every step of a sequence whose length is fixed, side by side.
    private mutating func flattenedSteps(_ layer: KerasLayer, _ value: KerasValue) throws(KerasMistake) -> KerasValue {
        guard let count = value.time?.count else { throw layer.mistake(.flattensAnyLength) }
        guard count <= ImportLimits.flattenedSteps else { throw layer.mistake(.flattensMany(count)) }
        let value = flattenedStep(layer, value, name: "flat")
        readTime(of: value, layer, skipsPadding: false)
        guard let size = value.size else { throw .noInput }
        let steps = (0..<count).map { index in
            apply(
                layer, .entry(SpecEntry("select", [("index", .integer(index))])), to: value, name: "step\(index)"
            ).retimed(nil).masked(nil)
        }
        if case .input? = value.time?.axis {
            assumptions.append(
                "\(quoted(layer.name)) takes exactly \(count) steps, so that sequences must have as many")
        }
        guard steps.count > 1 else { return steps[0] }
        let name = append(layer, .entry(SpecEntry("concat")), from: steps)
        return steps[0].renamed(name, size: count * size)
    }

    private mutating func reshaped(_ layer: KerasLayer, _ value: KerasValue) throws(KerasMistake) -> KerasValue {
        let target = layer.config["target_shape"]?.elements?.map { $0.integer ?? 0 } ?? []
        func mistake() -> KerasMistake {
            layer.mistake(.setting("target_shape", "(\(target.map(String.init).joined(separator: ", ")))"))
        }
        guard 1...3 ~= target.count, target.allSatisfy({ $0 > 0 || $0 == -1 }), target.count(where: { $0 == -1 }) <= 1
        else { throw mistake() }
        let sizes = value.sizes.compactMap(\.self)
        guard sizes.count == value.sizes.count else { throw mistake() }
        let isSequence = hasTime(value)
        let steps = isSequence ? value.time?.count : 1
        // Without the number of steps, -1 can stand for nothing else.
        var whole = target
        if let open = whole.firstIndex(of: -1) {
            let others = whole.filter { $0 > 0 }.reduce(1, *)
            if isSequence, steps == nil {
                guard open == 0, others == sizes.reduce(1, *) else { throw mistake() }
            } else {
                let total = sizes.reduce(steps ?? 1, *)
                guard total.isMultiple(of: others) else { throw mistake() }
                whole[open] = total / others
            }
        }
        if !isSequence {
            if whole == sizes { return value }
            guard whole.reduce(1, *) == sizes.reduce(1, *) else { throw mistake() }
            // A vector cannot become steps, but inside a step every shape is one.
            if whole.count == 1 { return flattenedStep(layer, value, name: layer.name) }
            if isDistributed, whole.count == 2 { return split(layer, value, whole) }
            if let input = value.input, !isDistributed, value.time == nil {
                return try stepped(layer, value, input, whole)
            }
            throw mistake()
        }
        guard whole[0] == -1 || whole[0] == steps else {
            guard whole.count == 1, whole[0] == sizes.reduce(steps ?? 0, *) else { throw mistake() }
            return try flattenedSteps(layer, value)
        }
        let inner = Array(whole.dropFirst())
        guard inner.reduce(1, *) == sizes.reduce(1, *), !inner.isEmpty else { throw mistake() }
        if inner == sizes { return value.masked(nil) }
        return (inner.count == 1 ? flattenedStep(layer, value, name: layer.name) : split(layer, value, inner)).masked(
            nil)
    }

    private mutating func split(_ layer: KerasLayer, _ value: KerasValue, _ sizes: [Int]) -> KerasValue {
        let flat = flattenedStep(layer, value, name: "flat")
        var split = apply(layer, .entry(SpecEntry("unflatten", [("shape", .sizes(sizes))])), to: flat)
        split.sizes = sizes
        return split
    }

    /// An input that the model makes steps of at once: the spec takes those steps.
    private mutating func stepped(
        _ layer: KerasLayer, _ value: KerasValue, _ input: Int, _ shape: [Int]
    ) throws(KerasMistake) -> KerasValue {
        guard inputs[input].shape.count == 1, inputs[input].readers <= 1 else { throw layer.mistake(.reshapesShared) }
        inputs[input].shape = shape
        inputs[input].isStepped = true
        let sizes = shape.map(String.init).joined(separator: ", ")
        assumptions.append(
            "\(quoted(layer.name)) makes a sequence of the input: here \(quoted(inputs[input].name)) is that sequence, "
                + "(batch, \(sizes)), the same numbers in the same order")
        var stepped = KerasValue(
            value.reference, Array(shape.dropFirst()), KerasTime(axis: .input(input), count: shape[0]))
        stepped.input = input
        return stepped
    }
}
