// SPDX-License-Identifier: Apache-2.0

/// How a model is run: the order of calls, where every value lives, what is fused.
///
/// Made once for each mode. The interpreter executes the very plan that the code generator prints.
public struct Plan: Sendable {
    /// What one run takes.
    public enum Mode: Hashable, Sendable {
        /// Whole sequences, a batch of them.
        case whole
        /// Some steps of one sequence, the state carried.
        case chunk
        /// One step of one sequence, the state carried.
        case step
        /// One step of each of many sequences, past the first ones of a stream, their states carried side by side.
        case streams

        /// Whether there are several sequences, so that a layer's states are not side by side.
        package var isBatch: Bool {
            switch self {
            case .whole, .streams: true
            case .chunk, .step: false
            }
        }

        /// Whether one step is run, whose output is in a recurrent layer's state.
        var isOneStep: Bool {
            switch self {
            case .step, .streams: true
            case .whole, .chunk: false
            }
        }

        /// Whether a stream's first steps are behind it, and its first states made.
        var isPastStart: Bool {
            switch self {
            case .chunk, .streams: true
            case .whole, .step: false
            }
        }
    }

    /// How often a value is there.
    public enum Rows: Hashable, Sendable {
        /// Once a sequence; in one step, once.
        case sequences
        /// At each step of each sequence.
        case steps(Steps)

        /// Whether there is a time axis.
        public var hasTime: Bool { self != .sequences }
    }

    /// Where a value lives.
    public enum Place: Hashable, Sendable {
        /// What the caller gives: the input of this index.
        case input(Int)
        /// Where the caller wants it: the number of a kept value.
        case kept(Int)
        /// A slot of a recurrent layer's state.
        case state(layer: Int, slot: Int)
        /// In one step, the part of a recurrent layer's state that is its output: the last stacked layer's h.
        case outputInState(layer: Int)
        /// The number of a scratch value.
        case scratch(Int)
    }

    /// A value that a call reads or writes.
    public struct Operand: Hashable, Sendable {
        /// Where it lives.
        public let place: Place
        /// How often it is there.
        public let rows: Rows
        /// The axes of one row.
        public let sizes: [Int]

        /// Values of one row.
        public var count: Int { sizes.reduce(1, *) }
        /// The size of the last axis; 1 of integers.
        public var size: Int { sizes.last ?? 1 }
        /// The vectors of one row.
        public var vectors: Int { sizes.dropLast().reduce(1, *) }
    }

    /// One call.
    public struct Call: Hashable, Sendable {
        /// What a call does.
        public enum Action: Hashable, Sendable {
            /// Runs the layer.
            case run
            /// Copies the layer's only input: it changes nothing.
            case copy
            /// Puts the states of a slot of the layer's state side by side, one row a sequence.
            case gather(slot: Int)
            /// Puts states that are side by side, one row a sequence, into a slot of the layer's state before it runs.
            case begin(slot: Int)
        }

        /// What is done.
        public let action: Action
        /// The layer.
        public let layer: Int
        /// What it reads, in order.
        public let inputs: [Operand]
        /// What it writes; nil where nobody reads the output, and the state alone is wanted.
        public let output: Operand?
        /// The linear layer that runs in the same call, and gives the output.
        public let joined: Int?
        /// The steps of a stream that have passed before it first runs; 0 in whole sequences.
        public let delay: Int
        /// True for what makes first states: in a stream it runs once.
        public let isStart: Bool
    }

    /// A value that is nobody's result.
    public struct Scratch: Hashable, Sendable {
        /// The layer it is called after.
        public let layer: Int
        /// How often it is there.
        public let rows: Rows
        /// Values of one row.
        public let count: Int
        /// The memory that it takes turns in with others.
        public internal(set) var slot: Int
    }

    /// Memory that scratch values with the same rows take turns in.
    public struct Slot: Hashable, Sendable {
        /// How often its values are there.
        public let rows: Rows
        /// Values of one row.
        public internal(set) var count: Int
    }

    /// What one run takes.
    public let mode: Mode
    /// The values that the caller wants, in its order.
    public let kept: [Value]
    /// In the order they run.
    public let calls: [Call]
    /// The values that are nobody's result.
    public let scratch: [Scratch]
    /// The memory of the scratch values.
    public let slots: [Slot]
    /// The steps of a stream that have no result: so many of its first; 0 in whole sequences.
    public let delay: Int

    /// The first steps of a stream that are not like the others: they have no result, or make first states.
    public var firstSteps: Int {
        mode == .whole ? 0 : calls.reduce(delay) { max($0, $1.isStart ? $1.delay + 1 : 0) }
    }

    /// The time axes that values have, in the order of their first use.
    public var axes: [Steps] {
        var axes: [Steps] = []
        for call in calls {
            for operand in call.inputs + [call.output].compactMap(\.self) {
                if case .steps(let steps) = operand.rows, !axes.contains(steps) { axes.append(steps) }
            }
        }
        return axes
    }

    /// The layers that run, in order; a joined layer after the one that runs it.
    public var runningLayers: [Int] { calls.flatMap { [$0.layer] + [$0.joined].compactMap(\.self) } }

    /// nil where the mode cannot run the model: it does not stream, or (in chunks) needs a state at each step.
    public init?(_ model: Model, _ mode: Mode, keeping kept: [Value]? = nil) {
        var planner = Planner(model, mode, kept ?? model.results.map(\.value))
        planner.plan()
        guard planner.canRun else { return nil }
        self.init(planner)
    }

    /// How whole sequences are run: every model can.
    public init(whole model: Model, keeping kept: [Value]? = nil) {
        var planner = Planner(model, .whole, kept ?? model.results.map(\.value))
        planner.plan()
        self.init(planner)
    }

    private init(_ planner: Planner) {
        mode = planner.mode
        kept = planner.kept
        calls = planner.calls
        scratch = planner.scratch
        slots = planner.slots
        delay = planner.delay
    }
}
