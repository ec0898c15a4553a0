// SPDX-License-Identifier: Apache-2.0

import LSTMLayout
import LSTMSpec

/// The constructor arguments of torch.nn.LSTM, GRU or RNN, checked, and where the first state comes from.
public struct Recurrent: OperationDescription {
    /// What each unit does at a step.
    public enum Cell: Hashable, Sendable {
        /// Gates i, f, g, o, and a state c beside h.
        case lstm
        /// Gates r, z, n. Where the reset is not after the product it is Keras's older form.
        case gru(resetAfter: Bool)
        /// One gate.
        case rnn
    }

    /// What each unit does at a step.
    public let cell: Cell
    /// The function of g and c of an lstm, n of a gru, h of an rnn.
    public let activation: Activation
    /// The function of the other gates.
    public let recurrentActivation: Activation

    /// input_size: the size of a step of x.
    public let inputSize: Int
    /// hidden_size: the units, and the size of an lstm's c.
    public let hiddenSize: Int
    /// num_layers: the layers stacked on one another.
    public let numLayers: Int
    /// Whether there are bias_ih and bias_hh.
    public let bias: Bool
    /// Whether each layer reads the sequence from its end too.
    public let bidirectional: Bool
    /// 0 where there is no projection, which an lstm alone can have.
    public let projSize: Int
    /// Full tensor names of a first state in the checkpoint.
    public let initialState: InitialState?
    /// The slots of the state whose first values are given by other layers or inputs: what the layer takes after x, in
    /// this order, (layers * directions * size) each.
    public let initialSlots: [Int]

    /// The tensors that are the first state.
    public struct InitialState: Hashable, Sendable {
        /// The tensor that is h.
        public let h: String
        /// The tensor that is c; nil where the cell has no c.
        public let c: String?
    }

    /// The gates of a unit.
    public var gates: Int {
        switch cell {
        case .lstm: 4
        case .gru: 3
        case .rnn: 1
        }
    }
    /// Whether there is a state c beside h.
    public var hasC: Bool { cell == .lstm }
    /// PyTorch's own functions: tanh and sigmoid.
    public var isPlain: Bool { activation == .tanh && recurrentActivation == .sigmoid }
    /// 2 where it is bidirectional, else 1.
    public var directions: Int { bidirectional ? 2 : 1 }
    /// num_layers * directions: the first axis of h_n and c_n.
    public var stateCount: Int { numLayers * directions }
    /// The size of h: proj_size where there is a projection, else hidden_size.
    public var stateSize: Int { projSize > 0 ? projSize : hiddenSize }
    /// The size of `output`'s last axis.
    public var outputSize: Int { stateSize * directions }

