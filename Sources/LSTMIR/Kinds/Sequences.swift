// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// One step of each sequence.
public struct Select: OperationDescription {
    /// Counted from a sequence's own end where negative.
    public let index: Int

    public var kind: OperationKind { .select }
    public var arguments: [Setting] { [.init("index", index)] }
    public var timing: Timing { .wholeSequences }
}

/// Several steps of each sequence, by Python's rules.
public struct StepRange: OperationDescription {
    /// The first step; negative from each sequence's own end, nil for its beginning.
    public let start: Int?
    /// The step after the last; negative from each sequence's own end, nil for its end.
    public let stop: Int?

    public var kind: OperationKind { .steps }
    public var arguments: [Setting] { [.init("start", start), .init("stop", stop)] }
    public var timing: Timing { .wholeSequences }
}

/// Each sequence from its own last step to its first.
public struct Flip: OperationDescription {
    public var kind: OperationKind { .flip }
    public var timing: Timing { .wholeSequences }
}

/// A vector as a sequence of equal steps.
public struct Repeat: OperationDescription {
    /// How many steps the result has.
    public let steps: Int

    public var kind: OperationKind { .repeat }
    public var arguments: [Setting] { [.init("steps", steps)] }
    public var timing: Timing { .wholeSequences }
}

extension OperationKind {
    static let select = OperationKind(
        LayerKind(
            "select",
            "One step of a sequence, y[:, -1] for example, both directions as they are there; it ends the time axis.",
            keys: [Keys.index.any], otherWords: ["step": "index"]),
        .pooling, takes: .sequences
    ) { site, lowering in
        site.output = site.given.flow.withoutTime
        guard let index = site.entry[Keys.index].value(default: -1) else { return nil }
        if case .steps(.fixed(let count)) = site.given.flow.time, !(-count..<count).contains(index) {
            lowering.report(
                .outOfRange(key: "index", value: "\(index)", range: "at least -\(count) and below \(count)"),
                at: site.entry[Keys.index].location ?? site.location)
            return nil
        }
        return .select(Select(index: index))
    }

    static let steps = OperationKind(
        LayerKind(
            "steps", "Several steps of a sequence, by Python's rules, counted within each sequence.",
            keys: [Keys.start.any, Keys.stop.any], otherWords: ["begin": "start", "end": "stop"]),
        .shape, takes: .sequences
    ) { site, lowering in
        let (start, stop) = (site.entry[Keys.start], site.entry[Keys.stop])
        guard !start.isInvalid, !stop.isInvalid else {
            site.output = site.given.flow.retimed(.unknown)
            return nil
        }
        let range = StepRange(start: start.value, stop: stop.value)
        guard case .steps(let steps) = site.given.flow.time else {
            site.output = site.given.flow
            return .steps(range)
        }
        let sliced: Steps = .slice(of: steps, start: range.start, stop: range.stop)
        if sliced.isAlwaysEmpty {
            lowering.report(
                .emptySteps(layer: site.name), at: stop.location ?? start.location ?? site.location)
            site.output = site.given.flow.retimed(.unknown)
            return nil
        }
        site.output = site.given.flow.retimed(.steps(sliced))
        return .steps(range)
    }

    static let flip = OperationKind(
        LayerKind(
            "flip", "Each sequence from its own last step to its first.", nicknames: ["reverse"]), .shape,
        takes: .sequences
    ) { site, _ in
        site.output = site.given.flow
        return .flip(Flip())
    }

    static let `repeat` = OperationKind(
        LayerKind(
            "repeat", "A vector as a sequence of so many equal steps: Keras's RepeatVector.", keys: [Keys.steps.any],
            otherWords: ["n": "steps", "times": "steps", "count": "steps"],
            nicknames: ["repeat_vector", "repeatvector"]),
        .shape, takes: .init(time: .absent)
    ) { site, lowering in
        let steps = lowering.size(site.entry, Keys.steps)
        if let steps, steps > Limits.repeatedSteps, let place = site.entry[Keys.steps].location {
            lowering.report(.tooMany(key: "steps", value: steps, limit: Limits.repeatedSteps), at: place)
            return nil
        }
        site.output = site.given.flow.retimed(steps.map { .steps(.fixed($0)) } ?? .unknown)
        return steps.map { .repeat(Repeat(steps: $0)) }
    }

    private enum Keys {
        static let index = LayerKey.integer(
            "index", minimum: nil, default: "-1", "The step; a negative one counts from each sequence's own end.")
        static let start = LayerKey.integer(
            "start", minimum: nil, default: "0", "The first step; a negative one counts from each sequence's own end.")
        static let stop = LayerKey.integer(
            "stop", minimum: nil,
            "The step after the last; a negative one counts from each sequence's own end. Default: its end.")
        static let steps = LayerKey.integer("steps", minimum: 1, required: true, "The number of steps.")
    }
}

extension Steps {
    /// True where no length leaves a step.
    fileprivate var isAlwaysEmpty: Bool {
        // A slice's bounds are at most so far from an end that longer sequences behave alike.
        let bound = min(reach + 2, 1 << 20)
        let lengths = bound <= 4096 ? Array(1...bound) : [1, 2, bound / 2, bound, 2 * bound]
        return !lengths.contains { count(ofRoot: $0) > 0 }
    }

    private var reach: Int {
        switch self {
        case .input: 1
        case .fixed(let count): count
        case .slice(let steps, let start, let stop):
            [steps.reach, abs(start ?? 0), abs(stop ?? 0)].reduce(0) {
                let (sum, overflow) = $0.addingReportingOverflow($1)
                return overflow ? Int.max / 4 : min(sum, Int.max / 4)
            }
        case .windows(let steps, let extent, let stride):
            min(checkedProduct(stride, min(checkedSum([steps.reach, abs(extent)]) ?? .max, 1 << 30)) ?? .max, .max / 4)
        }
    }
}

private func abs(_ value: Int) -> Int { value == .min ? .max : Swift.abs(value) }
