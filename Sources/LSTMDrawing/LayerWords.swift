// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Shape {
    /// The axes as PyTorch's documentation names them, short enough for an edge: T steps, B sequences.
    func axes(batchFirst: Bool) -> String {
        switch self {
        case .tokens: batchFirst ? "(B, T)" : "(T, B)"
        case .sequence(let size): batchFirst ? "(B, T, \(size))" : "(T, B, \(size))"
        case .vector(let size): "(B, \(size))"
        }
    }
}

extension Model.Result {
    /// The axes of this result in `model`.
    func axes(in model: Model) -> String {
        let layer = model.layers[self.layer]
        guard let lstm = layer.operation.lstm, part != .output else {
            return layer.output.axes(batchFirst: model.batchFirst)
        }
        return "(\(lstm.stateCount), B, \(size(in: layer)))"
    }
}

/// The colour a layer is drawn in.
enum LayerFamily: String {
    case recurrent, table, matrix, norm, activation, pooling
}

extension Layer.Operation {
    var family: LayerFamily {
        switch self {
        case .lstm: .recurrent
        case .embedding: .table
        case .linear: .matrix
        case .layerNorm, .l2Normalize: .norm
        case .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout: .activation
        case .last, .mean, .max: .pooling
        }
    }

    /// What the layer's sizes and options are, on one line; empty where it has none.
    func details(in model: Model) -> String {
        switch self {
        case .lstm(let lstm): ([lstm.details] + [lstm.moreDetails].filter { !$0.isEmpty }).joined(separator: ", ")
        case .embedding(let embedding): "\(embedding.numEmbeddings) ids → \(embedding.embeddingDim) values"
        case .linear(let linear): "\(linear.inFeatures) → \(linear.outFeatures)" + (linear.bias ? "" : ", no bias")
        case .layerNorm(let norm):
            "\(norm.size) values, eps \(norm.eps)"
                + (norm.hasWeight ? (norm.hasBias ? "" : ", no bias") : ", not affine")
        case .last(let index): lastDetails(of: index, in: model)
        case .mean: "of the valid steps"
        case .max: "over the valid steps"
        case .l2Normalize(let eps): "to length 1, eps \(eps)"
        case .gelu(.none): ""
        case .gelu(.tanh): "approximate tanh"
        case .dropout: "nothing at inference"
        case .relu, .tanh, .sigmoid, .softmax, .logSoftmax: ""
        }
    }

    private func lastDetails(of index: Int, in model: Model) -> String {
        guard let lstm = model.layers[index].operation.lstm else { return "" }
        let layer = lstm.numLayers > 1 ? " of l\(lstm.numLayers - 1)" : ""
        return "h_n\(layer)" + (lstm.bidirectional ? ", both directions" : "")
    }
}

extension LSTM {
    /// What nearly every lstm is described by.
    var details: String {
        var words = ["\(inputSize) → hidden_size \(hiddenSize)"]
        if numLayers > 1 { words.append("num_layers \(numLayers)") }
        if bidirectional { words.append("bidirectional") }
        return words.joined(separator: ", ")
    }

    /// The options few have; empty for the others.
    var moreDetails: String {
        var words: [String] = []
        if projSize > 0 { words.append("proj_size \(projSize)") }
        if !bias { words.append("no bias") }
        if initialState != nil { words.append("first state from the checkpoint") }
        return words.joined(separator: ", ")
    }
}

extension Model.Input {
    var words: String {
        switch self {
        case .features(let count): "\(counted(count, "feature")) a step"
        case .tokens(let count): "token ids 0 to \(count - 1)"
        }
    }

    func axes(batchFirst: Bool) -> String {
        switch self {
        case .features(let count): Shape.sequence(count).axes(batchFirst: batchFirst)
        case .tokens: Shape.tokens.axes(batchFirst: batchFirst)
        }
    }
}

/// What one of an lstm's stacked layers costs, both directions together.
package struct StackedCost {
    package var parameters = 0
    /// Multiply-adds a step: one for each element of a matrix.
    package var macs = 0
}

extension Model {
    /// By the stacked layer, 0 first; empty for every kind but an lstm.
    package func stackedCosts(ofLayer index: Int) -> [StackedCost] {
        guard let lstm = layers[index].operation.lstm else { return [] }
        var costs: [String: StackedCost] = [:]
        for parameter in parameters where parameter.layer == index {
            costs[parameter.key, default: .init()].parameters += parameter.elementCount
            if parameter.key.hasPrefix("weight") {
                costs[parameter.key, default: .init()].macs += parameter.elementCount
            }
        }
        return (0..<lstm.numLayers).map { layer in
            var sum = StackedCost()
            for reverse in [false, true] {
                for stem in ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr"] {
                    guard let cost = costs[stem + LSTM.suffix(layer: layer, reverse: reverse)] else { continue }
                    sum.parameters += cost.parameters
                    sum.macs += cost.macs
                }
            }
            return sum
        }
    }
}
