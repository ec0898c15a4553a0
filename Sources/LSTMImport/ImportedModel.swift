// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMSpec

/// A stack that was read off somebody's file: what a spec says of it, its weights, and what had to be assumed.
///
/// Every importer gives one, and `specText` prints it; so an importer knows its format and nothing of YAML.
public struct ImportedModel: Sendable {
    /// What a step of x is.
    public enum Input: Sendable, Equatable {
        case features(Int)
        case tokens(Int)
        /// The sizes of a step's axes: channels, positions.
        case shape([Int])
    }

    /// One input of a model: a single one is x.
    public struct NamedInput: Sendable, Equatable {
        /// A Swift identifier.
        public var name: String
        /// What a step of it is.
        public var input: Input
        /// True where there is one value for the whole sequence, without a time axis.
        public var isPerSequence = false
        /// What fills a sequence up, before its first step or after its last; nil where nothing does.
        public var padding: Double?

        public init(_ name: String, _ input: Input, isPerSequence: Bool = false) {
            (self.name, self.input, self.isPerSequence) = (name, input, isPerSequence)
        }
    }

    /// In the file's order, at least one.
    public var inputs: [NamedInput]
    /// nil where the file does not say: then the spec keeps the default and says so in a comment.
    public var batchFirst: Bool?
    /// From input to output.
    public var layers: [ImportedLayer]
    /// Names of the results the spec lists; empty for the default, what the last layer gives.
    public var outputs: [String] = []
    /// Where its parameters are.
    public var weights: ImportedWeights
    /// What turns text into token ids; nil where the file has none.
    public var vocabulary: ImportedVocabulary?
    /// What the last layer's features are called; empty where the file does not say.
    public var labels: [String] = []
    /// Those of the labels that begin a segment.
    public var segmentStarts: [String] = []
    /// One line of text, printed above the spec's keys as its `description`; nil for none.
    public var summary: String?
    /// What the file does not say and the importer had to choose, one sentence each: printed on the terminal, and as
    /// comments at the head of the spec.
    public var assumptions: [String] = []
    /// Those of the assumptions that are certain to leave something out: warnings, since results differ until the spec
    /// is completed where a comment says so.
    public var openQuestions: [String] = []
    /// What a reading may decide; nil where the file says it all itself.
    public var open: OpenChoices?
    /// What was found in holding the model against the framework's own results, one sentence each.
    public var proof: [String] = []

    public init(input: Input, batchFirst: Bool? = nil, layers: [ImportedLayer], weights: ImportedWeights) {
        self.init(inputs: [NamedInput("x", input)], batchFirst: batchFirst, layers: layers, weights: weights)
    }

    public init(inputs: [NamedInput], batchFirst: Bool? = nil, layers: [ImportedLayer], weights: ImportedWeights) {
        self.inputs = inputs
        self.batchFirst = batchFirst
        self.layers = layers
        self.weights = weights
    }
}

/// Where the spec's tensors are.
public enum ImportedWeights: Sendable {
    /// In the imported file itself, which the spec names: `weights:` with these keys.
    case inPlace(prefix: String = "", key: String? = nil, ignore: [String] = [])
    /// In a safetensors file written beside the spec, under PyTorch's names after each layer's name:
    /// `lstm.weight_ih_l0`, `linear.bias`.
    case converted([NamedTensor])
}

/// One entry of the spec's `layers:`.
public struct ImportedLayer: Sendable {
    /// A layer's kind with what a spec says of it; sizes that the stack already implies are left out.
    public enum Kind: Sendable, Equatable {
        case lstm(LSTM)
        case embedding(embeddingDim: Int)
        case linear(outFeatures: Int, bias: Bool)
        /// `eps` nil: the file does not say, the default is taken.
        case layerNorm(eps: Double?, elementwiseAffine: Bool, bias: Bool)
        case relu, tanh, sigmoid, softmax, logSoftmax
        case gelu(GELUApproximation)
        case dropout(p: Double)
        case last, mean, max
        case l2Normalize(eps: Double?)
        case add
        /// Of the last axis, up to `stop`.
        case slice(stop: Int)
        /// Every other kind.
        case entry(SpecEntry)
    }

    /// The keys of an lstm, or of a gru or an rnn.
    public struct LSTM: Sendable, Equatable {
        /// What each unit does at a step.
        public enum Cell: Sendable, Equatable {
            case lstm
            case gru(resetAfter: Bool)
            case rnn
        }

