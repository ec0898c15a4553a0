// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec
import Testing

/// What is right arrives in the document, with its place; what is wrong arrives as a hole.
struct DocumentTests {
    @Test func exampleIsReadWhole() throws {
        let (document, diagnostics) = parseText(exampleSpec)
        #expect(render(diagnostics, sources: [:]) == "")
        let spec = try #require(document)
        #expect(spec.location == place(1, 1, 5))
        #expect(spec.name.located == Located("SpeakerEncoder", at: place(2, 7, 14)))
        #expect(spec.summary.value == "40-band mel frames to a 256-value voice embedding.")
        #expect(spec.input.value?.features.located == Located(40, at: place(5, 13, 2)))
        #expect(spec.input.value?.tokens.isAbsent == true)
        #expect(spec.input.value?.batchFirst.value == true)
        let weights = try #require(spec.weights.value)
        #expect(weights.file.located == Located("speaker-encoder.safetensors", at: place(8, 9, 27)))
        #expect(weights.placement.value == .file)
        #expect(weights.prefix.located == Located("model.", at: place(10, 11, 8)))
        #expect(weights.names.location == place(11, 10, 27))
        #expect(weights.names.value?.map(\.layer) == [Located("linear", at: place(11, 12, 6))])
        #expect(weights.names.value?.map(\.path) == [Located("head.projection", at: place(11, 20, 15))])
        #expect(weights.key.value == "model_state")
        #expect(weights.ignore.value?.map(\.value) == ["*.num_batches_tracked"])
        #expect(spec.outputs.value == [Located("embedding", at: place(28, 11, 9))])
        #expect(spec.labels.value?.map(\.value) == ["B", "I", "E", "S"])
        #expect(spec.segmentStarts.value?.map(\.value) == ["B", "S"])
        #expect(spec.vocabulary.value?.file.value == "vocabulary.json")
        #expect(spec.vocabulary.value?.unknown.value == 73)
        #expect(spec.budget.value?.parameters.value == 2_000_000)
        #expect(spec.budget.value?.weightBytes.value == 8 << 20)
        #expect(spec.budget.value?.macsPerStep.located == Located(2_000_000, at: place(32, 63, 2)))
        #expect(spec.budget.value?.maxError.located == Located(1e-6, at: place(32, 78, 4)))
    }

    @Test func layersOfTheExample() throws {
        let layers = try #require(parseText(exampleSpec).document?.layers.value)
        #expect(layers.map(\.name.value) == ["lstm", "top", "linear", "relu", "embedding"])
        #expect(layers.map(\.location.line) == [15, 23, 24, 26, 27])
        #expect(layers.map(\.location.column) == [5, 5, 5, 5, 5])
        let lstm = layers[0]
        #expect(lstm.kind?.value.word == "lstm")
        #expect(lstm.kind?.location == place(15, 5, 4))
        #expect(lstm.integer("input_size").value == 40)
        #expect(lstm.integer("hidden_size").located == Located(256, at: place(17, 18, 3)))
        #expect(lstm.integer("num_layers").value == 3)
        #expect(lstm.boolean("bias").value == true)
        #expect(lstm.boolean("bidirectional").value == false)
        #expect(lstm.number("dropout").value == 0)
        #expect(lstm.integer("proj_size").value == 0)
        #expect(lstm.text("initial_h").isAbsent && lstm.text("initial_c").isAbsent)
    }

    @Test(arguments: OperationKind.language.all)
    func everyKeyOfEveryKindIsTaken(kind: LayerKind) {
        let keys = Section.layer(kind).keys.map { "\($0): nothing" }
        let text =
            "lstmc: 1\ninput: {tokens: 3}\nlayers:\n- {\((["\(kind.word): a"] + keys).joined(separator: ", "))}"
        let diagnostics = parseText(text).diagnostics
        // Every key is read: only those that take text can take this value.
        let texts = kind.keyDescriptions.count { key in
            switch key.value {
            case .text, .numbers: true
            default: false
            }
        }
        #expect(diagnostics.count == keys.count - texts)
        #expect(diagnostics.allSatisfy { ["wrong-type", "unknown-choice"].contains($0.mistake.code) })
    }

    @Test func holesAreMarked() throws {
        let text = """
            lstmc: 1
            input: {}
            weights: {placement: nowhere}
            layers:
              - linear: 5
              - attention: a
            labels: []
            """
        let spec = try #require(parseText(text).document)
        #expect(spec.input.value?.features.location == place(2, 8, 2))
        #expect(spec.input.value?.tokens.isInvalid == true)
        #expect(spec.weights.value?.file.isInvalid == true)
        #expect(spec.weights.value?.placement.location == place(3, 22, 7))
        #expect(spec.labels.isInvalid)
        let layers = try #require(spec.layers.value)
        #expect(layers[0].name.location == place(5, 13, 1))
        #expect(layers[0].integer("out_features").location == place(5, 5, 6))
        #expect(layers[0].integer("out_features").isInvalid)
        #expect(layers[1].kind == nil)
        #expect(layers[1].name.isInvalid)
    }

    @Test func aliasesStandForTheirValue() throws {
        let text = """
            lstmc: 1
            input: { features: &size 8 }
            layers:
              - lstm: a
                hidden_size: *size
              - lstm: b
                hidden_size: *size
            """
        let (document, diagnostics) = parseText(text)
        #expect(diagnostics.isEmpty)
        let lstm = document?.layers.value?.last
        #expect(lstm?.integer("hidden_size").located == Located(8, at: place(7, 18, 5)))
    }

    @Test func dropoutBesideLSTMIsItsParameter() throws {
        for keys in ["lstm: a, dropout: 0.5", "dropout: 0.5, lstm: a"] {
            let (document, diagnostics) = parseText(
                "lstmc: 1\ninput: {features: 1}\nlayers: [{\(keys), hidden_size: 2}]")
            #expect(diagnostics.isEmpty)
            let lstm = document?.layers.value?.first
            #expect(lstm?.kind?.value.word == "lstm")
            #expect(lstm?.number("dropout").value == 0.5)
        }
    }

    private func place(_ line: Int, _ column: Int, _ length: Int) -> SourceLocation {
        SourceLocation(path: "model.lstm.yaml", line: line, column: column, length: length)
    }
}
