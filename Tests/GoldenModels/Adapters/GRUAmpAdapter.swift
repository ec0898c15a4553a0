// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension GRUAmp: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: initial[0].map { HiddenState(h: $0.h) }, threads: threads)
            return [r]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: initial[0].map { HiddenState(h: $0.h) }, threads: threads)
        return [r]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        try initial[0].map { try State(h0: $0.h) } ?? State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var outArray = ContiguousArray<Float>(repeating: .nan, count: 1)
        var outSpan = outArray.mutableSpan
        step(frame0.span, state: &state, into: &outSpan)
        return [Array(outArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        [try process(input[0].x, state: &state)]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let result0 = Memory(repeating: .nan as Float, count: steps, in: form == .inPlace ? input0 : nil)
        let rows = steps
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; process(input0.buffer.span, state: &state, into: &span0)
            } else {
                process(input0.buffer, state: &state, into: result0.mutable)
            }
        }
        return [result0.floats(rows)]
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.h, c: [])] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(input[0].x, of: streams)
                return ([r], streams.map { _ in true })
            }
            let input0 = Memory(input[0].x)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 1)
            call {
                var span0 = result0.mutable.mutableSpan; box.pool.step(input0.buffer.span, of: ids.buffer.span, into: &span0)
            }
            return ([result0.floats(streams.count * 1)], streams.map { _ in true })
        }
    }
}
