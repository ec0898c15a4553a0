// SPDX-License-Identifier: Apache-2.0

/// The words a layer entry can begin with.
public enum LayerKind: String, CaseIterable, Hashable, Sendable {
    case lstm
    case embedding
    case linear
    case layerNorm = "layer_norm"
    case relu
    case tanh
    case sigmoid
    case softmax
    case logSoftmax = "log_softmax"
    case dropout
    case last
    case mean
    case max
    case l2Normalize = "l2_normalize"
}

/// One item of `layers:`.
public struct LayerEntry: Sendable {
    /// The place of the item's mapping (its first key).
    public var location: SourceLocation
    /// nil where the entry has no kind word, or several: then it is already reported.
    public var options: Located<LayerOptions>?
    /// The value of the kind's key.
    public var name: Field<String> = .absent

    public init(location: SourceLocation) {
        self.location = location
    }
}

/// A layer's kind with the keys that kind takes; its place is the kind word's.
public enum LayerOptions: Sendable {
    case lstm(LSTMOptions)
    case embedding(EmbeddingOptions)
    case linear(LinearOptions)
    case layerNorm(LayerNormOptions)
    case relu
    case tanh
    case sigmoid
    case softmax
    case logSoftmax
    case dropout(DropoutOptions)
    case last
    case mean
    case max
    case l2Normalize(L2NormalizeOptions)
}

public struct LSTMOptions: Sendable {
    public var inputSize: Field<Int> = .absent
    public var hiddenSize: Field<Int> = .absent
    public var numLayers: Field<Int> = .absent
    public var bias: Field<Bool> = .absent
    public var bidirectional: Field<Bool> = .absent
    public var dropout: Field<Double> = .absent
    public var projSize: Field<Int> = .absent
    public var initialH: Field<String> = .absent
    public var initialC: Field<String> = .absent
    public init() {}
}

public struct EmbeddingOptions: Sendable {
    public var embeddingDim: Field<Int> = .absent
    public var paddingIdx: Field<Int> = .absent
    public init() {}
}

public struct LinearOptions: Sendable {
    public var inFeatures: Field<Int> = .absent
    public var outFeatures: Field<Int> = .absent
    public var bias: Field<Bool> = .absent
    public init() {}
}

public struct LayerNormOptions: Sendable {
    public var eps: Field<Double> = .absent
    public var elementwiseAffine: Field<Bool> = .absent
    public var bias: Field<Bool> = .absent
    public init() {}
}

public struct DropoutOptions: Sendable {
    public var p: Field<Double> = .absent
    public init() {}
}

public struct L2NormalizeOptions: Sendable {
    public var eps: Field<Double> = .absent
    public init() {}
}
