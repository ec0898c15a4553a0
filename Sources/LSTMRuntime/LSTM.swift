// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// torch.nn.LSTM's sizes, under its own names.
public struct LSTMSizes: Hashable, Sendable {
    /// input_size: the floats of one step of x.
    public let inputSize: Int
    /// hidden_size: the units of a layer, and the size of c.
    public let hiddenSize: Int
    /// num_layers: the layers stacked on one another.
    public let numLayers: Int
    /// Whether there are bias_ih and bias_hh.
    public let bias: Bool
    /// Whether each layer reads the sequence from its end too.
    public let bidirectional: Bool
    /// 0 where there is no projection.
    public let projSize: Int

    /// The sizes of an nn.LSTM; all but `projSize` are 1 or more, which is a precondition.
    public init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, bidirectional: Bool = false,
        projSize: Int = 0
    ) {
        precondition(inputSize > 0 && hiddenSize > 0 && numLayers > 0 && projSize >= 0)
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.numLayers = numLayers
        self.bias = bias
        self.bidirectional = bidirectional
        self.projSize = projSize
    }

    /// 2 where the lstm is bidirectional, else 1.
    public var directions: Int { bidirectional ? 2 : 1 }
    /// The size of h: projSize where there is a projection, else hiddenSize.
    public var stateSize: Int { projSize > 0 ? projSize : hiddenSize }
    /// The size of the output's last axis.
    public var outputSize: Int { stateSize * directions }
    /// Floats of h for one row: (numLayers * directions, stateSize).
    public var hCount: Int { numLayers * directions * stateSize }
    /// Floats of c for one row: (numLayers * directions, hiddenSize).
    public var cCount: Int { numLayers * directions * hiddenSize }

    /// What one of the stacked layers takes.
    public func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }
}

/// An lstm's parameters in kernel order, and everything it does: whole sequences (`run`), one step at a time (`step`).
///
/// Immutable: any number of threads may use one at once, each with its own state and workspace. Neither call allocates
/// or locks.
public final class PackedLSTM: @unchecked Sendable {
    /// The nn.LSTM's sizes.
    public let sizes: LSTMSizes
    /// One for each layer and direction: layer 0, layer 0 reverse, layer 1, ...
    package let passes: UnsafeMutablePointer<lstmc_lstm>
    package let kernels: UnsafePointer<lstmc_kernels>
    private let memory: [AlignedFloats]

    /// Packs the parameters that `parameter` gives under PyTorch's names (`weight_ih_l0`, `bias_hh_l1_reverse`, ...),
    /// each with PyTorch's shape.
    ///
    /// Asks for each once, in the order weight_ih, weight_hh, bias_ih, bias_hh (with a bias), weight_hr (with a
    /// projection) of each layer and direction. The cell's equations are those of
    /// [torch.nn.LSTM](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html).
    public init<Failure: Error>(
        _ sizes: LSTMSizes, for set: InstructionSet = .current,
        parameter: (_ key: String) throws(Failure) -> any FloatSource
    ) throws(Failure) {
        self.sizes = sizes
        kernels = set.kernels(forHidden: sizes.hiddenSize)
        let lanes = Int(kernels.pointee.lanes)
        var packed: [PackedDirection] = []
        for layer in 0..<sizes.numLayers {
            for direction in 0..<sizes.directions {
                let suffix = "_l\(layer)" + (direction == 1 ? "_reverse" : "")
                packed.append(
                    try PackedDirection(sizes, layer: layer, lanes: lanes) { (key) throws(Failure) in
                        try parameter(key + suffix)
                    })
            }
        }
        memory = packed.map(\.memory)
        passes = .allocate(capacity: packed.count)
        for (index, direction) in packed.enumerated() { (passes + index).initialize(to: direction.pass) }
    }

    deinit { passes.deallocate() }
}

/// One direction of one layer.
private struct PackedDirection {
    let memory: AlignedFloats
    let pass: lstmc_lstm

    init<Failure: Error>(
        _ sizes: LSTMSizes, layer: Int, lanes: Int, parameter: (_ key: String) throws(Failure) -> any FloatSource
    ) throws(Failure) {
        let hidden = sizes.hiddenSize
        let ih = PanelPlan(inputs: sizes.inputSize(ofLayer: layer), gatesOf: hidden, lanes: lanes)
        let hh = PanelPlan(inputs: sizes.stateSize, gatesOf: hidden, lanes: lanes)
        let hr = PanelPlan(inputs: hidden, outputs: sizes.projSize, lanes: lanes)
        memory = AlignedFloats(count: ih.weightCount + hh.weightCount + ih.laneCount + hr.weightCount)
        let ihWeights = memory.pointer
        let hhWeights = ihWeights + ih.weightCount
        let bias = hhWeights + hh.weightCount
        let hrWeights = bias + ih.laneCount

        ih.pack(try parameter("weight_ih"), into: ihWeights)
        hh.pack(try parameter("weight_hh"), into: hhWeights)
        if sizes.bias {
            ih.add(bias: try parameter("bias_ih"), into: bias)
            ih.add(bias: try parameter("bias_hh"), into: bias)
        }
        if sizes.projSize > 0 { hr.pack(try parameter("weight_hr"), into: hrWeights) }
        pass = lstmc_lstm(
            input: ih.matrix(weights: ihWeights, bias: bias), hidden: hh.matrix(weights: hhWeights, bias: nil),
            projection: hr.matrix(weights: hrWeights, bias: nil), hidden_size: hidden, state_size: sizes.stateSize,
            blocks: ih.widePanels, lanes: Int32(lanes), projected: sizes.projSize > 0)
    }
}
