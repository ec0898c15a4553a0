// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.Embedding: row `id` of weight (num_embeddings, embedding_dim).
public struct Embedding: Hashable, Sendable {
    /// The rows of the table: token ids are in 0..<numEmbeddings.
    public let numEmbeddings: Int
    /// The size of a row.
    public let embeddingDim: Int
}

extension Embedding {
    var localParameters: [LocalParameter] { [LocalParameter(key: "weight", shape: [numEmbeddings, embeddingDim])] }

    /// A lookup multiplies nothing.
    var cost: Cost? { Cost(parameters: checkedProduct(numEmbeddings, embeddingDim), macsPerStep: 0) }
}

extension Lowering {
    mutating func lowerEmbedding(
        _ options: EmbeddingOptions, entry: LayerEntry, index: Int, flow: inout Flow
    ) -> Layer.Operation? {
        let name = entry.name.value ?? ""
        let place = entry.options?.location ?? entry.location
        let tokens = document.input.value?.tokens.value
        if index > 0 {
            report(.embeddingNotFirst(layer: name), at: place)
        } else if document.input.value?.features.isAbsent == false {
            report(.embeddingWithoutTokens(layer: name), at: place)
        }
        let dim = size(options.embeddingDim, "embedding_dim")
        if let padding = options.paddingIdx.located, let tokens, tokens >= 1,
            !(-tokens..<tokens).contains(padding.value)
        {
            report(
                .outOfRange(
                    key: "padding_idx", value: "\(padding.value)", range: "at least -\(tokens) and below \(tokens)"),
                at: padding.location)
        }
        flow = .sequence(dim)
        setOrigin(
            of: dim, entry, "embedding_dim", at: options.embeddingDim.location,
            SizeFactor("embedding_dim", options.embeddingDim))
        guard let tokens, let dim, !options.paddingIdx.isInvalid else { return nil }
        return .embedding(Embedding(numEmbeddings: tokens, embeddingDim: dim))
    }
}
