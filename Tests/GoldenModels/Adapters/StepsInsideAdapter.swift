// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension StepsInside: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [[Int]?], initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input[0].x)
            return [r.largest, r.places.map { Float($0) }, r.pairs, r.unit, r.widest.map { Float($0) }, r.beside]
        }
        let r = try self(input[0].x, batch: batch, lengths: lengths[0])
        return [r.largest, r.places.map { Float($0) }, r.pairs, r.unit, r.widest.map { Float($0) }, r.beside]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        let frame0 = input[0].x[...]
        var largestArray = ContiguousArray<Float>(repeating: .nan, count: 12)
        var largestSpan = largestArray.mutableSpan
        var placesArray = ContiguousArray<Int32>(repeating: -1, count: 4)
        var placesSpan = placesArray.mutableSpan
        var pairsArray = ContiguousArray<Float>(repeating: .nan, count: 12)
        var pairsSpan = pairsArray.mutableSpan
        var unitArray = ContiguousArray<Float>(repeating: .nan, count: 12)
        var unitSpan = unitArray.mutableSpan
        var widestArray = ContiguousArray<Int32>(repeating: -1, count: 4)
        var widestSpan = widestArray.mutableSpan
        var besideArray = ContiguousArray<Float>(repeating: .nan, count: 24)
        var besideSpan = besideArray.mutableSpan
        step(frame0.span, state: &state, into: &largestSpan, &placesSpan, &pairsSpan, &unitSpan, &widestSpan, &besideSpan)
        return [Array(largestArray), Array(placesArray).map { Float($0) }, Array(pairsArray), Array(unitArray), Array(widestArray).map { Float($0) }, Array(besideArray)]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input[0].x, state: &state)
        return [r.largest, r.places.map { Float($0) }, r.pairs, r.unit, r.widest.map { Float($0) }, r.beside]
    }

    public static func parts(of state: State) -> [LSTMState] { [] }
}
