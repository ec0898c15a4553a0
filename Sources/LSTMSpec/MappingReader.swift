// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of one mapping and reports the keys that it does not take.
struct MappingReader {
    let mapping: Mapping
    let location: SourceLocation
    let section: Section
    let findings: Findings

    /// A field that may be absent.
    func field<Value>(_ key: String, _ read: ValueReader<Value>) -> Field<Value> {
        guard let node = mapping[key] else { return .absent }
        guard let value = read(node, key, findings) else { return .invalid(node.location) }
        return .present(Located(value, at: node.location))
    }

    /// A field that must be there: where it is not, that is reported at the mapping.
    func required<Value>(_ key: String, _ read: ValueReader<Value>) -> Field<Value> {
        let field = field(key, read)
        guard field.isAbsent else { return field }
        if !mapping.isPartial { findings.report(.missingKey(key, in: section), at: location) }
        return .invalid(location)
    }

    /// Reports every key that the section does not take; `kindWord` is a layer's own.
    func reportUnknownKeys(besides kindWord: String? = nil) {
        let known = section.keys
        for entry in mapping.entries where !known.contains(entry.key.value) && entry.key.value != kindWord {
            findings.report(unknown(entry.key.value), at: entry.key.location)
        }
    }

    private func unknown(_ key: String) -> SpecMistake {
        // What another kind takes was not a slip, however near it is to a word of this one; its other words may help.
        if case .layer(let kind) = section, LayerKind.allCases.contains(where: { $0.keys.contains(key) }) {
            return .foreignLayerKey(key, kind: kind)
        }
        let nearest = section.nearestKey(to: key)
        if nearest == nil || section == .root, let owner = Section.owner(of: key), owner != section {
            return .misplacedKey(key, in: section, belongsIn: owner)
        }
        if case .layer(let kind) = section, kind.keys.isEmpty { return .foreignLayerKey(key, kind: kind) }
        return .unknownKey(key, in: section, nearest: nearest)
    }
}
