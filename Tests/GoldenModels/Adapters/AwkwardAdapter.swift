// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension Awkward: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?], threads: Int
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: Initial(weights: initial[0], myLstm: initial[1], myLSTM: initial[2]), threads: threads)
            return [r.labels, r.weightsOutput, r.weightsHN, r.weightsCN, r.myLstmOutput, r.myLstmHN, r.myLstmCN, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: Initial(weights: initial[0], myLstm: initial[1], myLSTM: initial[2]), threads: threads)
        return [r.labels, r.weightsOutput, r.weightsHN, r.weightsCN, r.myLstmOutput, r.myLstmHN, r.myLstmCN, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return State() }
        return try State(weights: initial[0], myLstm: initial[1], myLSTM: initial[2])
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var labelsArray = ContiguousArray<Float>(repeating: .nan, count: 2)
        var labelsSpan = labelsArray.mutableSpan
        var weightsOutputArray = ContiguousArray<Float>(repeating: .nan, count: 2)
        var weightsOutputSpan = weightsOutputArray.mutableSpan
        var myLstmOutputArray = ContiguousArray<Float>(repeating: .nan, count: 3)
        var myLstmOutputSpan = myLstmOutputArray.mutableSpan
        var myLSTMOutputArray = ContiguousArray<Float>(repeating: .nan, count: 2)
        var myLSTMOutputSpan = myLSTMOutputArray.mutableSpan
        var inputArray = ContiguousArray<Float>(repeating: .nan, count: 2)
        var inputSpan = inputArray.mutableSpan
        var hN2Array = ContiguousArray<Float>(repeating: .nan, count: 2)
        var hN2Span = hN2Array.mutableSpan
        var memory2Array = ContiguousArray<Float>(repeating: .nan, count: 2)
        var memory2Span = memory2Array.mutableSpan
        var self2Array = ContiguousArray<Float>(repeating: .nan, count: 2)
        var self2Span = self2Array.mutableSpan
        var weightsHArray = ContiguousArray<Float>(repeating: .nan, count: 3)
        var weightsHSpan = weightsHArray.mutableSpan
        var floatArray = ContiguousArray<Float>(repeating: .nan, count: 2)
        var floatSpan = floatArray.mutableSpan
        step(frame0.span, state: &state, into: &labelsSpan, &weightsOutputSpan, &myLstmOutputSpan, &myLSTMOutputSpan, &inputSpan, &hN2Span, &memory2Span, &self2Span, &weightsHSpan, &floatSpan)
        return [Array(labelsArray), Array(weightsOutputArray), Array(myLstmOutputArray), Array(myLSTMOutputArray), Array(inputArray), Array(hN2Array), Array(memory2Array), Array(self2Array), Array(weightsHArray), Array(floatArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input[0].x, state: &state)
        return [r.labels, r.weightsOutput, r.myLstmOutput, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float]
    }

    public func process(
        _ input: ModelInput, state: inout State, in form: MemoryForm, around call: (() -> Void) -> Void
    ) -> [[Float]] {
        let steps = input.steps
        let input0 = Memory(input[0].x)
        let result0 = Memory(repeating: .nan as Float, count: steps * 2, in: form == .inPlace ? input0 : nil)
        let result1 = Memory(repeating: .nan as Float, count: steps * 2)
        let result2 = Memory(repeating: .nan as Float, count: steps * 3)
        let result3 = Memory(repeating: .nan as Float, count: steps * 2)
        let result4 = Memory(repeating: .nan as Float, count: steps * 2)
        let result5 = Memory(repeating: .nan as Float, count: steps * 2)
        let result6 = Memory(repeating: .nan as Float, count: steps * 2)
        let result7 = Memory(repeating: .nan as Float, count: steps * 2)
        let result8 = Memory(repeating: .nan as Float, count: steps * 3)
        let result9 = Memory(repeating: .nan as Float, count: steps * 2)
        let rows = steps
        call {
            if form == .spans {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; var span3 = result3.mutable.mutableSpan; var span4 = result4.mutable.mutableSpan; var span5 = result5.mutable.mutableSpan; var span6 = result6.mutable.mutableSpan; var span7 = result7.mutable.mutableSpan; var span8 = result8.mutable.mutableSpan; var span9 = result9.mutable.mutableSpan; process(input0.buffer.span, state: &state, into: &span0, &span1, &span2, &span3, &span4, &span5, &span6, &span7, &span8, &span9)
            } else {
                process(input0.buffer, state: &state, into: result0.mutable, result1.mutable, result2.mutable, result3.mutable, result4.mutable, result5.mutable, result6.mutable, result7.mutable, result8.mutable, result9.mutable)
            }
        }
        return [result0.floats(rows * 2), result1.floats(rows * 2), result2.floats(rows * 3), result3.floats(rows * 2), result4.floats(rows * 2), result5.floats(rows * 2), result6.floats(rows * 2), result7.floats(rows * 2), result8.floats(rows * 3), result9.floats(rows * 2)]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.weights, state.myLstm, state.myLSTM] }

    public func pool(capacity: Int) -> PoolUnderTest<State> {
        let box = PoolBox(streamPool(capacity: capacity))
        return PoolUnderTest(
            join: { state in if let state { box.pool.join(state) } else { box.pool.join() } },
            leave: { box.pool.leave($0) }, state: { box.pool.state(of: $0) }, contains: { box.pool.contains($0) },
            ids: { box.pool.ids }
        ) { input, streams, call in
            guard let call else {
                let r = try box.pool.step(input[0].x, of: streams)
                return ([r.labels, r.weightsOutput, r.myLstmOutput, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float], streams.map { _ in true })
            }
            let input0 = Memory(input[0].x)
            let ids = Memory(streams)
            let result0 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result1 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result2 = Memory(repeating: .nan as Float, count: streams.count * 3)
            let result3 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result4 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result5 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result6 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result7 = Memory(repeating: .nan as Float, count: streams.count * 2)
            let result8 = Memory(repeating: .nan as Float, count: streams.count * 3)
            let result9 = Memory(repeating: .nan as Float, count: streams.count * 2)
            call {
                var span0 = result0.mutable.mutableSpan; var span1 = result1.mutable.mutableSpan; var span2 = result2.mutable.mutableSpan; var span3 = result3.mutable.mutableSpan; var span4 = result4.mutable.mutableSpan; var span5 = result5.mutable.mutableSpan; var span6 = result6.mutable.mutableSpan; var span7 = result7.mutable.mutableSpan; var span8 = result8.mutable.mutableSpan; var span9 = result9.mutable.mutableSpan; box.pool.step(input0.buffer.span, of: ids.buffer.span, into: &span0, &span1, &span2, &span3, &span4, &span5, &span6, &span7, &span8, &span9)
            }
            return ([result0.floats(streams.count * 2), result1.floats(streams.count * 2), result2.floats(streams.count * 3), result3.floats(streams.count * 2), result4.floats(streams.count * 2), result5.floats(streams.count * 2), result6.floats(streams.count * 2), result7.floats(streams.count * 2), result8.floats(streams.count * 3), result9.floats(streams.count * 2)], streams.map { _ in true })
        }
    }
}
