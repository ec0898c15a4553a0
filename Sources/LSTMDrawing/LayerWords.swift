// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Model {
    /// What a layer takes, in order; the whole of a recurrent layer where the layer was given that and reads its state, as
    /// `last` does.
    func given(to index: Int) -> [Value] {
        let layer = layers[index]
        return zip(layer.inputs, layer.inputShapes).map { value, shape in
            switch value {
            case .input, .output: value
            case .state(let source, _): shape == self.shape(of: value) ? value : .output(source)
            }
        }
    }

    /// A value's axes; of a state, its name before them.
    func words(of value: Value, _ axes: AxisNames) -> String {
        switch value {
        case .input, .output: axes.text(shape(of: value))
        case .state(let layer, let slot):
            layers[layer].operation.stateSlots[slot].name + "_n " + axes.text(shape(of: value))
        }
    }

    /// What a layer's sizes and options are, on one line; empty where it has none.
    func details(of index: Int) -> String {
        let layer = layers[index]
        switch layer.operation {
        case .recurrent(let lstm):
            return ([lstm.details] + [lstm.moreDetails].filter { !$0.isEmpty }).joined(separator: ", ")
        case .embedding(let embedding): return "\(embedding.numEmbeddings) ids → \(embedding.embeddingDim) values"
        case .linear(let linear):
            return "\(linear.inFeatures) → \(linear.outFeatures)" + (linear.bias ? "" : ", no bias")
        case .layerNorm(let norm):
            return "\(norm.size) values, eps \(norm.eps)"
                + (norm.hasWeight ? (norm.hasBias ? "" : ", no bias") : ", not affine")
        case .pointwise(.gelu(.none)), .softmax, .argmax, .flip: return ""
        case .pointwise(let function): return listed(function.arguments)
        case .prelu(let prelu): return counted(prelu.numParameters, "weight")
        case .l2Normalize(let normalize): return "to length 1, eps \(normalize.eps)"
        case .dropout: return "nothing at inference"
        case .last: return lastDetails(of: layer)
        case .pool(let pool): return pool.function.details
        case .combine(let combine):
            return combine.function.details(
                given(to: index).prefix(Self.namesShown).map { name(of: $0) }, combine.count)
        case .concat(let concat):
            let parts = zip(given(to: index), concat.sizes).prefix(Self.namesShown).map { "\(name(of: $0)) \($1)" }
            return enumerated(parts, of: concat.sizes.count, separator: ", ")
        case .slice(let slice):
            return "[\(slice.start):\(slice.start + slice.count)] of \(counted(slice.size, "value"))"
        case .scale(let scale):
            return "\(scale.names.first) \(scale.first.words), \(scale.names.second) \(scale.second.words)"
        case .select(let select): return select.index == -1 ? "the last step" : "step \(select.index)"
        case .steps(let range):
            return "steps [" + (range.start.map(String.init) ?? "") + ":" + (range.stop.map(String.init) ?? "") + "]"
        case .repeat(let repetition): return counted(repetition.steps, "step")
        case .batchNorm(let norm):
            return "\(counted(norm.channels, "channel")), eps \(norm.eps)" + (norm.affine ? "" : ", not affine")
        case .conv1d(let conv): return conv.details
        case .windowPool(let pool): return pool.windows.details(pool.over, padding: pool.windows.left)
        case .pad(let pad):
            return "\(pad.left) before, \(pad.right) after" + (pad.mode == .zeros ? "" : ", \(pad.mode.rawValue)")
                + (pad.over == .time ? "" : ", over positions")
        case .reshape, .transpose: return "\(axes(layer.input)) → \(axes(layer.output))"
        }
    }

    /// As many names of what a layer takes stand in its line.
    private static var namesShown: Int { 64 }

    private func axes(_ shape: Shape) -> String { shape.sizes.map(String.init).joined(separator: " × ") }

    private func lastDetails(of layer: Layer) -> String {
        guard let source = layer.inputs.first?.layer, let lstm = layers[source].operation.recurrent else { return "" }
        let top = lstm.numLayers > 1 ? " of l\(lstm.numLayers - 1)" : ""
        return "h_n\(top)" + (lstm.bidirectional ? ", both directions" : "")
    }
}

