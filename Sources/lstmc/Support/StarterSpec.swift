// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// A spec that passes `check`, with every key that is often needed, for people to change.
///
/// - Parameter schema: what the comment for editors names; nil leaves it out.
func starterSpec(named name: String, schema: String?) -> String {
    let shown: Set = ["lstm", "linear", "softmax"]
    let others = OperationKind.all.map(\.word).filter { !shown.contains($0) }
    let kinds = wrappedWords(others, width: 84).joined(separator: "\n#   ")
    return (schema.map { "# yaml-language-server: $schema=\($0)\n" } ?? "") + """
        # To begin with: `lstmc check` finds mistakes, `lstmc describe` shows shapes, cost and equations.
        lstmc: 1                        # the version of the format
        name: \(yamlText(name))
        description: One sentence about the model; it becomes the Swift type's documentation.

        input:
          features: 40                  # floats in each step
          # tokens: 74                  # or instead: token ids, 0 to 73; then the first layer is an embedding
          batch_first: false            # as in PyTorch; true is (batch, time, features)

        # The checkpoint. Without one, check, describe and ir work; run, verify and generate need it.
        # weights:
        #   file: model.safetensors     # relative to this file; .safetensors, .pt, .pth or .npz
        #   placement: embedded         # in generated code: embedded in the source, or file (loaded at run time)
        #   prefix: "model."            # what stands before every tensor name
        #   names: { head: decoder }    # layer name: module path in the checkpoint, where they differ
        #   key: state_dict             # where in a .pt file the tensors are, where that is not found by itself
        #   ignore: ["*.unused"]        # tensors of the file that are not used; any other unused one is an error

        layers:                         # from input to output, each as kind: name
          - lstm: lstm                  # torch.nn.LSTM
            hidden_size: 64
            num_layers: 1
            bias: true
            bidirectional: false
            dropout: 0.0                # as in training; does nothing here
            proj_size: 0                # 0: h is not projected
            # initial_h: lstm.h0        # tensors of the checkpoint that are the first state
            # initial_c: lstm.c0
          - linear: head                # torch.nn.Linear
            out_features: 4
            bias: true
          - softmax: probabilities
        # Other kinds: \(kinds).

        outputs: [probabilities]        # what the model gives; by default the last layer's result
        # labels: [B, I, E, S]          # names for the values of the last result
        # segment_starts: [B, S]        # the labels that begin a segment
        # vocabulary: { file: vocabulary.json, unknown: 73 }    # with tokens: text to ids
        budget: { parameters: 100k, weight_bytes: 1 MiB, macs_per_step: 100k }    # more is an error

        """
}

/// Words with commas between them, in lines of about `width`.
private func wrappedWords(_ words: [String], width: Int) -> [String] {
    var lines = [""]
    for (index, word) in words.enumerated() {
        let piece = word + (index == words.count - 1 ? "" : ",")
        if lines[lines.count - 1].count + piece.count >= width { lines.append("") }
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + piece
    }
    return lines
}
