// SPDX-License-Identifier: Apache-2.0

/// A spec as it is written: every key that was there, with its place, and nothing yet said about shapes.
///
/// A document can have holes: a value that was wrong is `.invalid`, already reported, so that lowering finds the file's
/// other mistakes in the same run without repeating this one.
public struct Document: Sendable {
    public var source: SourceFile
    /// The place of the root mapping.
    public var location: SourceLocation
    public var name: Field<String> = .absent
    public var summary: Field<String> = .absent
    public var input: Field<InputEntry> = .absent
    public var weights: Field<WeightsEntry> = .absent
    public var layers: Field<[LayerEntry]> = .absent
    public var outputs: Field<[Located<String>]> = .absent
    public var labels: Field<[Located<String>]> = .absent
    public var segmentStarts: Field<[Located<String>]> = .absent
    public var vocabulary: Field<VocabularyEntry> = .absent
    public var budget: Field<BudgetEntry> = .absent

    public init(source: SourceFile, location: SourceLocation) {
        self.source = source
        self.location = location
    }
}

/// One key's value: not there, there but wrong (and reported), or there.
public enum Field<Value> {
    case absent
    case invalid(SourceLocation)
    case present(Located<Value>)

    /// The value, where there is a right one.
    public var value: Value? { located?.value }

    /// The value with its place, where there is a right one.
    public var located: Located<Value>? {
        if case .present(let located) = self { located } else { nil }
    }

    /// Where the value stands, right or wrong; nil where the key is absent.
    public var location: SourceLocation? {
        switch self {
        case .absent: nil
        case .invalid(let location): location
        case .present(let located): located.location
        }
    }

    public var isInvalid: Bool { if case .invalid = self { true } else { false } }
    public var isAbsent: Bool { if case .absent = self { true } else { false } }
}

extension Field: Sendable where Value: Sendable {}

/// `input:`; exactly one of `features` and `tokens` is present in a valid spec.
///
/// Where neither or both were written that is already reported, and both are `.invalid`.
public struct InputEntry: Sendable {
    public var features: Field<Int> = .absent
    public var tokens: Field<Int> = .absent
    public var batchFirst: Field<Bool> = .absent
    public init() {}
}

/// `weights:`.
public struct WeightsEntry: Sendable {
    public enum Placement: String, CaseIterable, Sendable { case embedded, file }

    /// Relative to the spec's folder.
    public var file: Field<String> = .absent
    public var placement: Field<Placement> = .absent
    public var prefix: Field<String> = .absent
    /// Layer name to module path, in the order written.
    public var names: Field<[(layer: Located<String>, path: Located<String>)]> = .absent
    public var key: Field<String> = .absent
    public var ignore: Field<[Located<String>]> = .absent
    public init() {}
}

/// `vocabulary:`.
public struct VocabularyEntry: Sendable {
    /// Relative to the spec's folder.
    public var file: Field<String> = .absent
    public var unknown: Field<Int> = .absent
    public init() {}
}

/// `budget:`; counts and bytes with their units already applied.
public struct BudgetEntry: Sendable {
    public var parameters: Field<Int> = .absent
    public var weightBytes: Field<Int> = .absent
    public var macsPerStep: Field<Int> = .absent
    public init() {}
}
