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
    case gelu
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
    case gelu(GELUOptions)
    case softmax
    case logSoftmax
    case dropout(DropoutOptions)
    case last
    case mean
    case max
    case l2Normalize(L2NormalizeOptions)
}

/// The keys of an lstm.
public struct LSTMOptions: Sendable {
    /// The key `input_size`.
    public var inputSize: Field<Int> = .absent
    /// The key `hidden_size`.
    public var hiddenSize: Field<Int> = .absent
    /// The key `num_layers`.
    public var numLayers: Field<Int> = .absent
    /// The key `bias`.
    public var bias: Field<Bool> = .absent
    /// The key `bidirectional`.
    public var bidirectional: Field<Bool> = .absent
    /// The key `dropout`.
    public var dropout: Field<Double> = .absent
    /// The key `proj_size`.
    public var projSize: Field<Int> = .absent
    /// The key `initial_h`: a tensor's name.
    public var initialH: Field<String> = .absent
    /// The key `initial_c`: a tensor's name.
    public var initialC: Field<String> = .absent
}

/// The keys of an embedding.
public struct EmbeddingOptions: Sendable {
    /// The key `embedding_dim`.
    public var embeddingDim: Field<Int> = .absent
    /// The key `padding_idx`.
    public var paddingIdx: Field<Int> = .absent
}

/// The keys of a linear layer.
public struct LinearOptions: Sendable {
    /// The key `in_features`.
    public var inFeatures: Field<Int> = .absent
    /// The key `out_features`.
    public var outFeatures: Field<Int> = .absent
    /// The key `bias`.
    public var bias: Field<Bool> = .absent
}

/// The keys of a layer_norm.
public struct LayerNormOptions: Sendable {
    /// The key `eps`.
    public var eps: Field<Double> = .absent
    /// The key `elementwise_affine`.
    public var elementwiseAffine: Field<Bool> = .absent
    /// The key `bias`.
    public var bias: Field<Bool> = .absent
}

/// The keys of a gelu.
public struct GELUOptions: Sendable {
    /// The key `approximate`.
    public var approximate: Field<GELUApproximation> = .absent
}

/// The two forms of torch.nn.GELU, in its words.
public enum GELUApproximation: String, CaseIterable, Hashable, Sendable {
    /// 0.5 x (1 + erf(x / sqrt(2))).
    case none
    /// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
    case tanh
}

/// The keys of a dropout.
public struct DropoutOptions: Sendable {
    /// The key `p`.
    public var p: Field<Double> = .absent
}

/// The keys of an l2_normalize.
public struct L2NormalizeOptions: Sendable {
    /// The key `eps`.
    public var eps: Field<Double> = .absent
}
