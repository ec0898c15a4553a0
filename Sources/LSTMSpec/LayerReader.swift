// SPDX-License-Identifier: Apache-2.0

/// Reads the items of `layers:`; each gives an entry, so that later stages see how many there are.
func readLayers(_ node: Node, _ key: String, _ findings: Findings) -> [LayerEntry]? {
    guard case .sequence(let items) = node.content else { return reportType(node, key, .list, findings) }
    if items.isEmpty {
        findings.report(.emptyList(key: key, isRequired: true), at: node.location)
        return nil
    }
    return items.map { readLayer($0, findings) }
}

private func readLayer(_ node: Node, _ findings: Findings) -> LayerEntry {
    var entry = LayerEntry(location: node.location)
    entry.name = .invalid(node.location)
    guard case .mapping(let mapping) = node.content else {
        if !node.isInvalid { findings.report(.layerIsNotMapping(found: node.found), at: node.location) }
        return entry
    }
    guard let kind = readKind(mapping, node.location, findings) else { return entry }
    let reader = MappingReader(
        mapping, at: node.location, .layer(kind.value), kindWord: kind.value.rawValue, findings)
    entry.name = reader.field(kind.value.rawValue, readText)
    entry.options = Located(options(of: kind.value, reader), at: kind.location)
    return entry
}

/// The one kind word among an entry's keys; nil, and reported, where there is none or several.
private func readKind(_ mapping: Mapping, _ location: SourceLocation, _ findings: Findings) -> Located<LayerKind>? {
    var words = mapping.entries.compactMap { entry in
        LayerKind(rawValue: entry.key.value).map { Located($0, at: entry.key.location) }
    }
    // Beside `lstm`, `dropout` is that layer's parameter, as in nn.LSTM.
    if words.contains(where: { $0.value == .lstm }) { words.removeAll { $0.value == .dropout } }
    guard let first = words.first else {
        reportMissingKind(mapping, location, findings)
        return nil
    }
    if words.count > 1 {
        findings.report(
            .severalLayerKinds(first.value, words[1].value), at: words[1].location,
            notes: [.init(SpecNote.otherKind(first.value), at: first.location)])
        return nil
    }
    return first
}

private func reportMissingKind(_ mapping: Mapping, _ location: SourceLocation, _ findings: Findings) {
    if mapping.isPartial { return }
    // The first key is the kind, unless it is one that some layer takes: then the kind may follow it, misspelt.
    let parameters = Set(LayerKind.allCases.flatMap(\.keys))
    guard let key = mapping.entries.first(where: { !parameters.contains($0.key.value) })?.key else {
        findings.report(.layerWithoutKind, at: location)
        return
    }
    let nearest = LayerKind.nearestKind(to: key.value)?.rawValue
    findings.report(.unknownLayerKind(key.value, nearest: nearest), at: key.location)
}

private func options(of kind: LayerKind, _ reader: MappingReader) -> LayerOptions {
    switch kind {
    case .lstm: .lstm(lstmOptions(reader))
    case .embedding:
        .embedding(
            EmbeddingOptions(
                embeddingDim: reader.required("embedding_dim", readInteger),
                paddingIdx: reader.field("padding_idx", readInteger)))
    case .linear:
        .linear(
            LinearOptions(
                inFeatures: reader.field("in_features", readInteger),
                outFeatures: reader.required("out_features", readInteger), bias: reader.field("bias", readBool)))
    case .layerNorm:
        .layerNorm(
            LayerNormOptions(
                eps: reader.field("eps", readNumber),
                elementwiseAffine: reader.field("elementwise_affine", readBool), bias: reader.field("bias", readBool)))
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .gelu: .gelu(GELUOptions(approximate: reader.field("approximate", readChoice)))
    case .softmax: .softmax
    case .logSoftmax: .logSoftmax
    case .dropout: .dropout(DropoutOptions(p: reader.field("p", readNumber)))
    case .last: .last
    case .mean: .mean
    case .max: .max
    case .l2Normalize: .l2Normalize(L2NormalizeOptions(eps: reader.field("eps", readNumber)))
    }
}

private func lstmOptions(_ reader: MappingReader) -> LSTMOptions {
    LSTMOptions(
        inputSize: reader.field("input_size", readInteger), hiddenSize: reader.required("hidden_size", readInteger),
        numLayers: reader.field("num_layers", readInteger), bias: reader.field("bias", readBool),
        bidirectional: reader.field("bidirectional", readBool), dropout: reader.field("dropout", readNumber),
        projSize: reader.field("proj_size", readInteger), initialH: reader.field("initial_h", readText),
        initialC: reader.field("initial_c", readText))
}
