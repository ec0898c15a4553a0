// SPDX-License-Identifier: Apache-2.0

/// torch.nn.Embedding: row `id` of weight (num_embeddings, embedding_dim).
public struct Embedding: Hashable, Sendable {
    public let numEmbeddings: Int
    public let embeddingDim: Int
}
