// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A sum, difference, product or maximum of values with the same last axes, or of size 1, or broadcast over time.
public struct Combination: OperationDescription {
    /// What is done with two values.
    public enum Function: String, CaseIterable, Sendable { case add, subtract, multiply, maximum }

    /// What is done with each two values.
    public let function: Function
    /// How many values it takes; they are combined in the order written.
    public let count: Int

    public var kind: OperationKind { function.kind }
    public var overwritableInputs: Range<Int> { 0..<2 }
}

/// torch.cat over the last axis.
public struct Concat: OperationDescription {
    /// The size of each value's last axis.
    public let sizes: [Int]

    public var kind: OperationKind { .concat }
}

extension Combination.Function {
    var kind: OperationKind {
        switch self {
        case .add: Self.addKind
        case .subtract: Self.subtractKind
        case .multiply: Self.multiplyKind
        case .maximum: Self.maximumKind
        }
    }

    private static let rule =
        " They have the same last axes, or a last axis of 1; one without time is repeated over time."
    private static let addKind = kind(.add, "The sum of values, in the order written." + rule)
    private static let subtractKind = kind(.subtract, "The first value less the second." + rule, inputs: .two)
    private static let multiplyKind = kind(
        .multiply, "The product of values, in the order written." + rule, nicknames: ["mul"])
    private static let maximumKind = kind(.maximum, "The largest of values." + rule)

    private static func kind(
        _ function: Self, _ summary: String, inputs: LayerKind.InputCount = .twoOrMore, nicknames: [String] = []
    ) -> OperationKind {
        OperationKind(
            LayerKind(function.rawValue, summary, inputs: inputs, nicknames: nicknames), .join
        ) { site, lowering in
            guard let joined = lowering.broadcast(site) else { return nil }
            site.output = joined
            return .combine(Combination(function: function, count: site.inputs.count))
        }
    }
}

extension OperationKind {
    static let concat = OperationKind(
        LayerKind(
            "concat",
            "torch.cat over the last axis: the values side by side, in the order written. One without time is repeated over "
                + "time.", inputs: .twoOrMore, nicknames: ["concatenate", "cat"]),
        .join
    ) { site, lowering in
        guard let joined = lowering.sideBySide(site) else { return nil }
        site.output = joined
        let sizes = site.inputs.compactMap(\.flow.size)
        return sizes.count == site.inputs.count ? .concat(Concat(sizes: sizes)) : nil
    }
}