    /// What one of the stacked layers takes: the input for the first, the layer below's output for the others.
    public func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }

    /// The suffix of a stacked layer's parameters: `_l0`, `_l0_reverse`.
    public static func suffix(layer: Int, reverse: Bool) -> String { "_l\(layer)" + (reverse ? "_reverse" : "") }

    // MARK: The description

    public var kind: OperationKind {
        switch cell {
        case .lstm: .lstm
        case .gru: .gru
        case .rnn: .rnn
        }
    }

    /// What PyTorch has no argument for is left out where it is as PyTorch has it.
    public var arguments: [Setting] {
        var arguments: [Setting] = [
            .init("input_size", inputSize), .init("hidden_size", hiddenSize), .init("num_layers", numLayers),
            .init("bias", bias), .init("bidirectional", bidirectional),
        ]
        if !initialSlots.isEmpty {
            arguments.append(.init("initial", .text(initialSlots.map { stateSlots[$0].name }.joined(separator: " "))))
        }
        switch cell {
        case .lstm: arguments.append(.init("proj_size", projSize))
        case .gru(let resetAfter): if !resetAfter { arguments.append(.init("reset_after", false)) }
        case .rnn:
            arguments.append(.init("nonlinearity", .text(activation.rawValue)))
            return arguments
        }
        if activation != .tanh { arguments.append(.init("activation", .text(activation.rawValue))) }
        if recurrentActivation != .sigmoid {
            arguments.append(.init("recurrent_activation", .text(recurrentActivation.rawValue)))
        }
        return arguments
    }

    public var timing: Timing { bidirectional ? .wholeSequences : .recurrently }
    public var stateSlots: [StateSlot] {
        let h = StateSlot(name: "h", states: stateCount, size: stateSize)
        return hasC ? [h, StateSlot(name: "c", states: stateCount, size: hiddenSize)] : [h]
    }
    public var initialWidth: Int { hiddenSize }

    /// In the order of the module's state_dict, the first state after them.
    public var parameters: [LocalParameter] {
        var parameters: [LocalParameter] = []
        // A single cell's parameters are also read under the names of nn.LSTMCell and its like, which have no layer suffix.
        let isCell = numLayers == 1 && !bidirectional
        for layer in 0..<numLayers {
            for direction in 0..<directions {
                let suffix = Self.suffix(layer: layer, reverse: direction == 1)
                func add(_ stem: String, _ shape: [Int]) {
                    parameters.append(
                        LocalParameter(
                            key: stem + suffix, shape: shape, otherKeys: isCell ? [stem] : [],
                            isMatrix: shape.count == 2))
                }
                add("weight_ih", [gates * hiddenSize, inputSize(ofLayer: layer)])
                add("weight_hh", [gates * hiddenSize, stateSize])
                if bias {
                    add("bias_ih", [gates * hiddenSize])
                    add("bias_hh", [gates * hiddenSize])
                }
                if projSize > 0 { add("weight_hr", [projSize, hiddenSize]) }
            }
        }
        if let initialState {
            parameters.append(
                LocalParameter(key: "initial_h", shape: [stateCount, stateSize], fullName: initialState.h))
            if let c = initialState.c {
                parameters.append(LocalParameter(key: "initial_c", shape: [stateCount, hiddenSize], fullName: c))
            }
        }
        return parameters
    }

    public var tensorCount: Int {
        let weights = 2 + (bias ? 2 : 0) + (projSize > 0 ? 1 : 0)
        return numLayers * directions * weights + (initialState == nil ? 0 : stateSlots.count)
    }

    public var cost: Cost? {
        guard let rows = checkedProduct(gates, hiddenSize), let width = checkedProduct(stateSize, directions) else {
            return nil
        }
        var parameters: [Int?] = []
        var macs: [Int?] = []
        for layer in [0, 1] where layer < numLayers {
            let copies = layer == 0 ? directions : (numLayers - 1) * directions
            let inputs = layer == 0 ? inputSize : width
            let products: [Int?] = [
                checkedProduct(copies, rows, inputs), checkedProduct(copies, rows, stateSize),
                checkedProduct(copies, projSize, hiddenSize),
            ]
            macs += products
            parameters += products + [checkedProduct(copies, bias ? 2 : 0, rows)]
        }
        let states = numLayers * directions
        let stateFloats = checkedSum([checkedProduct(states, stateSize), checkedProduct(states, hasC ? hiddenSize : 0)])
        parameters.append(initialState == nil ? 0 : stateFloats)
        return Cost(parameters: checkedSum(parameters), macsPerStep: checkedSum(macs), stateFloats: stateFloats)
    }

    // MARK: What the runtime's memory is like

    /// Floats of workspace for one step, whatever the instruction set.
    public var stepWorkspace: Int { lstmc_step_workspace_bound(hiddenSize) }

    /// True where a step overwrites what comes after h and c, up to whole cache lines.
    public var stepNeedsRoom: Bool { lstmc_step_needs_room(numLayers, projSize) }

    /// True where a step can run the linear layer that reads the output.
    public func stepJoins(_ linear: Linear) -> Bool { lstmc_step_joins_linear(hiddenSize, linear.outFeatures) }
}

extension Recurrent {
    /// The functions that a cell may have, in the spec's words.
    public enum Activation: String, CaseIterable, Sendable {
        case tanh, relu, sigmoid, hardsigmoid
        /// clip(0.2 x + 0.5, 0, 1).
        case hardsigmoid02 = "hardsigmoid_0.2"
        case linear
    }
}
