// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension Awkward: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: Initial(weights: initial[0], myLstm: initial[1], myLSTM: initial[2]))
            return [r.labels, r.weightsOutput, r.weightsHN, r.weightsCN, r.myLstmOutput, r.myLstmHN, r.myLstmCN, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: Initial(weights: initial[0], myLstm: initial[1], myLSTM: initial[2]))
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

    public static func parts(of state: State) -> [LSTMState] { [state.weights, state.myLstm, state.myLSTM] }
}
