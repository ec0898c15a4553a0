// SPDX-License-Identifier: Apache-2.0

/// An embedding's table: row `id` of (numEmbeddings, embeddingDim).
public struct PackedEmbedding: Sendable {
    public let numEmbeddings: Int
    public let embeddingDim: Int
    private let table: AlignedFloats

    public init(numEmbeddings: Int, embeddingDim: Int, weight: any FloatSource) {
        precondition(weight.shape == [numEmbeddings, embeddingDim])
        self.numEmbeddings = numEmbeddings
        self.embeddingDim = embeddingDim
        table = AlignedFloats(weight)
    }

    /// `count` ids, each in 0..<numEmbeddings, to `count` rows of `embeddingDim` floats.
    public func run(_ ids: UnsafePointer<Int32>, count: Int, into y: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let id = Int(ids[index])
            precondition(id >= 0 && id < numEmbeddings, "token \(id) is not in 0..<\(numEmbeddings)")
            (y + index * embeddingDim).update(from: table.pointer + id * embeddingDim, count: embeddingDim)
        }
    }

    /// Throws where an id has no row.
    public func check(_ ids: some Collection<Int32>) throws(InputError) {
        for (index, id) in ids.enumerated() where id < 0 || id >= numEmbeddings {
            throw .token(index: index, found: Int(id), tokens: numEmbeddings)
        }
    }
}
