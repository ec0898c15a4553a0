// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension EveryFunction: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { try Self(weights: weights) }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, threads: threads)
            return [r.leaky, r.elu, r.soft, r.hard, r.squared, r.logged, r.shifted, r.lastScale]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], threads: threads)
        return [r.leaky, r.elu, r.soft, r.hard, r.squared, r.logged, r.shifted, r.lastScale]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var leakyArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var leakySpan = leakyArray.mutableSpan
        var eluArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var eluSpan = eluArray.mutableSpan
        var softArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var softSpan = softArray.mutableSpan
        var hardArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var hardSpan = hardArray.mutableSpan
        var squaredArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var squaredSpan = squaredArray.mutableSpan
        var loggedArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var loggedSpan = loggedArray.mutableSpan
        var shiftedArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var shiftedSpan = shiftedArray.mutableSpan
        var lastScaleArray = ContiguousArray<Float>(repeating: .nan, count: 4)
        var lastScaleSpan = lastScaleArray.mutableSpan
        step(frame0.span, state: &state, into: &leakySpan, &eluSpan, &softSpan, &hardSpan, &squaredSpan, &loggedSpan, &shiftedSpan, &lastScaleSpan)
        return [Array(leakyArray), Array(eluArray), Array(softArray), Array(hardArray), Array(squaredArray), Array(loggedArray), Array(shiftedArray), Array(lastScaleArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input[0].x, state: &state)
        return [r.leaky, r.elu, r.soft, r.hard, r.squared, r.logged, r.shifted, r.lastScale]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let result0 = Memory(repeating: .nan as Float, count: steps * 4, in: form == .inPlace ? input0 : nil)
        let result1 = Memory(repeating: .nan as Float, count: steps * 4)
        let result2 = Memory(repeating: .nan as Float, count: steps * 4)
        let result3 = Memory(repeating: .nan as Float, count: steps * 4)
        let result4 = Memory(repeating: .nan as Float, count: steps * 4)
        let result5 = Memory(repeating: .nan as Float, count: steps * 4)
        let result6 = Memory(repeating: .nan as Float, count: steps * 4)
        let result7 = Memory(repeating: .nan as Float, count: steps * 4)
        let rows = steps
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; var span3 = result3.mutable.mutableSpan; var span4 = result4.mutable.mutableSpan; var span5 = result5.mutable.mutableSpan; var span6 = result6.mutable.mutableSpan; var span7 = result7.mutable.mutableSpan; process(input0.buffer.span, state: &state, into: &span0, &span1, &span2, &span3, &span4, &span5, &span6, &span7)
            } else {
                process(input0.buffer, state: &state, into: result0.mutable, result1.mutable, result2.mutable, result3.mutable, result4.mutable, result5.mutable, result6.mutable, result7.mutable)
            }
        }
        return [result0.floats(rows * 4), result1.floats(rows * 4), result2.floats(rows * 4), result3.floats(rows * 4), result4.floats(rows * 4), result5.floats(rows * 4), result6.floats(rows * 4), result7.floats(rows * 4)]
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
                let r = try box.pool.step(input[0].x, of: streams)
                return ([r.leaky, r.elu, r.soft, r.hard, r.squared, r.logged, r.shifted, r.lastScale], streams.map { _ in true })
            }
            let input0 = Memory(input[0].x)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result1 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result2 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result3 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result4 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result5 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result6 = Memory(repeating: .nan as Float, count: streams.count * 4)
            let result7 = Memory(repeating: .nan as Float, count: streams.count * 4)
            call {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; var span3 = result3.mutable.mutableSpan; var span4 = result4.mutable.mutableSpan; var span5 = result5.mutable.mutableSpan; var span6 = result6.mutable.mutableSpan; var span7 = result7.mutable.mutableSpan; box.pool.step(input0.buffer.span, of: ids.buffer.span, into: &span0, &span1, &span2, &span3, &span4, &span5, &span6, &span7)
            }
            return ([result0.floats(streams.count * 4), result1.floats(streams.count * 4), result2.floats(streams.count * 4), result3.floats(streams.count * 4), result4.floats(streams.count * 4), result5.floats(streams.count * 4), result6.floats(streams.count * 4), result7.floats(streams.count * 4)], streams.map { _ in true })
        }
    }
}
