// SPDX-License-Identifier: Apache-2.0

/// A mapping of the spec that has keys of its own.
package enum Section: Hashable, Sendable {
    case root
    case input
    /// One of several inputs.
    case namedInput
    case weights
    case vocabulary
    case budget
    /// The `initial` of a recurrent layer; only an lstm's has c.
    case initial(hasC: Bool)
    case layer(LayerKind)

    /// Every key the section takes, in the order of the documentation; a layer's kind word not included.
    package var keys: [String] {
        switch self {
        case .root:
            [
                "lstmc", "name", "description", "input", "inputs", "batch_first", "weights", "layers", "outputs",
                "labels", "segment_starts", "vocabulary", "budget",
            ]
        case .input: ["features", "tokens", "shape", "padding", "batch_first"]
        case .namedInput: ["features", "tokens", "shape", "padding", "per"]
        case .weights: ["file", "placement", "precision", "prefix", "names", "key", "ignore"]
        case .vocabulary: ["file", "unknown"]
        case .budget: ["parameters", "weight_bytes", "macs_per_step", "max_error"]
        case .initial(let hasC): hasC ? ["h", "c"] : ["h"]
        case .layer(let kind): kind.keyNames
        }
    }

    /// The section as a message names it.
    package var place: String {
        switch self {
        case .root: "in the spec"
        case .input: "in 'input'"
        case .namedInput: "in an input"
        case .weights: "in 'weights'"
        case .vocabulary: "in 'vocabulary'"
        case .budget: "in 'budget'"
        case .initial: "in 'initial'"
        case .layer(let kind):
            "in \(Section.takesAn(kind.word) ? "an" : "a") \(kind.word) layer"
        }
    }

    /// Whether a word read aloud begins with a vowel: "an add", "an lstm", "an rnn".
    private static func takesAn(_ word: String) -> Bool {
        "aeio".contains(word.prefix(1)) || ["ls", "l2", "rn"].contains { word.hasPrefix($0) }
    }

    /// Words other tools use for a key of this section, too far from it for a slip.
    private var otherWords: [String: String] {
        switch self {
        case .root: ["version": "lstmc", "model": "name", "vocab": "vocabulary", "classes": "labels"]
        case .input, .namedInput:
            [
                "size": "features", "dim": "features", "input_size": "features", "in_features": "features",
                "vocab_size": "tokens", "num_embeddings": "tokens", "vocabulary": "tokens",
            ]
        case .weights: ["path": "file", "checkpoint": "file", "state_dict": "key"]
        case .vocabulary: ["path": "file", "unk": "unknown"]
        case .budget:
            ["params": "parameters", "bytes": "weight_bytes", "macs": "macs_per_step", "tolerance": "max_error"]
        case .initial: ["h0": "h", "hidden": "h", "c0": "c", "cell": "c"]
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
        if key == "batch_first" { return (.input, "batch_first") }
        let owners = [Section.root, .input, .weights, .vocabulary, .budget].filter { $0.keys.contains(key) }
        return owners.count == 1 ? owners.first.map { ($0, key) } : nil
    }
}
