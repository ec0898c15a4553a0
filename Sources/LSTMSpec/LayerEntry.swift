// SPDX-License-Identifier: Apache-2.0

/// The key `initial` of a recurrent layer: names of values; one of them is present in a valid spec.
package struct InitialEntry: Sendable {
    /// The place of its mapping.
    package var location: SourceLocation
    /// The key `h`.
    package var h: Field<String> = .absent
    /// The key `c`.
    package var c: Field<String> = .absent
}

/// One item of `layers:`.
public struct LayerEntry: Sendable {
    /// The place of the item's mapping (its first key).
    public var location: SourceLocation
    /// The kind, at its word; nil where the entry has no kind word, or several: then it is already reported.
    public var kind: Located<LayerKind>?
    /// The value of the kind's key.
    public var name: Field<String> = .absent
    /// The names of what the layer takes.
    public var from: Field<[Located<String>]> = .absent
    /// A `Field` for each of the kind's keys.
    private var fields: [String: any Sendable] = [:]

    init(location: SourceLocation) {
        self.location = location
    }

    /// What stands at a key; absent where the entry is of a kind without it.
    package subscript<Value>(key: LayerKey<Value>) -> Field<Value> {
        fields[key.name] as? Field<Value> ?? .absent
    }

    /// Where the value of a key stands, right or wrong; nil where the key is absent.
    package func place(of key: String) -> SourceLocation? { (fields[key] as? any PlacedField)?.location }

    /// Puts another value at a key, of the key's own type, in the place of what stands there.
    package mutating func replace(_ key: String, with value: some Sendable) {
        fields[key] = Field.present(Located(value, at: place(of: key) ?? location))
    }

    /// Leaves a key out.
    package mutating func remove(_ key: String) { fields[key] = nil }

    mutating func read(_ key: AnyLayerKey, _ reader: MappingReader) {
        fields[key.description.key] = key.read(reader)
    }
}

/// A field whose type of value is forgotten.
private protocol PlacedField {
    var location: SourceLocation? { get }
}

extension Field: PlacedField {}
