// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// A recurrent node: an LSTM, a GRU or an RNN.
struct RecurrentElement {
    enum Cell: Equatable {
        case lstm
        case gru(resetAfter: Bool)
        case rnn(nonlinearity: String)

        var word: String {
            switch self {
            case .lstm: "lstm"
            case .gru: "gru"
            case .rnn: "rnn"
            }
        }

        /// Of each of PyTorch's gates, its place among ONNX's.
        var gates: [Int] {
            switch self {
            case .lstm: [0, 2, 3, 1]
            case .gru: [1, 0, 2]
            case .rnn: [0]
            }
        }

        var states: [StateRow.Kind] { self == .lstm ? [.h, .c] : [.h] }
    }

    var cell: Cell
    var inputSize: Int
    var hiddenSize: Int
    var isBidirectional: Bool
    /// (directions, gates * hidden, input), (directions, gates * hidden, hidden), (directions, 2 * gates * hidden).
    var weights: TensorView
    var recurrent: TensorView
    var bias: TensorView?
    var initialH = InitialState.zero
    var initialC = InitialState.zero
    /// The cell's functions, where they are not PyTorch's: (recurrent_activation, activation).
    var activations: (String, String)?

    var directions: Int { isBidirectional ? 2 : 1 }
}

enum InitialState {
    case zero
    /// A part of a graph input: of each axis, the indices, or all.
    case given(Int, [Range<Int>?])
    /// Constants, (directions, hidden), the same for every row of the batch.
    case constant(TensorView)
    /// Another element's value, or another recurrent node's last state.
    case value(GraphSource)
}

/// A layer without weights of its own, as a spec has it.
struct PlainLayer: Hashable {
    var word: String
    var settings: [SpecEntry.Setting] = []
    /// A name where the file has none.
    var usualName: String

    init(_ word: String, _ settings: [SpecEntry.Setting] = [], usualName: String? = nil) {
        (self.word, self.settings, self.usualName) = (word, settings, usualName ?? word)
    }
}

/// y = x * weight + bias, or (x - mean) / std; each one value for all, or one for each of the last axis.
struct ScaleElement {
    enum Form { case affine, standardize }

    var form: Form
    var first: [Float]
    var second: [Float]

    static func times(_ values: [Float]) -> ScaleElement { ScaleElement(form: .affine, first: values, second: [0]) }
    static func plus(_ values: [Float]) -> ScaleElement { ScaleElement(form: .affine, first: [1], second: values) }

    var isSum: Bool { form == .affine && first == [1] }
    var isProduct: Bool { form == .affine && second == [0] }
    /// The one number that all values are multiplied by, where that is all.
    var factor: Float? { isProduct && first.count == 1 ? first[0] : nil }
    var term: Float? { isSum && second.count == 1 ? second[0] : nil }
}

enum ElementOperation {
    case recurrent(RecurrentElement)
    /// (tokens, size).
    case embedding(TensorView)
    /// (out, in).
    case linear(TensorView, bias: TensorView?)
    case layerNorm(eps: Double, scale: TensorView?, bias: TensorView?)
    case batchNorm(eps: Double, [TensorView])
    case scale(ScaleElement)
    case prelu([Float])
    case conv(ConvElement)
    /// A function of each value, or over the last axis.
    case plain(PlainLayer)
    /// Several values as one: add, subtract, multiply, maximum, concat.
    case join(String)
    case slice(Int, Int)
    case reshape([Int])
    case transpose
    case argmax
    /// Over time: mean, max, sum.
    case pool(String)
    case last
    case select(Int)
    case steps(Int?, Int?)
    case flip
    case repeated(Int)
    /// What is only a step on the way to a layer that an exporter writes as several nodes.
    case step(LayerStep)

    /// Whether each time step's result comes of that step alone, of one value.
    var isPerStep: Bool {
        switch self {
        case .embedding, .linear, .layerNorm, .batchNorm, .scale, .prelu, .plain, .slice, .reshape, .transpose: true
        case .recurrent, .conv, .join, .argmax, .pool, .last, .select, .steps, .flip, .repeated, .step: false
        }
    }
}

/// Steps on the way to a layer.
enum LayerStep: Hashable {
    case divide, minimum, greater, less, choose
    case erf
    case power(Double)
    /// Over the last axis.
    case mean, sum, largest, norm

    /// What a message calls it.
    var words: String {
        switch self {
        case .divide: "the quotient of two results"
        case .minimum: "the smaller of two results"
        case .greater, .less, .choose: "a choice by comparing values"
        case .erf: "the error function outside a gelu"
        case .power(let exponent): "a power (\(exponent))"
        case .mean: "the mean over the features"
        case .sum: "the sum over the features"
        case .largest: "the largest of the features"
        case .norm: "the length over the features"
        }
    }
}

struct GraphElement {
    let id: Int
    var operation: ElementOperation
    var inputs: [GraphSource]
    var place: ONNXPlace
    /// What the file calls it.
    var name: String?
    /// Batch and time, as far as it has them.
    var outer: Set<Atom>
    /// The sizes inside a step; nil where unknown, none for integers.
    var sizes: [Int?]
    /// The time axis that it works along.
    var time: Atom?

    var recurrent: RecurrentElement? { if case .recurrent(let node) = operation { node } else { nil } }
    var scale: ScaleElement? { if case .scale(let scale) = operation { scale } else { nil } }
    var step: LayerStep? { if case .step(let step) = operation { step } else { nil } }
    var word: String? {
        switch operation {
        case .plain(let layer): layer.word
        case .join(let word): word
        case .recurrent, .embedding, .linear, .layerNorm, .batchNorm, .scale, .prelu, .conv, .slice, .reshape,
            .transpose, .argmax, .pool, .last, .select, .steps, .flip, .repeated, .step:
            nil
        }
    }
}
