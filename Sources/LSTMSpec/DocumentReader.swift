// SPDX-License-Identifier: Apache-2.0

/// Reads the spec's sections out of the root mapping.
func readDocument(
    _ root: Mapping, at location: SourceLocation, of source: SourceFile, _ findings: Findings
) -> Document {
    let reader = MappingReader(root, at: location, .root, findings)
    readVersion(reader)
    let several = reader.field("inputs", readInputs)
    let one = several.isAbsent ? reader.required("input", readInput) : reader.field("input", readInput)
    let batchFirst = reader.field("batch_first", readBool)
    if let place = several.location, let other = one.location {
        findings.report(
            .inputAndInputs, at: max(place, other), notes: [.init(SpecNote.firstHere, at: min(place, other))])
    }
    if several.isAbsent, let place = batchFirst.location { findings.report(.batchFirstBesideInput, at: place) }
    return Document(
        source: source, location: location, name: reader.field("name", readText),
        summary: reader.field("description", readText), input: one, inputs: several, batchFirst: batchFirst,
        weights: reader.field("weights", readWeights), layers: reader.required("layers", readLayers),
        outputs: reader.field("outputs", listReader(allowsEmpty: false, readTextItem)),
        labels: reader.field("labels", listReader(allowsEmpty: false, readLabel)),
        segmentStarts: reader.field("segment_starts", listReader(allowsEmpty: false, readLabel)),
        vocabulary: reader.field("vocabulary", readVocabulary), budget: reader.field("budget", readBudget))
}

private func readVersion(_ reader: MappingReader) {
    let version = reader.required("lstmc", readInteger)
    if let version = version.located, version.value != 1 {
        reader.findings.report(.unsupportedVersion(version.value), at: version.location)
    }
}

private func readInput(_ node: Node, _ key: String, _ findings: Findings) -> InputEntry? {
    readInput(node, key, .input, name: nil, findings)
}

private func readInputs(_ node: Node, _ key: String, _ findings: Findings) -> [InputEntry]? {
    guard let mapping = readMapping(node, key, findings) else { return nil }
    if mapping.entries.isEmpty, !mapping.isPartial {
        findings.report(.emptyInputs, at: node.location)
        return nil
    }
    let inputs = mapping.entries.map { readInput($0.value, $0.key.value, .namedInput, name: $0.key, findings) }
    let right = inputs.compactMap { $0 }
    return right.count == inputs.count && !mapping.isPartial ? right : nil
}

private func readInput(
    _ node: Node, _ key: String, _ section: Section, name: Located<String>?, _ findings: Findings
) -> InputEntry? {
    guard let reader = sectionReader(node, key, section, findings) else { return nil }
    var input = InputEntry(
        name: name, location: node.location, features: reader.field("features", readInteger),
        tokens: reader.field("tokens", readInteger), shape: reader.field("shape", readSizes),
        padding: reader.field("padding", readNumber))
    if section == .input {
        input.batchFirst = reader.field("batch_first", readBool)
    } else {
        input.per = reader.field("per", readChoice)
    }
    let written = [
        ("features", input.features.location), ("tokens", input.tokens.location), ("shape", input.shape.location),
    ].compactMap { key, location in location.map { (key: key, location: $0) } }
    if written.count == 1 { return input }
    if written.count > 1 {
        findings.report(
            .inputWithBothKinds(key: key, written[0].key, written[1].key), at: written[1].location,
            notes: [.init(SpecNote.otherInput(written[0].key), at: written[0].location)])
    } else if !["features", "tokens", "shape"].contains(where: reader.mayHold) {
        findings.report(.inputWithoutKind(key: key), at: node.location)
    }
    // Nobody can tell which was meant, so later stages are told that all are unknown.
    input.features = .invalid(input.features.location ?? node.location)
    input.tokens = .invalid(input.tokens.location ?? node.location)
    input.shape = .invalid(input.shape.location ?? node.location)
    return input
}

private func readWeights(_ node: Node, _ key: String, _ findings: Findings) -> WeightsEntry? {
    guard let reader = sectionReader(node, key, .weights, findings) else { return nil }
    return WeightsEntry(
        file: reader.required("file", readText), placement: reader.field("placement", readChoice),
        precision: reader.field("precision", readChoice), prefix: reader.field("prefix", readText),
        names: reader.field("names", readNames),
        key: reader.field("key", readText),
        ignore: reader.field("ignore", listReader(allowsEmpty: true, readTextItem)))
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
    return VocabularyEntry(file: reader.required("file", readText), unknown: reader.required("unknown", readInteger))
}

private func readBudget(_ node: Node, _ key: String, _ findings: Findings) -> BudgetEntry? {
    guard let reader = sectionReader(node, key, .budget, findings) else { return nil }
    return BudgetEntry(
        parameters: reader.field("parameters", readCount), weightBytes: reader.field("weight_bytes", readBytes),
        macsPerStep: reader.field("macs_per_step", readCount), maxError: reader.field("max_error", readNumber))
}

func readInitial(_ node: Node, _ key: String, _ section: Section, _ findings: Findings) -> InitialEntry? {
    guard let reader = sectionReader(node, key, section, findings) else { return nil }
    var entry = InitialEntry(location: node.location, h: reader.field("h", readText))
    if section.keys.contains("c") { entry.c = reader.field("c", readText) }
    guard entry.h.isAbsent, entry.c.isAbsent else { return entry }
    if !section.keys.contains(where: reader.mayHold) {
        findings.report(.emptyInitial(keys: section.keys), at: node.location)
    }
    return nil
}

/// A reader of the mapping in `node`, whose unknown keys are reported; nil where there is no mapping.
private func sectionReader(
    _ node: Node, _ key: String, _ section: Section, _ findings: Findings
) -> MappingReader? {
    guard let mapping = readMapping(node, key, findings) else { return nil }
    return MappingReader(mapping, at: node.location, section, findings)
}
