// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension CallSite {
    /// A row of the table for each id.
    var embedding: Call {
        Call(.layer(packed, "run"), [.pointer(x), values("count", of: call.inputs.first), .pointer("into", y)])
    }
}

extension Embedding {
    var packing: Packing {
        Packing("PackedEmbedding", ["numEmbeddings: \(numEmbeddings)", "embeddingDim: \(embeddingDim)"])
    }
}
