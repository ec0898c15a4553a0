// SPDX-License-Identifier: Apache-2.0

/// One LSTM node of the file.
struct LSTMElement {
    var inputSize: Int
    var hiddenSize: Int
    var isBidirectional: Bool
    /// (directions, 4 * hidden, input), (directions, 4 * hidden, hidden), (directions, 8 * hidden); gates i, o, f, c.
    var weights: TensorView
    var recurrent: TensorView
    var bias: TensorView?
    var initialH = InitialState.zero
    var initialC = InitialState.zero

    var directions: Int { isBidirectional ? 2 : 1 }
}

enum InitialState: Hashable {
    case zero
    /// Rows of the graph input with this index.
    case given(Int, Range<Int>)
    /// Constants, (directions, hidden), the same for every row of the batch.
    case constant(ConstantState)
}

/// A constant first state; equal to no other, since comparing is nobody's business.
struct ConstantState: Hashable {
    let view: TensorView

    static func == (a: ConstantState, b: ConstantState) -> Bool { false }
    func hash(into hasher: inout Hasher) {}
}

/// What is done to the values, one after another; a spec's layers come of it.
struct ChainElement {
    enum Operation {
        case lstm(LSTMElement)
        /// (tokens, size).
        case embedding(TensorView)
        /// (out, in).
        case linear(TensorView, bias: TensorView?)
        case layerNorm(eps: Double, scale: TensorView?, bias: TensorView?)
        /// A layer without weights.
        case plain(ImportedLayer.Kind)

        /// Whether each time step's result comes of that step alone.
        var isPerStep: Bool {
            switch self {
            case .embedding, .linear, .layerNorm: true
            case .lstm: false
            case .plain(let kind):
                switch kind {
                case .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .l2Normalize: true
                case .add, .slice: true
                case .last, .mean, .max, .lstm, .embedding, .linear, .layerNorm: false
                }
            }
        }
    }

    /// Never used again, also where the element is replaced: a result of one that is gone is found by it.
    var id: Int
    var operation: Operation
    var place: ONNXPlace
    /// What the file calls it.
    var name: String?
    /// What the element after it takes; nil where unknown.
    var features: Int?

    var isLSTM: Bool { if case .lstm = operation { true } else { false } }
}