        /// What each unit does at a step: the entry's kind.
        public var cell = Cell.lstm
        /// The key `input_size`.
        public var inputSize: Int
        /// The key `hidden_size`.
        public var hiddenSize: Int
        /// The key `num_layers`.
        public var numLayers = 1
        /// The key `bias`.
        public var bias = true
        /// The key `bidirectional`.
        public var bidirectional = false
        /// The key `proj_size`.
        public var projSize = 0
        /// Names of tensors of the same file, (n, size) or (n, 1, size).
        public var initialH: String?
        /// The key `initial_c`.
        public var initialC: String?
        /// The key `activation`, of an rnn `nonlinearity`; nil for tanh.
        public var activation: String?
        /// The key `recurrent_activation`; nil for sigmoid.
        public var recurrentActivation: String?
        /// The key `initial`: names of the values that h and c begin with.
        public var initial: FirstValues?

        public init(inputSize: Int, hiddenSize: Int) {
            self.inputSize = inputSize
            self.hiddenSize = hiddenSize
        }
    }

    /// A Swift identifier, unique in the model, and none that a spec refuses.
    public var name: String
    /// What it does.
    public var kind: Kind
    /// The names of what it takes; empty for what the layer before gives.
    public var from: [String] = []
    /// The module's path in the weights' file, after the prefix; nil where it is the layer's name.
    public var module: String?
    /// Written above the entry, a line each: choices that the file left open.
    public var comments: [String] = []

    public init(name: String, kind: Kind, module: String? = nil, comments: [String] = []) {
        self.name = name
        self.kind = kind
        self.module = module
        self.comments = comments
    }
}

extension ImportedModel {
    /// The open questions as warnings about the imported file.
    ///
    /// - Parameter source: the imported file's path.
    public func warnings(source: String) -> [Diagnostic] {
        openQuestions.map { question in
            let note = "the spec has a comment that begins with OPEN where it is to be written"
            return Diagnostic(ImportMistake.gap(question), at: .init(startOf: source), notes: [.init(note)])
        }
    }
}

extension ImportedLayer.Kind {
    /// The word that a spec's entry begins with.
    var word: String {
        switch self {
        case .lstm(let lstm): lstm.cell.word
        case .embedding: "embedding"
        case .linear: "linear"
        case .layerNorm: "layer_norm"
        case .relu: "relu"
        case .tanh: "tanh"
        case .sigmoid: "sigmoid"
        case .gelu: "gelu"
        case .softmax: "softmax"
        case .logSoftmax: "log_softmax"
        case .dropout: "dropout"
        case .last: "last"
        case .mean: "mean"
        case .max: "max"
        case .l2Normalize: "l2_normalize"
        case .add: "add"
        case .slice: "slice"
        case .entry(let entry): entry.word
        }
    }

    /// A name for a layer that its file does not name.
    var usualName: String {
        switch self {
        case .layerNorm: "norm"
        case .logSoftmax: "logSoftmax"
        case .l2Normalize: "normalize"
        case .entry(let entry): entry.usualName
        case .lstm, .embedding, .linear, .relu, .tanh, .sigmoid, .gelu, .softmax, .dropout, .last, .mean, .max, .add,
            .slice:
            word
        }
    }
}

extension ImportedLayer.LSTM.Cell {
    /// The kind's word.
    var word: String {
        switch self {
        case .lstm: "lstm"
        case .gru: "gru"
        case .rnn: "rnn"
        }
    }

    /// The gates of a unit.
    var gates: Int {
        switch self {
        case .lstm: 4
        case .gru: 3
        case .rnn: 1
        }
    }
}

extension ImportedModel {
    /// Adds the first `channels` of the input to what the last layer gives: the residual of amplifier models.
    mutating func addSkip(channels: Int) {
        guard case .features(let size)? = inputs.first?.input, let last = layers.last else { return }
        var names = NamePool(Set(layers.map(\.name)))
        var dry = "x"
        if channels < size {
            dry = names.unique("dry")
            var slice = ImportedLayer(name: dry, kind: .slice(stop: channels))
            slice.from = ["x"]
            slice.comments = [
                "The input's first \(channels == 1 ? "channel" : "\(channels) channels"): the others are knobs."
            ]
            layers.append(slice)
        }
        var sum = ImportedLayer(name: names.unique("out"), kind: .add)
        sum.from = [last.name, dry]
        layers.append(sum)
    }
}
