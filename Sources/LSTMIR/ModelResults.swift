// SPDX-License-Identifier: Apache-2.0

// What the rest of the house asks of a model's results and of its lstm layers.

extension Model.Result.Part {
    static let all: [Model.Result.Part] = [.output, .hN, .cN]

    /// PyTorch's word.
    public var name: String {
        switch self {
        case .output: "output"
        case .hN: "h_n"
        case .cN: "c_n"
        }
    }
}

extension Model.Result {
    /// The size of the result's last axis; `layer` is the one it comes from.
    public func size(in layer: Layer) -> Int {
        guard let lstm = layer.operation.lstm else { return layer.output.size ?? 0 }
        return switch part {
        case .output: lstm.outputSize
        case .hN: lstm.stateSize
        case .cN: lstm.hiddenSize
        }
    }

    /// True where the result has a vector for each step.
    public func hasTime(in model: Model) -> Bool { part == .output && model.layers[layer].output.hasTime }

    /// The long form of an lstm's result in a model with one lstm: `encoder.h_n` for `h_n`.
    package func otherNames(in model: Model) -> [String] {
        let long = model.layers[layer].name + "." + part.name
        return model.layers[layer].operation.lstm == nil || long == name ? [] : [long]
    }
}

extension Model {
    /// The indices of the lstm layers.
    package var lstmIndices: [Int] { layers.indices.filter { layers[$0].operation.lstm != nil } }

    /// The names of an lstm's first state in files: `h0`, or `NAME.h0` where there are several lstm layers.
    package func stateNames(ofLSTM index: Int) -> (h: String, c: String) {
        let prefix = lstmIndices.count == 1 ? "" : layers[index].name + "."
        return (prefix + "h0", prefix + "c0")
    }

    /// Every name that some result of this model goes by, whether asked for or not.
    package var everyResult: [String] {
        let hasOneLSTM = lstmIndices.count == 1
        return layers.flatMap { layer -> [String] in
            guard layer.operation.lstm != nil else { return [layer.name] }
            let parts = Model.Result.Part.all.map(\.name)
            return parts.map { layer.name + "." + $0 } + (hasOneLSTM ? parts : [])
        }
    }
}

extension Layer.Operation {
    /// The lstm; nil for every other kind.
    package var lstm: LSTM? { if case .lstm(let lstm) = self { lstm } else { nil } }
}

extension Layer {
    /// The directions of an lstm; 1 for every other layer.
    package var directions: Int { operation.lstm?.directions ?? 1 }
}

extension LSTM {
    /// num_layers * directions: the first axis of h_n and c_n.
    public var stateCount: Int { numLayers * directions }
}
