// SPDX-License-Identifier: Apache-2.0

/// A mapping of the spec that has keys of its own.
package enum Section: Hashable, Sendable {
    case root
    case input
    case weights
    case vocabulary
    case budget
    case layer(LayerKind)

    /// Every key the section takes, in the order of the documentation; a layer's kind word not included.
    package var keys: [String] {
        switch self {
        case .root:
            [
                "lstmc", "name", "description", "input", "weights", "layers", "outputs", "labels", "segment_starts",
                "vocabulary", "budget",
            ]
        case .input: ["features", "tokens", "batch_first"]
        case .weights: ["file", "placement", "prefix", "names", "key", "ignore"]
        case .vocabulary: ["file", "unknown"]
        case .budget: ["parameters", "weight_bytes", "macs_per_step"]
        case .layer(let kind): kind.keys
        }
    }

    /// The section as a message names it.
    package var place: String {
        switch self {
        case .root: "in the spec"
        case .input: "in 'input'"
        case .weights: "in 'weights'"
        case .vocabulary: "in 'vocabulary'"
        case .budget: "in 'budget'"
        case .layer(let kind):
            switch kind {
            case .lstm, .embedding, .l2Normalize: "in an \(kind.rawValue) layer"
            case .linear, .layerNorm, .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last, .mean,
                .max:
                "in a \(kind.rawValue) layer"
            }
        }
    }

    /// Words other tools use for a key of this section, too far from it for a slip.
    private var otherWords: [String: String] {
        switch self {
        case .root: ["version": "lstmc", "model": "name", "vocab": "vocabulary", "classes": "labels"]
        case .input:
            [
                "size": "features", "dim": "features", "input_size": "features", "in_features": "features",
                "vocab_size": "tokens", "num_embeddings": "tokens", "vocabulary": "tokens",
            ]
        case .weights: ["path": "file", "checkpoint": "file", "state_dict": "key"]
        case .vocabulary: ["path": "file", "unk": "unknown"]
        case .budget: ["params": "parameters", "bytes": "weight_bytes", "macs": "macs_per_step"]
        case .layer(let kind): kind.otherWords
        }
    }

    /// The key of this section that `word` was probably meant to be.
    func nearestKey(to word: String) -> String? {
        otherWords[word.lowercased()] ?? nearest(to: word, among: keys)
    }

    /// The one section outside the layers that has this key, and what it is called there; nil where several have it.
    static func owner(of key: String) -> (section: Section, key: String)? {
        // nn.Embedding has it; here the input says how many ids there are.
        if key == "num_embeddings" { return (.input, "tokens") }
        let owners = [Section.root, .input, .weights, .vocabulary, .budget].filter { $0.keys.contains(key) }
        return owners.count == 1 ? owners.first.map { ($0, key) } : nil
    }
}

extension LayerKind {
    /// The keys that a layer of this kind takes beside the kind word.
    package var keys: [String] {
        switch self {
        case .lstm:
            [
                "input_size", "hidden_size", "num_layers", "bias", "bidirectional", "dropout", "proj_size", "initial_h",
                "initial_c",
            ]
        case .embedding: ["embedding_dim", "padding_idx"]
        case .linear: ["out_features", "in_features", "bias"]
        case .layerNorm: ["eps", "elementwise_affine", "bias"]
        case .gelu: ["approximate"]
        case .dropout: ["p"]
        case .l2Normalize: ["eps"]
        case .relu, .tanh, .sigmoid, .softmax, .logSoftmax, .last, .mean, .max: []
        }
    }

    fileprivate var otherWords: [String: String] {
        switch self {
        case .lstm:
            [
                "hidden": "hidden_size", "units": "hidden_size", "hidden_dim": "hidden_size", "layers": "num_layers",
                "depth": "num_layers", "input": "input_size", "input_dim": "input_size", "projection": "proj_size",
                "h0": "initial_h", "c0": "initial_c", "use_bias": "bias",
            ]
        case .embedding:
            ["dim": "embedding_dim", "size": "embedding_dim", "embedding_size": "embedding_dim", "pad": "padding_idx"]
        case .linear:
            [
                "units": "out_features", "out": "out_features", "output_size": "out_features", "in": "in_features",
                "input_size": "in_features", "use_bias": "bias",
            ]
        case .layerNorm: ["epsilon": "eps", "affine": "elementwise_affine"]
        case .gelu: ["approximation": "approximate", "approx": "approximate"]
        case .dropout: ["prob": "p", "rate": "p", "probability": "p"]
        case .l2Normalize: ["epsilon": "eps"]
        case .relu, .tanh, .sigmoid, .softmax, .logSoftmax, .last, .mean, .max: [:]
        }
    }

    /// The kind that `word` was probably meant to be.
    static func nearestKind(to word: String) -> LayerKind? {
        let otherWords: [String: LayerKind] = [
            "dense": .linear, "fc": .linear, "emb": .embedding, "layernorm": .layerNorm, "logsoftmax": .logSoftmax,
            "normalize": .l2Normalize, "l2": .l2Normalize, "avg": .mean, "average": .mean,
        ]
        if let kind = otherWords[word.lowercased()] { return kind }
        return nearest(to: word, among: allCases.map(\.rawValue)).flatMap(LayerKind.init)
    }
}
