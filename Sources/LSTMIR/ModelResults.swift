// SPDX-License-Identifier: Apache-2.0

// What the rest of the house asks of a model's results and of its recurrent layers.

extension OperationKind {
    /// A recurrent layer's results in PyTorch's words: output, h_n, c_n; of another layer, none has a name of its own.
    package var resultNames: [String] { ["output"] + states.map { $0 + "_n" } }

    /// Whether it carries a state from step to step.
    package var isRecurrent: Bool { !states.isEmpty }
}

extension Model.Result {
    /// The size of the result's last axis; `layer` is the one it comes from. 1 for integers.
    public func size(in layer: Layer) -> Int {
        switch part {
        case .output: layer.output.size ?? 1
        case .state(let slot): layer.operation.stateSlots[slot].size
        }
    }

    /// True where the result has a vector for each step.
    public func hasTime(in model: Model) -> Bool { part == .output && model.layers[layer].output.hasTime }

    /// PyTorch's word for the part: `output`, `h_n`, `c_n`.
    public func partName(in model: Model) -> String {
        switch part {
        case .output: "output"
        case .state(let slot): model.layers[layer].operation.stateSlots[slot].name + "_n"
        }
    }

    /// The long form of a recurrent layer's result in a model with one such layer: `encoder.h_n` for `h_n`.
    package func otherNames(in model: Model) -> [String] {
        let long = model.layers[layer].name + "." + partName(in: model)
        return model.layers[layer].operation.stateSlots.isEmpty || long == name ? [] : [long]
    }
}

extension Model {
    /// The indices of the recurrent layers.
    package var recurrentIndices: [Int] { layers.indices.filter { !layers[$0].operation.stateSlots.isEmpty } }

    /// The indices of the recurrent layers that take a first state from the caller.
    package var startedIndices: [Int] { recurrentIndices.filter { layers[$0].operation.takesFirstState } }

    /// The names of a recurrent layer's first state in files: `h0`, or `NAME.h0` where there are several such layers.
    package func stateNames(ofLayer index: Int) -> [String] {
        let prefix = recurrentIndices.count == 1 ? "" : layers[index].name + "."
        return layers[index].operation.stateSlots.map { prefix + $0.name + "0" }
    }

    /// Every name that some result of this model goes by, whether asked for or not.
    package var everyResult: [String] {
        let hasOne = recurrentIndices.count == 1
        return layers.flatMap { layer -> [String] in
            guard !layer.operation.stateSlots.isEmpty else { return [layer.name] }
            let parts = layer.operation.kind.resultNames
            return parts.map { layer.name + "." + $0 } + (hasOne ? parts : [])
        }
    }

    /// The shape of a value between layers.
    public func shape(of value: Value) -> Shape {
        switch value {
        case .input(let index): inputs[index].shape
        case .output(let index): layers[index].output
        case .state(let index, let slot): Shape([layers[index].operation.stateSlots[slot].count], steps: nil)
        }
    }

    /// A value's name in the spec: `x`, `head`, `encoder.h_n`.
    public func name(of value: Value) -> String {
        switch value {
        case .input(let index): inputs[index].name
        case .output(let index): layers[index].name
        case .state(let index, let slot):
            layers[index].name + "." + layers[index].operation.stateSlots[slot].name + "_n"
        }
    }
}

extension Operation {
    /// The lstm, gru or rnn; nil for every other kind.
    package var recurrent: Recurrent? { if case .recurrent(let recurrent) = self { recurrent } else { nil } }

    /// Whether the caller may give its first state: not where other values of the model do.
    package var takesFirstState: Bool { recurrent?.initialSlots.isEmpty == true }

    /// The slots of its state that its last inputs begin, in their order.
    package var initialSlots: [Int] { recurrent?.initialSlots ?? [] }
}
