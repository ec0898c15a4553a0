// SPDX-License-Identifier: Apache-2.0

/// torch.nn.Linear: y = x Wᵀ + b with weight (out_features, in_features).
public struct Linear: Hashable, Sendable {
    public let inFeatures: Int
    public let outFeatures: Int
    public let bias: Bool
}
