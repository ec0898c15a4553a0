// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

extension KerasFile {
    /// HDF5 with weights and no model: older files have their layers' order (`layer_names`), and weights show what most
    /// layers are.
    ///
    /// A model is made of that, and everything that it takes for granted is said.
    init(weightsAlone source: HDF5File) throws(KerasMistake) {
        var file = source
        guard let names = try file.longStrings("layer_names", of: file.root, path: "/") else {
            let links = try file.links(of: file.root, path: "/")
            throw links["layers"] != nil ? .weightsOnly : .noConfig
        }
        guard names.count <= ImportLimits.layers else {
            throw .malformed(place: "layer_names", expected: "at most \(ImportLimits.layers) names")
        }
        let version = try file.strings("keras_version", of: file.root, path: "/")?.first
        var maker = WeightsAlone(version: version)
        for name in names { try maker.add(name, &file) }
        guard maker.mistakes.isEmpty else { throw maker.mistakes[0] }
        model = try maker.model()
        self.version = majorVersion(version)
        weights = try KerasWeights(file, isLegacy: true)
        assumptions = maker.assumptions
        isWeightsAlone = true
    }
}

/// A layer that weights show.
private struct ShownLayer {
    let kind: String
    let name: String
    var keys: [(String, JSONText)]
    /// Of a Bidirectional, the kind of the layer in it, which has the keys.
    var inner: String?
    var returnsSequences = false

    init(_ kind: String, _ name: String, _ keys: [(String, JSONText)], inner: String? = nil) {
        (self.kind, self.name, self.keys, self.inner) = (kind, name, keys, inner)
    }

    /// As a configuration has it.
    var json: JSONText {
        let own = keys + (returnsSequences ? [("return_sequences", true)] : [])
        guard let inner else { return Self.entry(kind, name, own) }
        return Self.entry(kind, name, [("layer", Self.entry(inner, name, own)), ("merge_mode", "concat")])
    }

    private static func entry(_ kind: String, _ name: String, _ keys: [(String, JSONText)]) -> JSONText {
        .object([("class_name", .text(kind)), ("config", .object([("name", .text(name))] + keys))])
    }
}

/// Makes a configuration of weights.
private struct WeightsAlone {
    let version: String?
    var layers: [ShownLayer] = []
    var assumptions: [String] = []
    var mistakes: [KerasMistake] = []
    private var hasRecurrent = false
    /// Where in `layers` the last recurrent layer stands, until something needs its steps.
    private var lastRecurrent: Int?

    init(version: String?) { self.version = version }

    /// A Sequential model of the layers.
    func model() throws(KerasMistake) -> KerasModel {
        let text = JSONText.object([("class_name", "Sequential"), ("config", .array(layers.map(\.json)))]).line
        let json: JSONValue
        do { json = try JSONValue(parsing: Array(text.utf8)) } catch { throw .noConfig }
        return try KerasModel(json)
    }

    mutating func add(_ name: String, _ file: inout HDF5File) throws(KerasMistake) {
        guard let group = try file.object([name], from: file.root) else {
            throw .weight(path: name, layer: name, .missing)
        }
        let names = try file.longStrings("weight_names", of: group, path: name) ?? []
        guard names.count <= 64 else { throw .unknownLayers([quoted(name)]) }
        var tails: [String] = []
        var shapes: [[Int]] = []
        for weight in names {
            let parts = weight.split(separator: "/").prefix(32).map(String.init)
            guard let address = try file.object(parts, from: group),
                let view = try file.tensor(at: address, path: "\(name)/\(weight)")
            else { throw .weight(path: "\(name)/\(weight)", layer: name, .missing) }
            tails.append(String((parts.last ?? "").prefix { $0 != ":" }))
            shapes.append(view.shape)
        }
        if names.isEmpty { try addWeightless(name) } else { try addWeighted(name, tails, shapes) }
    }

    /// What has no weights is known by its name, where that says enough.
    private mutating func addWeightless(_ name: String) throws(KerasMistake) {
        let stem = String(name.reversed().drop { $0.isNumber || $0 == "_" }.reversed())
        switch stem {
        case "input", "input_layer", "dropout", "gaussian_noise", "gaussian_dropout", "alpha_dropout",
            "activity_regularization",
            "spatial_dropout1d":
            break
        case "re_lu": layers.append(ShownLayer("ReLU", name, []))
        case "softmax": layers.append(ShownLayer("Softmax", name, []))
        case "global_max_pooling1d", "global_average_pooling1d":
            returnSequences()
            let kind = stem == "global_max_pooling1d" ? "GlobalMaxPooling1D" : "GlobalAveragePooling1D"
            layers.append(ShownLayer(kind, name, []))
        default: mistakes.append(.weightless(name))
        }
    }

