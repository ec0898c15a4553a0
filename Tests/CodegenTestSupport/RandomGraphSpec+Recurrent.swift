// SPDX-License-Identifier: Apache-2.0

extension RandomGraphWriter {
    mutating func addRecurrent() {
        guard let x = recent({ $0.axis != nil && $0.sizes.count == 1 }) else { return addLinear() }
        let hidden = size()
        var options = ["hidden_size: \(hidden)"]
        let numLayers = chance(25) ? 2 : 1
        if numLayers > 1 { options.append("num_layers: 2") }
        var width = hidden
        let kind = pick(["lstm", "lstm", "gru", "rnn"])
        let functions = ["tanh", "relu", "sigmoid", "hardsigmoid", "hardsigmoid_0.2", "linear"]
        switch kind {
        case "rnn": if chance(30) { options.append("nonlinearity: relu") }
        case "gru" where chance(30): options.append("reset_after: false")
        case "lstm", "gru":
            if chance(15) { options.append("activation: \(pick(functions))") }
            if chance(15) { options.append("recurrent_activation: \(pick(functions))") }
        default: break
        }
        if kind == "lstm", hidden > 2, chance(20) {
            width = hidden - 1
            options.append("proj_size: \(width)")
        }
        let both = !streams && chance(25)
        if both { options.append("bidirectional: true") }
        if chance(20) { options.append("bias: false") }
        let directions = both ? 2 : 1
        addInitial(kind, states: numLayers * directions, width: width, hidden: hidden, to: &options)
        add(kind, from: [x], options, axis: x.axis, sizes: [width * directions], isRecurrent: true)
        let layer = values[values.count - 1]
        if !streams {
            values.append(Known(name: layer.name + ".h_n", axis: nil, sizes: [numLayers * directions * width]))
            guard kind == "lstm" else { return }
            values.append(Known(name: layer.name + ".c_n", axis: nil, sizes: [numLayers * directions * hidden]))
        }
    }

    /// Now and then a first state from another value, through a linear layer of the right size.
    private mutating func addInitial(
        _ kind: String, states: Int, width: Int, hidden: Int, to options: inout [String]
    ) {
        var entries: [String] = []
        for (letter, size) in [("h", width), ("c", hidden)] where letter == "h" || kind == "lstm" {
            guard chance(20), let first = recent({ $0.axis == nil && $0.sizes.count == 1 }) else { continue }
            add("linear", from: [first], ["out_features: \(states * size)"], axis: nil, sizes: [states * size])
            entries.append("\(letter): \(values[values.count - 1].name)")
        }
        if !entries.isEmpty { options.append("initial: { \(entries.joined(separator: ", ")) }") }
    }
}
