// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension FromContext: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(context: input[0].x, ids: input[1].ids, threads: threads)
            return [r]
        }
        let r = try self(context: input[0].x, ids: input[1].ids, batch: batch, lengths: lengths[0], threads: threads)
        return [r]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var headArray = ContiguousArray<Float>(repeating: .nan, count: 9)
        var headSpan = headArray.mutableSpan
        step(context: frame0.span, ids: input[1].ids[0], state: &state, into: &headSpan)
        return [Array(headArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        [try process(context: input[0].x, ids: input[1].ids, state: &state)]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let input1 = Memory(input[1].ids)
        let result0 = Memory(repeating: .nan as Float, count: steps * 9)
        let rows = steps
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; process(context: input0.buffer.span, ids: input1.buffer.span, state: &state, into: &span0)
            } else {
                process(context: input0.buffer, ids: input1.buffer, state: &state, into: result0.mutable)
            }
        }
        return [result0.floats(rows * 9)]
    }

    public static func parts(of state: State) -> [LSTMState] { [] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(context: input[0].x, ids: input[1].ids, of: streams)
                return ([r], streams.map { _ in true })
            }
            let input0 = Memory(input[0].x)
            let input1 = Memory(input[1].ids)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 9)
            call {
                var span0 = result0.mutable.mutableSpan; box.pool.step(context: input0.buffer.span, ids: input1.buffer.span, of: ids.buffer.span, into: &span0)
            }
            return ([result0.floats(streams.count * 9)], streams.map { _ in true })
        }
    }
}
