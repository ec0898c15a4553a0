// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

// The same as PackedRecurrent+Halves.swift for int8. The type of `precision` tells them apart, so that a program links the
// kernels that it has a use for.

/// A precision of whole numbers.
public enum IntegerPrecision: Hashable, Sendable {
    /// Whole numbers from -127 to 127, and a scale for each row.
    case int8
}

extension PackedRecurrent {
    /// Reads an nn.LSTM's parameters and packs its matrices in `precision`.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        lstm reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, projSize: Int = 0, activation: RecurrentCell.Activation = .tanh,
        recurrentActivation: RecurrentCell.Activation = .sigmoid, precision: IntegerPrecision
    ) throws(Reader.Failure) {
        let cell = RecurrentCell(.lstm, activation: activation, recurrentActivation: recurrentActivation)
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, projSize: projSize, cell: cell)
        try self.init(sizes, reader, run: lstmc_use_byte_lstm, precision: .int8)
    }

    /// Reads an nn.GRU's parameters and packs its matrices in `precision`.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        gru reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, resetAfter: Bool = true, activation: RecurrentCell.Activation = .tanh,
        recurrentActivation: RecurrentCell.Activation = .sigmoid, precision: IntegerPrecision
    ) throws(Reader.Failure) {
        let cell = RecurrentCell(
            .gru(resetAfter: resetAfter), activation: activation, recurrentActivation: recurrentActivation)
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, cell: cell)
        try self.init(sizes, reader, run: lstmc_use_byte_gru, precision: .int8)
    }

    /// Reads an nn.RNN's parameters and packs its matrices in `precision`.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        rnn reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, activation: RecurrentCell.Activation = .tanh, precision: IntegerPrecision
    ) throws(Reader.Failure) {
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, cell: RecurrentCell(.rnn, activation: activation))
        try self.init(sizes, reader, run: lstmc_use_byte_rnn, precision: .int8)
    }
}

extension PackedLinear {
    /// The same as ``init(inFeatures:outFeatures:weight:bias:for:)``, with the matrix kept in `precision`.
    @_alwaysEmitIntoClient
    public init(
        inFeatures: Int, outFeatures: Int, weight: any FloatSource, bias: (any FloatSource)?,
        for set: InstructionSet = .current, precision: IntegerPrecision
    ) {
        self.init(
            inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias, for: set,
            precision: .int8, multiply: lstmc_use_byte_matmul(set.kernels))
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
        _ reader: Reader, inFeatures: Int, outFeatures: Int, bias: Bool = true, precision: IntegerPrecision,
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

extension PackedLinear {
    /// The same for any precision, with the kernels of all.
    @_alwaysEmitIntoClient
    public init(
        inFeatures: Int, outFeatures: Int, weight: any FloatSource, bias: (any FloatSource)?,
        for set: InstructionSet = .current, keptAs precision: WeightPrecision
    ) {
        let multiply: lstmc_product?
        switch precision {
        case .float32: multiply = nil
        case .float16, .bfloat16: multiply = lstmc_use_half_matmul(set.kernels)
        case .int8: multiply = lstmc_use_byte_matmul(set.kernels)
        }
        self.init(
            inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias, for: set,
            precision: precision, multiply: multiply)
    }
}
