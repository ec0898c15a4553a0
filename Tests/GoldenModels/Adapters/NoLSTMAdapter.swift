// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension NoLSTM: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x)
            return [r.nothing, r.positive, r.bent, r.curved, r.copy, r.logs]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0])
        return [r.nothing, r.positive, r.bent, r.curved, r.copy, r.logs]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var nothingArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var nothingSpan = nothingArray.mutableSpan
        var positiveArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var positiveSpan = positiveArray.mutableSpan
        var bentArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var bentSpan = bentArray.mutableSpan
        var curvedArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var curvedSpan = curvedArray.mutableSpan
        var copyArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var copySpan = copyArray.mutableSpan
        var logsArray = ContiguousArray<Float>(repeating: .nan, count: 5)
        var logsSpan = logsArray.mutableSpan
        step(frame0.span, state: &state, into: &nothingSpan, &positiveSpan, &bentSpan, &curvedSpan, &copySpan, &logsSpan)
        return [Array(nothingArray), Array(positiveArray), Array(bentArray), Array(curvedArray), Array(copyArray), Array(logsArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input[0].x, state: &state)
        return [r.nothing, r.positive, r.bent, r.curved, r.copy, r.logs]
    }

    public static func parts(of state: State) -> [LSTMState] { [] }
}
