// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A spec drawn from a seed: any layers in any order that lowering takes, with small sizes.
public func randomSpec(seed: UInt64, name: String) -> String {
    var writer = RandomSpecWriter(random: SeededRandom(seed: seed))
    return writer.spec(name: name)
}

private struct RandomSpecWriter {
    var random: SeededRandom
    private var lines: [String] = []
    private var names: [String] = []
    /// What the next layer is given.
    private var hasTime = true
    /// True after an lstm and any dropout.
    private var followsLSTM = false

    init(random: SeededRandom) {
        self.random = random
    }

    /// Names that ask something of whoever gives names to generated code.
    private let stems = ["encoder", "my_layer", "Head", "memory", "LSTM", "weights", "rows", "in_", "été", "层"]

    private mutating func chance(_ percent: Int) -> Bool { random.integer(in: 1...100) <= percent }

    private mutating func pick<T>(_ values: [T]) -> T { values[random.integer(in: 0...(values.count - 1))] }

    mutating func spec(name: String) -> String {
        let tokens = chance(30)
        lines = ["lstmc: 1", "name: \(name)", "input:"]
        lines.append(tokens ? "  tokens: \(random.integer(in: 2...30))" : "  features: \(random.integer(in: 1...20))")
        if random.bool() { lines.append("  batch_first: true") }
        lines += ["weights:", "  file: weights.safetensors"]
        if chance(25) { lines.append("  placement: file") }
        lines.append("layers:")
        if tokens { add("embedding", ["embedding_dim: \(random.integer(in: 1...20))"]) }
        for _ in 0..<random.integer(in: 1...6) { addLayer() }
        if chance(40) { addOutputs() }
        return lines.map { $0 + "\n" }.joined()
    }

    private mutating func add(_ kind: String, _ options: [String] = []) {
        let name = pick(stems) + "\(names.count)"
        names.append(name)
        lines.append("  - \(kind): \(name)")
        lines += options.map { "    " + $0 }
    }

    private mutating func addLayer() {
        let wasLSTM = followsLSTM
        followsLSTM = false
        switch random.integer(in: 0...11) {
        case 0...3 where hasTime: addLSTM()
        case 4 where wasLSTM:
            add("last")
            hasTime = false
        case 5 where hasTime && chance(60):
            add(pick(["mean", "max"]))
            hasTime = false
        case 6:
            add("layer_norm", pick([[], ["eps: 0.01"], ["bias: false"], ["elementwise_affine: false"]]))
        case 7:
            add("dropout")
            followsLSTM = wasLSTM
        case 8: add("l2_normalize", pick([[], ["eps: 0.001"]]))
        case 9: add(pick(["softmax", "log_softmax"]))
        case 10: add(pick(["relu", "tanh", "sigmoid"]))
        default: add("linear", ["out_features: \(random.integer(in: 1...24))"] + pick([[], ["bias: false"]]))
        }
    }

    private mutating func addLSTM() {
        let hidden = random.integer(in: 1...33)
        var options = ["hidden_size: \(hidden)"]
        if chance(40) { options.append("num_layers: \(random.integer(in: 1...3))") }
        if chance(30) { options.append("bidirectional: true") }
        if chance(30) { options.append("bias: false") }
        if chance(30), hidden > 1 { options.append("proj_size: \(random.integer(in: 1...(hidden - 1)))") }
        if chance(20) { options += ["initial_h: first_h\(names.count)", "initial_c: first_c\(names.count)"] }
        add("lstm", options)
        followsLSTM = true
    }

    /// Some of the layers, in an order of their own.
    private mutating func addOutputs() {
        let chosen = names.shuffled(using: &random).prefix(random.integer(in: 1...names.count))
        lines.append("outputs: [\(chosen.joined(separator: ", "))]")
    }
}
