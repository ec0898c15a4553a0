// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMRuntime
import LSTMSpec

/// A layer's parameters in kernel order.
enum PackedLayer: Sendable {
    case recurrent(PackedRecurrent, firstState: Inputs.State?)
    case embedding(PackedEmbedding)
    case linear(PackedLinear)
    case layerNorm(PackedLayerNorm)
    case scale(PackedScale)
    case prelu(PackedPReLU)
    case batchNorm(PackedBatchNorm)
    case conv1d(PackedConv1d)
    /// A layer that reads no tensors.
    case none

    /// Asks `parameter` for each of the layer's parameters once.
    ///
    /// - Parameters:
    ///   - operation: what the layer does.
    ///   - recurrent: the layer whose step runs this linear layer too: both need the same kernels.
    ///   - precision: how matrices are kept.
    ///   - parameter: the values of a parameter, by PyTorch's name inside the layer.
    init(
        _ operation: Operation, after recurrent: PackedRecurrent? = nil, precision: WeightPrecision,
        parameter: (String) -> any FloatSource
    ) {
        switch operation {
        case .recurrent(let recurrent):
            let packed = PackedRecurrent(anyCell: RecurrentSizes(recurrent), precision: precision) { parameter($0) }
            let state = recurrent.initialState.map { initial in
                Inputs.State(
                    h: parameter("initial_h").floats(), c: initial.c == nil ? [] : parameter("initial_c").floats())
            }
            self = .recurrent(packed, firstState: state)
        case .embedding(let embedding):
            self = .embedding(
                PackedEmbedding(
                    numEmbeddings: embedding.numEmbeddings, embeddingDim: embedding.embeddingDim,
                    weight: parameter("weight")))
        case .linear(let linear):
            self = .linear(
                PackedLinear(
                    inFeatures: linear.inFeatures, outFeatures: linear.outFeatures, weight: parameter("weight"),
                    bias: linear.bias ? parameter("bias") : nil,
                    for: recurrent.map { InstructionSet(of: $0) } ?? .current, keptAs: precision))
        case .layerNorm(let norm):
            self = .layerNorm(
                PackedLayerNorm(
                    size: norm.size, eps: norm.eps, weight: norm.hasWeight ? parameter("weight") : nil,
                    bias: norm.hasBias ? parameter("bias") : nil))
        case .scale(let scale):
            let (first, second) = (
                scale.first.floats(scale.names.first, parameter), scale.second.floats(scale.names.second, parameter)
            )
            switch scale.form {
            case .affine: self = .scale(PackedScale(size: scale.size, weight: first, bias: second))
            case .standardize: self = .scale(PackedScale(size: scale.size, mean: first, std: second))
            }
        case .prelu(let prelu):
            // One weight for each value of a step.
            let weight = parameter("weight").floats()
            let all = weight.count == 1 ? weight : weight.flatMap { [Float](repeating: $0, count: prelu.positions) }
            let size = weight.count == 1 ? 1 : all.count
            self = .prelu(
                PackedPReLU(size: size, numParameters: all.count, weight: FloatArray(all, shape: [all.count])))
        case .pointwise, .softmax, .l2Normalize, .dropout, .last, .pool, .combine, .concat, .slice, .select, .steps,
            .flip,
            .repeat, .argmax, .reshape, .transpose, .windowPool, .pad:
            self = .none
        case .batchNorm(let norm):
            self = .batchNorm(
                PackedBatchNorm(
                    channels: norm.channels, positions: norm.positions, eps: norm.eps,
                    weight: norm.affine ? parameter("weight").floats() : nil,
                    bias: norm.affine ? parameter("bias").floats() : nil, mean: parameter("running_mean").floats(),
                    variance: parameter("running_var").floats()))
        case .conv1d(let conv):
            let windows = conv.windows
            self = .conv1d(
                PackedConv1d(
                    inChannels: conv.inChannels, outChannels: conv.outChannels, kernelSize: windows.size,
                    stride: windows.stride, left: windows.left, right: windows.right, dilation: windows.dilation,
                    groups: conv.groups, weight: parameter("weight"), bias: conv.bias ? parameter("bias") : nil,
                    keptAs: precision))
        }
    }

    /// Floats of workspace for sequences of so many steps; of a recurrent layer, for so many rows and threads.
    func workspaceCount(_ operation: Operation, steps: Int, batch: Int, threads: Int) -> Int {
        switch self {
        case .recurrent(let recurrent, _): recurrent.workspaceCount(steps: steps, batch: batch, threads: threads)
        case .conv1d(let packed):
            if case .conv1d(let conv) = operation, conv.over == .positions {
                packed.workspaceCount(positions: conv.positions)
            } else {
                packed.workspaceCount(steps: steps)
            }
        case .embedding, .linear, .layerNorm, .scale, .prelu, .batchNorm, .none: 0
        }
    }

    /// Floats of workspace for one step of a stream.
    func stepWorkspaceCount(_ operation: Operation) -> Int {
        switch self {
        case .recurrent(let recurrent, _): recurrent.stepWorkspaceCount
        case .conv1d: if case .conv1d(let conv) = operation { conv.stepWorkspace } else { 0 }
        case .embedding, .linear, .layerNorm, .scale, .prelu, .batchNorm, .none: 0
        }
    }

    var recurrent: PackedRecurrent? { if case .recurrent(let packed, _) = self { packed } else { nil } }
    var linear: PackedLinear? { if case .linear(let packed) = self { packed } else { nil } }
}

extension Scale.Operand {
    /// One value, or one for each of the last axis.
    func floats(_ key: String, _ parameter: (String) -> any FloatSource) -> [Float] {
        switch self {
        case .values(let values): values
        case .tensor: parameter(key).floats()
        }
    }
}

extension RecurrentSizes {
    init(_ layer: Recurrent) {
        let kind: RecurrentCell.Kind =
            switch layer.cell {
            case .lstm: .lstm
            case .gru(let resetAfter): .gru(resetAfter: resetAfter)
            case .rnn: .rnn
            }
        self.init(
            inputSize: layer.inputSize, hiddenSize: layer.hiddenSize, numLayers: layer.numLayers, bias: layer.bias,
            bidirectional: layer.bidirectional, projSize: layer.projSize,
            cell: RecurrentCell(
                kind, activation: layer.activation.runtime, recurrentActivation: layer.recurrentActivation.runtime))
    }
}

extension Recurrent.Activation {
    fileprivate var runtime: RecurrentCell.Activation {
        switch self {
        case .tanh: .tanh
        case .relu: .relu
        case .sigmoid: .sigmoid
        case .hardsigmoid: .hardsigmoid
        case .hardsigmoid02: .hardsigmoid02
        case .linear: .linear
        }
    }
}
