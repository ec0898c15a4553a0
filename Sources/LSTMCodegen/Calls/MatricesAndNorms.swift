// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension CallSite {
    /// A packed layer that looks at one vector at a time: layer_norm, scale.
    var packedRows: Call { packedRows([]) }

    /// The same, of which threads may take some vectors each.
    var linear: Call { packedRows(threads) }

    private func packedRows(_ end: [Call.Argument]) -> Call {
        Call(.layer(packed, "run"), [.pointer(x), vectors("rows", of: call.inputs.first), .pointer("into", y)] + end)
    }

    func l2Normalize(_ normalize: L2Normalize) -> Call { rowwise("l2Normalize", [.number("eps", normalize.eps)]) }

    /// A function of `Rowwise`: of one vector at a time.
    func rowwise(_ function: String, _ more: [Call.Argument] = []) -> Call {
        let sizes = [vectors("rows", of: call.inputs.first), .number("size", call.inputs.first?.size ?? 1)]
        return Call(.type("Rowwise", function), [.pointer(x)] + sizes + more + [.pointer("into", y)])
    }
}

extension Linear {
    func packing(_ precision: WeightsEntry.Precision) -> Packing {
        Packing(
            "PackedLinear",
            ["inFeatures: \(inFeatures)", "outFeatures: \(outFeatures)"] + (bias ? [] : ["bias: false"]), precision)
    }
}

extension LayerNorm {
    var packing: Packing {
        var arguments = ["size: \(size)", "eps: \(eps)"]
        if !hasWeight { arguments.append("weight: false") }
        if !hasBias { arguments.append("bias: false") }
        return Packing("PackedLayerNorm", arguments)
    }
}

extension Scale {
    var packing: Packing {
        let operands: [(String, Operand)] = [(names.first, first), (names.second, second)]
        let values = operands.map { name, operand in
            switch operand {
            case .values(let values): Packing.Values(label: name, source: .numbers(values))
            case .tensor(let tensor): Packing.Values(label: name, source: .tensor(tensor, count: size))
            }
        }
        return Packing("PackedScale", ["size: \(size)"], values: values)
    }
}
