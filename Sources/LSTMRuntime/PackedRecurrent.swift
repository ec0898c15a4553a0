// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// The sizes of a torch.nn.LSTM, GRU or RNN, under PyTorch's names.
public struct RecurrentSizes: Hashable, Sendable {
    /// input_size: the floats of one step of x.
    public let inputSize: Int
    /// hidden_size: the units of a layer, and the size of an lstm's c.
    public let hiddenSize: Int
    /// num_layers: the layers stacked on one another.
    public let numLayers: Int
    /// Whether there are bias_ih and bias_hh.
    public let bias: Bool
    /// Whether each layer reads the sequence from its end too.
    public let bidirectional: Bool
    /// 0 where there is no projection, which an lstm alone can have.
    public let projSize: Int
    /// What each unit does at a step.
    public let cell: RecurrentCell

    /// The sizes of an nn.LSTM, or of another cell; all but `projSize` are 1 or more, which is a precondition.
    public init(
        inputSize: Int, hiddenSize: Int, numLayers: Int = 1, bias: Bool = true, bidirectional: Bool = false,
        projSize: Int = 0, cell: RecurrentCell = .lstm
    ) {
        precondition(inputSize > 0 && hiddenSize > 0 && numLayers > 0 && projSize >= 0)
        precondition(projSize == 0 || cell.kind == .lstm, "an lstm alone has a projection")
        self.cell = cell
        self.inputSize = inputSize
        self.hiddenSize = hiddenSize
        self.numLayers = numLayers
        self.bias = bias
        self.bidirectional = bidirectional
        self.projSize = projSize
    }

    /// 2 where the layer is bidirectional, else 1.
    public var directions: Int { bidirectional ? 2 : 1 }
    /// The size of h: projSize where there is a projection, else hiddenSize.
    public var stateSize: Int { projSize > 0 ? projSize : hiddenSize }
    /// The size of the output's last axis.
    public var outputSize: Int { stateSize * directions }
    /// Floats of h for one row: (numLayers * directions, stateSize).
    public var hCount: Int { numLayers * directions * stateSize }
    /// Floats of c for one row: (numLayers * directions, hiddenSize); 0 where there is no c.
    public var cCount: Int { cell.kind == .lstm ? numLayers * directions * hiddenSize : 0 }

    /// What one of the stacked layers takes.
    public func inputSize(ofLayer layer: Int) -> Int { layer == 0 ? inputSize : outputSize }
}

/// The sizes of a torch.nn.LSTM.
public typealias LSTMSizes = RecurrentSizes
/// A torch.nn.LSTM's parameters in kernel order.
public typealias PackedLSTM = PackedRecurrent

/// A recurrent layer's parameters in kernel order, and everything it does: whole sequences (`run`), one step at a time (`step`).
///
/// Immutable: any number of threads may use one at once, each with its own state and workspace. Neither call allocates
/// or locks.
public final class PackedRecurrent: @unchecked Sendable {
    /// The module's sizes.
    public let sizes: RecurrentSizes
    /// One for each layer and direction: layer 0, layer 0 reverse, layer 1, ...
    package let passes: UnsafeMutablePointer<lstmc_recurrent>
    package let kernels: UnsafePointer<lstmc_kernels>
    private let memory: [AlignedFloats]

    /// Packs the parameters of an lstm that `parameter` gives under PyTorch's names (`weight_ih_l0`,
    /// `bias_hh_l1_reverse`, ...), each with PyTorch's shape.
    ///
    /// Asks for each once, in the order weight_ih, weight_hh, bias_ih, bias_hh (with a bias), weight_hr (with a
    /// projection) of each layer and direction. The cell's equations are those of
    /// [torch.nn.LSTM](https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html), with its own activations.
    public convenience init<Failure: Error>(
        _ sizes: RecurrentSizes, for set: InstructionSet = .current,
        parameter: (_ key: String) throws(Failure) -> any FloatSource
    ) throws(Failure) {
        precondition(sizes.cell == .lstm, "another cell than the lstm's needs kernels of its own")
        try self.init(sizes, for: set, run: lstmc_use_lstm, precision: .float32, parameter: parameter)
    }

    /// What runs a packed direction: `lstmc_use_lstm` or its like, for weights of the precision that they are kept in.
    @usableFromInline
    typealias Choice = (UnsafePointer<lstmc_kernels>) -> lstmc_cell

