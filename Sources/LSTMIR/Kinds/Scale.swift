// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// y = x * weight + bias, or (x - mean) / std, over the last axis.
public struct Scale: OperationDescription {
    /// The two ways to write it.
    public enum Form: String, Hashable, Sendable {
        /// fma(x, weight, bias).
        case affine
        /// fl(fl(x - mean) / std).
        case standardize
    }

    /// One of the two things it computes with.
    public enum Operand: Hashable, Sendable {
        /// One value for all, or one for each of the last axis.
        case values([Float])
        /// A tensor of the checkpoint, by its full name.
        case tensor(String)
    }

    /// How the two operands are used.
    public let form: Form
    /// The size of the last axis.
    public let size: Int
    /// weight, or mean.
    public let first: Operand
    /// bias, or std.
    public let second: Operand

    /// The names of the two.
    public var names: (first: String, second: String) {
        form == .affine ? ("weight", "bias") : ("mean", "std")
    }

    public var kind: OperationKind { .scale }
    public var arguments: [Setting] {
        [.init(names.first, first.argument), .init(names.second, second.argument)]
    }
    public var parameters: [LocalParameter] {
        [(names.first, first), (names.second, second)].compactMap { key, operand in
            guard case .tensor(let name) = operand else { return nil }
            return LocalParameter(key: key, shape: [size], fullName: name)
        }
    }
    public var cost: Cost? { Cost(parameters: checkedProduct(size, parameters.count), macsPerStep: 0) }
    public var overwritableInputs: Range<Int> { 0..<1 }
}

extension Scale.Operand {
    fileprivate var argument: Setting.Value {
        switch self {
        case .values(let values) where values.count == 1: .number(values[0])
        case .values(let values): .text("[" + values.map { "\($0)" }.joined(separator: ", ") + "]")
        case .tensor(let name): .text("'" + printable(name) + "'")
        }
    }
}

extension OperationKind {
    static let scale = OperationKind(
        LayerKind(
            "scale", "x weight + bias over the last axis; or (x - mean) / std, another way to write it.",
            keys: [Keys.weight.any, Keys.bias.any, Keys.mean.any, Keys.std.any],
            otherWords: ["factor": "weight", "offset": "bias", "stddev": "std", "stdev": "std"],
            nicknames: ["rescale", "normalization"]),
        .norm
    ) { site, lowering in
        site.output = site.given.flow
        let entry = site.entry
        let affine = [entry[Keys.weight], entry[Keys.bias]]
        let standard = [entry[Keys.mean], entry[Keys.std]]
        if let other = standard.compactMap(\.location).first, let place = affine.compactMap(\.location).first {
            lowering.report(
                .scaleInBothForms(layer: site.name), at: max(place, other),
                notes: [.init("the other form is here", at: min(place, other))])
            return nil
        }
        let isStandard = standard.contains { !$0.isAbsent }
        let size = site.given.flow.size
        let first = lowering.operand(
            entry, isStandard ? Keys.mean : Keys.weight, size: size, default: isStandard ? 0 : 1)
        let second = lowering.operand(
            entry, isStandard ? Keys.std : Keys.bias, size: size, default: isStandard ? 1 : 0)
        guard let size, let first, let second else { return nil }
        return .scale(
            Scale(form: isStandard ? .standardize : .affine, size: size, first: first, second: second))
    }

    private enum Keys {
        static let weight = LayerKey.numbers(
            "weight", default: "1.0", "What x is multiplied by: a number, one for each value, or a tensor's name.")
        static let bias = LayerKey.numbers(
            "bias", default: "0.0", "What is added: a number, one for each value, or a tensor's name.")
        static let mean = LayerKey.numbers(
            "mean", "What is subtracted, in place of weight and bias. Default: 0, where std is given.")
        static let std = LayerKey.numbers(
            "std", "What the difference is divided by, in place of weight and bias. Default: 1, where mean is given.")
    }
}

extension Lowering {
    fileprivate mutating func operand(
        _ entry: LayerEntry, _ key: LayerKey<Numbers>, size: Int?, default standard: Float
    ) -> Scale.Operand? {
        guard let located = entry[key].located else { return entry[key].isAbsent ? .values([standard]) : nil }
        switch located.value {
        case .tensor(let name): return .tensor((document.weights.value?.prefix.value ?? "") + name)
        case .one(let value): return floats([value], key.name, at: located.location).map { .values($0) }
        case .list(let values):
            if let size, values.count != size {
                report(.listCount(key: key.name, count: values.count, size: size), at: located.location)
                return nil
            }
            return floats(values, key.name, at: located.location).map { .values($0) }
        }
    }

    private mutating func floats(_ values: [Double], _ key: String, at place: SourceLocation) -> [Float]? {
        let floats = values.map { Float($0) }
        if let wrong = zip(values, floats).first(where: { $1.isInfinite || ($0.isNaN) }) {
            report(.outOfRange(key: key, value: "\(wrong.0)", range: "finite as float32"), at: place)
            return nil
        }
        return floats
    }
}
