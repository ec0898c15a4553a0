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
        if !node.isInvalid {
            findings.report(
                .layerIsNotMapping(found: node.found, kinds: findings.kinds.words), at: node.location)
        }
        return entry
    }
    guard let kind = readKind(mapping, node.location, findings) else { return entry }
    let reader = MappingReader(
        mapping, at: node.location, .layer(kind.value), alsoTaking: [kind.value.word, "from"], findings)
    entry.name = reader.field(kind.value.word, readText)
    let from = listReader(allowsEmpty: false, readTextItem)
    entry.from = reader.field("from") { node, key, findings in
        // A name alone is a list of one.
        if case .scalar = node.content {
            return readText(node, key, findings).map { [Located($0, at: node.location)] }
        }
        return from(node, key, findings)
    }
    for key in kind.value.keys { entry.read(key, reader) }
    entry.kind = kind
    return entry
}

/// The kind of an entry; nil, and reported, where it has no kind word, or several of which none has the others as keys.
private func readKind(_ mapping: Mapping, _ location: SourceLocation, _ findings: Findings) -> Located<LayerKind>? {
    let words = mapping.entries.compactMap { entry in
        findings.kinds[entry.key.value].map { Located($0, at: entry.key.location) }
    }
    guard let first = words.first else {
        reportMissingKind(mapping, location, findings)
        return nil
    }
    if words.count == 1 { return first }
    // Beside `lstm`, `dropout` is that layer's parameter, as in nn.LSTM.
    let owner = words.first { kind in
        words.allSatisfy { $0.value == kind.value || kind.value.keyNames.contains($0.value.word) }
    }
    if let owner { return owner }
    findings.report(
        .severalLayerKinds(first.value.word, words[1].value.word), at: words[1].location,
        notes: [.init(SpecNote.otherKind(first.value.word), at: first.location)])
    return nil
}

private func reportMissingKind(_ mapping: Mapping, _ location: SourceLocation, _ findings: Findings) {
    if mapping.isPartial { return }
    let kinds = findings.kinds
    // The first key is the kind, unless it is one that some layer takes: then the kind may follow it, misspelt.
    let isParameter = { (key: String) in key == "from" || kinds.haveKey(key) }
    guard let key = mapping.entries.first(where: { !isParameter($0.key.value) })?.key else {
        findings.report(.layerWithoutKind(kinds: kinds.words), at: location)
        return
    }
    findings.report(
        .unknownLayerKind(key.value, nearest: kinds.nearest(to: key.value)?.word, kinds: kinds.words), at: key.location)
}
