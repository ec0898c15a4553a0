// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension LSTM {
    var packing: Call {
        var arguments = ["inputSize: \(inputSize)", "hiddenSize: \(hiddenSize)"]
        if numLayers != 1 { arguments.append("numLayers: \(numLayers)") }
        if !bias { arguments.append("bias: false") }
        if bidirectional { arguments.append("bidirectional: true") }
        if projSize > 0 { arguments.append("projSize: \(projSize)") }
        return Call("PackedLSTM", arguments)
    }

    /// Floats of workspace for one step, enough for blocks of up to 16 hidden units: the four gates and three vectors of
    /// one, and what it takes to begin at a cache line.
    var stepWorkspace: Int { 7 * ((hiddenSize + 15) / 16 * 16) + 16 }

    /// True where `LSTMStep` overwrites what comes after h and c.
    var stepNeedsRoom: Bool { numLayers == 1 && projSize == 0 }

    func call(at site: Site) -> Call {
        let state = ["h: \(site.h)", "c: \(site.c)"]
        switch site.mode {
        case .whole:
            let sizes = ["steps: steps", "batch: batch", "layout: \(site.layout)", "lengths: lengths"]
            return Call(site.layer + ".run", [site.x] + sizes + state + ["into: \(site.y)", "workspace: workspace"])
        case .chunk:
            return Call(
                site.layer + ".run",
                [site.x, "steps: steps", "batch: 1"] + state + ["into: \(site.y)", "workspace: workspace"])
        case .step:
            return Call(site.layer + ".run", [site.x] + state + ["into: \(site.y)", "workspace: workspace"])
        }
    }
}
