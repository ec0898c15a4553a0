// SPDX-License-Identifier: Apache-2.0
// Written by GoldenTests; `make snapshots` rewrites it.
// swift-format-ignore-file

import GeneratedCodeChecks
import LSTMRuntime

extension Awkward: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: Initial(weights2: initial[0], myLstm: initial[1], myLSTM: initial[2]))
            return [r.labels2, r.weights2Output, r.weights2HN, r.weights2CN, r.myLstmOutput, r.myLstmHN, r.myLstmCN, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: Initial(weights2: initial[0], myLstm: initial[1], myLSTM: initial[2]))
        return [r.labels2, r.weights2Output, r.weights2HN, r.weights2CN, r.myLstmOutput, r.myLstmHN, r.myLstmCN, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return State() }
        return try State(weights2: initial[0], myLstm: initial[1], myLSTM: initial[2])
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var labels2Array = [Float](repeating: .nan, count: 2)
        var labels2Span = labels2Array.mutableSpan
        var weights2OutputArray = [Float](repeating: .nan, count: 2)
        var weights2OutputSpan = weights2OutputArray.mutableSpan
        var myLstmOutputArray = [Float](repeating: .nan, count: 3)
        var myLstmOutputSpan = myLstmOutputArray.mutableSpan
        var myLSTMOutputArray = [Float](repeating: .nan, count: 2)
        var myLSTMOutputSpan = myLSTMOutputArray.mutableSpan
        var inputArray = [Float](repeating: .nan, count: 2)
        var inputSpan = inputArray.mutableSpan
        var hN2Array = [Float](repeating: .nan, count: 2)
        var hN2Span = hN2Array.mutableSpan
        var memory2Array = [Float](repeating: .nan, count: 2)
        var memory2Span = memory2Array.mutableSpan
        var self2Array = [Float](repeating: .nan, count: 2)
        var self2Span = self2Array.mutableSpan
        var weightsHArray = [Float](repeating: .nan, count: 3)
        var weightsHSpan = weightsHArray.mutableSpan
        var floatArray = [Float](repeating: .nan, count: 2)
        var floatSpan = floatArray.mutableSpan
        step(input.x.span, state: &state, into: &labels2Span, &weights2OutputSpan, &myLstmOutputSpan, &myLSTMOutputSpan, &inputSpan, &hN2Span, &memory2Span, &self2Span, &weightsHSpan, &floatSpan)
        return [labels2Array, weights2OutputArray, myLstmOutputArray, myLSTMOutputArray, inputArray, hN2Array, memory2Array, self2Array, weightsHArray, floatArray]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input.x, state: &state)
        return [r.labels2, r.weights2Output, r.myLstmOutput, r.myLSTMOutput, r.input, r.hN2, r.memory2, r.self2, r.weightsH, r.float]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.weights2, state.myLstm, state.myLSTM] }
}

extension BothEnds: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: initial[0])
            return [r]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: initial[0])
        return [r]
    }
}

extension EveryOption: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: initial[0])
            return [r.output, r.hN, r.cN]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: initial[0])
        return [r.output, r.hN, r.cN]
    }
}

extension FirstState: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: initial[0])
            return [r]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: initial[0])
        return [r]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        try initial[0].map { try State(h0: $0.h, c0: $0.c) } ?? State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var yArray = [Float](repeating: .nan, count: 1)
        var ySpan = yArray.mutableSpan
        step(input.x.span, state: &state, into: &ySpan)
        return [yArray]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        [try process(input.x, state: &state)]
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.h, c: state.c)] }
}

extension FirstStateFile: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { try Self(weights: weights) }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: Initial(cell: initial[0], other: initial[1]))
            return [r]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: Initial(cell: initial[0], other: initial[1]))
        return [r]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return initialState }
        return try State(cell: initial[0], other: initial[1])
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var headArray = [Float](repeating: .nan, count: 2)
        var headSpan = headArray.mutableSpan
        step(input.x.span, state: &state, into: &headSpan)
        return [headArray]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        [try process(input.x, state: &state)]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.cell, state.other] }
}

extension LargestOfSteps: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: initial[0])
            return [r.kept, r.largest]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: initial[0])
        return [r.kept, r.largest]
    }
}

extension LastHead: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: initial[0])
            return [r.top, r.unit, r.shares]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: initial[0])
        return [r.top, r.unit, r.shares]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        try initial[0].map { try State(h0: $0.h, c0: $0.c) } ?? State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var topArray = [Float](repeating: .nan, count: 7)
        var topSpan = topArray.mutableSpan
        var unitArray = [Float](repeating: .nan, count: 4)
        var unitSpan = unitArray.mutableSpan
        var sharesArray = [Float](repeating: .nan, count: 4)
        var sharesSpan = sharesArray.mutableSpan
        step(input.x.span, state: &state, into: &topSpan, &unitSpan, &sharesSpan)
        return [topArray, unitArray, sharesArray]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input.x, state: &state)
        return [r.top, r.unit, r.shares]
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.h, c: state.c)] }
}

