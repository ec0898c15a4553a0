// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A checked model: every size a number, every name resolved, only batch and time left symbolic.
///
/// Valid by construction: `lower` is the only way to make one, and nothing that reads a model reports a spec mistake.
public struct Model: Sendable {
    /// The Swift type's name.
    public let name: String
    /// The spec's `description`.
    public let summary: String?
    /// The spec's file name without its folder.
    public let specFileName: String
    /// The place of the spec's root mapping: where a key is missing that some command needs.
    public let location: SourceLocation
    /// What a step of x is.
    public let input: Input
    /// True where a batched sequence is (batch, time, features), false where it is (time, batch, features).
    public let batchFirst: Bool
    /// In spec order; each takes what the one before it gives.
    public let layers: [Layer]
    /// Every tensor the model reads, layer by layer in spec order.
    public let parameters: [Parameter]
    /// What the model gives, in the order asked for; at least one.
    public let results: [Result]
    /// The names of the last axis of the last result; empty where the spec has none.
    public let labels: [String]
    /// Indices into `labels`, ascending: the labels that begin a segment.
    public let segmentStarts: [Int]
    /// Turns text into token ids; nil where the spec has none.
    public let vocabulary: Vocabulary?
    /// The checkpoint; nil where the spec has none.
    public let weights: Weights?

    /// What the model reads.
    public enum Input: Hashable, Sendable {
        /// (time[, batch], features) floats.
        case features(Int)
        /// (time[, batch]) integers in 0..<tokens.
        case tokens(Int)
    }

    /// The file that turns text into token ids.
    public struct Vocabulary: Sendable {
        /// Relative to the spec's folder; the place is the value's.
        public let file: Located<String>
        /// The id of whatever the file does not list.
        public let unknown: Int
    }

    /// Where the parameters are.
    public struct Weights: Sendable {
        /// Relative to the spec's folder; the place is where every mistake about the checkpoint is reported.
        public let file: Located<String>
        /// Where generated code has its weights.
        public let placement: WeightsEntry.Placement
        /// Text before every tensor name; empty where the spec has none.
        public let prefix: String
        /// Where in a .pt file the state_dict is; nil where it is to be found.
        public let key: String?
        /// Patterns of tensors that are not used.
        public let ignore: [Located<String>]
    }
}

extension Model {
    /// One thing a model gives.
    public struct Result: Hashable, Sendable {
        /// As the spec, the command line and files call it: `head`, `output`, `encoder.h_n`.
        public let name: String
        /// The index into `Model.layers`.
        public let layer: Int
        /// Which of the things that the layer gives.
        public let part: Part

        /// The things that a layer gives.
        public enum Part: Hashable, Sendable {
            /// What the layer gives to the next one; an lstm's `output`.
            case output
            /// (num_layers * directions[, batch], projected size).
            case hN
            /// (num_layers * directions[, batch], hidden_size).
            case cN
        }
    }
}

/// What flows between two layers.
public enum Shape: Hashable, Sendable {
    /// (time[, batch]) token ids.
    case tokens
    /// (time[, batch], size).
    case sequence(Int)
    /// ([batch,] size): the time axis is gone.
    case vector(Int)

    /// The size of the last axis; nil for token ids, which have none.
    public var size: Int? {
        switch self {
        case .tokens: nil
        case .sequence(let size), .vector(let size): size
        }
    }

    /// Whether there is a time axis.
    public var hasTime: Bool { if case .vector = self { false } else { true } }
}

/// One layer with its sizes.
public struct Layer: Sendable {
    /// Unique in the model.
    public let name: String
    /// What it does.
    public let operation: Operation
    /// What it takes.
    public let input: Shape
    /// What it gives to the next layer.
    public let output: Shape
    /// The place of the layer's kind word in the spec.
    public let location: SourceLocation
    /// Exact text before each of its tensors' own names: `weights.prefix`, its module path, and a dot where it has a path.
    public let tensorPrefix: String
}

extension Layer {
    /// What a layer does, with everything that doing it needs.
    public enum Operation: Hashable, Sendable {
        case lstm(LSTM)
        case embedding(Embedding)
        case linear(Linear)
        case layerNorm(LayerNorm)
        case relu
        case tanh
        case sigmoid
        case gelu(GELUApproximation)
        case softmax
        case logSoftmax
        /// Nothing at inference.
        case dropout
        /// h_n of the last layer of the lstm at this index of `Model.layers`, both directions concatenated.
        case last(lstm: Int)
        case mean
        case max
        case l2Normalize(eps: Float)
    }
}

/// A tensor that the model reads from its checkpoint.
public struct Parameter: Hashable, Sendable {
    /// The index into `Model.layers`.
    public let layer: Int
    /// PyTorch's name inside the layer: `weight_ih_l0`, `bias`, and `initial_h`, `initial_c` for a first state.
    public let key: String
    /// PyTorch's shape.
    public let shape: [Int]
    /// The full tensor name, the first that is there: PyTorch's own, then other spellings (nn.LSTMCell's).
    public let tensorNames: [String]

    public init(layer: Int, key: String, shape: [Int], tensorNames: [String]) {
        self.layer = layer
        self.key = key
        self.shape = shape
        self.tensorNames = tensorNames
    }

    /// The product of the shape's sizes.
    public var elementCount: Int { shape.reduce(1, *) }
}
