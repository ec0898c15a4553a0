// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension TwoEncoders: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x, initial: Initial(firstEncoder: initial[0], secondEncoder: initial[1]))
            return [r.bend, r.firstEncoderHN, r.secondEncoderOutput, r.secondEncoderHN, r.secondEncoderCN, r.scores]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0], initial: Initial(firstEncoder: initial[0], secondEncoder: initial[1]))
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

    public static func parts(of state: State) -> [LSTMState] { [state.firstEncoder, state.secondEncoder] }
}
