// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

/// A layer with its parameters in kernel order.
enum PackedLayer: Sendable {
    case lstm(PackedLSTM, firstState: Inputs.State?)
    case embedding(PackedEmbedding)
    case linear(PackedLinear)
    case layerNorm(PackedLayerNorm)
    case relu
    case tanh
    case sigmoid
    case softmax
    case logSoftmax
    case dropout
    case last(lstm: Int)
    case mean
    case max
    case l2Normalize(eps: Float)

    /// Asks `parameter` for each of the layer's parameters once.
    init(_ operation: Layer.Operation, parameter: (String) -> any FloatSource) {
        switch operation {
        case .lstm(let lstm):
            let packed = PackedLSTM(LSTMSizes(lstm)) { parameter($0) }
            let state = lstm.initialState.map { _ in
                Inputs.State(h: parameter("initial_h").floats(), c: parameter("initial_c").floats())
            }
            self = .lstm(packed, firstState: state)
        case .embedding(let embedding):
            self = .embedding(
                PackedEmbedding(
                    numEmbeddings: embedding.numEmbeddings, embeddingDim: embedding.embeddingDim,
                    weight: parameter("weight")))
        case .linear(let linear):
            self = .linear(
                PackedLinear(
                    inFeatures: linear.inFeatures, outFeatures: linear.outFeatures, weight: parameter("weight"),
                    bias: linear.bias ? parameter("bias") : nil))
        case .layerNorm(let norm):
            self = .layerNorm(
                PackedLayerNorm(
                    size: norm.size, eps: norm.eps, weight: norm.hasWeight ? parameter("weight") : nil,
                    bias: norm.hasBias ? parameter("bias") : nil))
        case .relu: self = .relu
        case .tanh: self = .tanh
        case .sigmoid: self = .sigmoid
        case .softmax: self = .softmax
        case .logSoftmax: self = .logSoftmax
        case .dropout: self = .dropout
        case .last(let lstm): self = .last(lstm: lstm)
        case .mean: self = .mean
        case .max: self = .max
        case .l2Normalize(let eps): self = .l2Normalize(eps: eps)
        }
    }
}

extension LSTMSizes {
    init(_ lstm: LSTM) {
        self.init(
            inputSize: lstm.inputSize, hiddenSize: lstm.hiddenSize, numLayers: lstm.numLayers, bias: lstm.bias,
            bidirectional: lstm.bidirectional, projSize: lstm.projSize)
    }
}
