// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A checked model: a graph of layers, every size a number, every name resolved, only batch and time left symbolic.
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
    /// What the model reads, in the spec's order; one or more.
    public let inputs: [Input]
    /// True where a batched sequence is (batch, time, features), false where it is (time, batch, features).
    public let batchFirst: Bool
    /// In spec order; each takes inputs or what earlier ones give.
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
    /// The largest error that `verify` may find, more than 0; nil where the spec has none.
    public let maxError: Located<Double>?
    /// What it was made of: where each key stands, and what the model would be with another value there.
    package let document: Document

    /// How matrices are kept.
    public var precision: WeightsEntry.Precision { weights?.precision?.value ?? .float32 }

    /// One thing that the model reads.
    public struct Input: Hashable, Sendable {
        /// Unique in the model, layers included; `x` where it is the only one and has no name of its own.
        public let name: String
        /// What it holds.
        public let kind: Kind
        /// (time[, batch], ...), or ([batch,] ...) for one value a sequence.
        public let shape: Shape
        /// What fills sequences up; nil where nothing does.
        public let padding: Float?

        /// What an input holds.
        public enum Kind: Hashable, Sendable {
            /// Floats: the sizes of a step.
            case features([Int])
            /// Integers in 0..<tokens.
            case tokens(Int)
        }

        /// The number of token ids; nil for floats.
        public var tokens: Int? { if case .tokens(let count) = kind { count } else { nil } }
        /// Floats of a step; nil for token ids.
        public var features: Int? { if case .features = kind { shape.count } else { nil } }
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
        /// Relative to the spec's folder; the place is where mistakes about the checkpoint are reported that no
        /// other key explains.
        public let file: Located<String>
        /// Where generated code has its weights.
        public let placement: WeightsEntry.Placement
        /// How matrices are kept, at the key's place; nil where the spec does not say, which is float32.
        public let precision: Located<WeightsEntry.Precision>?
        /// Text before every tensor name; empty where the spec has none.
        public let prefix: String
        /// Where in a .pt file the state_dict is; nil where it is to be found.
        public let key: String?
        /// Patterns of tensors that are not used.
        public let ignore: [Located<String>]
    }
}

/// A value of the graph: where it comes from.
public enum Value: Hashable, Sendable {
    /// The input of this index.
    case input(Int)
    /// What the layer of this index gives.
    case output(Int)
    /// The last state of a recurrent layer: a slot of it, its states side by side.
    case state(layer: Int, slot: Int)

    /// The layer it comes from; nil for an input.
    public var layer: Int? {
        switch self {
        case .input: nil
        case .output(let layer), .state(let layer, _): layer
        }
    }

    /// True for a state, which is known after the last step alone.
    package var isState: Bool {
        switch self {
        case .input, .output: false
        case .state: true
        }
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
            /// What the layer gives to others; an lstm's `output`.
            case output
            /// A slot of a recurrent layer's last state: h_n, c_n; (num_layers * directions[, batch], size).
            case state(Int)
        }

        /// The value in the graph.
        public var value: Value {
            switch part {
            case .output: .output(layer)
            case .state(let slot): .state(layer: layer, slot: slot)
            }
        }
    }
}

/// One layer with its sizes.
public struct Layer: Sendable {
    /// Unique in the model.
    public let name: String
    /// What it does.
    public let operation: Operation
    /// What it takes, in order.
    public let inputs: [Value]
    /// The shapes of what it takes.
    public let inputShapes: [Shape]
    /// What it gives.
    public let output: Shape
    /// The place of the layer's kind word in the spec.
    public let location: SourceLocation
    /// Exact text before each of its tensors' own names: `weights.prefix`, its module path, and a dot where it has a path.
    public let tensorPrefix: String

    /// The shape of the first value it takes.
    public var input: Shape { inputShapes[0] }
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
    /// Whether its values are above zero in any model that was trained: a variance.
    public let isPositive: Bool
    /// How its values are kept: the model's precision for a matrix, float32 for everything else.
    public let precision: WeightsEntry.Precision

    public init(
        layer: Int, key: String, shape: [Int], isPositive: Bool = false,
        precision: WeightsEntry.Precision = .float32, tensorNames: [String]
    ) {
        self.precision = precision
        self.layer = layer
        self.key = key
        self.shape = shape
        self.isPositive = isPositive
        self.tensorNames = tensorNames
    }

    /// The product of the shape's sizes.
    public var elementCount: Int { shape.reduce(1, *) }
    /// Bytes of its values as they are kept.
    public var byteCount: Int { precision.byteCount(of: shape) }
}
