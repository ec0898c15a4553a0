// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.Embedding: row `id` of weight (num_embeddings, embedding_dim).
public struct Embedding: OperationDescription {
    /// The rows of the table: token ids are in 0..<numEmbeddings.
    public let numEmbeddings: Int
    /// The size of a row.
    public let embeddingDim: Int

    public var kind: OperationKind { .embedding }
    public var arguments: [Setting] {
        [.init("num_embeddings", numEmbeddings), .init("embedding_dim", embeddingDim)]
    }
    public var parameters: [LocalParameter] { [LocalParameter(key: "weight", shape: [numEmbeddings, embeddingDim])] }
    /// A lookup multiplies nothing.
    public var cost: Cost? { Cost(parameters: checkedProduct(numEmbeddings, embeddingDim), macsPerStep: 0) }
}

extension OperationKind {
    static let embedding = OperationKind(
        LayerKind(
            "embedding", "torch.nn.Embedding: a row of the table for each token id; reads an input of tokens.",
            keys: [Keys.embeddingDim.any, Keys.paddingIdx.any],
            otherWords: [
                "dim": "embedding_dim", "size": "embedding_dim", "embedding_size": "embedding_dim",
                "pad": "padding_idx",
            ], nicknames: ["emb"]),
        .table, takes: .init(tokens: true)
    ) { site, lowering in
        let tokens = lowering.tokens(of: site)
        let dim = lowering.size(site.entry, Keys.embeddingDim)
        if let padding = site.entry[Keys.paddingIdx].located, let tokens, tokens >= 1,
            !(-tokens..<tokens).contains(padding.value)
        {
            lowering.report(
                .outOfRange(
                    key: "padding_idx", value: "\(padding.value)", range: "at least -\(tokens) and below \(tokens)"),
                at: padding.location)
        }
        site.give([dim], time: site.given.flow.time)
        let factor = SizeFactor(Keys.embeddingDim, site.entry)
        site.setOrigin(dim, "embedding_dim", at: factor?.location, factor)
        guard let tokens, let dim, !site.entry[Keys.paddingIdx].isInvalid else { return nil }
        site.sizes = SizeFactors(
            factors: [site.given.factor, factor], values: [tokens, dim], smallest: [1, 1],
            fit: { Embedding(numEmbeddings: $0[0], embeddingDim: $0[1]).cost != nil })
        return .embedding(Embedding(numEmbeddings: tokens, embeddingDim: dim))
    }

    private enum Keys {
        static let embeddingDim = LayerKey.integer(
            "embedding_dim", minimum: 1, required: true, "The number of values in a row of the table.")
        static let paddingIdx = LayerKey.integer(
            "padding_idx", minimum: nil, "Accepted and checked, as in PyTorch; it changes no result.")
    }
}
