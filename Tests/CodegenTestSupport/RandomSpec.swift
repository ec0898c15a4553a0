// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// A spec drawn from a seed: any layers in any order that lowering takes, with every option that changes what is
/// computed or generated, and sizes near those at which the kernels do something else.
public func randomSpec(seed: UInt64, name: String) -> String {
    var writer = RandomSpecWriter(random: SeededRandom(seed: seed))
    return writer.spec(name: name)
}

private struct RandomSpecWriter {
    var random: SeededRandom
    private var lines: [String] = []
    private var names: [String] = []
    private var withWeights: [String] = []
    /// What the next layer is given.
    private var hasTime = true
    private var width = 0
    /// True after an lstm and any dropout.
    private var followsLSTM = false

    init(random: SeededRandom) {
        self.random = random
    }

    /// Names that ask something of whoever gives names to generated code.
    private let stems = ["encoder", "my_layer", "Head", "memory", "LSTM", "weights", "rows", "in_", "été", "层"]

    private mutating func chance(_ percent: Int) -> Bool { random.integer(in: 1...100) <= percent }

    private mutating func pick<T>(_ values: [T]) -> T { values[random.integer(in: 0...(values.count - 1))] }

    /// More often than not one with a block, a vector or a cache line just full, or one more or less.
    private mutating func size(_ limit: Int) -> Int {
        let edges = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129]
        return chance(60) ? pick(edges.filter { $0 <= limit }) : random.integer(in: 1...limit)
    }

    mutating func spec(name: String) -> String {
        let tokens = chance(30) ? random.integer(in: 2...30) : nil
        width = tokens == nil ? size(chance(10) ? 130 : 33) : 0
        lines = ["lstmc: 1", "name: \(name)", "input:"]
        lines.append(tokens.map { "  tokens: \($0)" } ?? "  features: \(width)")
        if random.bool() { lines.append("  batch_first: true") }
        addWeights()
        let weightLines = lines.count
        if let tokens, tokens > 3, chance(40) {
            lines.append("vocabulary: { file: vocabulary.json, unknown: \(random.integer(in: 0...(tokens - 1))) }")
        }
        lines.append("layers:")
        if let tokens { addEmbedding(tokens) }
        for _ in 0..<random.integer(in: 1...6) { addLayer() }
        if chance(30), let named = withWeights.randomElement(using: &random) {
            lines.insert("  names: { \(named): other.module }", at: weightLines)
        }
        if chance(40) { addOutputs() } else if chance(40), width < 66 { addLabels() }
        return lines.map { $0 + "\n" }.joined()
    }

    private mutating func addWeights() {
        lines += ["weights:", "  file: weights.safetensors"]
        if chance(25) { lines.append("  placement: file") }
        if chance(40) { lines.append("  precision: \(pick(["float16", "bfloat16", "int8"]))") }
        if chance(25) { lines.append("  prefix: \"model.\"") }
    }

    private mutating func add(_ kind: String, _ options: [String] = []) {
        let name = pick(stems) + "\(names.count)"
        names.append(name)
        if ["lstm", "linear", "embedding"].contains(kind) { withWeights.append(name) }
        lines.append("  - \(kind): \(name)")
        lines += options.map { "    " + $0 }
    }

    private mutating func addEmbedding(_ tokens: Int) {
        width = size(40)
        let padding = chance(30) ? ["padding_idx: \(random.integer(in: 0...(tokens - 1)))"] : []
        add("embedding", ["embedding_dim: \(width)"] + padding)
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
            add(
                "layer_norm",
                pick([[], ["eps: 0.01"], ["bias: false"], ["elementwise_affine: false"], ["eps: 3", "bias: false"]]))
        case 7:
            add("dropout", pick([[], ["p: 0"], ["p: 0.1"], ["p: 1"]]))
            followsLSTM = wasLSTM
        case 8: add("l2_normalize", pick([[], ["eps: 0.001"], ["eps: 2"]]))
        case 9: add(pick(["softmax", "log_softmax"]))
        case 10:
            let gelu = chance(40)
            add(gelu ? "gelu" : pick(["relu", "tanh", "sigmoid"]), gelu ? pick([[], ["approximate: tanh"]]) : [])
        default: addLinear()
        }
    }

    private mutating func addLinear() {
        let inFeatures = chance(20) ? ["in_features: \(width)"] : []
        width = size(65)
        add("linear", ["out_features: \(width)"] + inFeatures + pick([[], ["bias: false"], ["bias: true"]]))
    }

    private mutating func addLSTM() {
        let hidden = size(chance(10) ? 130 : 33)
        var options = ["hidden_size: \(hidden)"]
        if chance(20) { options.append("input_size: \(width)") }
        let numLayers = chance(40) ? random.integer(in: 1...3) : 1
        if numLayers > 1 { options += ["num_layers: \(numLayers)"] + (chance(20) ? ["dropout: 0.25"] : []) }
        let isBidirectional = chance(30)
        if isBidirectional { options.append("bidirectional: true") }
        if chance(30) { options.append("bias: false") }
        width = hidden
        if chance(30), hidden > 1 {
            width = size(hidden - 1)
            options.append("proj_size: \(width)")
        }
        if isBidirectional { width *= 2 }
        if chance(20) { options += ["initial_h: first_h\(names.count)", "initial_c: first_c\(names.count)"] }
        add("lstm", options)
        followsLSTM = true
    }

    /// Some of the layers, in an order of their own.
    private mutating func addOutputs() {
        let chosen = names.shuffled(using: &random).prefix(random.integer(in: 1...names.count))
        lines.append("outputs: [\(chosen.joined(separator: ", "))]")
    }

    /// Names for what the last layer gives, where that is one result.
    private mutating func addLabels() {
        guard !followsLSTM || lines.last?.hasPrefix("  - dropout") == true else { return }
        let labels = (0..<width).map { pick(["B", "in", "x-y", "ป", "1"]) + "\($0)" }
        lines.append("labels: [\(labels.joined(separator: ", "))]")
        if hasTime, chance(50) { lines.append("segment_starts: [\(pick(labels))]") }
    }
}
