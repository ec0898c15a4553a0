// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension FromContext: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(context: input[0].x, ids: input[1].ids)
            return [r]
        }
        let r = try self(context: input[0].x, ids: input[1].ids, batch: batch, lengths: lengths[0])
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

    public static func parts(of state: State) -> [LSTMState] { [] }
}
