// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.LSTM's constructor arguments, checked, and where its first state comes from.
public struct LSTM: Hashable, Sendable {
    public let inputSize: Int
    public let hiddenSize: Int
    public let numLayers: Int
    public let bias: Bool
    public let bidirectional: Bool
    /// 0 where there is no projection.
    public let projSize: Int
    /// Full tensor names of a first state in the checkpoint.
    public let initialState: InitialState?

    public struct InitialState: Hashable, Sendable {
        public let h: String
        public let c: String
    }

    public var directions: Int { bidirectional ? 2 : 1 }
    /// The size of h: proj_size where there is a projection, else hidden_size.
    public var stateSize: Int { projSize > 0 ? projSize : hiddenSize }
    /// The size of `output`'s last axis.
    public var outputSize: Int { stateSize * directions }

    /// What one of the stacked layers takes: the input for the first, the layer below's output for the others.
    public func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }
}
