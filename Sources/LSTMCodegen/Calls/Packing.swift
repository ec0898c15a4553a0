// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// How a layer's parameters are packed: a type of LSTMRuntime, and what its initializer takes.
struct Packing {
    /// Values that are arguments of their own.
    struct Values {
        enum Source {
            case numbers([Float])
            /// A tensor of the checkpoint, by its full name.
            case tensor(String, count: Int)
        }

        let label: String
        let source: Source

        var readsTensor: Bool { if case .tensor = source { true } else { false } }
    }

    let type: String
    /// The label of the layer's parameters; nil where they have none.
    let label: String?
    /// After the layer's parameters.
    let arguments: [String]
    /// Whether its matrices are kept in 16 bits.
    let hasHalves: Bool
    /// In place of the layer's parameters, where a layer has values of its own in the spec.
    let values: [Values]?

    init(
        _ type: String, _ arguments: [String], values: [Values]? = nil, label: String? = nil,
        _ precision: WeightsEntry.Precision = .float32
    ) {
        hasHalves = precision != .float32
        (self.type, self.values, self.label) = (type, values, label)
        self.arguments = arguments + (hasHalves ? ["precision: .\(precision)"] : [])
    }

    /// True where it reads a tensor.
    var readsTensors: Bool { values?.contains(where: \.readsTensor) ?? true }
}

extension Operation {
    /// How its parameters are packed where matrices are kept in `precision`; nil for a layer that packs nothing.
    func packing(_ precision: WeightsEntry.Precision) -> Packing? {
        switch self {
        case .recurrent(let recurrent): recurrent.packing(precision)
        case .embedding(let embedding): embedding.packing
        case .linear(let linear): linear.packing(precision)
        case .layerNorm(let norm): norm.packing
        case .scale(let scale): scale.packing
        case .prelu(let prelu): prelu.packing
        case .batchNorm(let norm): norm.packing
        case .conv1d(let conv): conv.packing(precision)
        case .pointwise, .softmax, .l2Normalize, .dropout, .last, .pool, .combine, .concat, .slice, .select, .steps,
            .flip,
            .repeat, .argmax, .reshape, .transpose, .windowPool, .pad:
            nil
        }
    }
}