    private mutating func addWeighted(_ name: String, _ tails: [String], _ shapes: [[Int]]) throws(KerasMistake) {
        let half = tails.count / 2
        switch (tails, shapes.map(\.count)) {
        case (["embeddings"], [2]):
            layers.append(
                ShownLayer(
                    "Embedding", name, [("input_dim", .number(shapes[0][0])), ("output_dim", .number(shapes[0][1]))]))
            assume("\(quoted(name)) has no mask (mask_zero)")
        case (["kernel", "recurrent_kernel", "bias"], _), (["kernel", "recurrent_kernel"], [2, 2]):
            returnSequences()
            guard let (kind, keys) = recurrent(shapes) else { throw .unknownLayers([quoted(name)]) }
            layers.append(ShownLayer(kind, name, keys))
            lastRecurrent = layers.count - 1
        case _
        where tails.count.isMultiple(of: 2) && tails.prefix(half) == tails.suffix(half)
            && tails.first == "kernel" && half >= 2:
            returnSequences()
            guard let (kind, keys) = recurrent(Array(shapes.prefix(half))) else { throw .unknownLayers([quoted(name)]) }
            layers.append(ShownLayer("Bidirectional", name, keys, inner: kind))
            assume("\(quoted(name)) has both directions side by side (merge_mode concat)")
            lastRecurrent = layers.count - 1
        case (["kernel", "bias"], [2, 1]), (["kernel"], [2]):
            layers.append(
                ShownLayer("Dense", name, [("units", .number(shapes[0][1])), ("use_bias", .boolean(tails.count == 2))]))
        case (["gamma", "beta", "moving_mean", "moving_variance"], [1, 1, 1, 1]):
            layers.append(ShownLayer("BatchNormalization", name, []))
            assume("\(quoted(name)) has Keras' epsilon, 0.001")
        case (["gamma", "beta"], [1, 1]):
            layers.append(ShownLayer("LayerNormalization", name, []))
            assume("\(quoted(name)) has Keras' epsilon, 0.001")
        case (["kernel", "bias"], [3, 1]), (["kernel"], [3]):
            mistakes.append(.weightless(name))
        default: throw .unknownLayers([quoted(name)])
        }
    }

    /// What shapes show of a recurrent layer; its activations they do not.
    private mutating func recurrent(_ shapes: [[Int]]) -> (kind: String, keys: [(String, JSONText)])? {
        guard shapes.count >= 2, shapes[0].count == 2, shapes[1].count == 2, shapes[1][0] > 0,
            shapes[1][1].isMultiple(of: shapes[1][0]), shapes[0][1] == shapes[1][1]
        else { return nil }
        let units = shapes[1][0]
        var keys: [(String, JSONText)] = [("units", .number(units)), ("use_bias", .boolean(shapes.count == 3))]
        let kind: String
        switch shapes[1][1] / units {
        case 4: kind = "LSTM"
        case 3:
            kind = "GRU"
            keys.append(("reset_after", .boolean(shapes.count == 3 && shapes[2].count == 2)))
        case 1: kind = "SimpleRNN"
        default: return nil
        }
        if kind != "SimpleRNN" {
            let gates = gateActivation
            keys.append(("recurrent_activation", .text(gates)))
            if !hasRecurrent {
                let words = version.map { "Keras \(cut($0))" } ?? "an unknown version of Keras"
                assume("gates are \(gates) and cells tanh, the default of \(words), which wrote the file")
            }
        }
        hasRecurrent = true
        return (kind, keys)
    }

    /// Keras up to 2.2 had hard gates by default.
    private var gateActivation: String {
        let numbers = (version ?? "").split(separator: ".").prefix(2).compactMap { Int($0) }
        guard numbers.count == 2, version?.hasSuffix("-tf") == false else { return "sigmoid" }
        return numbers[0] < 2 || (numbers[0] == 2 && numbers[1] <= 2) ? "hard_sigmoid" : "sigmoid"
    }

    /// What follows needs every step of the recurrent layer before it.
    private mutating func returnSequences() {
        guard let index = lastRecurrent else { return }
        lastRecurrent = nil
        layers[index].returnsSequences = true
    }

    private mutating func assume(_ sentence: String) { assumptions.append(sentence) }
}

extension KerasReader {
    /// What weights alone leave open, as comments where it is to be written.
    mutating func describeWeightsAlone() {
        assumptions.append(
            "nothing without weights stands between the layers but what their names say: no activation, no pooling")
        for index in layers.indices {
            guard case .linear = layers[index].kind else { continue }
            let next = index + 1
            let words = "if \(quoted(layers[index].name)) had an activation, such as relu or softmax, write it here:"
            if layers.indices.contains(next), layers[next].comments.isEmpty {
                layers[next].comments = [words, "- relu: NAME"]
            } else if next == layers.count {
                layers[index].comments.append("if this layer had an activation, such as softmax, write it behind it")
            }
        }
        guard layers.contains(where: { $0.kind == .last }) else { return }
        assumptions.append(Self.lastStepSentence)
    }

    private static let lastStepSentence =
        "the layers after the last recurrent one read its last step alone, Keras' default"

    /// Weights alone do not say what follows the last recurrent layer; nil where a layer's name does, or nothing follows.
    var weightsAloneChoices: OpenChoices? {
        guard let last = layers.indices.dropFirst().dropLast().last(where: { layers[$0].kind == .last }),
            case .lstm(let recurrent) = layers[last - 1].kind
        else { return nil }
        var open = OpenChoices()
        open.head = OpenChoices.Head(
            layer: last, isThere: true, isBidirectional: recurrent.bidirectional, sentence: Self.lastStepSentence,
            comments: [])
        return open
    }
}
