// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// Writes an ordered chain of modules as a spec's layers, with a comment for each choice that weights do not show.
struct StateWriter {
    let chain: ModuleChain
    let firstState: FirstState
    let gaps: [NumberingGap]
    private var naming = LayerNaming()
    private var tensors: [(source: String, target: String)] = []
    private var assumptions: [String] = []
    private var open = OpenChoices()

    init(chain: ModuleChain, firstState: FirstState, gaps: [NumberingGap]) {
        self.chain = chain
        self.firstState = firstState
        self.gaps = gaps
    }

    func state() -> RecognisedState {
        var writer = self
        return writer.written()
    }

    private mutating func written() -> RecognisedState {
        let prefix = commonPrefix(of: chain.modules.map(\.path) + firstState.names)
        var layers: [ImportedLayer] = []
        for module in chain.modules { layers.append(layer(module, after: layers.last, prefix: prefix)) }
        describeOrder()
        describeTwins()
        describeHead(&layers)
        describeGaps(&layers)
        let input: ImportedModel.Input
        if case .embedding(let tokens, _)? = chain.modules.first?.kind {
            input = .tokens(tokens)
        } else {
            input = .features(chain.modules.first?.inputSize ?? 1)
        }
        return RecognisedState(
            input: input, layers: layers, prefix: prefix, assumptions: assumptions,
            openQuestions: gaps.map(\.sentence), open: open, tensors: tensors)
    }

    private mutating func layer(
        _ module: RecognisedModule, after previous: ImportedLayer?, prefix: String
    ) -> ImportedLayer {
        let path = String(module.path.dropFirst(prefix.count))
        let kind: ImportedLayer.Kind
        var comments: [String] = []
        switch module.kind {
        case .lstm(var lstm, _):
            lstm.initialH = firstState.h.map { String($0.name.dropFirst(prefix.count)) }
            lstm.initialC = firstState.c.map { String($0.name.dropFirst(prefix.count)) }
            if lstm.initialH != nil { assume("\(listed(firstState.names)) are the LSTM's first state") }
            kind = .lstm(lstm)
            if lstm.cell == .rnn {
                comments.append("the nonlinearity is not stored: PyTorch's default, tanh, is taken")
                assume("\(quoted(module.tensors.shownPath)) is an RNN with tanh")
            }
        case .linear(_, let outFeatures, let bias): kind = .linear(outFeatures: outFeatures, bias: bias)
        case .matrix(let rows, _):
            kind = .linear(outFeatures: rows, bias: false)
            assume(
                "\(quoted(module.tensors.shownPath)) is a linear layer without bias, and no embedding",
                isConfirmable: true)
        case .embedding(_, let dim):
            kind = .embedding(embeddingDim: dim)
            assume("\(quoted(module.tensors.shownPath)) is an embedding, so that the input is token ids")
        case .layerNorm(_, let bias):
            kind = .layerNorm(eps: nil, elementwiseAffine: true, bias: bias)
            comments.append("eps is not stored: PyTorch's default, 1e-5, is taken")
            assume("\(quoted(module.tensors.shownPath)) is a layer norm over the last axis, with eps 1e-5")
        }
        let isAfterGap = gaps.contains { $0.before.map { chain.modules[$0.index].path } == module.path }
        if case .linear = kind, case .linear? = previous?.kind, !isAfterGap {
            comments += ["if there was an activation before this, such as relu, write it here:", "- relu: NAME"]
        }
        let name = naming.name(for: path, kind: kind.word)
        takeTensors(of: module, layer: name)
        return ImportedLayer(name: name, kind: kind, module: path == name ? nil : path, comments: comments)
    }

    /// Every tensor's name under the layer's, those of an LSTMCell as an LSTM's.
    private mutating func takeTensors(of module: RecognisedModule, layer: String) {
        var isCell = false
        if case .lstm(_, true) = module.kind { isCell = true }
        for key in module.tensors.keys {
            tensors.append((module.tensors.fullName(key), "\(layer).\(key)\(isCell ? "_l0" : "")"))
        }
        if case .lstm = module.kind, let h = firstState.h, let c = firstState.c {
            tensors += [(h.name, "\(layer).initial_h"), (c.name, "\(layer).initial_c")]
        }
    }

