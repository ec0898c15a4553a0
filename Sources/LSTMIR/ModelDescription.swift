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
            if let recurrent = layer.operation.recurrent {
                lines.append("")
                lines += recurrent.equationLines(name: layer.name, paint)
            }
        }
        return lines
    }

    private func layerTable(_ paint: Paint) -> [String] {
        var table = Table([.left, .left, .left, .right, .right, .right, .right])
        table.addHeading("layer", "kind", "gives", "parameters", "bytes", "multiply-adds", "spec line")
        for (index, layer) in layers.enumerated() {
            let cost = layer.cost
            table.add(
                layer.name, layer.operation.kind.word, layer.output.text(batchFirst: batchFirst),
                grouped(cost.parameters), grouped(weightBytes(ofLayer: index)), grouped(cost.macsPerStep),
                "\(layer.location.line)")
        }
        let cost = cost
        table.add(
            "total", "", "", grouped(cost.parameters), grouped(weightBytes), grouped(cost.macsPerStep), "")
        return table.lines(paint)
    }

    /// What the layers remember.
    private var stateWords: String {
        let cells = layers.compactMap(\.operation.recurrent)
        let keepsPast = layers.contains { $0.operation.described.past > 0 }
        if cells.isEmpty, keepsPast { return "steps before" }
        let letters = cells.isEmpty || cells.contains(where: \.hasC) ? "h and c" : "h"
        return keepsPast ? "\(letters), and steps before" : letters
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
        table.add("state", "\(grouped(cost.stateFloats)) floats a sequence (\(stateWords))")
        if let words = streamObstacleWords {
            table.add("streaming", "no: " + words)
        } else if let delay = Plan(self, .step)?.delay, delay > 0 {
            table.add("streaming", "results from step \(grouped(delay + 1)) on")
        }
        if let weights {
            let kept = precision == .float32 ? "" : ", matrices as \(precision)"
            table.add("weights", "\(printable(weights.file.value)), \(weights.placement.rawValue)\(kept)")
        }
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

extension Recurrent {
    /// The module's equations, and under them the shape of every matrix and vector in them.
    func equationLines(name: String, _ paint: Paint) -> [String] {
        let signs =
            switch cell {
            case .lstm, .gru:
                recurrentActivation == .sigmoid
                    ? "σ is the sigmoid, ⊙ the product of elements"
                    : "σ is \(recurrentActivation.rawValue), ⊙ the product of elements"
            case .rnn: "of one gate"
            }
        return ["\(name), at each step t (\(signs)):"] + equations.map { "  " + $0 } + [""] + shapeTable(paint)
    }

    private var equations: [String] {
        let b = { (gate: String) in bias ? " + b_i\(gate)" : "" }
        let r = { (gate: String) in bias ? " + b_h\(gate)" : "" }
        let gate = { (name: String, function: String) in
            "\(name)_t = \(function)(W_i\(name) x_t\(b(name)) + W_h\(name) h_(t-1)\(r(name)))"
        }
        let outer = activation.rawValue
        switch cell {
        case .lstm:
            let c = "\(outer)(c_t)"
            return [("i", "σ"), ("f", "σ"), ("g", outer), ("o", "σ")].map(gate) + [
                "c_t = f_t ⊙ c_(t-1) + i_t ⊙ g_t", projSize > 0 ? "h_t = W_hr (o_t ⊙ \(c))" : "h_t = o_t ⊙ \(c)",
            ]
        case .gru(let resetAfter):
            let n = resetAfter ? "r_t ⊙ (W_hn h_(t-1)\(r("n")))" : "W_hn (r_t ⊙ h_(t-1))\(r("n"))"
            return [gate("r", "σ"), gate("z", "σ")] + [
                "n_t = \(outer)(W_in x_t\(b("n")) + \(n))", "h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_(t-1)",
            ]
        case .rnn:
            let (first, second) = bias ? (" + b_ih", " + b_hh") : ("", "")
            return ["h_t = \(outer)(W_ih x_t\(first) + W_hh h_(t-1)\(second))"]
        }
    }

    /// The gates' letters, in the order of their rows; none where there is but one.
    private var gateLetters: [String] {
        switch cell {
        case .lstm: ["i", "f", "g", "o"]
        case .gru: ["r", "z", "n"]
        case .rnn: []
        }
    }

    private func gateNames(_ before: String, _ only: String) -> String {
        gateLetters.isEmpty ? only : gateLetters.map { before + $0 }.joined(separator: " ")
    }

    private func shapeTable(_ paint: Paint) -> [String] {
        var table = Table([.left, .left, .left, .left])
        table.addHeading("", "each", "tensor", "shape")
        for layer in 0..<numLayers {
            for direction in 0..<directions {
                let suffix = Recurrent.suffix(layer: layer, reverse: direction == 1)
                let inputs = inputSize(ofLayer: layer)
                table.add(
                    gateNames("W_i", "W_ih"), "(\(hiddenSize), \(inputs))", "weight_ih\(suffix)",
                    "(\(gates * hiddenSize), \(inputs))")
                table.add(
                    gateNames("W_h", "W_hh"), "(\(hiddenSize), \(stateSize))", "weight_hh\(suffix)",
                    "(\(gates * hiddenSize), \(stateSize))")
                if bias {
                    for (letter, stem) in [("i", "bias_ih"), ("h", "bias_hh")] {
                        table.add(
                            gateNames("b_\(letter)", "b_\(letter)h"), "(\(hiddenSize),)", stem + suffix,
                            "(\(gates * hiddenSize),)")
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
