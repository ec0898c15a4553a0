// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMInterpreter
import TestSupport
import Testing

@Suite struct TraceTests {
    private func model(batchFirst: Bool, outputs: String) throws -> Model {
        try loadModel(
            """
            lstmc: 1
            name: Traced
            input: { features: 5, batch_first: \(batchFirst) }
            layers:
              - linear: f
                out_features: 7
              - tanh: t
              - lstm: a
                hidden_size: 6
                num_layers: 2
                bidirectional: true
              - layer_norm: n
              - relu: r
              - max: m
              - l2_normalize: l
            \(outputs)
            """)
    }

    /// Layers that work in place overwrite what the one before gave: the observer must see it first.
    @Test("each layer's values are those it has as a result", arguments: [true, false])
    func values(_ batchFirst: Bool) throws {
        let traced = try model(batchFirst: batchFirst, outputs: "")
        let whole = try model(batchFirst: batchFirst, outputs: "outputs: [f, t, a.output, n, r, m, l]")
        let parameters = RandomParameters(for: traced)
        let inputs = try randomInputs(for: traced, steps: 9, batch: 4)
        let layers = [6, 0, 1, 2, 3, 4, 5]
        let values = InterpretedModel(traced, parameters: parameters).trace(inputs, layers: layers)
        let results = InterpretedModel(whole, parameters: parameters).run(inputs)
        for (layer, found) in zip(layers, values) { #expect(sameBits(found, results[layer].values), "layer \(layer)") }
    }

    @Test("what is kept beside the results changes no bit") func unchanged() throws {
        let model = try model(batchFirst: false, outputs: "")
        let interpreted = InterpretedModel(model, parameters: RandomParameters(for: model))
        let inputs = try randomInputs(for: model, steps: 6, batch: 3)
        let session = InterpreterSession(interpreted, inputs, keeping: model.layers.indices.map { .output($0) })
        session.run(inputs)
        #expect(sameBits(session.values(ofKept: model.layers.count - 1), interpreted.run(inputs)[0].values))
    }

    @Test("a row alone has the bits it has in its batch", arguments: [true, false])
    func row(_ batchFirst: Bool) throws {
        let model = try model(batchFirst: batchFirst, outputs: "outputs: [r, a.h_n, l]")
        let interpreted = InterpretedModel(model, parameters: RandomParameters(for: model))
        let drawn = try randomInputs(for: model, steps: 8, batch: 3)
        let state = Inputs.State(h: wave(4 * 3 * 6), c: wave(4 * 3 * 6))
        let batch = try Inputs(
            drawn.x, steps: 8, batch: 3, lengths: [8, 3, 5], initialStates: [2: state], for: model)
        let all = interpreted.run(batch)
        for (row, length) in [8, 3, 5].enumerated() {
            let alone = interpreted.run(try batch.sequence(row, for: model))
            #expect(alone[0].shape == [length, 12])
            let steps = (0..<length).flatMap { step in
                let start = (batchFirst ? row * 8 + step : step * 3 + row) * 12
                return all[0].values[start..<(start + 12)]
            }
            #expect(sameBits(alone[0].values, steps))
            #expect(sameBits(alone[2].values, Array(all[2].values[(row * 12)..<(row * 12 + 12)])))
        }
    }

    private func wave(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 13 - 6) / 7 } }
}
