// SPDX-License-Identifier: Apache-2.0

/// A spec as it is written: every key that was there, with its place, and nothing yet said about shapes.
///
/// A document can have holes: a value that was wrong is `.invalid`, already reported, so that lowering finds the file's
/// other mistakes in the same run without repeating this one.
public struct Document: Sendable {
    /// The file it was read from.
    public var source: SourceFile
    /// The place of the root mapping.
    public var location: SourceLocation
    /// The key `name`: the type's name.
    public var name: Field<String> = .absent
    /// The key `description`.
    public var summary: Field<String> = .absent
    /// The key `input`.
    public var input: Field<InputEntry> = .absent
    /// The key `inputs`, in place of `input`: in the order written.
    public var inputs: Field<[InputEntry]> = .absent
    /// The key `batch_first` at the top level, beside `inputs`.
    public var batchFirst: Field<Bool> = .absent
    /// The key `weights`.
    public var weights: Field<WeightsEntry> = .absent
    /// The key `layers`: one or more, from input to output.
    public var layers: Field<[LayerEntry]> = .absent
    /// The key `outputs`: names of results.
    public var outputs: Field<[Located<String>]> = .absent
    /// The key `labels`.
    public var labels: Field<[Located<String>]> = .absent
    /// The key `segment_starts`.
    public var segmentStarts: Field<[Located<String>]> = .absent
    /// The key `vocabulary`.
    public var vocabulary: Field<VocabularyEntry> = .absent
    /// The key `budget`.
    public var budget: Field<BudgetEntry> = .absent
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

    /// The value, or `standard` where the key is absent; nil where what is there is wrong.
    package func value(default standard: Value) -> Value? { isAbsent ? standard : value }

    /// Where the value stands, right or wrong; nil where the key is absent.
    public var location: SourceLocation? {
        switch self {
        case .absent: nil
        case .invalid(let location): location
        case .present(let located): located.location
        }
    }

    /// True where the key is there and its value was wrong.
    public var isInvalid: Bool { if case .invalid = self { true } else { false } }
    /// True where the key is not there.
    public var isAbsent: Bool { if case .absent = self { true } else { false } }
}

extension Field: Sendable where Value: Sendable {}

/// `input:`, or one of `inputs:`; exactly one of `features`, `tokens` and `shape` is present in a valid spec.
///
/// Where none or several were written that is already reported, and all are `.invalid`.
public struct InputEntry: Sendable {
    /// How often there is a value.
    public enum Per: String, CaseIterable, Sendable { case step, sequence }

    /// The name, where several inputs have one each.
    public var name: Located<String>?
    /// The place of its mapping.
    public var location: SourceLocation
    /// The key `features`: floats in a step.
    public var features: Field<Int> = .absent
    /// The key `tokens`: the number of token ids.
    public var tokens: Field<Int> = .absent
    /// The key `shape`: the sizes of a step's axes.
    public var shape: Field<[Located<Int>]> = .absent
    /// The key `padding`.
    public var padding: Field<Double> = .absent
    /// The key `per`.
    public var per: Field<Per> = .absent
    /// The key `batch_first`.
    public var batchFirst: Field<Bool> = .absent
}

/// `weights:`.
public struct WeightsEntry: Sendable {
    /// Where generated code has its weights.
    public enum Placement: String, CaseIterable, Sendable { case embedded, file }

    /// How matrices are kept.
    public enum Precision: String, CaseIterable, Sendable { case float32, float16, bfloat16, int8 }

    /// Relative to the spec's folder.
    public var file: Field<String> = .absent
    /// The key `placement`.
    public var placement: Field<Placement> = .absent
    /// The key `precision`.
    public var precision: Field<Precision> = .absent
    /// The key `prefix`: text before every tensor name.
    public var prefix: Field<String> = .absent
    /// Layer name to module path, in the order written.
    public var names: Field<[(layer: Located<String>, path: Located<String>)]> = .absent
    /// The key `key`: where in a .pt file the state_dict is.
    public var key: Field<String> = .absent
    /// The key `ignore`: patterns of tensor names.
    public var ignore: Field<[Located<String>]> = .absent
}

/// `vocabulary:`.
public struct VocabularyEntry: Sendable {
    /// Relative to the spec's folder.
    public var file: Field<String> = .absent
    /// The key `unknown`: the id of what the file does not have.
    public var unknown: Field<Int> = .absent
}

/// `budget:`; counts and bytes with their units already applied.
public struct BudgetEntry: Sendable {
    /// The key `parameters`: the most there may be.
    public var parameters: Field<Int> = .absent
    /// The key `weight_bytes`: the most bytes as they are kept.
    public var weightBytes: Field<Int> = .absent
    /// The key `macs_per_step`: the most multiply-adds.
    public var macsPerStep: Field<Int> = .absent
    /// The key `max_error`: the largest error that `verify` may find.
    public var maxError: Field<Double> = .absent
}
