// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.Linear: y = x Wᵀ + b with weight (out_features, in_features).
public struct Linear: Hashable, Sendable {
    /// in_features: the size of the last axis of x.
    public let inFeatures: Int
    /// out_features: the size of the last axis of the result.
    public let outFeatures: Int
    /// Whether it adds a bias.
    public let bias: Bool
}

extension Linear {
    var localParameters: [LocalParameter] {
        [LocalParameter(key: "weight", shape: [outFeatures, inFeatures])]
            + (bias ? [LocalParameter(key: "bias", shape: [outFeatures])] : [])
    }

    var cost: Cost? {
        let products = checkedProduct(outFeatures, inFeatures)
        return Cost(parameters: checkedSum([products, bias ? outFeatures : 0]), macsPerStep: products)
    }
}

extension Lowering {
    mutating func lowerLinear(_ options: LinearOptions, entry: LayerEntry, flow: inout Flow) -> Layer.Operation? {
        checkJoin(options.inFeatures, key: "in_features", layer: entry, given: flow.size)
        let inFeatures = flow.size
        let outFeatures = size(options.outFeatures, "out_features")
        flow = flow.resized(outFeatures)
        setOrigin(
            of: outFeatures, entry, "out_features", at: options.outFeatures.location,
            SizeFactor("out_features", options.outFeatures))
        guard let inFeatures, let outFeatures, let bias = options.bias.value(default: true) else { return nil }
        return .linear(Linear(inFeatures: inFeatures, outFeatures: outFeatures, bias: bias))
    }
}
