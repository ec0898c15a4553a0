// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// An embedding's table: row `id` of (numEmbeddings, embeddingDim).
public struct PackedEmbedding: Sendable {
    /// The rows of the table: ids are in 0..<numEmbeddings.
    public let numEmbeddings: Int
    /// The floats of a row.
    public let embeddingDim: Int
    private let table: AlignedFloats

    /// Copies the table.
    ///
    /// - Parameters:
    ///   - numEmbeddings: the rows of the table.
    ///   - embeddingDim: the floats of a row.
    ///   - weight: (numEmbeddings, embeddingDim), which is a precondition.
    public init(numEmbeddings: Int, embeddingDim: Int, weight: any FloatSource) {
        precondition(weight.shape == [numEmbeddings, embeddingDim])
        self.numEmbeddings = numEmbeddings
        self.embeddingDim = embeddingDim
        table = AlignedFloats(weight)
    }

    /// `count` ids, each in 0..<numEmbeddings (which is a precondition), to `count` rows of `embeddingDim` floats.
    public func run(_ ids: UnsafePointer<Int32>, count: Int, into y: UnsafeMutablePointer<Float>) {
        for index in 0..<count {
            let id = Int(ids[index])
            precondition(id >= 0 && id < numEmbeddings, "token \(id) is not in 0..<\(numEmbeddings)")
            (y + index * embeddingDim).update(from: table.pointer + id * embeddingDim, count: embeddingDim)
        }
    }

    /// Looks at every id, for callers that were given them.
    ///
    /// - Throws: ``InputError/token(index:found:tokens:)`` for the first id that has no row.
    @_alwaysEmitIntoClient
    public func check(_ ids: some Collection<Int32>) throws(InputError) {
        for (index, id) in ids.enumerated() where id < 0 || id >= numEmbeddings {
            throw .token(index: index, found: Int(id), tokens: numEmbeddings)
        }
    }
}
