// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.Linear: y = x Wᵀ + b with weight (out_features, in_features), over the last axis.
public struct Linear: OperationDescription {
    /// in_features: the size of the last axis of x.
    public let inFeatures: Int
    /// out_features: the size of the last axis of the result.
    public let outFeatures: Int
    /// Whether it adds a bias.
    public let bias: Bool
    /// The vectors of a step that it is run on.
    public let vectors: Int

    public var kind: OperationKind { .linear }
    public var arguments: [Setting] {
        [.init("in_features", inFeatures), .init("out_features", outFeatures), .init("bias", bias)]
    }
    public var parameters: [LocalParameter] {
        [LocalParameter(key: "weight", shape: [outFeatures, inFeatures], isMatrix: true)]
            + (bias ? [LocalParameter(key: "bias", shape: [outFeatures])] : [])
    }
    public var cost: Cost? {
        let products = checkedProduct(outFeatures, inFeatures)
        return Cost(
            parameters: checkedSum([products, bias ? outFeatures : 0]),
            macsPerStep: products.flatMap { checkedProduct($0, vectors) })
    }
    public var initialWidth: Int { inFeatures }
}

extension OperationKind {
    static let linear = OperationKind(
        LayerKind(
            "linear", "torch.nn.Linear, over the last axis.",
            keys: [Keys.outFeatures.any, Keys.inFeatures.any, Keys.bias.any],
            otherWords: [
                "units": "out_features", "out": "out_features", "output_size": "out_features", "in": "in_features",
                "input_size": "in_features", "use_bias": "bias",
            ], nicknames: ["dense", "fc"]),
        .matrix
    ) { site, lowering in
        lowering.checkJoin(Keys.inFeatures, site)
        let inFeatures = site.given.flow.size
        let outFeatures = lowering.size(site.entry, Keys.outFeatures)
        site.output = site.given.flow.resized(outFeatures)
        let factor = SizeFactor(Keys.outFeatures, site.entry)
        site.setOrigin(outFeatures, "out_features", at: factor?.location, factor)
        guard let inFeatures, let outFeatures, let bias = site.entry[Keys.bias].value(default: true),
            let vectors = site.given.flow.vectors
        else { return nil }
        site.sizes = SizeFactors(
            factors: [site.given.factor, factor], values: [inFeatures, outFeatures], smallest: [1, 1],
            fit: { Linear(inFeatures: $0[0], outFeatures: $0[1], bias: bias, vectors: vectors).cost != nil })
        return .linear(Linear(inFeatures: inFeatures, outFeatures: outFeatures, bias: bias, vectors: vectors))
    }

    private enum Keys {
        static let outFeatures = LayerKey.integer(
            "out_features", minimum: 1, required: true, "The number of values the layer gives.")
        static let inFeatures = LayerKey.integer(
            "in_features", minimum: 1,
            "The number of values the layer is given; checked where it is written. Default: what the layer before gives."
        )
        static let bias = LayerKey.boolean("bias", default: "true", "Whether the layer adds a bias.")
    }
}
