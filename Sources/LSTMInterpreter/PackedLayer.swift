// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime
import LSTMSpec

/// A layer with its parameters in kernel order.
enum PackedLayer: Sendable {
    case lstm(PackedLSTM, firstState: Inputs.State?)
    case embedding(PackedEmbedding)
    case last(lstm: Int)
    case mean
    case max
    case vector(PackedVectorLayer)

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
            let packed = PackedLinear(
                inFeatures: linear.inFeatures, outFeatures: linear.outFeatures, weight: parameter("weight"),
                bias: linear.bias ? parameter("bias") : nil)
            self = .vector(.linear(packed))
        case .layerNorm(let norm):
            let packed = PackedLayerNorm(
                size: norm.size, eps: norm.eps, weight: norm.hasWeight ? parameter("weight") : nil,
                bias: norm.hasBias ? parameter("bias") : nil)
            self = .vector(.layerNorm(packed))
        case .relu: self = .vector(.relu)
        case .tanh: self = .vector(.tanh)
        case .sigmoid: self = .vector(.sigmoid)
        case .gelu(let approximation): self = .vector(.gelu(approximation))
        case .softmax: self = .vector(.softmax)
        case .logSoftmax: self = .vector(.logSoftmax)
        case .dropout: self = .vector(.dropout)
        case .last(let lstm): self = .last(lstm: lstm)
        case .mean: self = .mean
        case .max: self = .max
        case .l2Normalize(let eps): self = .vector(.l2Normalize(eps: eps))
        }
    }

    /// True where what the layer gives may overwrite what it is given.
    var worksInPlace: Bool {
        switch self {
        case .lstm, .embedding, .last, .mean, .max, .vector(.linear): false
        case .vector: true
        }
    }
}

/// A layer that treats every vector alike: whole sequences and streams run it the same way.
enum PackedVectorLayer: Sendable {
    case linear(PackedLinear)
    case layerNorm(PackedLayerNorm)
    case relu
    case tanh
    case sigmoid
    case gelu(GELUApproximation)
    case softmax
    case logSoftmax
    case dropout
    case l2Normalize(eps: Float)

    /// Takes `rows` vectors of `size` values from `x`.
    func run(_ x: UnsafePointer<Float>, rows: Int, size: Int, into y: UnsafeMutablePointer<Float>) {
        switch self {
        case .linear(let linear): linear.run(x, rows: rows, into: y)
        case .layerNorm(let norm): norm.run(x, rows: rows, into: y)
        case .relu: Elementwise.relu(x, count: rows * size, into: y)
        case .tanh: Elementwise.tanh(x, count: rows * size, into: y)
        case .sigmoid: Elementwise.sigmoid(x, count: rows * size, into: y)
        case .gelu(.none): Elementwise.gelu(x, count: rows * size, into: y)
        case .gelu(.tanh): Elementwise.geluTanh(x, count: rows * size, into: y)
        case .softmax: Rowwise.softmax(x, rows: rows, size: size, into: y)
        case .logSoftmax: Rowwise.logSoftmax(x, rows: rows, size: size, into: y)
        case .dropout: if x != UnsafePointer(y) { y.update(from: x, count: rows * size) }
        case .l2Normalize(let eps): Rowwise.l2Normalize(x, rows: rows, size: size, eps: eps, into: y)
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
