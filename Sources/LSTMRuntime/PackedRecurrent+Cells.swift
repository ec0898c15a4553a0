// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

// Compiled where they are called: every program carries this module's public functions and what they name, and one without
// such a layer need not carry its kernels.

extension PackedRecurrent {
    /// Packs the parameters of any cell, under PyTorch's names, as ``init(_:for:parameter:)`` those of an lstm.
    ///
    /// The equations are those of torch.nn.LSTM, GRU and RNN. Where a gru resets before the product, n is
    /// activation(W_in x + b_in + W_hn (r * h) + b_hn).
    @_alwaysEmitIntoClient
    public convenience init<Failure: Error>(
        anyCell sizes: RecurrentSizes, for set: InstructionSet = .current, precision: WeightPrecision = .float32,
        parameter: (_ key: String) throws(Failure) -> any FloatSource
    ) throws(Failure) {
        let choose = Self.choice(of: sizes.cell, precision)
        try self.init(sizes, for: set, run: choose, precision: precision, parameter: parameter)
    }

    @_alwaysEmitIntoClient
    static func choice(of cell: RecurrentCell, _ precision: WeightPrecision) -> Choice {
        switch (cell.kind, precision) {
        case (.lstm, .float32): return cell == .lstm ? { lstmc_use_lstm($0) } : { lstmc_use_cell($0) }
        case (.gru, .float32): return { lstmc_use_gru($0) }
        case (.rnn, .float32): return { lstmc_use_rnn($0) }
        case (.lstm, .float16), (.lstm, .bfloat16): return { lstmc_use_half_lstm($0) }
        case (.gru, .float16), (.gru, .bfloat16): return { lstmc_use_half_gru($0) }
        case (.rnn, .float16), (.rnn, .bfloat16): return { lstmc_use_half_rnn($0) }
        case (.lstm, .int8): return { lstmc_use_byte_lstm($0) }
        case (.gru, .int8): return { lstmc_use_byte_gru($0) }
        case (.rnn, .int8): return { lstmc_use_byte_rnn($0) }
        }
    }

    /// Reads and packs all parameters of an nn.LSTM with activations of its own.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        lstm reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, projSize: Int = 0, activation: RecurrentCell.Activation = .tanh,
        recurrentActivation: RecurrentCell.Activation = .sigmoid
    ) throws(Reader.Failure) {
        let cell = RecurrentCell(.lstm, activation: activation, recurrentActivation: recurrentActivation)
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, projSize: projSize, cell: cell)
        try self.init(sizes, reader, run: lstmc_use_cell)
    }

    /// Reads and packs all parameters of an nn.GRU.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        gru reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, resetAfter: Bool = true, activation: RecurrentCell.Activation = .tanh,
        recurrentActivation: RecurrentCell.Activation = .sigmoid
    ) throws(Reader.Failure) {
        let cell = RecurrentCell(
            .gru(resetAfter: resetAfter), activation: activation, recurrentActivation: recurrentActivation)
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, cell: cell)
        try self.init(sizes, reader, run: lstmc_use_gru)
    }

    /// Reads and packs all parameters of an nn.RNN.
    @_alwaysEmitIntoClient
    public convenience init<Reader: ParameterReader>(
        rnn reader: Reader, inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true,
        bidirectional: Bool = false, activation: RecurrentCell.Activation = .tanh
    ) throws(Reader.Failure) {
        let sizes = RecurrentSizes(
            inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
            bidirectional: bidirectional, cell: RecurrentCell(.rnn, activation: activation))
        try self.init(sizes, reader, run: lstmc_use_rnn)
    }

    @_alwaysEmitIntoClient
    convenience init<Reader: ParameterReader>(
        _ sizes: RecurrentSizes, _ reader: Reader, run choose: Choice, precision: WeightPrecision = .float32
    ) throws(Reader.Failure) {
        var reader = reader
        try self.init(sizes, for: .current, run: choose, precision: precision) { (key) throws(Reader.Failure) in
            try reader.next(key, sizes.shape(of: key))
        }
    }
}
