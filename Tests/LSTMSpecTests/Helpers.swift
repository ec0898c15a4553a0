// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import TestSupport

/// The testing library has a type of this name too.
typealias SourceLocation = LSTMSpec.SourceLocation

let fixtures = repositoryRoot.appendingPathComponent("Tests/LSTMSpecTests/Fixtures")

func parseText(_ text: String) -> (document: Document?, diagnostics: [Diagnostic]) {
    parse(SourceFile(path: "model.lstm.yaml", bytes: Array(text.utf8)))
}

extension LayerEntry {
    /// What stands at a key, whatever the kind calls it.
    func integer(_ key: String) -> Field<Int> { self[LayerKey.integer(key, minimum: nil, "")] }
    func number(_ key: String) -> Field<Double> { self[LayerKey.number(key, "")] }
    func boolean(_ key: String) -> Field<Bool> { self[LayerKey.boolean(key, default: "", "")] }
    func text(_ key: String) -> Field<String> { self[LayerKey.text(key, "")] }
}

/// The mistakes of a text, each as `line:column code`.
func mistakes(_ text: String) -> [String] { mistakes(Array(text.utf8)) }

func mistakes(_ bytes: [UInt8]) -> [String] {
    parse(SourceFile(path: "model.lstm.yaml", bytes: bytes)).diagnostics.map {
        "\($0.location.line):\($0.location.column) \($0.mistake.code)"
    }
}

/// Section 1's example, with every key of every section that can stand in one spec.
let exampleSpec = """
    lstmc: 1                                # format version, required
    name: SpeakerEncoder
    description: 40-band mel frames to a 256-value voice embedding.
    input:
      features: 40
      batch_first: true
    weights:
      file: speaker-encoder.safetensors
      placement: file
      prefix: "model."
      names: { linear: head.projection }
      key: model_state
      ignore: ["*.num_batches_tracked"]
    layers:
      - lstm: lstm
        input_size: 40
        hidden_size: 256
        num_layers: 3
        bias: true
        bidirectional: false
        dropout: 0.0
        proj_size: 0
      - last: top
      - linear: linear
        out_features: 256
      - relu: relu
      - l2_normalize: embedding
    outputs: [embedding]
    labels: [B, I, E, S]
    segment_starts: [B, S]
    vocabulary: { file: vocabulary.json, unknown: 73 }
    budget: { parameters: 2M, weight_bytes: 8 MiB, macs_per_step: 2M, max_error: 1e-6 }

    """
