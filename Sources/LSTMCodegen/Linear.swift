// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension Linear {
    var packing: Call {
        Call(
            "PackedLinear",
            ["inFeatures: \(inFeatures)", "outFeatures: \(outFeatures)"] + (bias ? [] : ["bias: false"]))
    }

    func call(at site: Site) -> Call {
        Call(site.layer + ".run", [site.x, "rows: \(site.rows)", "into: \(site.y)"])
    }
}
