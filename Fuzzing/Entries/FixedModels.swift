// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// Reads features; a file can give it a first state.
let featuresModel = fixedModel(
    """
    lstmc: 1
    name: Features
    input: {features: 2}
    layers:
      - lstm: encoder
        hidden_size: 3
      - linear: head
        out_features: 1
    """)

/// Reads token ids or text, and labels every one.
let tokensModel = fixedModel(
    """
    lstmc: 1
    name: Tokens
    input: {tokens: 16}
    vocabulary: {file: vocabulary.json, unknown: 15}
    layers:
      - embedding: embedding
        embedding_dim: 3
      - lstm: encoder
        hidden_size: 4
        bidirectional: true
      - linear: head
        out_features: 3
      - softmax: probabilities
    labels: [B, I, S]
    segment_starts: [B, S]
    """)

private func fixedModel(_ text: String) -> Result<Model, Violation> {
    let parsed = parse(SourceFile(path: "fixed.lstm.yaml", bytes: Array(text.utf8)))
    let lowered = parsed.document.map(lower)
    guard parsed.diagnostics.isEmpty, let model = lowered?.model else {
        let mistakes = parsed.diagnostics + (lowered?.diagnostics ?? [])
        return .failure(Violation(description: "broken: the fixed model is one; \(mistakes.map(\.message))"))
    }
    return .success(model)
}
