// SPDX-License-Identifier: Apache-2.0

import LSTMLayout
import LSTMSpec

/// torch.nn.LSTM's constructor arguments, checked, and where its first state comes from.
public struct LSTM: OperationDescription {
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

    public var kind: OperationKind { .lstm }

    public var arguments: [Setting] {
        [
            .init("input_size", inputSize), .init("hidden_size", hiddenSize), .init("num_layers", numLayers),
            .init("bias", bias), .init("bidirectional", bidirectional), .init("proj_size", projSize),
        ]
    }

    public var timing: Timing { bidirectional ? .wholeSequences : .recurrently }
    public var stateSlots: [StateSlot] {
        [
            StateSlot(name: "h", states: stateCount, size: stateSize),
            StateSlot(name: "c", states: stateCount, size: hiddenSize),
        ]
    }
    public var initialWidth: Int { hiddenSize }

    /// In the order of nn.LSTM's state_dict, the first state after them.
    public var parameters: [LocalParameter] {
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
            parameters.append(
                LocalParameter(key: "initial_h", shape: [stateCount, stateSize], fullName: initialState.h))
            parameters.append(
                LocalParameter(key: "initial_c", shape: [stateCount, hiddenSize], fullName: initialState.c))
        }
        return parameters
    }

    public var tensorCount: Int {
        let weights = 2 + (bias ? 2 : 0) + (projSize > 0 ? 1 : 0)
        return numLayers * directions * weights + (initialState == nil ? 0 : 2)
    }

    public var cost: Cost? {
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

    // MARK: What the runtime's memory is like

    /// Floats of workspace for one step, whatever the instruction set.
    public var stepWorkspace: Int { lstmc_step_workspace_bound(hiddenSize) }

    /// True where a step overwrites what comes after h and c, up to whole cache lines.
    public var stepNeedsRoom: Bool { lstmc_step_needs_room(numLayers, projSize) }

    /// True where a step can run the linear layer that reads the output.
    public func stepJoins(_ linear: Linear) -> Bool { lstmc_step_joins_linear(hiddenSize, linear.outFeatures) }
}

extension OperationKind {
    static let lstm = OperationKind(
        LayerKind(
            "lstm",
            "torch.nn.LSTM; needs a time axis. Its results are output, h_n and c_n, its first state h0 and c0.",
            keys: [
                Keys.inputSize.any, Keys.hiddenSize.any, Keys.numLayers.any, Keys.bias.any, Keys.bidirectional.any,
                Keys.dropout.any, Keys.projSize.any, Keys.initialH.any, Keys.initialC.any,
            ],
            otherWords: [
                "hidden": "hidden_size", "units": "hidden_size", "hidden_dim": "hidden_size", "layers": "num_layers",
                "depth": "num_layers", "input": "input_size", "input_dim": "input_size", "projection": "proj_size",
                "h0": "initial_h", "c0": "initial_c", "use_bias": "bias",
            ]),
        .recurrent, takes: .init(time: .needed, vectors: true), states: ["h", "c"]
    ) { site, lowering in lowering.lowerLSTM(&site) }

    private typealias Keys = LSTMKeys
}

private enum LSTMKeys {
    static let inputSize = LayerKey.integer(
        "input_size", minimum: 1,
        "The number of values the layer is given; checked where it is written. Default: what comes before gives.")
    static let hiddenSize = LayerKey.integer(
        "hidden_size", minimum: 1, required: true, "The number of hidden units.")
    static let numLayers = LayerKey.integer(
        "num_layers", minimum: 1, maximum: Limits.stackedLayers, default: "1", "The number of stacked layers.")
    static let bias = LayerKey.boolean("bias", default: "true", "Whether there are bias_ih and bias_hh.")
    static let bidirectional = LayerKey.boolean(
        "bidirectional", default: "false", "Whether a second lstm reads the sequence from its end.")
    static let dropout = LayerKey.number(
        "dropout", minimum: 0, maximum: 1, default: "0.0",
        "The probability between stacked layers in training; does nothing at inference.")
    static let projSize = LayerKey.integer(
        "proj_size", minimum: 0, default: "0",
        "The size that h is projected to, smaller than hidden_size; 0 is no projection.")
    static let initialH = LayerKey.text(
        "initial_h",
        "The tensor in the checkpoint that is the first h, (layers * directions, size), the same for every sequence; "
            + "needs initial_c. A given h0 wins. Default: zeros.")
    static let initialC = LayerKey.text("initial_c", "The same for the first c; needs initial_h.")
}

