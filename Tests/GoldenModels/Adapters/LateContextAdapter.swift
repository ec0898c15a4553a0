// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension LateContext: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { try Self(weights: weights) }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(x: input[0].x, voice: input[1].x, initial: initial[0], threads: threads)
            return [r.givenOutput, r.lateOutput]
        }
        let r = try self(x: input[0].x, voice: input[1].x, batch: batch, lengths: lengths[0], initial: initial[0], threads: threads)
        return [r.givenOutput, r.lateOutput]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return State() }
        return try State(given: initial[0])
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        let frame1 = input[1].x[...]
        var givenOutputArray = ContiguousArray<Float>(repeating: .nan, count: 3)
        var givenOutputSpan = givenOutputArray.mutableSpan
        var lateOutputArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var lateOutputSpan = lateOutputArray.mutableSpan
        guard step(x: frame0.span, voice: frame1.span, state: &state, into: &givenOutputSpan, &lateOutputSpan) else { return [[], []] }
        return [Array(givenOutputArray), Array(lateOutputArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(x: input[0].x, voice: input[1].x, state: &state)
        return [r.givenOutput, r.lateOutput]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let input1 = Memory(input[1].x)
        let result0 = Memory(repeating: .nan as Float, count: steps * 3, in: form == .inPlace ? input0 : nil)
        let result1 = Memory(repeating: .nan as Float, count: steps * 4)
        var rows = 0
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; rows = process(x: input0.buffer.span, voice: input1.buffer.span, state: &state, into: &span0, &span1)
            } else {
                rows = process(x: input0.buffer, voice: input1.buffer, state: &state, into: result0.mutable, result1.mutable)
            }
        }
        return [result0.floats(rows * 3), result1.floats(rows * 4)]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.given] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(x: input[0].x, voice: input[1].x, of: streams)
                return ([r.results.givenOutput, r.results.lateOutput], r.hasResult)
            }
            let input0 = Memory(input[0].x)
            let input1 = Memory(input[1].x)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 3)
            let result1 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let flags = Memory(repeating: false, count: streams.count)
            call {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var flagSpan = flags.mutable.mutableSpan; box.pool.step(x: input0.buffer.span, voice: input1.buffer.span, of: ids.buffer.span, into: &span0, &span1, &flagSpan)
            }
            return ([result0.floats(streams.count * 3), result1.floats(streams.count * 4)], Array(flags.buffer))
        }
    }
}
