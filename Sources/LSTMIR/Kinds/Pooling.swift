// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// h_n of the last of a recurrent layer's stacked layers, both directions side by side; it takes the recurrent layer's state.
public struct Last: OperationDescription {
    /// The states that are side by side: the last ones.
    public let directions: Int

    public var kind: OperationKind { .last }
}

/// A pooling over time, of a sequence's own steps.
public struct Pool: OperationDescription {
    /// What is done with the steps.
    public enum Function: String, CaseIterable, Sendable { case mean, max, sum }

    /// What is done with the steps of a sequence.
    public let function: Function

    public var kind: OperationKind { function.kind }
    public var timing: Timing { .wholeSequences }
}

extension OperationKind {
    static let last = OperationKind(
        LayerKind(
            "last",
            "The last state of the recurrent layer before it: h_n of its last stacked layer, both directions side by side. It "
                + "ends the time axis."),
        .pooling
    ) { site, lowering in
        let recurrent = lowering.recurrentLayer(of: site)
        if recurrent == nil, !lowering.mayBeRecurrent(site) {
            lowering.report(.lastNotAfterLSTM(layer: site.name), at: site.location)
        }
        site.output = site.given.flow.withoutTime
        guard let recurrent, let slot = recurrent.operation.stateSlots.first else { return nil }
        // The state is what it takes, not the output.
        site.values = [.state(layer: recurrent.index, slot: 0)]
        return .last(Last(directions: (recurrent.size ?? slot.size) / slot.size))
    }
}

extension Pool.Function {
    var kind: OperationKind {
        switch self {
        case .mean: Self.meanKind
        case .max: Self.maxKind
        case .sum: Self.sumKind
        }
    }

    private static let meanKind = kind(
        .mean, "The mean over time, of a sequence's own steps only; it ends the time axis.",
        nicknames: ["avg", "average"])
    private static let maxKind = kind(
        .max, "The largest value over time, of a sequence's own steps only; it ends the time axis.")
    private static let sumKind = kind(
        .sum, "The sum over time, of a sequence's own steps only; it ends the time axis.")

    private static func kind(_ function: Self, _ summary: String, nicknames: [String] = []) -> OperationKind {
        OperationKind(LayerKind(function.rawValue, summary, nicknames: nicknames), .pooling, takes: .sequences) {
            site, _ in
            site.output = site.given.flow.withoutTime
            return .pool(Pool(function: function))
        }
    }
}
