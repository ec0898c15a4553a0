// SPDX-License-Identifier: Apache-2.0

/// torch.nn.LayerNorm over the last axis, with the biased variance: y = (x - mean) / sqrt(variance + eps) * weight + bias.
public struct LayerNorm: Hashable, Sendable {
    public let size: Int
    public let eps: Float
    /// elementwise_affine.
    public let hasWeight: Bool
    /// elementwise_affine and bias.
    public let hasBias: Bool
}
