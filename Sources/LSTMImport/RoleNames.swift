// SPDX-License-Identifier: Apache-2.0

/// Words in modules' names that say more than their sizes: what stands beside the chain, or against its order.
///
/// Sizes that fit are often an accident; a chain that the names contradict is refused rather than guessed.
func contradiction(in chain: [RecognisedModule]) -> ImportMistake? {
    let prefix = commonPrefix(of: chain.map(\.path))
    let modules = chain.map { NamedRole($0, prefix: prefix) }
    return lonelyWord(modules) ?? opposites(modules) ?? translation(modules) ?? letters(modules) ?? containers(modules)
        ?? heads(modules) ?? outputInTheMiddle(modules)
}

/// A module with the words of its path.
private struct NamedRole {
    let module: RecognisedModule
    /// The path's parts after what all modules have in common.
    let parts: [Substring]
    let partWords: [Set<String>]
    let words: Set<String>

    init(_ module: RecognisedModule, prefix: String) {
        self.module = module
        parts = module.path.dropFirst(prefix.count).split(separator: ".").prefix(16).map { $0.prefix(100) }
        partWords = parts.map { Set(LSTMImport.words(of: $0).flatMap { [$0, String($0.prefix { !$0.isNumber })] }) }
        words = partWords.reduce(into: []) { $0.formUnion($1) }
    }

    var path: String { module.path }
    var isLSTM: Bool { if case .lstm = module.kind { true } else { false } }

    var isLinear: Bool {
        switch module.kind {
        case .linear, .matrix: true
        case .lstm, .embedding, .layerNorm: false
        }
    }

    func has(_ any: Set<String>) -> Bool { !words.isDisjoint(with: any) }
}

/// `fc_outA` as fc, out and a: at underscores, hyphens and capitals; digits stay where they are.
private func words(of part: Substring) -> [String] {
    var words: [String] = []
    var current = ""
    var wasSmall = false
    for character in part {
        if character.isUppercase, wasSmall {
            words.append(current)
            current = ""
        }
        wasSmall = character.isLowercase || character.isNumber
        if character.isLetter || character.isNumber {
            current += character.lowercased()
        } else {
            words.append(current)
            current = ""
        }
    }
    return (words + [current]).filter { !$0.isEmpty }
}

/// Words for a module that no chain has as a link.
private let lonelyWords: [(words: Set<String>, role: Contradiction)] = [
    (["attention", "attn", "selfattn", "mha", "align", "alignment", "energy", "query", "wq", "wk", "wv"], .attention),
    (["skip", "residual", "resid", "res", "shortcut", "bypass", "highway", "downsample"], .branch),
    (["gate", "gates", "gating", "glu", "film", "cond", "condition", "conditioning"], .factor),
    (["init", "initial", "h0", "c0", "hinit", "cinit", "inith", "initc"], .firstState),
    (["backward", "backwards", "reverse", "reversed", "bwd"], .otherDirection),
    (["aux", "auxiliary", "loss", "criterion", "probe", "adversary", "adversarial"], .training),
    (["ema", "swa", "teacher", "shadow", "momentum"], .copy),
    (["position", "positional", "posemb"], .sum),
]

/// Words of two things that run side by side, and not one after the other.
private let oppositeWords: [(Set<String>, Set<String>)] = [
    (["forward", "forwards", "fwd", "fw", "ltr", "l2r"], ["backward", "backwards", "bwd", "bw", "rtl", "r2l"]),
    (["left"], ["right"]), (["actor", "policy", "pi"], ["critic", "value", "vf"]), (["advantage", "adv"], ["value"]),
    (["mu", "mean", "loc"], ["logvar", "var", "sigma", "logsigma", "std", "logstd", "scale"]),
    (["discriminator", "disc", "netd"], ["generator", "gen", "netg"]), (["student"], ["teacher"]),
    (["online", "source", "src"], ["target", "tgt", "trg"]), (["user"], ["item"]),
    (["query"], ["key", "doc", "document"]),
    (["key"], ["value"]), (["anchor"], ["positive", "negative"]), (["positive", "pos"], ["negative", "neg"]),
    (["prior"], ["posterior"]), (["wide"], ["deep"]), (["global"], ["local"]), (["fast"], ["slow"]),
    (["coarse"], ["fine"]), (["low"], ["high"]), (["short"], ["long"]), (["real"], ["imag", "imaginary"]),
    (["audio", "acoustic", "speech"], ["video", "visual", "text"]), (["text", "caption"], ["image", "visual"]),
    (["char", "character", "chars"], ["word", "words"]), (["intra"], ["inter"]),
    (["time", "temporal"], ["freq", "frequency"]),
    (["row"], ["col", "column"]), (["question"], ["answer", "context", "passage"]), (["premise"], ["hypothesis"]),
    (["gamma"], ["beta"]), (["main"], ["side"]),
]

private func lonelyWord(_ modules: [NamedRole]) -> ImportMistake? {
    for (words, role) in lonelyWords {
        let named = modules.filter { $0.has(words) }
        // A word that all have says nothing of one.
        if let first = named.first, named.count < modules.count {
            return .contradiction(named.count == 1 ? [first.path] : named.prefix(4).map(\.path), role)
        }
    }
    return nil
}

private func opposites(_ modules: [NamedRole]) -> ImportMistake? {
    for (left, right) in oppositeWords {
        let first = modules.first { $0.has(left) && !$0.has(right) }
        let second = modules.first { $0.has(right) && !$0.has(left) }
        if let first, let second { return .contradiction([first.path, second.path], .sideBySide) }
    }
    return nil
}

