// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

// Layers that slide along an axis.

extension CallSite {
    /// A convolution over whole sequences, over some steps of a stream, or over the positions of each step.
    func conv1d(_ conv: Conv1d) -> Call {
        guard let input = call.inputs.first, let output = call.output else { return Call(.layer(packed, "run"), []) }
        let rows = Call.Argument.count("rows", rows(input.rows))
        let end: [Call.Argument] = [.pointer("into", y)]
        let workspace = Call.Argument.text("workspace", "workspace")
        if conv.over == .positions {
            let positions = Call.Argument.number("positions", conv.positions)
            return Call(.layer(packed, "run"), [.pointer(x), rows, positions] + end + [workspace])
        }
        if conv.windows.isPointwise { return Call(.layer(packed, "run"), [.pointer(x), rows] + end + threads) }
        if mode != .whole, let past = type.past(of: call.layer) {
            // Several steps of a stream, or one step of several.
            let many = sizes(input.rows)[mode == .streams ? 1 : 0]
            return Call(.layer(packed, "run"), [.pointer(x), many, .text("past", past.name)] + end + [workspace])
        }
        return Call(
            .layer(packed, "run"),
            [.pointer(x)] + sizes(input.rows) + [layout] + lengths(input.rows) + end
                + [sizes(output.rows)[0], workspace] + threads)
    }

    func windowPool(_ pool: WindowPool) -> Call {
        let windows = pool.windows
        let numbers: [Call.Argument] =
            [.number("kernelSize", windows.size), .number("stride", windows.stride)]
            + (windows.left == 0 ? [] : [.number("padding", windows.left)])
        return slide(
            pool.function == .max ? "maximum" : "average", numbers, pool.over, pool.positions, pool.newPositions)
    }

    func pad(_ pad: Pad) -> Call {
        let numbers: [Call.Argument] = [
            .number("left", pad.left), .number("right", pad.right), .text("mode", "." + pad.mode.rawValue),
        ]
        return slide("pad", numbers, pad.over, pad.positions, pad.left + pad.positions + pad.right)
    }

    /// Positions inside a step are sequences of their own, one for each channel.
    private func slide(
        _ function: String, _ numbers: [Call.Argument], _ axis: WindowAxis, _ positions: Int, _ newPositions: Int
    ) -> Call {
        let callee = Call.Callee.type("Windows", function)
        guard let input = call.inputs.first, let output = call.output else { return Call(callee, []) }
        switch axis {
        case .positions:
            return Call(
                callee,
                [.pointer(x)] + numbers + [
                    .number("steps", positions), vectors("batch", of: input), .number("size", 1),
                    .text("layout", ".batchFirst"), .pointer("into", y), .number("steps", newPositions),
                ])
        case .time:
            return Call(
                callee,
                [.pointer(x)] + numbers + sizes(input.rows) + [.number("size", input.count), layout]
                    + lengths(input.rows) + [.pointer("into", y), sizes(output.rows)[0]])
        }
    }

    /// One factor and one summand for each value of a step.
    var batchNorm: Call {
        let steps = Call.Argument.count("rows", call.inputs.first.map { rows($0.rows) } ?? .one)
        return Call(.layer(packed, "run"), [.pointer(x), steps, .pointer("into", y)])
    }
}

extension Conv1d {
    func packing(_ precision: WeightsEntry.Precision) -> Packing {
        var arguments = [
            "inChannels: \(inChannels)", "outChannels: \(outChannels)", "kernelSize: \(windows.size)",
        ]
        if windows.stride != 1 { arguments.append("stride: \(windows.stride)") }
        if windows.left != 0 { arguments.append("left: \(windows.left)") }
        if windows.right != 0 { arguments.append("right: \(windows.right)") }
        if windows.dilation != 1 { arguments.append("dilation: \(windows.dilation)") }
        if groups != 1 { arguments.append("groups: \(groups)") }
        if !bias { arguments.append("bias: false") }
        return Packing("PackedConv1d", arguments, precision)
    }

    /// Floats of workspace that a call needs, as source says it; nil for one that needs none.
    func workspace(of layer: String, steps: String, _ mode: Plan.Mode) -> String? {
        if over == .positions { return "layers.\(layer).workspaceCount(positions: \(positions))" }
        if windows.isPointwise { return nil }
        switch mode {
        case .whole: return "layers.\(layer).workspaceCount(steps: \(steps))"
        case .chunk, .step: return "layers.\(layer).workspaceCount(chunk: \(steps))"
        case .streams: return "layers.\(layer).workspaceCount(streams: batch)"
        }
    }
}

extension BatchNorm {
    var packing: Packing {
        var arguments = ["channels: \(channels)"]
        if positions != 1 { arguments.append("positions: \(positions)") }
        arguments.append("eps: \(eps)")
        if !affine { arguments.append("affine: false") }
        return Packing("PackedBatchNorm", arguments)
    }
}

extension TypePlan {
    /// A layer that keeps the steps before, and where they are in the state's memory.
    struct PastPlace {
        let index: Int
        /// Inside functions.
        let name: String
        /// As the spec writes the layer.
        let specName: String
        let offset: Int
        let count: Int

        var end: Int { wholeLines(offset + count) }
        var range: String { "\(offset)..<\(offset + count)" }
    }

    static func pasts(
        of model: Model, in needed: [Int], names: [String], after start: Int, _ pool: inout NamePool
    ) -> [PastPlace] {
        var offset = start
        return needed.compactMap { index in
            let count = model.layers[index].operation.described.past
            if count == 0 { return nil }
            let place = PastPlace(
                index: index, name: pool.unique(names[index] + "Past"), specName: model.layers[index].name,
                offset: offset, count: count)
            offset = place.end
            return place
        }
    }

    func past(of layer: Int) -> PastPlace? { pasts.first { $0.index == layer } }
}
