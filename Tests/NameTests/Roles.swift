// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import LSTMCodegen
import LSTMIR
import TestSupport

/// The specs that a word is put into: as the model's name, and as the names of layers.
enum Roles {
    private static func head(_ name: String, _ placement: String = "embedded") -> String {
        "lstmc: 1\nname: \"\(name)\"\nweights: { file: w.safetensors, placement: \(placement) }\n"
    }

    /// Models of each form, whose types say everything that generated types can say between them.
    static let models: [(name: String, spec: @Sendable (String) -> String)] = [
        ("a stream of several results with labels", severalResults), ("a first state in a file", firstState),
        ("text in segments", segments), ("the last of a stream", last),
    ]

    private static func severalResults(_ name: String) -> String {
        head(name) + """
            input: { features: 2 }
            labels: [a, b]
            outputs: [first, second.output, norm, shares]
            layers:
              - lstm: first
                hidden_size: 1
                initial_h: start.h
                initial_c: start.c
              - layer_norm: norm
              - lstm: second
                hidden_size: 1
              - linear: head
                out_features: 2
              - softmax: shares

            """
    }

    private static func firstState(_ name: String) -> String {
        head(name, "file") + """
            input: { features: 1 }
            layers:
              - lstm: lstm
                hidden_size: 1
                initial_h: start.h
                initial_c: start.c
              - linear: head
                out_features: 1
              - tanh: y

            """
    }

    private static func segments(_ name: String) -> String {
        head(name) + """
            input: { tokens: 4 }
            vocabulary: { file: v.json, unknown: 3 }
            labels: [a, b]
            segment_starts: [a]
            layers:
              - embedding: embedding
                embedding_dim: 1
              - lstm: lstm
                hidden_size: 1
                bidirectional: true
              - linear: head
                out_features: 2
              - log_softmax: scores

            """
    }

    private static func last(_ name: String) -> String {
        head(name) + """
            input: { features: 1 }
            outputs: [top, largest]
            layers:
              - lstm: one
                hidden_size: 1
              - lstm: lstm
                hidden_size: 2
              - last: top
              - l2_normalize: largest

            """
    }

    /// Models with these words as layers: as kinds that give values, states, parameters and nothing, as results and not.
    static func layers(_ words: [String], model: String) -> [(name: String, spec: String)] {
        let all = words.map { "\"\($0)\"" }
        let kinds = [
            "lstm: W\n    hidden_size: 1", "linear: W\n    out_features: 1", "lstm: W\n    hidden_size: 1", "relu: W",
            "layer_norm: W", "lstm: W\n    hidden_size: 1\n    initial_h: W.h\n    initial_c: W.c", "sigmoid: W",
        ]
        func chain(_ shift: Int) -> String {
            all.enumerated().map { index, word in
                "  - "
                    + kinds[(index + shift) % kinds.count].replacing("W", with: word)
                    .replacing("\(word).", with: "t\(index).") + "\n"
            }.joined()
        }
        func spec(_ suffix: String, _ placement: String, _ outputs: String, _ layers: String) -> (String, String) {
            (
                model + suffix,
                head(model + suffix, placement) + "input: { features: 1 }\n" + outputs + "layers:\n" + layers
            )
        }
        let every = "outputs: [\(all.joined(separator: ", "))]\n"
        let first = "  - lstm: inFrontOfThem\n    hidden_size: 1\n    bidirectional: true\n"
        return [
            spec("A", "embedded", every, chain(0)), spec("B", "file", every, chain(2)),
            spec("C", "embedded", every, chain(4)), spec("D", "embedded", "", chain(5)),
            spec("E", "file", every, first + chain(1)),
        ]
    }

    /// Models with one word as the only lstm, the layer after one, its last step, and the mean.
    static func layer(_ word: String, model: String) -> [(name: String, spec: String)] {
        let forms = [
            "  - lstm: W\n    hidden_size: 1\n  - linear: aNeighbour\n    out_features: 1\n",
            "  - lstm: aNeighbour\n    hidden_size: 1\n  - linear: W\n    out_features: 1\n",
            "  - lstm: aNeighbour\n    hidden_size: 1\n  - last: W\n",
            "  - lstm: aNeighbour\n    hidden_size: 1\n  - mean: W\n  - linear: theThirdLayer\n    out_features: 1\n",
            "  - lstm: W\n    hidden_size: 1\n",
        ]
        return forms.enumerated().map { index, form in
            let name = "\(model)F\(index)"
            return (
                name,
                head(name) + "input: { features: 1 }\nlayers:\n" + form.replacing("W", with: "\"\(word)\"")
            )
        }
    }

    /// A model with these labels.
    static func labels(_ words: [String], model: String) -> String {
        head(model)
            + "input: { features: 1 }\nlabels: [\(words.map { "\"\($0)\"" }.joined(separator: ", "))]\nlayers:\n"
            + "  - linear: head\n    out_features: \(words.count)\n"
    }
}

extension DrawnModel {
    /// A test of the type: that it gives zeros, which is enough to compile it.
    func test(module: String) -> String {
        let states = TypeNames(model, isEmbedded: true).lstms.map { _ in StateValues(h: [0], c: [0]) }
        return testSource(
            for: model,
            vectors: TestVectors(
                inputs: model.inputs.map { $0.tokens == nil ? .features([0]) : .tokens([0]) }, initial: states,
                results: model.results.map { _ in [0] }, origin: "nobody gave", tolerance: nil),
            module: module, weightsInFile: model.weights?.placement == .file,
            options: SourceOptions(access: access, toolVersion: "0.1.0", fingerprint: ""))
    }
}
