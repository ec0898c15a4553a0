// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Model {
    /// The layer table, the cost and the gate equations, for a person to read.
    package func descriptionLines(_ paint: Paint = .none) -> [String] {
        var lines = [name + (summary.map { ": " + printable($0) } ?? "")]
        lines.append("")
        lines += layerTable(paint)
        lines.append("")
        lines += facts
        for layer in layers {
            if let lstm = layer.operation.lstm {
                lines.append("")
                lines += lstm.equationLines(name: layer.name, paint)
            }
        }
        return lines
    }

    private func layerTable(_ paint: Paint) -> [String] {
        var table = Table([.left, .left, .left, .right, .right, .right, .right])
        table.addHeading("layer", "kind", "gives", "parameters", "bytes", "multiply-adds", "spec line")
        for layer in layers {
            let cost = layer.cost
            table.add(
                layer.name, layer.operation.kind.word, layer.output.text(batchFirst: batchFirst),
                grouped(cost.parameters), grouped(cost.weightBytes), grouped(cost.macsPerStep),
                "\(layer.location.line)")
        }
        let cost = cost
        table.add(
            "total", "", "", grouped(cost.parameters), grouped(cost.weightBytes), grouped(cost.macsPerStep), "")
        return table.lines(paint)
    }

    private var facts: [String] {
        var table = Table([.left, .left])
        for input in inputs {
            table.add("input", description(of: input))
        }
        for result in results { table.add("result", "\(result.name) \(result.shapeText(in: self))") }
        if !labels.isEmpty { table.add("labels", labels.map(printable).joined(separator: " ")) }
        if !segmentStarts.isEmpty {
            table.add("segments", "begin at " + segmentStarts.map { printable(labels[$0]) }.joined(separator: " "))
        }
        table.add("one step", "\(grouped(cost.macsPerStep)) multiply-adds")
        table.add("state", "\(grouped(cost.stateFloats)) floats a sequence (h and c)")
        if let layer = layerAgainstStreaming {
            table.add("streaming", "no: layer \(quoted(layer.name)) needs the whole sequence")
        }
        if let weights { table.add("weights", "\(printable(weights.file.value)), \(weights.placement.rawValue)") }
        return table.lines()
    }

    /// `audio ([batch,] time, 1) floats`; the only input's name is left out.
    private func description(of input: Input) -> String {
        var text = inputs.count == 1 && input.name == "x" ? "" : input.name + " "
        text += input.shape.text(batchFirst: batchFirst)
        if let tokens = input.tokens { text += " token ids, 0 to \(tokens - 1)" } else { text += " floats" }
        if let padding = input.padding {
            text += ", filled up with "
            text += padding == padding.rounded() && input.tokens != nil ? "\(Int(padding))" : "\(padding)"
        }
        return text
    }
}

extension LSTM {
    /// nn.LSTM's equations, and under them the shape of every matrix and vector in them.
    func equationLines(name: String, _ paint: Paint) -> [String] {
        let b = { (gate: String) in bias ? " + b_i\(gate)" : "" }
        let r = { (gate: String) in bias ? " + b_h\(gate)" : "" }
        var lines = ["\(name), at each step t (σ is the sigmoid, ⊙ the product of elements):"]
        for (gate, function) in [("i", "σ"), ("f", "σ"), ("g", "tanh"), ("o", "σ")] {
            lines.append("  \(gate)_t = \(function)(W_i\(gate) x_t\(b(gate)) + W_h\(gate) h_(t-1)\(r(gate)))")
        }
        lines.append("  c_t = f_t ⊙ c_(t-1) + i_t ⊙ g_t")
        lines.append(projSize > 0 ? "  h_t = W_hr (o_t ⊙ tanh(c_t))" : "  h_t = o_t ⊙ tanh(c_t)")
        lines.append("")
        return lines + shapeTable(paint)
    }

    private func shapeTable(_ paint: Paint) -> [String] {
        var table = Table([.left, .left, .left, .left])
        table.addHeading("", "each", "tensor", "shape")
        for layer in 0..<numLayers {
            for direction in 0..<directions {
                let suffix = LSTM.suffix(layer: layer, reverse: direction == 1)
                let inputs = inputSize(ofLayer: layer)
                table.add(
                    "W_ii W_if W_ig W_io", "(\(hiddenSize), \(inputs))", "weight_ih\(suffix)",
                    "(\(4 * hiddenSize), \(inputs))")
                table.add(
                    "W_hi W_hf W_hg W_ho", "(\(hiddenSize), \(stateSize))", "weight_hh\(suffix)",
                    "(\(4 * hiddenSize), \(stateSize))")
                if bias {
                    for (letter, stem) in [("i", "bias_ih"), ("h", "bias_hh")] {
                        table.add(
                            ["i", "f", "g", "o"].map { "b_\(letter)\($0)" }.joined(separator: " "), "(\(hiddenSize),)",
                            stem + suffix, "(\(4 * hiddenSize),)")
                    }
                }
                if projSize > 0 {
                    let shape = "(\(projSize), \(hiddenSize))"
                    table.add("W_hr", shape, "weight_hr\(suffix)", shape)
                }
            }
        }
        return table.lines(paint, indent: 2)
    }
}
