// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension KnobsApart: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(audio: input[0].x, knobs: input[1].x, bank: input[2].ids, initial: initial[0], threads: threads)
            return [r.level, r.out, r.hN]
        }
        let r = try self(audio: input[0].x, knobs: input[1].x, bank: input[2].ids, batch: batch, lengths: lengths[0], initial: initial[0], threads: threads)
        return [r.level, r.out, r.hN]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        try initial[0].map { try State(h0: $0.h, c0: $0.c) } ?? State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        let frame1 = input[1].x[...]
        var levelArray = ContiguousArray<Float>(repeating: .nan, count: 1)
        var levelSpan = levelArray.mutableSpan
        var outArray = ContiguousArray<Float>(repeating: .nan, count: 2)
        var outSpan = outArray.mutableSpan
        step(audio: frame0.span, knobs: frame1.span, bank: input[2].ids[0], state: &state, into: &levelSpan, &outSpan)
        return [Array(levelArray), Array(outArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(audio: input[0].x, knobs: input[1].x, bank: input[2].ids, state: &state)
        return [r.level, r.out]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let input1 = Memory(input[1].x)
        let result0 = Memory(repeating: .nan as Float, count: steps, in: form == .inPlace ? input0 : nil)
        let result1 = Memory(repeating: .nan as Float, count: steps * 2)
        let rows = steps
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; process(audio: input0.buffer.span, knobs: input1.buffer.span, bank: input[2].ids[0], state: &state, into: &span0, &span1)
            } else {
                process(audio: input0.buffer, knobs: input1.buffer, bank: input[2].ids[0], state: &state, into: result0.mutable, result1.mutable)
            }
        }
        return [result0.floats(rows), result1.floats(rows * 2)]
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.h, c: state.c)] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(audio: input[0].x, knobs: input[1].x, bank: input[2].ids, of: streams)
                return ([r.level, r.out], streams.map { _ in true })
            }
            let input0 = Memory(input[0].x)
            let input1 = Memory(input[1].x)
            let input2 = Memory(input[2].ids)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 1)
            let result1 = Memory(repeating: .nan as Float, count: streams.count * 2)
            call {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; box.pool.step(audio: input0.buffer.span, knobs: input1.buffer.span, bank: input2.buffer.span, of: ids.buffer.span, into: &span0, &span1)
            }
            return ([result0.floats(streams.count * 1), result1.floats(streams.count * 2)], streams.map { _ in true })
        }
    }
}