extension MeanOfTokens: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.ids)
            return [r.table, r.probabilities]
        }
        let r = try self(input.ids, batch: batch, lengths: lengths)
        return [r.table, r.probabilities]
    }
}

extension NoLSTM: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x)
            return [r.nothing, r.positive, r.bent, r.copy, r.logs]
        }
        let r = try self(input.x, batch: batch, lengths: lengths)
        return [r.nothing, r.positive, r.bent, r.copy, r.logs]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var nothingArray = [Float](repeating: .nan, count: 5)
        var nothingSpan = nothingArray.mutableSpan
        var positiveArray = [Float](repeating: .nan, count: 5)
        var positiveSpan = positiveArray.mutableSpan
        var bentArray = [Float](repeating: .nan, count: 5)
        var bentSpan = bentArray.mutableSpan
        var copyArray = [Float](repeating: .nan, count: 5)
        var copySpan = copyArray.mutableSpan
        var logsArray = [Float](repeating: .nan, count: 5)
        var logsSpan = logsArray.mutableSpan
        step(input.x.span, state: &state, into: &nothingSpan, &positiveSpan, &bentSpan, &copySpan, &logsSpan)
        return [nothingArray, positiveArray, bentArray, copyArray, logsArray]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input.x, state: &state)
        return [r.nothing, r.positive, r.bent, r.copy, r.logs]
    }

    public static func parts(of state: State) -> [LSTMState] { [] }
}

extension PlainLSTM: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: initial[0])
            return [r.output, r.hN, r.cN]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: initial[0])
        return [r.output, r.hN, r.cN]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        try initial[0].map { try State(h0: $0.h, c0: $0.c) } ?? State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var outputArray = [Float](repeating: .nan, count: 5)
        var outputSpan = outputArray.mutableSpan
        step(input.x.span, state: &state, into: &outputSpan)
        return [outputArray]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        [try process(input.x, state: &state)]
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.h, c: state.c)] }
}

extension StateOnly: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: initial[0])
            return [r]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: initial[0])
        return [r]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        try initial[0].map { try State(h0: $0.h, c0: $0.c) } ?? State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        step(input.x.span, state: &state)
        return []
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        try process(input.x, state: &state)
        return []
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.h, c: state.c)] }
}

extension Tagger: ModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.ids, initial: initial[0])
            return [r]
        }
        let r = try self(input.ids, batch: batch, lengths: lengths, initial: initial[0])
        return [r]
    }
}

extension TokenStream: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.ids, initial: initial[0])
            return [r]
        }
        let r = try self(input.ids, batch: batch, lengths: lengths, initial: initial[0])
        return [r]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        try initial[0].map { try State(h0: $0.h, c0: $0.c) } ?? State()
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var headArray = [Float](repeating: .nan, count: 5)
        var headSpan = headArray.mutableSpan
        step(input.ids[0], state: &state, into: &headSpan)
        return [headArray]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        [try process(input.ids, state: &state)]
    }

    public static func parts(of state: State) -> [LSTMState] { [LSTMState(h: state.h, c: state.c)] }
}

extension TwoEncoders: StreamingModelUnderTest {
    public static func load(_ weights: [UInt8]) throws -> Self { Self() }

    public func run(
        _ input: ModelInput, batch: Int?, lengths: [Int]?, initial: [LSTMState?]
    ) throws -> [[Float]] {
        guard let batch else {
            let r = try self(input.x, initial: Initial(firstEncoder: initial[0], secondEncoder: initial[1]))
            return [r.bend, r.firstEncoderHN, r.secondEncoderOutput, r.secondEncoderHN, r.secondEncoderCN, r.scores2]
        }
        let r = try self(input.x, batch: batch, lengths: lengths, initial: Initial(firstEncoder: initial[0], secondEncoder: initial[1]))
        return [r.bend, r.firstEncoderHN, r.secondEncoderOutput, r.secondEncoderHN, r.secondEncoderCN, r.scores2]
    }

    public func start(_ initial: [LSTMState?]) throws -> State {
        if initial.allSatisfy({ $0 == nil }) { return State() }
        return try State(firstEncoder: initial[0], secondEncoder: initial[1])
    }

    public func step(_ input: ModelInput, state: inout State) -> [[Float]] {
        var bendArray = [Float](repeating: .nan, count: 3)
        var bendSpan = bendArray.mutableSpan
        var secondEncoderOutputArray = [Float](repeating: .nan, count: 2)
        var secondEncoderOutputSpan = secondEncoderOutputArray.mutableSpan
        var scores2Array = [Float](repeating: .nan, count: 5)
        var scores2Span = scores2Array.mutableSpan
        step(input.x.span, state: &state, into: &bendSpan, &secondEncoderOutputSpan, &scores2Span)
        return [bendArray, secondEncoderOutputArray, scores2Array]
    }

    public func process(_ input: ModelInput, state: inout State) throws -> [[Float]] {
        let r = try process(input.x, state: &state)
        return [r.bend, r.secondEncoderOutput, r.scores2]
    }

    public static func parts(of state: State) -> [LSTMState] { [state.firstEncoder, state.secondEncoder] }
}
