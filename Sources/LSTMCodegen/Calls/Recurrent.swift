// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension CallSite {
    /// A recurrent layer over sequences, or a step of one.
    var recurrent: Call {
        guard let place = type.recurrent(at: call.layer), let rows = call.inputs.first?.rows else {
            return Call(.layer(packed, "run"), [])
        }
        let state: [Call.Argument] = place.parts.map { .text($0.letter, $0.pointer) }
        let end: [Call.Argument] = state + [.pointer("into", y), .text("workspace", "workspace")]
        switch mode {
        case .whole:
            return Call(.layer(packed, "run"), [.pointer(x)] + sizes(rows) + [layout] + lengths(rows) + end + threads)
        case .chunk, .streams: return Call(.layer(packed, "run"), [.pointer(x)] + sizes(rows) + end)
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

extension Recurrent {
    func packing(_ precision: WeightsEntry.Precision) -> Packing {
        var arguments = ["inputSize: \(inputSize)", "hiddenSize: \(hiddenSize)"]
        if numLayers != 1 { arguments.append("numLayers: \(numLayers)") }
        if !bias { arguments.append("bias: false") }
        if bidirectional { arguments.append("bidirectional: true") }
        if projSize > 0 { arguments.append("projSize: \(projSize)") }
        if cell == .gru(resetAfter: false) { arguments.append("resetAfter: false") }
        if activation != .tanh { arguments.append("activation: .\(activation.swiftName)") }
        if recurrentActivation != .sigmoid {
            arguments.append("recurrentActivation: .\(recurrentActivation.swiftName)")
        }
        // Each initializer links the kernels of its own cell.
        switch cell {
        case .lstm where isPlain && precision == .float32: return Packing("PackedLSTM", arguments)
        case .lstm: return Packing("PackedRecurrent", arguments, label: "lstm", precision)
        case .gru: return Packing("PackedRecurrent", arguments, label: "gru", precision)
        case .rnn: return Packing("PackedRecurrent", arguments, label: "rnn", precision)
        }
    }
}

extension Recurrent.Activation {
    /// The case's name in LSTMRuntime.
    fileprivate var swiftName: String {
        switch self {
        case .tanh, .relu, .sigmoid, .hardsigmoid, .linear: rawValue
        case .hardsigmoid02: "hardsigmoid02"
        }
    }
}
