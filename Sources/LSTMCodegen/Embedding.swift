// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension Embedding {
    var packing: Call {
        Call("PackedEmbedding", ["numEmbeddings: \(numEmbeddings)", "embeddingDim: \(embeddingDim)"])
    }

    func call(at site: Site) -> Call {
        Call(site.layer + ".run", [site.x, "count: \(site.rows)", "into: \(site.y)"])
    }
}
