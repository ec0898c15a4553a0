// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension EarlySteps: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(audio: input[0].x, knobs: input[1].x, initial: Initial(lstm: initial[0], behind: initial[1].map { HiddenState(h: $0.h) }), threads: threads)
            return [r.behindOutput, r.largest.map { Float($0) }, r.knob]
        }
        let r = try self(audio: input[0].x, knobs: input[1].x, batch: batch, lengths: lengths[0], initial: Initial(lstm: initial[0], behind: initial[1].map { HiddenState(h: $0.h) }), threads: threads)
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

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let input1 = Memory(input[1].x)
        let result0 = Memory(repeating: .nan as Float, count: steps * 4, in: form == .inPlace ? input0 : nil)
        let result1 = Memory(repeating: -1 as Int32, count: steps)
        let result2 = Memory(repeating: .nan as Float, count: steps * 5)
        var rows = 0
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; rows = process(audio: input0.buffer.span, knobs: input1.buffer.span, state: &state, into: &span0, &span1, &span2)
            } else {
                rows = process(audio: input0.buffer, knobs: input1.buffer, state: &state, into: result0.mutable, result1.mutable, result2.mutable)
            }
        }
        return [result0.floats(rows * 4), result1.floats(rows), result2.floats(rows * 5)]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.lstm, LSTMState(h: state.behind.h, c: [])] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(audio: input[0].x, knobs: input[1].x, of: streams)
                return ([r.results.behindOutput, r.results.largest.map { Float($0) }, r.results.knob], r.hasResult)
            }
            let input0 = Memory(input[0].x)
            let input1 = Memory(input[1].x)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result1 = Memory(repeating: -1 as Int32, count: streams.count * 1)
            let result2 = Memory(repeating: .nan as Float, count: streams.count * 5)
            let flags = Memory(repeating: false, count: streams.count)
            call {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; var flagSpan = flags.mutable.mutableSpan; box.pool.step(audio: input0.buffer.span, knobs: input1.buffer.span, of: ids.buffer.span, into: &span0, &span1, &span2, &flagSpan)
            }
            return ([result0.floats(streams.count * 4), result1.floats(streams.count * 1), result2.floats(streams.count * 5)], Array(flags.buffer))
        }
    }
}
