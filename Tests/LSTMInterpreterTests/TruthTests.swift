// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

/// The largest distance between two equally long sequences.
func largestError(_ ours: [Float], _ truth: [Double]) -> Double {
    zip(ours, truth).map { abs(Double($0) - $1) }.max() ?? 0
}

@Suite("PyTorch's vectors")
struct VectorTests {
    @Test("there are 90 of nn.LSTM, 42 of nn.GRU, 42 of nn.RNN, and 10 of Keras") func count() {
        let count = { (prefix: String) in vectorNames.count { $0.hasPrefix(prefix) } }
        #expect(vectorNames.count == 184)
        #expect(count("gru-") == 42 && count("rnn-") == 42 && count("keras-") == 10)
    }

    /// Our error against float64 may exceed PyTorch's own float32 error by no more than a quarter and a rounding.
    @Test("as close to float64 as PyTorch", arguments: vectorNames)
    func truth(_ name: String) throws {
        let vector = try VectorCase(name)
        let results = ReferenceModel(vector.model, parameters: vector.parameters).run(vector.inputs)
        #expect(results.map(\.name) == ["output", "h_n", "c_n"].filter { vector.tensors[$0] != nil })
        for result in results {
            let truth = try #require(vector.tensors[result.name + ".f64"])
            let torch = try #require(vector.tensors[result.name]?.floatSource).floats()
            let expected = try #require(truth.doubles())
            #expect(result.shape == truth.shape)
            let ours = largestError(result.values, expected)
            let theirs = largestError(torch, expected)
            #expect(ours <= 1.25 * theirs + 1e-7, "\(result.name): ours \(ours), PyTorch's \(theirs)")
        }
    }
}

@Suite("PyTorch's gelu")
struct GELUTests {
    @Test("as close to float64 as PyTorch, and to the last digits in the tail", arguments: ["none", "tanh"])
    func truth(_ form: String) throws {
        let file = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures/gelu.safetensors")
        let tensors = try readTensors([UInt8](try Data(contentsOf: file)), fileName: "gelu.safetensors")
        let model = try loadModel(
            """
            lstmc: 1
            name: Gelu
            input: { features: 16 }
            layers:
              - gelu: y
                approximate: \(form)
            """)
        let inputs = try Inputs.reading(tensors, for: model).inputs
        let truth = try #require(tensors[form + ".f64"]?.doubles())
        let torch = try #require(tensors[form]?.floatSource).floats()
        for results in [
            ReferenceModel(model, parameters: ModelParameters()).run(inputs),
            InterpretedModel(model, parameters: ModelParameters()).run(inputs),
        ] {
            let ours = try #require(results.first).values
            let error = largestError(ours, truth)
            // Half a unit in the last place for `none`; with `tanh` a quotient is rounded whose divisor was.
            let bound = max(largestError(torch, truth), form == "tanh" ? 0x1p-21 : 0)
            #expect(error <= bound, "\(error)")
            // PyTorch's own float32 is -0 from x = -5.5 on. Its float64 has no digits left further down either, and what
            // is beyond is judged in ActivationTests.
            for (ours, truth) in zip(ours, truth) where truth.magnitude > 2e-9 {
                let bound = InstructionSet.current.isFused ? 5e-7 : 1e-5
                #expect(abs(Double(ours) / truth - 1) < bound, "\(ours), \(truth)")
            }
        }
    }
}

@Suite("Whole models")
struct WholeModelTests {
    struct ThaiCases: Decodable {
        struct Case: Decodable {
            var text: String
            var ids: [Int32]
            var probabilities: [[Double]]
            var words: [String]
        }
        var vocabulary: [String: Int32]
        var unknown: Int32
        var cases: [Case]
    }

    @Test("Thai sentences are cut where ICU's model cuts them") func thai() throws {
        let (model, parameters) = try loadThaiSegmenter()
        let data = try Data(contentsOf: vectors.appendingPathComponent("thai-cases.json"))
        let cases = try JSONDecoder().decode(ThaiCases.self, from: data)
        let ids = cases.vocabulary.compactMap { text, id in text.unicodeScalars.first.map { ($0, id) } }
        let vocabulary = Vocabulary(ids: Dictionary(uniqueKeysWithValues: ids), unknown: cases.unknown)
        let reference = ReferenceModel(model, parameters: parameters)
        #expect(cases.cases.count == 5)
        for sentence in cases.cases {
            #expect(vocabulary.tokens(of: sentence.text) == sentence.ids)
            let inputs = try Inputs(.tokens(sentence.ids), steps: sentence.ids.count, batch: nil, for: model)
            let result = try #require(reference.run(inputs).first)
            #expect(largestError(result.values, sentence.probabilities.flatMap(\.self)) <= 1e-6)
            let labelling = Labelling(model)
            let labels = labelling.best(of: result.values, size: 4)
            #expect(
                labelling.segments(of: vocabulary.table.pieces(of: sentence.text), labels: labels) == sentence.words)
        }
    }

    @Test("a large encoder's embedding is as close to float64 as PyTorch's") func encoder() throws {
        let (model, parameters) = try loadDrawnEncoder()
        let file = vectors.appendingPathComponent("../Fixtures/drawn-encoder.safetensors")
        let tensors = try readTensors([UInt8](Data(contentsOf: file)), fileName: "drawn-encoder.safetensors")
        let torch = try #require(tensors["embedding"]?.floatSource).floats()
        let truth = try #require(tensors["embedding.f64"]?.doubles())
        let inputs = try Inputs(.features(DrawnEncoder.input(steps: 160)), steps: 160, batch: nil, for: model)
        let result = try #require(ReferenceModel(model, parameters: parameters).run(inputs).first)
        #expect(result.shape == [256] && truth.count == 256)
        let ours = largestError(result.values, truth)
        #expect(ours <= 1.25 * largestError(torch, truth) + 1e-7, "\(ours)")
    }
}
