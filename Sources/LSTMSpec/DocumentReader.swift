// SPDX-License-Identifier: Apache-2.0

/// Reads the spec's sections out of the root mapping.
func readDocument(
    _ root: Mapping, at location: SourceLocation, of source: SourceFile, _ findings: Findings
) -> Document {
    let reader = MappingReader(root, at: location, .root, findings)
    readVersion(reader)
    var document = Document(source: source, location: location)
    document.name = reader.field("name", readText)
    document.summary = reader.field("description", readText)
    document.input = reader.required("input", readInput)
    document.weights = reader.field("weights", readWeights)
    document.layers = reader.required("layers", readLayers)
    document.outputs = reader.field("outputs", listReader(allowsEmpty: false, readTextItem))
    document.labels = reader.field("labels", listReader(allowsEmpty: false, readLabel))
    document.segmentStarts = reader.field("segment_starts", listReader(allowsEmpty: false, readLabel))
    document.vocabulary = reader.field("vocabulary", readVocabulary)
    document.budget = reader.field("budget", readBudget)
    return document
}

private func readVersion(_ reader: MappingReader) {
    let version = reader.required("lstmc", readInteger)
    if let version = version.located, version.value != 1 {
        reader.findings.report(.unsupportedVersion(version.value), at: version.location)
    }
}

private func readInput(_ node: Node, _ key: String, _ findings: Findings) -> InputEntry? {
    guard let reader = sectionReader(node, key, .input, findings) else { return nil }
    var input = InputEntry()
    input.features = reader.field("features", readInteger)
    input.tokens = reader.field("tokens", readInteger)
    input.batchFirst = reader.field("batch_first", readBool)
    switch (input.features.location, input.tokens.location) {
    case (nil, nil):
        if !reader.mayHold("features") && !reader.mayHold("tokens") {
            findings.report(.inputWithoutKind, at: node.location)
        }
    case (let features?, let tokens?):
        findings.report(.inputWithBothKinds, at: tokens, notes: [.init(SpecNote.otherInput("features"), at: features)])
    case (_?, nil), (nil, _?): return input
    }
    // Nobody can tell which was meant, so later stages are told that both are unknown.
    input.features = .invalid(input.features.location ?? node.location)
    input.tokens = .invalid(input.tokens.location ?? node.location)
    return input
}

private func readWeights(_ node: Node, _ key: String, _ findings: Findings) -> WeightsEntry? {
    guard let reader = sectionReader(node, key, .weights, findings) else { return nil }
    var weights = WeightsEntry()
    weights.file = reader.required("file", readText)
    weights.placement = reader.field("placement", readPlacement)
    weights.prefix = reader.field("prefix", readText)
    weights.names = reader.field("names", readNames)
    weights.key = reader.field("key", readText)
    weights.ignore = reader.field("ignore", listReader(allowsEmpty: true, readTextItem))
    return weights
}

private func readPlacement(_ node: Node, _ key: String, _ findings: Findings) -> WeightsEntry.Placement? {
    guard let word = readText(node, key, findings) else { return nil }
    if let placement = WeightsEntry.Placement(rawValue: word) { return placement }
    let known = WeightsEntry.Placement.allCases.map(\.rawValue)
    let nearest = nearest(to: word, among: known)
    findings.report(.unknownChoice(word, key: key, known: known, nearest: nearest), at: node.location)
    return nil
}

/// The keys here are layer names, so any may stand; one wrong path makes all of it wrong.
private func readNames(
    _ node: Node, _ key: String, _ findings: Findings
) -> [(layer: Located<String>, path: Located<String>)]? {
    guard let mapping = readMapping(node, key, findings) else { return nil }
    let names = mapping.entries.map { entry in
        readText(entry.value, entry.key.value, findings).map {
            (layer: entry.key, path: Located($0, at: entry.value.location))
        }
    }
    let right = names.compactMap { $0 }
    return right.count == names.count && !mapping.isPartial ? right : nil
}

private func readVocabulary(_ node: Node, _ key: String, _ findings: Findings) -> VocabularyEntry? {
    guard let reader = sectionReader(node, key, .vocabulary, findings) else { return nil }
    var vocabulary = VocabularyEntry()
    vocabulary.file = reader.required("file", readText)
    vocabulary.unknown = reader.required("unknown", readInteger)
    return vocabulary
}

private func readBudget(_ node: Node, _ key: String, _ findings: Findings) -> BudgetEntry? {
    guard let reader = sectionReader(node, key, .budget, findings) else { return nil }
    var budget = BudgetEntry()
    budget.parameters = reader.field("parameters", readCount)
    budget.weightBytes = reader.field("weight_bytes", readBytes)
    budget.macsPerStep = reader.field("macs_per_step", readCount)
    return budget
}

/// A reader of the mapping in `node`, whose unknown keys are reported; nil where there is no mapping.
private func sectionReader(
    _ node: Node, _ key: String, _ section: Section, _ findings: Findings
) -> MappingReader? {
    guard let mapping = readMapping(node, key, findings) else { return nil }
    return MappingReader(mapping, at: node.location, section, findings)
}