    @usableFromInline
    init<Failure: Error>(
        _ sizes: RecurrentSizes, for set: InstructionSet, run choose: Choice, precision: WeightPrecision,
        parameter: (_ key: String) throws(Failure) -> any FloatSource
    ) throws(Failure) {
        self.sizes = sizes
        kernels = set.kernels(forHidden: sizes.hiddenSize)
        let lanes = Int(kernels.pointee.lanes)
        let functions = choose(kernels)
        var packed: [PackedDirection] = []
        for layer in 0..<sizes.numLayers {
            for direction in 0..<sizes.directions {
                let suffix = "_l\(layer)" + (direction == 1 ? "_reverse" : "")
                packed.append(
                    try PackedDirection(sizes, layer: layer, lanes: lanes, precision, functions) {
                        (key) throws(Failure) in
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
    let pass: lstmc_recurrent

    init<Failure: Error>(
        _ sizes: RecurrentSizes, layer: Int, lanes: Int, _ precision: WeightPrecision, _ functions: lstmc_cell,
        parameter: (_ key: String) throws(Failure) -> any FloatSource
    ) throws(Failure) {
        let (hidden, cell) = (sizes.hiddenSize, sizes.cell)
        let ih = PanelPlan(inputs: sizes.inputSize(ofLayer: layer), gates: cell.gates, of: hidden, lanes: lanes)
        let hh = PanelPlan(inputs: sizes.stateSize, gates: cell.gates, of: hidden, lanes: lanes)
        let hr = PanelPlan(inputs: hidden, outputs: sizes.projSize, lanes: lanes)
        let isReset = cell.kind == .gru(resetAfter: false)
        // n alone, whose product waits for r.
        let candidate = PanelPlan(inputs: hidden, gates: 1, of: isReset ? hidden : 0, lanes: lanes)
        let hasHiddenBias = cell.kind == .gru(resetAfter: true)
        let hiddenBiases = hasHiddenBias ? ih.laneCount : 0
        memory = AlignedFloats(
            count: [ih, hh, hr, candidate].reduce(ih.laneCount + hiddenBiases) { $0 + $1.floatCount(precision) })
        let ihWeights = memory.pointer
        let hhWeights = ihWeights + ih.floatCount(precision)
        let bias = hhWeights + hh.floatCount(precision)
        let hrWeights = bias + ih.laneCount
        let candidateWeights = hrWeights + hr.floatCount(precision)
        let hiddenBias = candidateWeights + candidate.floatCount(precision)

        ih.pack(try parameter("weight_ih"), as: precision, into: ihWeights)
        let recurrent = try parameter("weight_hh")
        if isReset {
            hh.pack(recurrent, rows: 0..<(2 * hidden), as: precision, into: hhWeights)
            candidate.pack(
                recurrent, rows: (2 * hidden)..<(3 * hidden), as: precision, into: candidateWeights)
        } else {
            hh.pack(recurrent, as: precision, into: hhWeights)
        }
        if sizes.bias {
            ih.add(bias: try parameter("bias_ih"), into: bias)
            let second = try parameter("bias_hh")
            if hasHiddenBias {
                ih.add(bias: second, outputs: 0..<(2 * hidden), into: bias)
                hh.add(bias: second, outputs: (2 * hidden)..<(3 * hidden), into: hiddenBias)
            } else {
                ih.add(bias: second, into: bias)
            }
        }
        if sizes.projSize > 0 { hr.pack(try parameter("weight_hr"), as: precision, into: hrWeights) }
        pass = lstmc_recurrent(
            input: ih.matrix(weights: ihWeights, bias: bias, precision),
            hidden: hh.matrix(
                weights: hhWeights, bias: hasHiddenBias ? UnsafePointer(hiddenBias) : nil, precision),
            projection: hr.matrix(weights: hrWeights, bias: nil, precision),
            candidate: candidate.matrix(weights: candidateWeights, bias: nil, precision), hidden_size: hidden,
            state_size: sizes.stateSize, blocks: ih.widePanels, lanes: Int32(lanes), gates: Int32(cell.gates),
            projected: sizes.projSize > 0, reset_before: isReset, activation: cell.activation.code,
            recurrent_activation: cell.recurrentActivation.code, run: functions.run, step: functions.step,
            steps: functions.steps)
    }
}
