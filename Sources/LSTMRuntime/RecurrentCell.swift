// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// What each unit of a recurrent layer does at a step.
public struct RecurrentCell: Hashable, Sendable {
    /// Which equations it follows.
    public enum Kind: Hashable, Sendable {
        /// torch.nn.LSTM's: gates i, f, g, o, and a state c beside h.
        case lstm
        /// torch.nn.GRU's: gates r, z, n. Where the reset is not after the product it is Keras's older form.
        case gru(resetAfter: Bool)
        /// torch.nn.RNN's: one gate.
        case rnn
    }

    /// The functions that a cell may have.
    public enum Activation: Hashable, Sendable {
        /// PyTorch's functions of these names.
        case tanh, sigmoid, relu, hardsigmoid
        /// clip(0.2 x + 0.5, 0, 1), Keras's until version 3.
        case hardsigmoid02
        /// x itself.
        case linear
    }

    /// Which equations it follows.
    public let kind: Kind
    /// The function of g and c of an lstm, n of a gru, h of an rnn.
    public let activation: Activation
    /// The function of the other gates.
    public let recurrentActivation: Activation

    /// A cell, with PyTorch's own functions where no others are given.
    public init(_ kind: Kind, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid) {
        (self.kind, self.activation, self.recurrentActivation) = (kind, activation, recurrentActivation)
    }

    /// torch.nn.LSTM's.
    public static let lstm = RecurrentCell(.lstm)

    /// The gates of a unit.
    public var gates: Int {
        switch kind {
        case .lstm: 4
        case .gru: 3
        case .rnn: 1
        }
    }
}

extension RecurrentCell.Activation {
    /// The kernels' number for it.
    var code: lstmc_activation {
        switch self {
        case .tanh: LSTMC_TANH
        case .sigmoid: LSTMC_SIGMOID
        case .relu: LSTMC_RELU
        case .hardsigmoid: LSTMC_HARDSIGMOID
        case .hardsigmoid02: LSTMC_HARDSIGMOID_02
        case .linear: LSTMC_LINEAR
        }
    }
}
