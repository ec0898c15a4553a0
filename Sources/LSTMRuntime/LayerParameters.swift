// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Gives one layer's parameters, in the order of PyTorch's state_dict.
public protocol ParameterReader {
    /// Why a parameter cannot be had; `Never` where all are known to be there.
    associatedtype Failure: Error
    /// The parameter that PyTorch calls `key` inside the layer, in exactly `shape`.
    mutating func next(_ key: String, _ shape: [Int]) throws(Failure) -> any FloatSource
}

extension PackedRecurrent {
    /// Reads and packs all parameters of an nn.LSTM.
    public convenience init<Reader: ParameterReader>(
        _ reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, projSize: Int = 0
    ) throws(Reader.Failure) {
        var reader = reader
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, projSize: projSize)
        try self.init(sizes) { (key) throws(Reader.Failure) in try reader.next(key, sizes.shape(of: key)) }
    }
}

extension RecurrentSizes {
    /// The shape of the parameter that PyTorch calls `key`.
    @usableFromInline
    func shape(of key: String) -> [Int] {
        let rows = cell.gates * hiddenSize
        if key.hasPrefix("bias") { return [rows] }
        if key.hasPrefix("weight_hr") { return [projSize, hiddenSize] }
        if key.hasPrefix("weight_hh") { return [rows, stateSize] }
        let isFirst = key == "weight_ih_l0" || key == "weight_ih_l0_reverse"
        return [rows, inputSize(ofLayer: isFirst ? 0 : 1)]
    }
}

extension PackedEmbedding {
    /// Reads the table of an nn.Embedding.
    public init<Reader: ParameterReader>(
        _ reader: Reader, numEmbeddings: Int, embeddingDim: Int
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = try reader.next("weight", [numEmbeddings, embeddingDim])
        self.init(numEmbeddings: numEmbeddings, embeddingDim: embeddingDim, weight: weight)
    }
}

extension PackedLinear {
    /// Reads and packs the parameters of an nn.Linear.
    ///
    /// - Parameters:
    ///   - reader: the layer's parameters.
    ///   - inFeatures: the values of a row that goes in.
    ///   - outFeatures: the values of a row that comes out.
    ///   - bias: whether there is one.
    ///   - lstm: the one whose output the layer reads, where an `LSTMStep` runs both: both need the same kernels.
    public init<Reader: ParameterReader>(
        _ reader: Reader, inFeatures: Int, outFeatures: Int, bias: Bool = true, after lstm: PackedRecurrent? = nil
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = try reader.next("weight", [outFeatures, inFeatures])
        let bias = bias ? try reader.next("bias", [outFeatures]) : nil
        self.init(
            inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias,
            for: lstm.map { InstructionSet(of: $0) } ?? .current)
    }
}

extension PackedLayerNorm {
    /// Reads the parameters of an nn.LayerNorm.
    public init<Reader: ParameterReader>(
        _ reader: Reader, size: Int, eps: Float, weight hasWeight: Bool = true, bias hasBias: Bool = true
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = hasWeight ? try reader.next("weight", [size]) : nil
        let bias = hasBias ? try reader.next("bias", [size]) : nil
        self.init(size: size, eps: eps, weight: weight, bias: bias)
    }
}
