// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.LSTM's constructor arguments, checked, and where its first state comes from.
public struct LSTM: Hashable, Sendable {
    /// input_size: the size of a step of x.
    public let inputSize: Int
    /// hidden_size: the units, and the size of c.
    public let hiddenSize: Int
    /// num_layers: the layers stacked on one another.
    public let numLayers: Int
    /// Whether there are bias_ih and bias_hh.
    public let bias: Bool
    /// Whether each layer reads the sequence from its end too.
    public let bidirectional: Bool
    /// 0 where there is no projection.
    public let projSize: Int
    /// Full tensor names of a first state in the checkpoint.
    public let initialState: InitialState?

    /// The tensors that are the first state.
    public struct InitialState: Hashable, Sendable {
        /// The tensor that is h.
        public let h: String
        /// The tensor that is c.
        public let c: String
    }

    /// 2 where it is bidirectional, else 1.
    public var directions: Int { bidirectional ? 2 : 1 }
    /// The size of h: proj_size where there is a projection, else hidden_size.
    public var stateSize: Int { projSize > 0 ? projSize : hiddenSize }
    /// The size of `output`'s last axis.
    public var outputSize: Int { stateSize * directions }

    /// What one of the stacked layers takes: the input for the first, the layer below's output for the others.
    public func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }
}

extension LSTM {
    /// The suffix of a stacked layer's parameters: `_l0`, `_l0_reverse`.
    public static func suffix(layer: Int, reverse: Bool) -> String { "_l\(layer)" + (reverse ? "_reverse" : "") }

    /// In the order of nn.LSTM's state_dict, the first state after them.
    var localParameters: [LocalParameter] {
        var parameters: [LocalParameter] = []
        // A single cell's parameters are also read under nn.LSTMCell's names, which have no layer suffix.
        let isCell = numLayers == 1 && !bidirectional
        for layer in 0..<numLayers {
            for direction in 0..<directions {
                let suffix = Self.suffix(layer: layer, reverse: direction == 1)
                func add(_ stem: String, _ shape: [Int]) {
                    parameters.append(
                        LocalParameter(key: stem + suffix, shape: shape, otherKeys: isCell ? [stem] : []))
                }
                add("weight_ih", [4 * hiddenSize, inputSize(ofLayer: layer)])
                add("weight_hh", [4 * hiddenSize, stateSize])
                if bias {
                    add("bias_ih", [4 * hiddenSize])
                    add("bias_hh", [4 * hiddenSize])
                }
                if projSize > 0 { add("weight_hr", [projSize, hiddenSize]) }
            }
        }
        if let initialState {
            let states = numLayers * directions
            parameters.append(
                LocalParameter(key: "initial_h", shape: [states, stateSize], fullName: initialState.h))
            parameters.append(
                LocalParameter(key: "initial_c", shape: [states, hiddenSize], fullName: initialState.c))
        }
        return parameters
    }

    /// `localParameters.count`.
    var tensorCount: Int {
        let weights = 2 + (bias ? 2 : 0) + (projSize > 0 ? 1 : 0)
        return numLayers * directions * weights + (initialState == nil ? 0 : 2)
    }

    /// nil where a product of sizes does not fit in an Int.
    var cost: Cost? {
        guard let gates = checkedProduct(4, hiddenSize), let width = checkedProduct(stateSize, directions) else {
            return nil
        }
        var parameters: [Int?] = []
        var macs: [Int?] = []
        for layer in [0, 1] where layer < numLayers {
            let copies = layer == 0 ? directions : (numLayers - 1) * directions
            let inputs = layer == 0 ? inputSize : width
            let products: [Int?] = [
                checkedProduct(copies, gates, inputs), checkedProduct(copies, gates, stateSize),
                checkedProduct(copies, projSize, hiddenSize),
            ]
            macs += products
            parameters += products + [checkedProduct(copies, bias ? 2 : 0, gates)]
        }
        let states = numLayers * directions
        let stateFloats = checkedSum([checkedProduct(states, stateSize), checkedProduct(states, hiddenSize)])
        parameters.append(initialState == nil ? 0 : stateFloats)
        return Cost(parameters: checkedSum(parameters), macsPerStep: checkedSum(macs), stateFloats: stateFloats)
    }
}
