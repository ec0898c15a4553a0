// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// An imported model as a spec: the same text for the same model, with every assumption as a comment.
///
/// - Parameters:
///   - name: the Swift type's name.
///   - weightsFile: the file with the tensors, relative to the spec's folder.
///   - vocabularyFile: the file with the model's vocabulary, where it has one, relative to the spec's folder.
///   - heading: the first line's comment, such as where the model comes from.
public func specText(
    _ model: ImportedModel, name: String, weightsFile: String, vocabularyFile: String = "vocabulary.json",
    heading: String
) -> String {
    var spec = SpecPrinter()
    spec.comment(heading)
    for sentence in model.proof { spec.comment(sentence) }
    if !model.assumptions.isEmpty {
        spec.comment("What was assumed, since the file does not say it, and what to know:")
        for assumption in model.assumptions { spec.comment("- \(assumption)", hanging: 2) }
    }
    spec.line("lstmc: 1")
    spec.entry("name", name)
    if let summary = model.summary { spec.entry("description", summary) }
    spec.inputs(of: model)
    spec.weights(model, file: weightsFile)
    if let vocabulary = model.vocabulary {
        spec.line("vocabulary: { file: \(yamlText(vocabularyFile)), unknown: \(vocabulary.unknown) }")
    }
    spec.line("layers:")
    for layer in model.layers { spec.layer(layer) }
    if !model.outputs.isEmpty {
        spec.line("outputs: [\(model.outputs.map(yamlText).joined(separator: ", "))]")
    }
    for (key, words) in [("labels", model.labels), ("segment_starts", model.segmentStarts)] where !words.isEmpty {
        spec.line("\(key): [\(words.map(yamlText).joined(separator: ", "))]")
    }
    return spec.text
}

extension ImportedModel.NamedInput {
    /// The keys that say what a step of it is.
    fileprivate var keys: [(key: String, value: String)] {
        let size: (String, String) =
            switch input {
            case .features(let count): ("features", "\(count)")
            case .tokens(let count): ("tokens", "\(count)")
            case .shape(let sizes): ("shape", "[\(sizes.map(String.init).joined(separator: ", "))]")
            }
        guard let padding else { return [size] }
        var isTokens = false
        if case .tokens = input { isTokens = true }
        return [size, ("padding", isTokens ? "\(Int(padding))" : "\(padding)")]
    }
}

private struct SpecPrinter {
    private(set) var text = ""

    mutating func line(_ line: String) { text += line + "\n" }

    mutating func entry(_ key: String, _ value: String, indent: Int = 0) {
        line(String(repeating: " ", count: indent) + "\(key): \(yamlText(value))")
    }

    /// A comment, broken into lines that can be read; lines after the first are further in by `hanging`.
    mutating func comment(_ words: String, indent: Int = 0, hanging: Int = 0) {
        let width = 100 - indent
        var current = ""
        var isFirst = true
        func start() -> String {
            String(repeating: " ", count: indent) + "# " + (isFirst ? "" : String(repeating: " ", count: hanging))
        }
        for word in printable(words).split(separator: " ") {
            if !current.isEmpty, current.count + word.count + 1 > width {
                line(start() + current)
                (current, isFirst) = ("", false)
            }
            current += (current.isEmpty ? "" : " ") + word
        }
        line(start() + current)
    }

    /// One input as `input:`, several as a block with one name a line.
    mutating func inputs(of model: ImportedModel) {
        if model.inputs.count == 1, !model.inputs[0].isPerSequence {
            line("input:")
            for (key, value) in model.inputs[0].keys { line("  \(key): \(value)") }
            batchFirst(of: model, indent: 2)
            return
        }
        line("inputs:")
        for input in model.inputs {
            let keys = input.keys + (input.isPerSequence ? [("per", "sequence")] : [])
            line("  \(input.name): { \(keys.map { "\($0.key): \($0.value)" }.joined(separator: ", ")) }")
        }
        batchFirst(of: model, indent: 0)
    }

    private mutating func batchFirst(of model: ImportedModel, indent: Int) {
        if model.batchFirst == nil {
            comment("The file does not say; true for batches of (batch, time, features).", indent: indent)
        }
        line(String(repeating: " ", count: indent) + "batch_first: \(model.batchFirst ?? false)")
    }

    mutating func weights(_ model: ImportedModel, file: String) {
        line("weights:")
        entry("file", file, indent: 2)
        guard case .inPlace(let prefix, let key, let ignore) = model.weights else { return }
        if let key { entry("key", key, indent: 2) }
        if !prefix.isEmpty { entry("prefix", prefix, indent: 2) }
        let named = model.layers.compactMap { layer in layer.module.map { (layer.name, $0) } }
        if !named.isEmpty { line("  names:") }
        for (layer, module) in named { entry(layer, module, indent: 4) }
        if !ignore.isEmpty { line("  ignore: [\(ignore.map(yamlText).joined(separator: ", "))]") }
    }

    mutating func layer(_ layer: ImportedLayer) {
        for words in layer.comments { comment(words, indent: 2) }
        line("  - \(layer.kind.word): \(layer.name)")
        if layer.from.count == 1 { line("    from: \(layer.from[0])") }
        if layer.from.count > 1 { line("    from: [\(layer.from.joined(separator: ", "))]") }
        for (key, value) in layer.kind.settings { line("    \(key): \(value)") }
    }
}

extension ImportedLayer.Kind {
    /// The entry's other keys as YAML; those that are the default left out.
    var settings: [(key: String, value: String)] {
        switch self {
        case .lstm(let lstm): lstm.settings
        case .embedding(let dim): [("embedding_dim", "\(dim)")]
        case .linear(let outFeatures, let bias):
            [("out_features", "\(outFeatures)")] + (bias ? [] : [("bias", "false")])
        case .layerNorm(let eps, let affine, let bias):
            (eps.map { [("eps", "\($0)")] } ?? []) + (affine ? [] : [("elementwise_affine", "false")])
                + (bias || !affine ? [] : [("bias", "false")])
        case .gelu(let approximation): approximation == .none ? [] : [("approximate", approximation.rawValue)]
        case .dropout(let p): [("p", "\(p)")]
        case .l2Normalize(let eps): eps.map { [("eps", "\($0)")] } ?? []
        case .slice(let stop): [("stop", "\(stop)")]
        case .entry(let entry): entry.settings.map { ($0.key, $0.value.text) }
        case .relu, .tanh, .sigmoid, .softmax, .logSoftmax, .last, .mean, .max, .add: []
        }
    }
}

extension ImportedLayer.LSTM {
    var settings: [(key: String, value: String)] {
        var settings = [("input_size", "\(inputSize)"), ("hidden_size", "\(hiddenSize)")]
        if numLayers != 1 { settings.append(("num_layers", "\(numLayers)")) }
        if !bias { settings.append(("bias", "false")) }
        if bidirectional { settings.append(("bidirectional", "true")) }
        if cell == .gru(resetAfter: false) { settings.append(("reset_after", "false")) }
        if projSize != 0 { settings.append(("proj_size", "\(projSize)")) }
        if let initialH { settings.append(("initial_h", yamlText(initialH))) }
        if let initialC { settings.append(("initial_c", yamlText(initialC))) }
        if let activation { settings.append((cell == .rnn ? "nonlinearity" : "activation", activation)) }
        if let recurrentActivation { settings.append(("recurrent_activation", recurrentActivation)) }
        if let initial { settings.append(("initial", initial.text)) }
        return settings
    }
}
