// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.LayerNorm over the last axis, with the biased variance: y = (x - mean) / sqrt(variance + eps) * weight + bias.
public struct LayerNorm: OperationDescription {
    /// normalized_shape: the size of the last axis.
    public let size: Int
    /// What is added to the variance under the root.
    public let eps: Float
    /// elementwise_affine.
    public let hasWeight: Bool
    /// elementwise_affine and bias.
    public let hasBias: Bool

    public var kind: OperationKind { .layerNorm }
    public var arguments: [Setting] {
        [.init("size", size), .init("eps", eps), .init("weight", hasWeight), .init("bias", hasBias)]
    }
    public var parameters: [LocalParameter] {
        (hasWeight ? [LocalParameter(key: "weight", shape: [size])] : [])
            + (hasBias ? [LocalParameter(key: "bias", shape: [size])] : [])
    }
    /// No matrix product, so no multiply-adds by the cost model's rule.
    public var cost: Cost? {
        Cost(parameters: checkedProduct(size, (hasWeight ? 1 : 0) + (hasBias ? 1 : 0)), macsPerStep: 0)
    }
    public var overwritableInputs: Range<Int> { 0..<1 }
}

extension OperationKind {
    static let layerNorm = OperationKind(
        LayerKind(
            "layer_norm", "torch.nn.LayerNorm, over the last axis.",
            keys: [Keys.eps.any, Keys.elementwiseAffine.any, Keys.bias.any],
            otherWords: ["epsilon": "eps", "affine": "elementwise_affine"], nicknames: ["layernorm"]),
        .norm
    ) { site, lowering in
        site.output = site.given.flow
        let eps = lowering.epsilon(site.entry[Keys.eps], default: 1e-5)
        guard let size = site.given.flow.size, let eps,
            let affine = site.entry[Keys.elementwiseAffine].value(default: true),
            let bias = site.entry[Keys.bias].value(default: true)
        else { return nil }
        return .layerNorm(LayerNorm(size: size, eps: eps, hasWeight: affine, hasBias: affine && bias))
    }

    private enum Keys {
        static let eps = LayerKey.number(
            "eps", minimum: 0, default: "1e-5", "What is added to the variance under the root.")
        static let elementwiseAffine = LayerKey.boolean(
            "elementwise_affine", default: "true", "Whether the layer has a weight (and a bias) for each value.")
        static let bias = LayerKey.boolean(
            "bias", default: "true", "Whether an elementwise_affine layer has a bias.")
    }
}