/// A decoder that is recurrent begins from the encoder's state, or from its own last result.
private func translation(_ modules: [NamedRole]) -> ImportMistake? {
    let encoderWords: Set = ["encoder", "enc", "encode", "encoders"]
    let decoderWords: Set = ["decoder", "dec", "decode", "decoders"]
    let encoders = modules.indices.filter { modules[$0].has(encoderWords) && !modules[$0].has(decoderWords) }
    let decoders = modules.indices.filter { modules[$0].has(decoderWords) && !modules[$0].has(encoderWords) }
    guard let firstEncoder = encoders.first, let lastEncoder = encoders.last, let firstDecoder = decoders.first else {
        return nil
    }
    let names = [modules[firstEncoder].path, modules[firstDecoder].path]
    if decoders.contains(where: { modules[$0].isLSTM }) { return .contradiction(names, .encoderDecoder) }
    return firstDecoder < lastEncoder ? .contradiction(names, .order) : nil
}

/// `head_a` and `head_b`: names that differ in one letter.
private func letters(_ modules: [NamedRole]) -> ImportMistake? {
    var seen: [[String]: (letter: String, path: String)] = [:]
    for role in modules {
        for (depth, part) in role.parts.enumerated() {
            let words = words(of: part)
            guard words.count > 1 else { continue }
            for place in words.indices where words[place].count == 1 && !words[place].allSatisfy(\.isNumber) {
                var key = role.parts[..<depth].map(String.init) + ["."] + words
                key[depth + 1 + place] = "?"
                guard let other = seen[key] else {
                    seen[key] = (words[place], role.path)
                    continue
                }
                // In and out are one after the other.
                let pair = Set([other.letter, words[place]])
                if pair.count == 2, pair != ["i", "o"] {
                    return .contradiction([other.path, role.path], .sideBySide)
                }
            }
        }
    }
    return nil
}

/// `heads.0` and `heads.1`, `models.a` and `models.b`.
private func containers(_ modules: [NamedRole]) -> ImportMistake? {
    let plurals: Set = [
        "heads", "branches", "towers", "experts", "models", "ensemble", "members", "estimators", "folds", "classifiers",
        "regressors", "predictors", "paths", "tasks", "views", "agents", "critics", "actors",
    ]
    var seen: [[Substring]: (child: Substring, path: String)] = [:]
    for role in modules {
        // The whole path: what all have in common may be the container.
        let parts = role.path.split(separator: ".").prefix(16).map { $0.prefix(100) }
        for depth in parts.indices.dropLast() where !plurals.isDisjoint(with: words(of: parts[depth])) {
            let key = Array(parts[...depth])
            let child = parts[depth + 1]
            if let other = seen[key], other.child != child {
                return .contradiction([other.path, role.path], .sideBySide)
            }
            seen[key] = (child, role.path)
        }
    }
    return nil
}

/// Two heads that take the same size: `pitch_head` and `onset_head`, `head1` and `head2`.
private func heads(_ modules: [NamedRole]) -> ImportMistake? {
    let layers = modules.filter { $0.parts.count == 1 && ($0.isLinear || $0.isLSTM) }
    for (index, first) in layers.enumerated() {
        if let second = layers[(index + 1)...].first(where: { standSideBySide(first, $0) }) {
            return .contradiction([first.path, second.path], .sideBySide)
        }
    }
    return nil
}

private func standSideBySide(_ first: NamedRole, _ second: NamedRole) -> Bool {
    let headWords: Set = ["head", "classifier", "regressor", "predictor", "logits", "output", "out"]
    let linkWords: Set = [
        "in", "input", "hidden", "mid", "middle", "final", "last", "first", "pre", "post", "proj", "projection", "fc",
        "linear", "lin", "dense", "layer", "norm", "ln", "mlp", "net", "block", "out", "output", "lstm", "rnn",
    ]
    guard first.module.inputSize == second.module.inputSize, first.parts != second.parts else { return false }
    let shared = first.words.intersection(second.words).intersection(headWords)
    // The same in every run: a set's order is none.
    guard let word = shared.min() else { return false }
    let differ = Set(words(of: first.parts[0])).symmetricDifference(words(of: second.parts[0]))
    // `out1` and `out2` may well be two steps of one head.
    let isNumbered =
        !["out", "output"].contains(word) && differ.allSatisfy { $0.prefix { !$0.isNumber } == word }
    let named = differ.filter {
        !linkWords.contains($0) && !headWords.contains(String($0.prefix { !$0.isNumber }))
    }
    return isNumbered || named.contains { $0.contains(where: \.isLetter) }
}

/// What is called the output has nothing recurrent behind it.
private func outputInTheMiddle(_ modules: [NamedRole]) -> ImportMistake? {
    let outputs: Set = ["out", "output", "outputs", "logits", "classifier", "head", "regressor", "decoder"]
    for (index, role) in modules.enumerated() where role.isLinear {
        guard let name = role.partWords.first, !name.isDisjoint(with: outputs),
            name.isDisjoint(with: ["in", "input", "encoder"]),
            role.parts.dropFirst().allSatisfy({ $0.allSatisfy(\.isNumber) })
        else { continue }
        if let later = modules[(index + 1)...].first(where: \.isLSTM) {
            return .contradiction([role.path, later.path], .order)
        }
    }
    return nil
}
