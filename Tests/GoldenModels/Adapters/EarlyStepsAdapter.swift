// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension EarlySteps: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(audio: input[0].x, knobs: input[1].x, initial: Initial(lstm: initial[0], behind: initial[1].map { HiddenState(h: $0.h) }))
            return [r.behindOutput, r.largest.map { Float($0) }, r.knob]
        }
        let r = try self(audio: input[0].x, knobs: input[1].x, batch: batch, lengths: lengths[0], initial: Initial(lstm: initial[0], behind: initial[1].map { HiddenState(h: $0.h) }))
        return [r.behindOutput, r.largest.map { Float($0) }, r.knob]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return State() }
        return try State(lstm: initial[0], behind: initial[1].map { HiddenState(h: $0.h) })
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        let frame1 = input[1].x[...]
        var behindOutputArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var behindOutputSpan = behindOutputArray.mutableSpan
        var largestArray = ContiguousArray<Int32>(repeating: -1, count: 1)
        var largestSpan = largestArray.mutableSpan
        var knobArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var knobSpan = knobArray.mutableSpan
        guard step(audio: frame0.span, knobs: frame1.span, state: &state, into: &behindOutputSpan, &largestSpan, &knobSpan) else { return [[], [], []] }
        return [Array(behindOutputArray), Array(largestArray).map { Float($0) }, Array(knobArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(audio: input[0].x, knobs: input[1].x, state: &state)
        return [r.behindOutput, r.largest.map { Float($0) }, r.knob]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.lstm, LSTMState(h: state.behind.h, c: [])] }
}
