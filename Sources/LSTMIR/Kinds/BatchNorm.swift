// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.BatchNorm1d at inference, by its running statistics: y = (x - mean) / sqrt(variance + eps) * weight + bias.
public struct BatchNorm: OperationDescription {
    /// num_features: the size of a vector, C of (C, L).
    public let channels: Int
    /// The values of each channel, one after another: 1 of a vector, L of (C, L).
    public let positions: Int
    /// What is added to the variance under the root.
    public let eps: Float
    /// Whether there are weight and bias.
    public let affine: Bool

    public var kind: OperationKind { .batchNorm }
    public var arguments: [Setting] {
        [.init("num_features", channels), .init("eps", eps), .init("affine", affine)]
    }
    public var parameters: [LocalParameter] {
        (affine ? ["weight", "bias"] : []).map { LocalParameter(key: $0, shape: [channels]) } + [
            LocalParameter(key: "running_mean", shape: [channels]),
            LocalParameter(key: "running_var", shape: [channels], isPositive: true),
        ]
    }
    /// No matrix product, so no multiply-adds by the cost model's rule.
    public var cost: Cost? { Cost(parameters: checkedProduct(channels, affine ? 4 : 2), macsPerStep: 0) }
    public var overwritableInputs: Range<Int> { 0..<1 }
}

extension OperationKind {
    static let batchNorm = OperationKind(
        LayerKind(
            "batch_norm",
            "torch.nn.BatchNorm1d at inference, by its running mean and variance. The channels are the last axis of a vector, "
                + "C of (C, L). num_batches_tracked is not read.",
            keys: [Keys.eps.any, Keys.affine.any], otherWords: ["epsilon": "eps", "elementwise_affine": "affine"],
            nicknames: ["batchnorm", "batch_norm1d", "batchnorm1d", "bn"]),
        .norm
    ) { site, lowering in
        site.output = site.given.flow
        let eps = lowering.epsilon(site.entry[Keys.eps], default: 1e-5)
        guard let sizes = site.given.flow.knownSizes, let channels = sizes.first, let eps,
            let affine = site.entry[Keys.affine].value(default: true)
        else { return nil }
        return .batchNorm(
            BatchNorm(channels: channels, positions: sizes.dropFirst().reduce(1, *), eps: eps, affine: affine))
    }

    private enum Keys {
        static let eps = LayerKey.number(
            "eps", minimum: 0, default: "1e-5", "What is added to the variance under the root.")
        static let affine = LayerKey.boolean(
            "affine", default: "true", "Whether the layer has a weight and a bias for each channel.")
    }
}
