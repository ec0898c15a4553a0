// SPDX-License-Identifier: Apache-2.0

extension LayerKind {
    /// What a layer of this kind does.
    package var summary: String {
        switch self {
        case .lstm: "torch.nn.LSTM; needs a time axis. Its results are output, h_n and c_n, its first state h0 and c0."
        case .embedding: "torch.nn.Embedding: a row of the table for each token id; only as the first layer."
        case .linear: "torch.nn.Linear, over the last axis."
        case .layerNorm: "torch.nn.LayerNorm, over the last axis."
        case .relu: "max(x, 0), of each value."
        case .tanh: "tanh(x), of each value."
        case .sigmoid: "1 / (1 + exp(-x)), of each value."
        case .gelu: "torch.nn.GELU, of each value: x times the share of a normal distribution that is below x."
        case .softmax: "torch.nn.Softmax, over the last axis."
        case .logSoftmax: "torch.nn.LogSoftmax, over the last axis."
        case .dropout: "torch.nn.Dropout: checked, and does nothing at inference."
        case .last:
            "The last state of the lstm before it: h_n of its last stacked layer, both directions side by side. It ends "
                + "the time axis."
        case .mean: "The mean over time, of a sequence's own steps only; it ends the time axis."
        case .max: "The largest value over time, of a sequence's own steps only; it ends the time axis."
        case .l2Normalize: "torch.nn.functional.normalize, over the last axis."
        }
    }

    /// Every key of ``keys``, in that order.
    package var keyDescriptions: [KeyDescription] {
        switch self {
        case .lstm: lstmKeys
        case .embedding:
            [
                .init(
                    "embedding_dim", .integer(minimum: 1), required: true, "The number of values in a row of the table."
                ),
                .init(
                    "padding_idx", .integer(minimum: nil), "Accepted and checked, as in PyTorch; it changes no result."),
            ]
        case .linear:
            [
                .init("out_features", .integer(minimum: 1), required: true, "The number of values the layer gives."),
                .init(
                    "in_features", .integer(minimum: 1),
                    "The number of values the layer is given; checked where it is written. Default: what the layer "
                        + "before gives."),
                .init("bias", .boolean, default: "true", "Whether the layer adds a bias."),
            ]
        case .layerNorm:
            [
                .init("eps", .number(minimum: 0), default: "1e-5", "What is added to the variance under the root."),
                .init(
                    "elementwise_affine", .boolean, default: "true",
                    "Whether the layer has a weight (and a bias) for each value."),
                .init("bias", .boolean, default: "true", "Whether an elementwise_affine layer has a bias."),
            ]
        case .gelu:
            [
                .init(
                    "approximate", .choice(GELUApproximation.allCases.map(\.rawValue)), default: "none",
                    "none computes 0.5 x (1 + erf(x / sqrt(2))); tanh computes 0.5 x (1 + tanh(sqrt(2 / pi) (x + "
                        + "0.044715 x^3))), as models do that were trained with it.")
            ]
        case .dropout:
            [.init("p", .number(minimum: 0, maximum: 1), default: "0.5", "The probability used in training.")]
        case .l2Normalize:
            [.init("eps", .number(minimum: 0), default: "1e-12", "The least length that is divided by.")]
        case .relu, .tanh, .sigmoid, .softmax, .logSoftmax, .last, .mean, .max: []
        }
    }

    /// What the value of the kind word itself is.
    var nameDescription: KeyDescription {
        .init(
            rawValue, .identifier, required: true,
            summary
                + " The value is the layer's name: a Swift identifier that no other layer has, no keyword, and none "
                + "of State, step, process, output, h_n, c_n, h0, c0, x and lengths.")
    }
}

private let lstmKeys: [KeyDescription] = [
    .init(
        "input_size", .integer(minimum: 1),
        "The number of values the layer is given; checked where it is written. Default: what comes before gives."),
    .init("hidden_size", .integer(minimum: 1), required: true, "The number of hidden units."),
    .init(
        "num_layers", .integer(minimum: 1, maximum: Limits.stackedLayers), default: "1",
        "The number of stacked layers."),
    .init("bias", .boolean, default: "true", "Whether there are bias_ih and bias_hh."),
    .init("bidirectional", .boolean, default: "false", "Whether a second lstm reads the sequence from its end."),
    .init(
        "dropout", .number(minimum: 0, maximum: 1), default: "0.0",
        "The probability between stacked layers in training; does nothing at inference."),
    .init(
        "proj_size", .integer(minimum: 0), default: "0",
        "The size that h is projected to, smaller than hidden_size; 0 is no projection."),
    .init(
        "initial_h", .text,
        "The tensor in the checkpoint that is the first h, (layers * directions, size), the same for every sequence; "
            + "needs initial_c. A given h0 wins. Default: zeros."),
    .init("initial_c", .text, "The same for the first c; needs initial_h."),
]
