// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension LayerNorm {
    var packing: Call {
        var arguments = ["size: \(size)", "eps: \(eps)"]
        if !hasWeight { arguments.append("weight: false") }
        if !hasBias { arguments.append("bias: false") }
        return Call("PackedLayerNorm", arguments)
    }

    func call(at site: Site) -> Call {
        Call(site.layer + ".run", [site.x, "rows: \(site.rows)", "into: \(site.y)"])
    }
}
