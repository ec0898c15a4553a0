// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

extension KerasReader {
    /// What a layer's own `activation` makes of its result: a name, or a layer without weights.
    mutating func activated(
        _ value: KerasValue, of layer: KerasLayer, _ place: WeightPlace
    ) throws(KerasMistake) -> KerasValue {
        guard layer.config["activation"]?["config"]?.members != nil else {
            return try activated(value, try layer.activation("activation"), layer, "activation", name: nil)
        }
        let inner = try layer.inner("activation")
        guard !inner.isCustom, ["ReLU", "LeakyReLU", "ELU", "Softmax", "Activation"].contains(inner.kind) else {
            throw layer.mistake(.setting("activation", inner.kind))
        }
        if inner.kind == "Activation" {
            return try activated(value, try inner.activation("activation"), inner, "activation", name: nil)
        }
        return try readActivation(inner, value, place, name: snakeCase(inner.kind))
    }

    /// The layers for an activation by its name; none for `linear`.
    mutating func activated(
        _ value: KerasValue, _ activation: String, _ layer: KerasLayer, _ key: String, name: String?
    ) throws(KerasMistake) -> KerasValue {
        if activation == "linear" { return value }
        guard let kinds = kinds(of: activation) else {
            // What the name means changed from Keras 2 to 3.
            let doubt = activation == "hard_sigmoid" ? " of an unknown version of Keras" : ""
            throw layer.mistake(.setting(key, activation + doubt))
        }
        var value = value
        for (index, kind) in kinds.enumerated() {
            let isLast = index == kinds.count - 1
            let word = isLast ? activation : kind.usualName
            value = apply(layer, kind, to: value, name: isLast ? name ?? kind.usualName : kind.usualName, word: word)
        }
        return value
    }

    private func entry(_ word: String, _ settings: [(String, SpecEntry.Value)] = []) -> ImportedLayer.Kind {
        .entry(SpecEntry(word, settings))
    }

    /// nil for a function that no spec has.
    private func kinds(of activation: String) -> [ImportedLayer.Kind]? {
        switch activation {
        case "relu": return [.relu]
        case "tanh": return [.tanh]
        case "sigmoid": return [.sigmoid]
        // By its name, Keras' gelu is the one with erf.
        case "gelu": return [.gelu(.none)]
        case "softmax": return [.softmax]
        case "log_softmax": return [.logSoftmax]
        case "elu", "celu": return [entry("elu")]
        case "selu": return [entry("selu")]
        case "silu", "swish": return [entry("silu")]
        case "softplus": return [entry("softplus")]
        case "softsign": return [entry("softsign")]
        case "exponential": return [entry("exp")]
        case "relu6": return [entry("relu6")]
        case "mish": return [entry("mish")]
        case "leaky_relu": return [entry("leaky_relu", [("negative_slope", .number(0.2))])]
        case "hard_tanh": return [entry("hardtanh")]
        case "hard_silu", "hard_swish": return [entry("hardswish")]
        case "log_sigmoid": return [entry("negative"), entry("softplus"), entry("negative")]
        case "hard_sigmoid":
            guard let version else { return nil }
            if version >= 3 { return [entry("hardsigmoid")] }
            return [
                entry("scale", [("weight", .number(0.2)), ("bias", .number(0.5))]),
                entry("hardtanh", [("min_val", .number(0)), ("max_val", .number(1))]),
            ]
        default: return nil
        }
    }

    /// A recurrent cell's activation in a spec's word; nil for its default.
    func cellActivation(_ layer: KerasLayer, _ key: String, usual: String) throws(KerasMistake) -> String? {
        let given = layer.config[key] == nil ? usual : try layer.activation(key)
        if given == usual { return nil }
        switch given {
        case "tanh", "relu", "sigmoid", "linear": return given
        case "hard_sigmoid":
            guard let version else {
                throw layer.mistake(.setting(key, "hard_sigmoid of an unknown version of Keras"))
            }
            return version >= 3 ? "hardsigmoid" : "hardsigmoid_0.2"
        default: throw layer.mistake(.setting(key, given))
        }
    }

    /// Activations that are layers.
    mutating func readActivation(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace, name: String
    ) throws(KerasMistake) -> KerasValue {
        switch layer.kind {
        case "ReLU": return apply(layer, try rectifier(layer), to: value, name: name)
        case "LeakyReLU":
            let slope = try layer.number("negative_slope", try layer.number("alpha", 0.3)) ?? 0.3
            return apply(layer, entry("leaky_relu", [("negative_slope", .number(slope))]), to: value, name: name)
        case "ELU":
            let alpha = try layer.number("alpha", 1) ?? 1
            return apply(
                layer, entry("elu", alpha == 1 ? [] : [("alpha", .number(alpha))]), to: value, name: name)
        case "Softmax":
            guard isLastAxis(layer, "axis", of: value) else { throw axisMistake(layer) }
            // Keras takes a mask for what may be weighed.
            guard value.padding == nil else { throw layer.mistake(.takesMask) }
            return apply(layer, .softmax, to: value, name: name)
        case "PReLU": return try readPReLU(layer, value, place, name: name)
        default: throw .unknownLayers(["\(quoted(layer.name)) (\(cut(layer.kind)))"])
        }
    }

    private func rectifier(_ layer: KerasLayer) throws(KerasMistake) -> ImportedLayer.Kind {
        let slope = try layer.number("negative_slope", 0) ?? 0
        let most = try layer.number("max_value", nil)
        let threshold = try layer.number("threshold", 0) ?? 0
        guard threshold == 0 else { throw layer.mistake(.setting("threshold", "\(threshold)")) }
        guard let most else {
            return slope == 0 ? .relu : entry("leaky_relu", [("negative_slope", .number(slope))])
        }
        guard slope == 0 else { throw layer.mistake(.setting("negative_slope", "\(slope) with a max_value")) }
        guard most > 0 else { throw layer.mistake(.setting("max_value", "\(most)")) }
        if most == 6 { return entry("relu6") }
        return entry("hardtanh", [("min_val", .number(0)), ("max_val", .number(most))])
    }

    /// A weight for each value of the last axis; one for each step, too, is another function.
    private mutating func readPReLU(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace, name: String
    ) throws(KerasMistake) -> KerasValue {
        guard let size = value.size, value.sizes.count == 1 else { throw layer.mistake(.needsVector) }
        let shape: [Int?] = hasTime(value) ? [nil, size] : [size]
        let alpha = try weight(layer, place, 0, shape)
        guard let weights = hasTime(value) ? alpha.removing(0) : alpha else {
            throw layer.mistake(.setting("shared_axes", "without the time axis"))
        }
        let settings: [(String, SpecEntry.Value)] = size == 1 ? [] : [("num_parameters", .integer(size))]
        let written = append(layer, entry("prelu", settings), from: [value], name: name)
        add(weights, "\(written).weight")
        return value.renamed(written)
    }
}
