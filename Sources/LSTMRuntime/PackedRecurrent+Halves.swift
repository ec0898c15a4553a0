// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

// Recurrent layers whose matrices are kept in 16 bits. Compiled where they are called, as other cells are, and with kernels
// of their own: those widen each weight as they read it.

/// A precision of 16 bits.
public enum HalfPrecision: Hashable, Sendable {
    /// IEEE 754 half precision.
    case float16
    /// The upper half of a float32.
    case bfloat16

    /// As one of all precisions.
    @_alwaysEmitIntoClient
    var kept: WeightPrecision {
        switch self {
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }
}

extension PackedRecurrent {
    /// Reads an nn.LSTM's parameters and packs its matrices in `precision`.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        lstm reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, projSize: Int = 0, activation: RecurrentCell.Activation = .tanh,
        recurrentActivation: RecurrentCell.Activation = .sigmoid, precision: HalfPrecision
    ) throws(Reader.Failure) {
        let cell = RecurrentCell(.lstm, activation: activation, recurrentActivation: recurrentActivation)
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, projSize: projSize, cell: cell)
        try self.init(sizes, reader, run: lstmc_use_half_lstm, precision: precision.kept)
    }

    /// Reads an nn.GRU's parameters and packs its matrices in `precision`.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        gru reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, resetAfter: Bool = true, activation: RecurrentCell.Activation = .tanh,
        recurrentActivation: RecurrentCell.Activation = .sigmoid, precision: HalfPrecision
    ) throws(Reader.Failure) {
        let cell = RecurrentCell(
            .gru(resetAfter: resetAfter), activation: activation, recurrentActivation: recurrentActivation)
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, cell: cell)
        try self.init(sizes, reader, run: lstmc_use_half_gru, precision: precision.kept)
    }

    /// Reads an nn.RNN's parameters and packs its matrices in `precision`.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        rnn reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, activation: RecurrentCell.Activation = .tanh, precision: HalfPrecision
    ) throws(Reader.Failure) {
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, cell: RecurrentCell(.rnn, activation: activation))
        try self.init(sizes, reader, run: lstmc_use_half_rnn, precision: precision.kept)
    }
}

extension PackedLinear {
    /// The same as ``init(inFeatures:outFeatures:weight:bias:for:)``, with the matrix kept in `precision`.
    @_alwaysEmitIntoClient
    public init(
        inFeatures: Int, outFeatures: Int, weight: any FloatSource, bias: (any FloatSource)?,
        for set: InstructionSet = .current, precision: HalfPrecision
    ) {
        self.init(
            inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias, for: set,
            precision: precision.kept, multiply: lstmc_use_half_matmul(set.kernels))
    }

    /// Reads the parameters of an nn.Linear and packs its matrix in `precision`.
    ///
    /// - Parameters:
    ///   - reader: the layer's parameters.
    ///   - inFeatures: the values of a row that goes in.
    ///   - outFeatures: the values of a row that comes out.
    ///   - bias: whether there is one.
    ///   - precision: how the matrix is kept.
    ///   - lstm: the one whose output the layer reads, where an `LSTMStep` runs both: both need the same kernels.
    @_alwaysEmitIntoClient
    public init<Reader: ParameterReader>(
        _ reader: Reader, inFeatures: Int, outFeatures: Int, bias: Bool = true, precision: HalfPrecision,
        after lstm: PackedRecurrent? = nil
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = try reader.next("weight", [outFeatures, inFeatures])
        let bias = bias ? try reader.next("bias", [outFeatures]) : nil
        self.init(
            inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias,
            for: lstm.map { InstructionSet(of: $0) } ?? .current, precision: precision)
    }
}