    /// - Parameter isConfirmable: whether right results show that it is so.
    private mutating func assume(_ sentence: String, isConfirmable: Bool = false) {
        assumptions.append(sentence)
        if isConfirmable { open.confirmable.append(sentence) }
    }

    private mutating func describeOrder() {
        switch chain.doubt {
        case nil: break
        case .fileOrder: assume("the layers run in the order in which the file has them", isConfirmable: true)
        case .guessed(let paths):
            assume(
                "the order of \(listed(paths.prefix(8).map(\.self)))\(paths.count > 8 ? " and others" : "") "
                    + "is a guess, since their sizes fit in several orders", isConfirmable: true)
        }
    }

    /// What has no weights: activations, and whether the head reads every step or the last one.
    private mutating func describeHead(_ layers: inout [ImportedLayer]) {
        assume(
            gaps.isEmpty
                ? "nothing without weights stands between the layers: no activation, no pooling, no normalisation"
                : "where no number is missing, nothing without weights stands between the layers: no activation, no "
                    + "pooling, no normalisation", isConfirmable: true)
        let lastRecurrent = layers.lastIndex { if case .lstm = $0.kind { true } else { false } }
        guard let lastRecurrent, lastRecurrent + 1 < layers.count else { return }
        let sentence = "the layers after the last recurrent layer are run on every step, and not on the last one alone"
        assume(sentence)
        var isBidirectional = false
        if case .lstm(let lstm) = layers[lastRecurrent].kind { isBidirectional = lstm.bidirectional }
        let comments =
            isBidirectional
            ? [
                "if the model went on with h_n of both directions, torch.cat((h_n[-2], h_n[-1]), -1), write here:",
                "- last: NAME",
                "if it went on with output's last step, y[:, -1], where the second direction has read one step only, here:",
                "- select: NAME",
            ]
            : [
                "if the model went on with the last step alone (h_n, which is the last of output), write here:",
                "- last: NAME",
            ]
        layers[lastRecurrent + 1].comments.insert(contentsOf: comments, at: 0)
        open.head = OpenChoices.Head(
            layer: lastRecurrent + 1, isBidirectional: isBidirectional, sentence: sentence, comments: comments)
    }

    /// Linear layers of one size in a row, which fit one after another and side by side.
    private mutating func describeTwins() {
        for (first, second) in zip(chain.modules, chain.modules.dropFirst()) {
            guard case .linear(let size, _, _) = first.kind, case .linear(size, _, _) = second.kind else { continue }
            assume(
                "\(listed([first.tensors.shownPath, second.tensors.shownPath])), which both take \(size) values, "
                    + "stand one after the other, and not side by side", isConfirmable: true)
        }
    }

    /// The comment OPEN at every place where the numbers lack something.
    private mutating func describeGaps(_ layers: inout [ImportedLayer]) {
        for gap in gaps {
            assume(gap.sentence)
            // What follows a last gap was left out: its place is behind the last layer.
            let index = gap.before?.index ?? layers.count - 1
            guard layers.indices.contains(index) else { continue }
            var words = gap.before == nil ? "OPEN, behind this layer: " : "OPEN: "
            words += gap.sentence
            var form = "- relu: NAME"
            if index > 0, case .lstm = layers[index - 1].kind {
                words += " (after an LSTM often one that takes its output, or the last step alone)"
                form = "- last: NAME, or - relu: NAME"
            }
            layers[index].comments += [words, form]
            open.gaps.append(
                OpenChoices.Gap(
                    layer: gap.before == nil ? index + 1 : index, names: gap.names, sentence: gap.sentence,
                    commented: index, comments: [words, form]))
        }
    }
}