private func listed(_ arguments: [Setting]) -> String {
    arguments.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
}

/// The first of `count` words, and how many are left out.
private func enumerated(_ words: [String], of count: Int, separator: String) -> String {
    words.joined(separator: separator) + (words.count < count ? " … and \(count - words.count) more" : "")
}

extension Windows {
    fileprivate func details(_ axis: WindowAxis, padding: Int) -> String {
        "kernel \(size)" + (stride == 1 ? "" : ", stride \(stride)") + (padding == 0 ? "" : ", padding \(padding)")
            + (dilation == 1 ? "" : ", dilation \(dilation)") + (axis == .time ? "" : ", over positions")
    }
}

extension Conv1d {
    fileprivate var details: String {
        let number: Int
        var word = ""
        switch padding {
        case .number(let count): number = count
        case .same: (number, word) = (0, ", same")
        case .causal: (number, word) = (0, ", causal")
        }
        return "\(inChannels) → \(outChannels), " + windows.details(over, padding: number) + word
            + (groups == 1 ? "" : ", \(counted(groups, "group"))") + (bias ? "" : ", no bias")
    }
}

extension Pool.Function {
    fileprivate var details: String {
        switch self {
        case .mean: "of the valid steps"
        case .max, .sum: "over the valid steps"
        }
    }
}

extension Combination.Function {
    /// The formula, with the names of what is combined.
    fileprivate func details(_ names: [String], _ count: Int) -> String {
        switch self {
        case .add: enumerated(names, of: count, separator: " + ")
        case .subtract: enumerated(names, of: count, separator: " − ")
        case .multiply: enumerated(names, of: count, separator: " × ")
        case .maximum: "the largest of " + enumerated(names, of: count, separator: ", ")
        }
    }
}

extension Scale.Operand {
    fileprivate var words: String {
        switch self {
        case .values(let values) where values.count <= 4:
            values.count == 1 ? "\(values[0])" : "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
        case .values(let values): "of \(values.count) values"
        case .tensor(let name): shownText(name)
        }
    }
}

extension Recurrent {
    /// What nearly every recurrent layer is described by.
    var details: String {
        var words = ["\(inputSize) → hidden_size \(hiddenSize)"]
        if numLayers > 1 { words.append("num_layers \(numLayers)") }
        if bidirectional { words.append("bidirectional") }
        return words.joined(separator: ", ")
    }

    /// The options few have; empty for the others.
    var moreDetails: String {
        var words: [String] = []
        if projSize > 0 { words.append("proj_size \(projSize)") }
        if cell == .gru(resetAfter: false) { words.append("reset before the product") }
        if activation != .tanh {
            words.append(cell == .rnn ? activation.rawValue : "activation \(activation.rawValue)")
        }
        if recurrentActivation != .sigmoid { words.append("recurrent_activation \(recurrentActivation.rawValue)") }
        if !bias { words.append("no bias") }
        if initialState != nil { words.append("first state from the checkpoint") }
        return words.joined(separator: ", ")
    }
}

extension Model.Input {
    /// What a step of it is, or the one value of a sequence.
    var words: String {
        let unit = shape.hasTime ? "step" : "sequence"
        switch kind {
        case .features(let sizes) where sizes.count == 1: return "\(counted(sizes[0], "feature")) a \(unit)" + filling
        case .features(let sizes):
            return sizes.map(String.init).joined(separator: " × ") + " values a \(unit)" + filling
        case .tokens(let count):
            return (shape.hasTime ? "token ids" : "a token id,") + " 0 to \(count - 1)" + filling
        }
    }

    private var filling: String {
        guard let padding else { return "" }
        // An id is written as one.
        return ", padding " + (tokens == nil ? "\(padding)" : "\(Int(padding))")
    }
}
