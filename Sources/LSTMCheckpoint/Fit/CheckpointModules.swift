// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A checkpoint's tensors by the module that they are of: what stands before the last dot of their names.
struct CheckpointModules {
    /// The parameters of one module.
    struct Module {
        /// Without a dot at its end; empty for the file's own.
        let path: String
        /// Of each parameter, by its own name.
        var shapes: [String: [Int]] = [:]
        /// Whether something under its path cannot be read, so that nothing can be said of it.
        var isDoubtful = false
    }

    private let byPath: [String: Module]
    /// Every module that has parameters by PyTorch's names, in the order of the names.
    let all: [Module]
    private let names: [String]

    init(_ checkpoint: Checkpoint) {
        var modules: [String: Module] = [:]
        for (name, tensor) in checkpoint.tensors {
            let (path, key) = Self.split(name)
            guard isParameterName(key) else { continue }
            modules[path, default: Module(path: path)].shapes[key] = tensor.shape
            // Of a type that no parameter is of.
            if tensor.floatSource == nil { modules[path]?.isDoubtful = true }
        }
        for name in checkpoint.doubtful.keys { modules[Self.split(name).path]?.isDoubtful = true }
        byPath = modules
        all = modules.values.sorted { $0.path < $1.path }
        names = checkpoint.names
    }

    /// The module whose tensors' names begin with `prefix`, all up to their last dot; nil where there is none.
    subscript(prefix prefix: String) -> Module? {
        guard prefix.isEmpty || prefix.utf8.last == UInt8(ascii: ".") else { return nil }
        return byPath[String(prefix.utf8.dropLast()) ?? ""]
    }

    /// Whether any tensor's name begins so.
    func hasNames(beginningWith prefix: String) -> Bool { names.contains { $0.hasPrefix(prefix) } }

    private static func split(_ name: String) -> (path: String, key: String) {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return ("", name) }
        return (String(name[..<dot]), String(name[name.utf8.index(after: dot)...]))
    }
}

extension CheckpointModules.Module {
    /// `'a.b', a GRU of 3 to 20`, as a message names it.
    var text: String { "\(quoted(path)), \(kindText)" }

    /// What it is, by its tensors.
    var kindText: String {
        if let cell = RecurrentModule(shapes) {
            let word =
                switch cell.gates {
                case 4: "an LSTM"
                case 3: "a GRU"
                default: "an RNN"
                }
            let layers = cell.numLayers == 1 ? "" : ", num_layers \(cell.numLayers)"
            return
                "\(word) of \(cell.inputSize) to \(cell.hiddenSize)\(layers)\(cell.bidirectional ? ", bidirectional" : "")"
        }
        guard let weight = shapes["weight"] else {
            return shapes["running_mean"].map { "a batch norm of \($0.first ?? 1)" } ?? "of another kind"
        }
        switch weight.count {
        case 1 where shapes["running_mean"] != nil: return "a batch norm of \(weight[0])"
        case 1: return shapes["bias"] == nil ? "a weight of \(weight[0])" : "a norm of \(weight[0])"
        case 2 where shapes["bias"] == nil:
            return "a linear of \(weight[1]) to \(weight[0]) without bias, or an embedding of \(weight[0]) rows"
        case 2: return "a linear of \(weight[1]) to \(weight[0])"
        case 3: return "a conv1d of \(weight[1]) to \(weight[0]) channels, kernel_size \(weight[2])"
        default: return "of another kind"
        }
    }
}

/// The arguments of a torch.nn.LSTM, GRU or RNN, as its tensors' shapes tell them.
struct RecurrentModule {
    /// 4 of an LSTM, 3 of a GRU, 1 of an RNN.
    var gates: Int
    var inputSize: Int
    var hiddenSize: Int
    var numLayers: Int
    var bidirectional: Bool
    var bias: Bool
    var projSize: Int

    /// Nil where they are not exactly the tensors of one such module.
    init?(_ shapes: [String: [Int]]) {
        let stems = ["weight_ih", "weight_hh", "weight_hr", "bias_ih", "bias_hh"]
        let own = shapes.filter { shape in stems.contains { shape.key.hasPrefix($0) } }
        // nn.LSTMCell and its like have no suffix.
        let isCell = own["weight_hh"] != nil
        let first = isCell ? "" : "_l0"
        guard let ih = own["weight_ih" + first], let hh = own["weight_hh" + first], ih.count == 2, hh.count == 2
        else { return nil }
        let hr = own["weight_hr" + first]
        guard hr == nil || hr?.count == 2 else { return nil }
        hiddenSize = hr?[1] ?? hh[1]
        projSize = hr?[0] ?? 0
        guard hiddenSize > 0, ih[1] > 0, ih[0] == hh[0], hh[0] % hiddenSize == 0 else { return nil }
        (gates, inputSize) = (hh[0] / hiddenSize, ih[1])
        bias = own["bias_ih" + first] != nil
        bidirectional = !isCell && own["weight_ih_l0_reverse"] != nil
        numLayers = 1
        while !isCell, own["weight_ih_l\(numLayers)"] != nil { numLayers += 1 }
        guard [1, 3, 4].contains(gates), hr == nil || gates == 4 else { return nil }
        let width = projSize > 0 ? projSize : hiddenSize
        var count = 0
        for layer in 0..<numLayers {
            for direction in 0..<(bidirectional ? 2 : 1) {
                let suffix = isCell ? "" : "_l\(layer)" + (direction == 1 ? "_reverse" : "")
                let (inputs, overflow) =
                    layer == 0 ? (inputSize, false) : width.multipliedReportingOverflow(by: bidirectional ? 2 : 1)
                guard !overflow, own["weight_ih" + suffix] == [hh[0], inputs],
                    own["weight_hh" + suffix] == [hh[0], width],
                    own["bias_ih" + suffix] == (bias ? [hh[0]] : nil),
                    own["bias_hh" + suffix] == (bias ? [hh[0]] : nil), own["weight_hr" + suffix] == hr
                else { return nil }
                count += 2 + (bias ? 2 : 0) + (hr == nil ? 0 : 1)
            }
        }
        guard count == own.count else { return nil }
    }
}
