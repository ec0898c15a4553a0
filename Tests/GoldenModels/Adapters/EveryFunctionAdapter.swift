// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension EveryFunction: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { try Self(weights: weights) }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x)
            return [r.leaky, r.elu, r.soft, r.hard, r.squared, r.logged, r.shifted, r.lastScale]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0])
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

    public static func parts(of state: State) -> [LSTMState] { [] }
}
