// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension TwoEncoders: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: Initial(firstEncoder: initial[0], secondEncoder: initial[1]), threads: threads)
            return [r.bend, r.firstEncoderHN, r.secondEncoderOutput, r.secondEncoderHN, r.secondEncoderCN, r.scores]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: Initial(firstEncoder: initial[0], secondEncoder: initial[1]), threads: threads)
        return [r.bend, r.firstEncoderHN, r.secondEncoderOutput, r.secondEncoderHN, r.secondEncoderCN, r.scores]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return State() }
        return try State(firstEncoder: initial[0], secondEncoder: initial[1])
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var bendArray = ContiguousArray<Float>(repeating: .nan, count: 3)
        var bendSpan = bendArray.mutableSpan
        var secondEncoderOutputArray = ContiguousArray<Float>(repeating: .nan, count: 2)
        var secondEncoderOutputSpan = secondEncoderOutputArray.mutableSpan
        var scoresArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var scoresSpan = scoresArray.mutableSpan
        step(frame0.span, state: &state, into: &bendSpan, &secondEncoderOutputSpan, &scoresSpan)
        return [Array(bendArray), Array(secondEncoderOutputArray), Array(scoresArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input[0].x, state: &state)
        return [r.bend, r.secondEncoderOutput, r.scores]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let result0 = Memory(repeating: .nan as Float, count: steps * 3)
        let result1 = Memory(repeating: .nan as Float, count: steps * 2, in: form == .inPlace ? input0 : nil)
        let result2 = Memory(repeating: .nan as Float, count: steps * 5)
        let rows = steps
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; process(input0.buffer.span, state: &state, into: &span0, &span1, &span2)
            } else {
                process(input0.buffer, state: &state, into: result0.mutable, result1.mutable, result2.mutable)
            }
        }
        return [result0.floats(rows * 3), result1.floats(rows * 2), result2.floats(rows * 5)]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.firstEncoder, state.secondEncoder] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(input[0].x, of: streams)
                return ([r.bend, r.secondEncoderOutput, r.scores], streams.map { _ in true })
            }
            let input0 = Memory(input[0].x)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 3)
            let result1 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result2 = Memory(repeating: .nan as Float, count: streams.count * 5)
            call {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; box.pool.step(input0.buffer.span, of: ids.buffer.span, into: &span0, &span1, &span2)
            }
            return ([result0.floats(streams.count * 3), result1.floats(streams.count * 2), result2.floats(streams.count * 5)], streams.map { _ in true })
        }
    }
}
