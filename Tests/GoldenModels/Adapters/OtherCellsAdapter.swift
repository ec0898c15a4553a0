// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension OtherCells: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { try Self(weights: weights) }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: Initial(older: initial[0].map { HiddenState(h: $0.h) }, lstm: initial[1], rnn: initial[2].map { HiddenState(h: $0.h) }), threads: threads)
            return [r.olderOutput, r.olderHN, r.lstmOutput, r.lstmHN, r.lstmCN, r.rnnOutput, r.rnnHN]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: Initial(older: initial[0].map { HiddenState(h: $0.h) }, lstm: initial[1], rnn: initial[2].map { HiddenState(h: $0.h) }), threads: threads)
        return [r.olderOutput, r.olderHN, r.lstmOutput, r.lstmHN, r.lstmCN, r.rnnOutput, r.rnnHN]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return initialState }
        return try State(older: initial[0].map { HiddenState(h: $0.h) }, lstm: initial[1], rnn: initial[2].map { HiddenState(h: $0.h) })
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var olderOutputArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var olderOutputSpan = olderOutputArray.mutableSpan
        var lstmOutputArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var lstmOutputSpan = lstmOutputArray.mutableSpan
        var rnnOutputArray = ContiguousArray<Float>(repeating: .nan, count: 17)
        var rnnOutputSpan = rnnOutputArray.mutableSpan
        step(frame0.span, state: &state, into: &olderOutputSpan, &lstmOutputSpan, &rnnOutputSpan)
        return [Array(olderOutputArray), Array(lstmOutputArray), Array(rnnOutputArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input[0].x, state: &state)
        return [r.olderOutput, r.lstmOutput, r.rnnOutput]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let result0 = Memory(repeating: .nan as Float, count: steps * 5)
        let result1 = Memory(repeating: .nan as Float, count: steps * 4)
        let result2 = Memory(repeating: .nan as Float, count: steps * 17)
        let rows = steps
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; process(input0.buffer.span, state: &state, into: &span0, &span1, &span2)
            } else {
                process(input0.buffer, state: &state, into: result0.mutable, result1.mutable, result2.mutable)
            }
        }
        return [result0.floats(rows * 5), result1.floats(rows * 4), result2.floats(rows * 17)]
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.older.h, c: []), state.lstm, LSTMState(h: state.rnn.h, c: [])] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(input[0].x, of: streams)
                return ([r.olderOutput, r.lstmOutput, r.rnnOutput], streams.map { _ in true })
            }
            let input0 = Memory(input[0].x)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 5)
            let result1 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result2 = Memory(repeating: .nan as Float, count: streams.count * 17)
            call {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; box.pool.step(input0.buffer.span, of: ids.buffer.span, into: &span0, &span1, &span2)
            }
            return ([result0.floats(streams.count * 5), result1.floats(streams.count * 4), result2.floats(streams.count * 17)], streams.map { _ in true })
        }
    }
}
