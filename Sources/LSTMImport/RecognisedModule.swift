// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A module of a state_dict that a spec has a layer for.
struct RecognisedModule {
    enum Kind {
        case lstm(ImportedLayer.LSTM, isCell: Bool)
        case linear(inFeatures: Int, outFeatures: Int, bias: Bool)
        case embedding(tokens: Int, dim: Int)
        case layerNorm(size: Int, bias: Bool)
        /// One matrix and nothing else: a linear layer without bias, or an embedding.
        case matrix(rows: Int, columns: Int)
    }

    let tensors: ModuleTensors
    var kind: Kind

    var path: String { tensors.path }

    /// The size it takes; nil for token ids.
    var inputSize: Int? {
        switch kind {
        case .lstm(let lstm, _): lstm.inputSize
        case .linear(let inFeatures, _, _): inFeatures
        case .embedding: nil
        case .layerNorm(let size, _): size
        case .matrix(_, let columns): columns
        }
    }

    var outputSize: Int {
        switch kind {
        case .lstm(let lstm, _): lstm.outputSize
        case .linear(_, let outFeatures, _): outFeatures
        case .embedding(_, let dim): dim
        case .layerNorm(let size, _): size
        case .matrix(let rows, _): rows
        }
    }

    /// `lstm 'rnn' (40 -> 256)`.
    var summary: String {
        let word =
            switch kind {
            case .lstm(let lstm, _): lstm.cell.word
            case .linear, .matrix: "linear"
            case .embedding: "embedding"
            case .layerNorm: "layer_norm"
            }
        return "\(word) \(quoted(tensors.shownPath)) (\(inputSize.map { "\($0)" } ?? "tokens") -> \(outputSize))"
    }
}

extension ImportedLayer.LSTM {
    /// The size of its output's last axis.
    var outputSize: Int { (projSize > 0 ? projSize : hiddenSize) * (bidirectional ? 2 : 1) }
}
