// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// Another value for a key of a layer.
struct KeyChange {
    enum Value {
        case integer(Int)
        case boolean(Bool)

        var text: String {
            switch self {
            case .integer(let value): "\(value)"
            case .boolean(let value): "\(value)"
            }
        }
    }

    let key: String
    let found: Value
    let fitting: Value
    /// The parameter that shows it best.
    let evidence: String

    init(_ key: String, _ found: Int, _ fitting: Int, shownBy evidence: String) {
        (self.key, self.found, self.fitting, self.evidence) = (key, .integer(found), .integer(fitting), evidence)
    }

    init(_ key: String, _ found: Bool, _ fitting: Bool, shownBy evidence: String) {
        (self.key, self.found, self.fitting, self.evidence) = (key, .boolean(found), .boolean(fitting), evidence)
    }

    var isChange: Bool { found.text != fitting.text }
}

/// How a layer and the module of its name differ.
enum LayerFit {
    /// The kind word and the keys that would make the layer's own sizes fit; what the module takes, and what the layer is
    /// given.
    case sizes(kind: String?, changes: [KeyChange], needed: Int, given: Int)
    /// It is a module of another kind.
    case otherModule
    /// Weight norm, pruning and the like: the parameters that the weights are computed from.
    case otherForm([String])
    /// Nothing can be said of the two as a whole.
    case unclear

    /// The layer's operation against the parameters of the module, by their own names.
    init(_ operation: Operation, _ shapes: [String: [Int]]) {
        let endings = ["_g", "_v", "_orig", "_mask", "_raw"]
        let forms = shapes.keys.filter { key in endings.contains { key.hasPrefix("weight") && key.hasSuffix($0) } }
        guard forms.isEmpty else {
            self = .otherForm(forms.sorted())
            return
        }
        switch operation {
        case .recurrent(let recurrent): self = Self.recurrent(recurrent, shapes)
        case .embedding(let embedding): self = Self.embedding(embedding, shapes)
        case .linear(let linear): self = Self.linear(linear, shapes)
        case .layerNorm(let norm): self = Self.layerNorm(norm, shapes)
        case .prelu(let prelu): self = Self.prelu(prelu, shapes)
        case .batchNorm(let norm): self = Self.batchNorm(norm, shapes)
        case .conv1d(let conv): self = Self.conv1d(conv, shapes)
        case .pointwise, .softmax, .l2Normalize, .dropout, .last, .pool, .combine, .concat, .slice, .scale, .select,
            .steps, .flip, .repeat, .argmax, .reshape, .transpose, .windowPool, .pad:
            self = .unclear
        }
    }

    private static func fit(_ changes: [KeyChange], needed: Int, given: Int, kind: String? = nil) -> Self {
        .sizes(kind: kind, changes: changes.filter(\.isChange), needed: needed, given: given)
    }

    private static func recurrent(_ layer: Recurrent, _ shapes: [String: [Int]]) -> Self {
        guard let module = RecurrentModule(shapes) else {
            return shapes.keys.contains { $0.hasPrefix("weight_") } ? .unclear : .otherModule
        }
        let kind: String? =
            switch module.gates {
            case layer.gates: nil
            case 4: "lstm"
            case 3: "gru"
            default: "rnn"
            }
        let last = Recurrent.suffix(layer: max(layer.numLayers, module.numLayers) - 1, reverse: false)
        return fit(
            [
                KeyChange("hidden_size", layer.hiddenSize, module.hiddenSize, shownBy: "weight_hh_l0"),
                KeyChange("num_layers", layer.numLayers, module.numLayers, shownBy: "weight_ih" + last),
                KeyChange("bias", layer.bias, module.bias, shownBy: "bias_ih_l0"),
                KeyChange("bidirectional", layer.bidirectional, module.bidirectional, shownBy: "weight_ih_l0_reverse"),
                KeyChange("proj_size", layer.projSize, module.projSize, shownBy: "weight_hr_l0"),
            ], needed: module.inputSize, given: layer.inputSize, kind: kind)
    }

    private static func embedding(_ layer: Embedding, _ shapes: [String: [Int]]) -> Self {
        guard shapes.count == 1, let weight = shapes["weight"], weight.count == 2 else { return .otherModule }
        return fit(
            [KeyChange("embedding_dim", layer.embeddingDim, weight[1], shownBy: "weight")], needed: weight[0],
            given: layer.numEmbeddings)
    }

    private static func linear(_ layer: Linear, _ shapes: [String: [Int]]) -> Self {
        guard let weight = shapes["weight"], weight.count == 2, shapes["running_mean"] == nil else {
            return .otherModule
        }
        guard let hasBias = hasBias(shapes, of: weight[0]) else { return .unclear }
        return fit(
            [
                KeyChange("out_features", layer.outFeatures, weight[0], shownBy: "weight"),
                KeyChange("bias", layer.bias, hasBias, shownBy: "bias"),
            ], needed: weight[1], given: layer.inFeatures)
    }

    private static func layerNorm(_ layer: LayerNorm, _ shapes: [String: [Int]]) -> Self {
        guard let weight = shapes["weight"], weight.count == 1, shapes["running_mean"] == nil else {
            return .otherModule
        }
        guard let hasBias = hasBias(shapes, of: weight[0]) else { return .unclear }
        return fit(
            [
                KeyChange("elementwise_affine", layer.hasWeight, true, shownBy: "weight"),
                KeyChange("bias", layer.hasBias || !layer.hasWeight, hasBias, shownBy: "bias"),
            ], needed: weight[0], given: layer.size)
    }

    private static func batchNorm(_ layer: BatchNorm, _ shapes: [String: [Int]]) -> Self {
        guard let mean = shapes["running_mean"], mean.count == 1 else { return .otherModule }
        guard shapes["running_var"] == mean, let hasBias = hasBias(shapes, of: mean[0]),
            shapes["weight"] == (hasBias ? mean : nil)
        else { return .unclear }
        return fit(
            [KeyChange("affine", layer.affine, hasBias, shownBy: "weight")], needed: mean[0], given: layer.channels)
    }

    private static func prelu(_ layer: PReLU, _ shapes: [String: [Int]]) -> Self {
        guard shapes.count == 1, let weight = shapes["weight"], weight.count == 1 else { return .otherModule }
        return fit(
            [KeyChange("num_parameters", layer.numParameters, weight[0], shownBy: "weight")], needed: 1, given: 1)
    }

    private static func conv1d(_ layer: Conv1d, _ shapes: [String: [Int]]) -> Self {
        guard let weight = shapes["weight"], weight.count == 3 else { return .otherModule }
        guard let hasBias = hasBias(shapes, of: weight[0]) else { return .unclear }
        return fit(
            [
                KeyChange("out_channels", layer.outChannels, weight[0], shownBy: "weight"),
                KeyChange("kernel_size", layer.windows.size, weight[2], shownBy: "weight"),
                KeyChange("bias", layer.bias, hasBias, shownBy: "bias"),
            ], needed: weight[1].multipliedReportingOverflow(by: layer.groups).partialValue, given: layer.inChannels)
    }

    /// Whether there is a bias; nil where it is not one of so many values, or something stands beside it.
    private static func hasBias(_ shapes: [String: [Int]], of size: Int) -> Bool? {
        let known = ["weight", "bias", "running_mean", "running_var"]
        guard shapes.keys.allSatisfy(known.contains) else { return nil }
        guard let bias = shapes["bias"] else { return false }
        return bias == [size] ? true : nil
    }
}
