// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Model {
    /// The checked model as stable text: a function of the spec alone, one fact a line.
    public var text: String { textLines.map { $0 + "\n" }.joined() }

    /// The same, as lines without their ends.
    public var textLines: [String] {
        var lines = ["model \(name)"]
        lines += inputs.map { "input \(inputs.count == 1 && $0.name == "x" ? "" : $0.name + " ")\(text(of: $0))" }
        if let vocabulary {
            lines.append("vocabulary \(quoted(vocabulary.file.value)) unknown \(vocabulary.unknown)")
        }
        lines += weightsText
        let parameters = Dictionary(grouping: parameters, by: \.layer)
        for (index, layer) in layers.enumerated() {
            let given = layer.inputShapes.map { $0.text(batchFirst: batchFirst) }.joined(separator: ", ")
            let shapes = "\(given) -> \(layer.output.text(batchFirst: batchFirst))"
            lines.append("%\(index) \(layer.name) = \(operationText(of: index)) : \(shapes)")
            lines += (parameters[index] ?? []).map { parameter in
                let shape = parameter.shape.map(String.init).joined(separator: ", ")
                let names = parameter.tensorNames.map { quoted($0) }.joined(separator: " or ")
                return "    \(parameter.key) (\(shape)) from \(names)"
            }
        }
        lines += results.map { "result \($0.name) = %\($0.layer).\($0.partName(in: self)) : \($0.shapeText(in: self))" }
        if !labels.isEmpty {
            lines.append("labels " + labels.map { quoted($0) }.joined(separator: ", "))
        }
        if !segmentStarts.isEmpty {
            lines.append("segment_starts " + segmentStarts.map { quoted(labels[$0]) }.joined(separator: ", "))
        }
        let cost = cost
        lines.append("parameters \(cost.parameters)")
        lines.append("weight_bytes \(weightBytes)")
        lines.append("macs_per_step \(cost.macsPerStep)")
        lines.append("state_floats \(cost.stateFloats)")
        if let maxError { lines.append("max_error \(maxError.value)") }
        return lines
    }

    private func text(of input: Input) -> String {
        let size =
            switch input.kind {
            case .features(let sizes) where sizes.count == 1: "features \(sizes[0])"
            case .features(let sizes): "shape \(sizes)"
            case .tokens(let count): "tokens \(count)"
            }
        let padding = input.padding.map { " padding \($0)" } ?? ""
        return size + padding + " : " + input.shape.text(batchFirst: batchFirst)
    }

    /// The operation; what it takes stands before its numbers where that is not the layer before.
    private func operationText(of index: Int) -> String {
        let layer = layers[index]
        let before: Value = index == 0 ? .input(0) : .output(index - 1)
        if layer.inputs == [before] { return layer.operation.described.text }
        let values = layer.inputs.map(reference)
        let numbers = layer.operation.described.arguments.map { "\($0.name): \($0.value)" }
        if case .last = layer.operation, case .state(let recurrent, _)? = layer.inputs.first {
            return "last(%\(recurrent))"
        }
        return layer.operation.kind.word + "(" + (values + numbers).joined(separator: ", ") + ")"
    }

    private func reference(_ value: Value) -> String {
        switch value {
        case .input(let index): inputs[index].name
        case .output(let index): "%\(index)"
        case .state(let index, let slot): "%\(index).\(layers[index].operation.stateSlots[slot].name)_n"
        }
    }

    private var weightsText: [String] {
        guard let weights else { return [] }
        var line = "weights \(quoted(weights.file.value)) \(weights.placement.rawValue)"
        if precision != .float32 { line += " precision \(precision)" }
        if !weights.prefix.isEmpty { line += " prefix \(quoted(weights.prefix))" }
        if let key = weights.key { line += " key \(quoted(key))" }
        for pattern in weights.ignore { line += " ignore \(quoted(pattern.value))" }
        return [line]
    }
}

/// A name in quotes, safe to print and whole: two models that differ have different texts.
private func quoted(_ name: String) -> String { "'\(printable(name))'" }
