// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Model {
    /// The checked model as stable text: a function of the spec alone, one fact a line.
    public var text: String { textLines.map { $0 + "\n" }.joined() }

    /// The same, as lines without their ends.
    public var textLines: [String] {
        var lines = ["model \(name)"]
        lines.append("input \(inputText)")
        if let vocabulary {
            lines.append("vocabulary \(quoted(vocabulary.file.value)) unknown \(vocabulary.unknown)")
        }
        lines += weightsText
        let parameters = Dictionary(grouping: parameters, by: \.layer)
        for (index, layer) in layers.enumerated() {
            let shapes = "\(layer.input.text(batchFirst: batchFirst)) -> \(layer.output.text(batchFirst: batchFirst))"
            lines.append("%\(index) \(layer.name) = \(layer.operation.text) : \(shapes)")
            lines += (parameters[index] ?? []).map { parameter in
                let shape = parameter.shape.map(String.init).joined(separator: ", ")
                let names = parameter.tensorNames.map { quoted($0) }.joined(separator: " or ")
                return "    \(parameter.key) (\(shape)) from \(names)"
            }
        }
        lines += results.map { "result \($0.name) = %\($0.layer).\($0.part.name) : \($0.shapeText(in: self))" }
        if !labels.isEmpty {
            lines.append("labels " + labels.map { quoted($0) }.joined(separator: ", "))
        }
        if !segmentStarts.isEmpty {
            lines.append("segment_starts " + segmentStarts.map { quoted(labels[$0]) }.joined(separator: ", "))
        }
        let cost = cost
        lines.append("parameters \(cost.parameters)")
        lines.append("weight_bytes \(cost.weightBytes)")
        lines.append("macs_per_step \(cost.macsPerStep)")
        lines.append("state_floats \(cost.stateFloats)")
        return lines
    }

    private var inputText: String {
        switch input {
        case .features(let count): "features \(count) : \(Shape.sequence(count).text(batchFirst: batchFirst))"
        case .tokens(let count): "tokens \(count) : \(Shape.tokens.text(batchFirst: batchFirst))"
        }
    }

    private var weightsText: [String] {
        guard let weights else { return [] }
        var line = "weights \(quoted(weights.file.value)) \(weights.placement.rawValue)"
        if !weights.prefix.isEmpty { line += " prefix \(quoted(weights.prefix))" }
        if let key = weights.key { line += " key \(quoted(key))" }
        for pattern in weights.ignore { line += " ignore \(quoted(pattern.value))" }
        return [line]
    }
}

/// A name in quotes, safe to print and whole: two models that differ have different texts.
private func quoted(_ name: String) -> String { "'\(printable(name))'" }

extension Layer.Operation {
    /// The spec's kind word.
    public var kind: LayerKind {
        switch self {
        case .lstm: .lstm
        case .embedding: .embedding
        case .linear: .linear
        case .layerNorm: .layerNorm
        case .relu: .relu
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .gelu: .gelu
        case .softmax: .softmax
        case .logSoftmax: .logSoftmax
        case .dropout: .dropout
        case .last: .last
        case .mean: .mean
        case .max: .max
        case .l2Normalize: .l2Normalize
        }
    }

    /// The kind with all its numbers, defaults included.
    var text: String {
        switch self {
        case .lstm(let lstm):
            "lstm(input_size: \(lstm.inputSize), hidden_size: \(lstm.hiddenSize), num_layers: \(lstm.numLayers), "
                + "bias: \(lstm.bias), bidirectional: \(lstm.bidirectional), proj_size: \(lstm.projSize))"
        case .embedding(let embedding):
            "embedding(num_embeddings: \(embedding.numEmbeddings), embedding_dim: \(embedding.embeddingDim))"
        case .linear(let linear):
            "linear(in_features: \(linear.inFeatures), out_features: \(linear.outFeatures), bias: \(linear.bias))"
        case .layerNorm(let norm):
            "layer_norm(size: \(norm.size), eps: \(norm.eps), weight: \(norm.hasWeight), bias: \(norm.hasBias))"
        case .gelu(let approximation): "gelu(approximate: \(approximation.rawValue))"
        case .last(let lstm): "last(%\(lstm))"
        case .l2Normalize(let eps): "l2_normalize(eps: \(eps))"
        case .relu, .tanh, .sigmoid, .softmax, .logSoftmax, .dropout, .mean, .max: "\(kind.rawValue)()"
        }
    }
}
