// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

/// True where both are the same bits, or both NaN.
func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
}

/// The kernels and the naive twin, bit for bit, wherever the machine fuses multiply-add.
@Suite("Interpreter and reference", .enabled(if: InstructionSet.current.isFused))
struct EngineTests {
    @Test("the same bits on PyTorch's vectors", arguments: vectorNames)
    func vectors(_ name: String) throws {
        let vector = try VectorCase(name)
        let reference = ReferenceModel(vector.model, parameters: vector.parameters).run(vector.inputs)
        let interpreted = InterpretedModel(vector.model, parameters: vector.parameters).run(vector.inputs)
        expectSame(interpreted, reference, name)
    }

    @Test("the same bits for every layer kind, with lengths", arguments: Array(UInt64(1)...24))
    func layers(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let size = random.integer(in: 1...40)
        let tail = [
            "  - mean: m", "  - max: m", "  - last: m", "  - tanh: m", "  - softmax: m", "  - log_softmax: m",
        ][Int(seed) % 6]
        let model = try loadModel(
            """
            lstmc: 1
            name: Everything
            input: { tokens: 9, batch_first: \(random.bool()) }
            layers:
              - embedding: e
                embedding_dim: \(size)
              - layer_norm: n
                bias: \(random.bool())
              - linear: f
                out_features: \(random.integer(in: 1...90))
              - sigmoid: s
              - \(["lstm", "gru", "rnn"][Int(seed / 6) % 3]): a
                hidden_size: \(random.integer(in: 1...70))
                num_layers: \(random.integer(in: 1...2))
                bidirectional: \(random.bool())
              - dropout: d
            \(tail)
              - linear: g
                out_features: \(random.integer(in: 1...20))
                bias: \(random.bool())
              - relu: r
              - gelu: u
                approximate: \(random.bool() ? "none" : "tanh")
              - l2_normalize: l
            outputs: [e, n, f, s, a, d, m, g, r, u, l]
            """)
        let batch = random.integer(in: 1...9)
        let steps = random.integer(in: 1...12)
        let inputs = try Inputs(
            .tokens((0..<(steps * batch)).map { _ in Int32(random.integer(in: 0...8)) }), steps: steps, batch: batch,
            lengths: random.bool() ? (0..<batch).map { _ in random.integer(in: 1...steps) } : nil, for: model)
        let parameters = DrawnParameters(seed: seed)
        expectSame(
            InterpretedModel(model, parameters: parameters).run(inputs),
            ReferenceModel(model, parameters: parameters).run(inputs), "seed \(seed)")
    }

    @Test("the same bits on a real model, and on a large one") func realModels() throws {
        let (thai, thaiParameters) = try loadThaiSegmenter()
        let ids = try Inputs(.tokens((0..<60).map { Int32($0 * 7 % 74) }), steps: 20, batch: 3, for: thai)
        expectSame(
            InterpretedModel(thai, parameters: thaiParameters).run(ids),
            ReferenceModel(thai, parameters: thaiParameters).run(ids), "thai")

        let (speaker, parameters) = try loadDrawnEncoder()
        var random = SeededRandom(seed: 5)
        let frames = try Inputs(
            .features((0..<(6 * 40)).map { _ in random.float(in: -2...2) }), steps: 3, batch: 2, for: speaker)
        expectSame(
            InterpretedModel(speaker, parameters: parameters).run(frames),
            ReferenceModel(speaker, parameters: parameters).run(frames), "speaker")
    }

    @Test("a stream gives the bits of a whole run", arguments: Array(UInt64(1)...12))
    func stream(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let lines = ["num_layers: \(random.integer(in: 1...3))", "proj_size: \(random.integer(in: 0...1))"]
        try checkStream("lstm", lines, seed)
    }

    @Test("so do other cells", arguments: Array(UInt64(1)...6))
    func otherStreams(_ seed: UInt64) throws {
        try checkStream("gru", ["num_layers: \(1 + seed % 2)"], seed)
        try checkStream("gru", ["reset_after: false", "activation: relu"], seed)
        try checkStream("rnn", ["nonlinearity: \(seed % 2 == 0 ? "relu" : "tanh")"], seed)
        try checkStream("lstm", ["activation: linear", "recurrent_activation: hardsigmoid_0.2"], seed)
    }

    private func checkStream(_ kind: String, _ options: [String], _ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let model = try loadModel(
            """
            lstmc: 1
            name: Stream
            input: { features: 3 }
            layers:
              - layer_norm: n
              - \(kind): a
                hidden_size: \(random.integer(in: 2...50))
            \(options.map { "    \($0)" }.joined(separator: "\n"))
              - dropout: d
              - linear: f
                out_features: \(random.integer(in: 1...20))
              - tanh: t
            """)
        let interpreted = InterpretedModel(model, parameters: DrawnParameters(seed: seed))
        let steps = 9
        let x = (0..<(steps * 3)).map { _ in random.float(in: -2...2) }
        let inputs = try Inputs(.features(x), steps: steps, batch: nil, for: model)
        let whole = try #require(interpreted.run(inputs).first)
        let stream = try #require(InterpreterStream(interpreted))
        let size = whole.shape[1]
        var stepped: [Float] = []
        try x.withUnsafeBufferPointer { x in
            let base = try #require(x.baseAddress)
            for step in 0..<steps {
                stepped += UnsafeBufferPointer(start: try #require(stream.step(base + step * 3)), count: size)
            }
        }
        #expect(sameBits(stepped, whole.values), "seed \(seed)")
    }

    private func expectSame(_ ours: [ResultTensor], _ reference: [ResultTensor], _ what: String) {
        #expect(ours.map(\.name) == reference.map(\.name))
        for (mine, twin) in zip(ours, reference) {
            #expect(mine.shape == twin.shape, "\(what), \(mine.name)")
            let first = zip(mine.values, twin.values).enumerated().first {
                $1.0.bitPattern != $1.1.bitPattern && !($1.0.isNaN && $1.1.isNaN)
            }
            #expect(first == nil, "\(what), \(mine.name) \(mine.shape)")
        }
    }
}
