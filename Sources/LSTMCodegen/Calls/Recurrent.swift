// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension CallSite {
    /// An lstm over sequences, or a step of one.
    var lstm: Call {
        guard let place = type.lstm(at: call.layer), let rows = call.inputs.first?.rows else {
            return Call(.layer(packed, "run"), [])
        }
        let state: [Call.Argument] = [.text("h", place.h), .text("c", place.c)]
        let end: [Call.Argument] = state + [.pointer("into", y), .text("workspace", "workspace")]
        switch mode {
        case .whole:
            return Call(.layer(packed, "run"), [.pointer(x)] + sizes(rows) + [layout] + lengths(rows) + end)
        case .chunk: return Call(.layer(packed, "run"), [.pointer(x)] + sizes(rows) + end)
        case .step: return Call(.layer(place.step, "run"), [.pointer(x)] + end)
        }
    }

    /// h of the last of a recurrent layer's stacked layers, both directions side by side.
    var last: Call {
        guard case .state(let recurrent, _)? = call.inputs.first?.place else { return Call(.layer(packed, "last"), []) }
        return Call(
            .layer(type.layerNames[recurrent], "last"),
            [.pointer("ofState", x), .text("batch", "batch"), .pointer("into", y)])
    }
}

extension LSTM {
    var packing: Packing {
        var arguments = ["inputSize: \(inputSize)", "hiddenSize: \(hiddenSize)"]
        if numLayers != 1 { arguments.append("numLayers: \(numLayers)") }
        if !bias { arguments.append("bias: false") }
        if bidirectional { arguments.append("bidirectional: true") }
        if projSize > 0 { arguments.append("projSize: \(projSize)") }
        return Packing("PackedLSTM", arguments)
    }
}