extension Lowering {
    /// Every rule of torch.nn.LSTM's constructor.
    fileprivate mutating func lowerLSTM(_ site: inout LayerSite) -> Operation? {
        typealias Keys = LSTMKeys
        let entry = site.entry
        checkJoin(Keys.inputSize, site)
        let inputSize = site.given.flow.size
        let hiddenSize = size(entry, Keys.hiddenSize)
        let numLayers = entry[Keys.numLayers].isAbsent ? 1 : limitedNumLayers(entry[Keys.numLayers])
        let projSize = entry[Keys.projSize].isAbsent ? 0 : projection(entry)
        checkDropout(entry[Keys.dropout], numLayers: numLayers)
        let initialState = firstState(entry)
        let bidirectional = entry[Keys.bidirectional].value(default: false)

        let factor = SizeFactor((projSize ?? 0) > 0 ? Keys.projSize : Keys.hiddenSize, entry)
        var outputSize: Int?
        if let hiddenSize, let projSize, let bidirectional {
            outputSize = checkedProduct(projSize > 0 ? projSize : hiddenSize, bidirectional ? 2 : 1)
            if outputSize == nil {
                reportOverflow(
                    "the output of layer \(quoted(site.name))", at: site.location, factors: [factor].compactMap(\.self))
            }
        }
        site.give([outputSize], time: site.given.flow.time)
        var origin = factor
        if let outputSize { origin?.value = outputSize }
        site.setOrigin(outputSize, "sizes", at: factor?.location, origin)
        guard let inputSize, let hiddenSize, let numLayers, let projSize, let bidirectional, outputSize != nil,
            let bias = entry[Keys.bias].value(default: true), !entry[Keys.dropout].isInvalid
        else { return nil }
        func lstm(_ sizes: [Int]) -> LSTM {
            LSTM(
                inputSize: sizes[0], hiddenSize: sizes[1], numLayers: sizes[2], bias: bias,
                bidirectional: bidirectional, projSize: sizes[3], initialState: initialState)
        }
        let sizes = [inputSize, hiddenSize, numLayers, projSize]
        site.sizes = SizeFactors(
            factors: [
                site.given.factor, SizeFactor(Keys.hiddenSize, entry), SizeFactor(Keys.numLayers, entry),
                SizeFactor(Keys.projSize, entry),
            ], values: sizes, smallest: [1, 1, 1, min(projSize, 1)], fit: { lstm($0).cost != nil })
        return .lstm(lstm(sizes))
    }

    private mutating func limitedNumLayers(_ field: Field<Int>) -> Int? {
        guard let value = size(field, "num_layers"), let location = field.location else { return nil }
        guard value <= Limits.stackedLayers else {
            report(.tooMany(key: "num_layers", value: value, limit: Limits.stackedLayers), at: location)
            return nil
        }
        return value
    }

    /// 0 <= proj_size < hidden_size.
    private mutating func projection(_ entry: LayerEntry) -> Int? {
        let field = entry[LSTMKeys.projSize]
        guard let value = size(field, "proj_size", minimum: 0), let location = field.location else { return nil }
        if let hidden = entry[LSTMKeys.hiddenSize].located, hidden.value >= 1, value >= hidden.value {
            report(
                .projectionNotSmaller(projSize: value, hiddenSize: hidden.value), at: location,
                notes: [.init("hidden_size is given here", at: hidden.location)])
            return nil
        }
        return value
    }

    private mutating func checkDropout(_ field: Field<Double>, numLayers: Int?) {
        guard let value = probability(field, "dropout"), let location = field.location else { return }
        if value > 0, numLayers == 1 { report(.dropoutWithOneLayer(dropout: value), at: location) }
    }

    /// Both names or neither, each after the checkpoint's prefix.
    private mutating func firstState(_ entry: LayerEntry) -> LSTM.InitialState? {
        let prefix = document.weights.value?.prefix.value ?? ""
        switch (entry[LSTMKeys.initialH], entry[LSTMKeys.initialC]) {
        case (.present(let h), .present(let c)):
            return LSTM.InitialState(h: prefix + h.value, c: prefix + c.value)
        case (.present(let h), .absent):
            report(.halfInitialState(given: "initial_h", missing: "initial_c"), at: h.location)
        case (.absent, .present(let c)):
            report(.halfInitialState(given: "initial_c", missing: "initial_h"), at: c.location)
        default: break
        }
        return nil
    }
}
