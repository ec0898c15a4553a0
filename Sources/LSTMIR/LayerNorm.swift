// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.LayerNorm over the last axis, with the biased variance: y = (x - mean) / sqrt(variance + eps) * weight + bias.
public struct LayerNorm: Hashable, Sendable {
    /// normalized_shape: the size of the last axis.
    public let size: Int
    /// What is added to the variance under the root.
    public let eps: Float
    /// elementwise_affine.
    public let hasWeight: Bool
    /// elementwise_affine and bias.
    public let hasBias: Bool
}

extension LayerNorm {
    var localParameters: [LocalParameter] {
        (hasWeight ? [LocalParameter(key: "weight", shape: [size])] : [])
            + (hasBias ? [LocalParameter(key: "bias", shape: [size])] : [])
    }

    /// No matrix product, so no multiply-adds by the cost model's rule.
    var cost: Cost? { Cost(parameters: checkedProduct(size, (hasWeight ? 1 : 0) + (hasBias ? 1 : 0)), macsPerStep: 0) }
}

extension Lowering {
    mutating func lowerLayerNorm(_ options: LayerNormOptions, flow: Flow) -> Layer.Operation? {
        let eps = epsilon(options.eps, default: 1e-5)
        guard let size = flow.size, let eps,
            let affine = options.elementwiseAffine.value(default: true), let bias = options.bias.value(default: true)
        else { return nil }
        return .layerNorm(LayerNorm(size: size, eps: eps, hasWeight: affine, hasBias: affine && bias))
    }
}
