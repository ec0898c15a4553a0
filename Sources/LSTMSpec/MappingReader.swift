// SPDX-License-Identifier: Apache-2.0

/// Reads the fields of one mapping; the keys that it does not take are reported when it is made.
struct MappingReader {
    let mapping: Mapping
    let location: SourceLocation
    let section: Section
    let findings: Findings
    /// The keys that unknown ones were probably meant to be.
    private var misspelt: Set<String> = []

    /// Begins to read `mapping`; beside the section's own keys it takes `others`.
    init(
        _ mapping: Mapping, at location: SourceLocation, _ section: Section, alsoTaking others: [String] = [],
        _ findings: Findings
    ) {
        (self.mapping, self.location, self.section, self.findings) = (mapping, location, section, findings)
        let known = section.keys
        for entry in mapping.entries where !known.contains(entry.key.value) && !others.contains(entry.key.value) {
            if findings.isFull { break }
            let mistake = unknown(entry.key.value)
            if case .unknownKey(_, _, let nearest?) = mistake { misspelt.insert(nearest) }
            findings.report(mistake, at: entry.key.location)
        }
    }

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
        // A misspelt key is one mistake, not two.
        if !mayHold(key) { findings.report(.missingKey(key, in: section), at: location) }
        return .invalid(location)
    }

    /// Whether a key may be there after all, in a part that is already reported.
    func mayHold(_ key: String) -> Bool { mapping.isPartial || misspelt.contains(key) }

    private func unknown(_ key: String) -> SpecMistake {
        // What another kind takes was not a slip, however near it is to a word of this one.
        if case .layer(let kind) = section, findings.kinds.haveKey(key) {
            return .foreignLayerKey(key, kind: kind)
        }
        if let owner = Section.owner(of: key), owner.section != section, section.nearestKey(to: key) == nil {
            return .misplacedKey(key, in: section, as: owner.key, of: owner.section)
        }
        if case .layer(let kind) = section, kind.keys.isEmpty { return .foreignLayerKey(key, kind: kind) }
        return .unknownKey(key, in: section, nearest: section.nearestKey(to: key))
    }
}
