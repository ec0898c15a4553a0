// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

extension KerasReader {
    /// Layers that do nothing at inference.
    private static let nothing: Set<String> = [
        "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization", "Identity",
    ]
    private static let kinds: Set<String> = [
        "InputLayer", "Embedding", "Masking", "Dense", "TimeDistributed", "LayerNormalization", "BatchNormalization",
        "Normalization", "Rescaling", "UnitNormalization", "Dropout", "SpatialDropout1D", "Activation", "ReLU",
        "LeakyReLU",
        "PReLU", "ELU", "Softmax", "Flatten", "Reshape", "Permute", "RepeatVector", "Lambda", "GlobalAveragePooling1D",
        "GlobalMaxPooling1D", "GlobalAvgPool1D", "GlobalMaxPool1D",
    ]

    static func isKnown(_ layer: KerasLayer) -> Bool {
        guard !layer.isCustom else { return false }
        if layer.isOperation { return isKnownOperation(layer) }
        return kinds.contains(layer.kind) || nothing.contains(layer.kind) || recurrentKinds.contains(layer.kind)
            || joinKinds.contains(layer.kind) || windowKinds.contains(layer.kind)
    }

    /// The results of a call of a layer that is known.
    mutating func read(
        _ layer: KerasLayer, _ arguments: KerasArguments, _ place: WeightPlace
    ) throws(KerasMistake) -> [KerasValue]? {
        if layer.kind == "Lambda" { throw layer.mistake(.lambda) }
        if layer.isOperation { return [try readOperation(layer, arguments)] }
        if Self.joinKinds.contains(layer.kind) { return [try readJoin(layer, arguments)] }
        guard let value = arguments.first else { throw .noInput }
        if layer.kind == "Embedding" { return [try readEmbedding(layer, value, place)] }
        let mask = arguments.value(arguments.call.argument(-1, "mask"))
        if let mask, mask.mask == nil || !mask.sizes.isEmpty { throw layer.mistake(.takesMask) }
        let given = try floats(value, layer).masked(mask.map(\.maskedInput) ?? value.padding)
        if Self.recurrentKinds.contains(layer.kind) { return try readRecurrent(layer, given, arguments, place) }
        if Self.windowKinds.contains(layer.kind) { return [try readWindow(layer, given, place)] }
        if layer.kind == "TimeDistributed" { return try readDistributed(layer, given, place) }
        return [try readPlain(layer, given, place, name: layer.name)]
    }

    /// A layer, or a model, that is run on each step by itself.
    private mutating func readDistributed(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace
    ) throws(KerasMistake) -> [KerasValue]? {
        guard value.time != nil, !isDistributed else { throw layer.mistake(.needsTime) }
        let inner = try layer.inner("layer")
        isDistributed = true
        defer { isDistributed = false }
        let place = place.inside(["layer"])
        if inner.isModel {
            let model = try KerasModel(inner.json, place: "\(inner.place).")
            var inside = place
            inside.legacyInside = nil
            let results = try run(model, with: [value], in: KerasScope(inside, model, weights, depth: 1))
            guard results.count == 1, let result = results[0] else { return nil }
            return [result]
        }
        guard Self.isKnown(inner), !Self.recurrentKinds.contains(inner.kind), inner.kind != "Embedding" else {
            unknown.append(inner)
            return nil
        }
        if inner.kind == "Lambda" { throw inner.mistake(.lambda) }
        if Self.windowKinds.contains(inner.kind) { return [try readWindow(inner, value, place)] }
        return [try readPlain(inner, value, place, name: layer.name)]
    }

    /// Whether a layer sees a value's time axis.
    func hasTime(_ value: KerasValue) -> Bool { value.time != nil && !isDistributed }

    /// The number of the last axis as Keras counts them.
    func lastAxis(of value: KerasValue) -> Int { value.sizes.count + (hasTime(value) ? 1 : 0) }

    /// Whether a setting of axes, a number or a list, means the last one alone.
    func isLastAxis(_ layer: KerasLayer, _ key: String, of value: KerasValue) -> Bool {
        let axes = layer.config[key]?.elements?.map(\.integer) ?? [layer.config[key].map(\.integer) ?? -1]
        return axes == [-1] || axes == [lastAxis(of: value)]
    }

    /// Layers that treat every step alike, or end the time axis.
    private mutating func readPlain(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace, name: String
    ) throws(KerasMistake) -> KerasValue {
        if Self.nothing.contains(layer.kind) { return value }
        switch layer.kind {
        case "Dense": return try readDense(layer, value, place, name: name)
        case "LayerNormalization": return try readNorm(layer, value, place, name: name)
        case "BatchNormalization": return try readBatchNorm(layer, value, place, name: name)
        case "Normalization": return try readNormalization(layer, value, place, name: name)
        case "Rescaling": return try readRescaling(layer, value, name: name)
        case "UnitNormalization":
            guard isLastAxis(layer, "axis", of: value) else { throw axisMistake(layer) }
            return apply(layer, .l2Normalize(eps: nil), to: value, name: name)
        case "Dropout", "SpatialDropout1D":
            let rate = try layer.number("rate", 0).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0
            return apply(layer, .dropout(p: rate), to: value, name: name)
        case "Masking": return try readMasking(layer, value)
        case "Activation":
            return try activated(value, try layer.activation("activation"), layer, "activation", name: name)
        case "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax":
            return try readActivation(layer, value, place, name: name)
        case "GlobalAveragePooling1D", "GlobalAvgPool1D":
            return try readPooling(layer, value, .mean, "mean", isMasked: true)
        case "GlobalMaxPooling1D", "GlobalMaxPool1D": return try readPooling(layer, value, .max, "max", isMasked: false)
        case "RepeatVector": return try readRepeat(layer, value)
        case "Flatten", "Reshape", "Permute": return try readShape(layer, value)
        case "InputLayer": throw layer.mistake(.severalInputs)
        default: throw .unknownLayers(["\(quoted(layer.name)) (\(cut(layer.kind)))"])
        }
    }

    func axisMistake(_ layer: KerasLayer) -> KerasMistake {
        let axes = layer.config["axis"]?.elements?.map(\.integer) ?? [layer.config["axis"]?.integer]
        return layer.mistake(.setting("axis", axes.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")))
    }

    private mutating func readPooling(
        _ layer: KerasLayer, _ value: KerasValue, _ kind: ImportedLayer.Kind, _ word: String, isMasked: Bool
    ) throws(KerasMistake) -> KerasValue {
        guard hasTime(value), value.sizes.count == 1 else { throw layer.mistake(.needsTime) }
        let format = layer.config["data_format"]?.string ?? "channels_last"
        guard format == "channels_last" else { throw layer.mistake(.setting("data_format", format)) }
        readTime(of: value, layer, skipsPadding: isMasked)
        let pooled = apply(layer, kind, to: value, word: word).retimed(nil).masked(nil)
        guard try layer.flag("keepdims", false) else { return pooled }
        return repeated(layer, pooled, 1)
    }

    mutating func repeated(_ layer: KerasLayer, _ value: KerasValue, _ steps: Int) -> KerasValue {
        apply(layer, .entry(SpecEntry("repeat", [("steps", .integer(steps))])), to: value, word: "repeated")
            .retimed(KerasTime(axis: .fixed(steps), count: steps)).masked(nil)
    }

    private mutating func readRepeat(_ layer: KerasLayer, _ value: KerasValue) throws(KerasMistake) -> KerasValue {
        guard value.time == nil, value.sizes.count == 1 else { throw layer.mistake(.needsVector) }
        return repeated(layer, value, try layer.size("n"))
    }

    private mutating func readEmbedding(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace
    ) throws(KerasMistake) -> KerasValue {
        guard !isDistributed else { throw layer.mistake(.needsTokens) }
        let (count, size) = (try layer.size("input_dim"), try layer.size("output_dim"))
        guard layer.config["lora_rank"]?.integer == nil else {
            throw layer.mistake(.setting("lora_rank", "\(layer.config["lora_rank"]?.integer ?? 0)"))
        }
        try refuseQuantized(layer)
        let time = try tokens(value, count, layer)
        let table = try weight(layer, place, 0, [count, size])
        let name = append(layer, .embedding(embeddingDim: size), from: [value])
        add(table, "\(name).weight")
        var padding: Int?
        if try layer.flag("mask_zero", false), let index = value.input {
            try pad(index, with: 0, layer)
            padding = index
        }
        return KerasValue(name, [size], time, padding: padding)
    }

    /// A step whose features all have a value is none: what an input's `padding` says.
    private mutating func readMasking(_ layer: KerasLayer, _ value: KerasValue) throws(KerasMistake) -> KerasValue {
        guard hasTime(value), value.sizes.count == 1 else { throw layer.mistake(.needsTime) }
        guard let index = value.input else { throw layer.mistake(.masksInside) }
        try pad(index, with: try layer.number("mask_value", 0) ?? 0, layer)
        return value.masked(index)
    }

    func refuseQuantized(_ layer: KerasLayer) throws(KerasMistake) {
        if case .object? = layer.config["quantization_config"] {
            throw layer.mistake(.setting("quantization_config", ""))
        }
        let policy = layer.config["dtype"]?["class_name"]?.string ?? ""
        if policy.hasPrefix("Quantized") { throw layer.mistake(.setting("dtype", policy)) }
    }

    private mutating func readDense(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace, name: String
    ) throws(KerasMistake) -> KerasValue {
        let units = try layer.size("units")
        let hasBias = try layer.flag("use_bias", true)
        try refuseQuantized(layer)
        guard layer.config["lora_rank"]?.integer == nil else {
            throw layer.mistake(.setting("lora_rank", "\(layer.config["lora_rank"]?.integer ?? 0)"))
        }
        var value = value
        let kernel = try weight(layer, place, 0, [value.size, units])
        let bias = hasBias ? try weight(layer, place, 1, [units]) : nil
        resolve(&value, size: kernel.shape[0])
        let linear = append(
            layer, .linear(outFeatures: units, bias: hasBias), from: [value], name: name)
        add(kernel.transposed([1, 0]), "\(linear).weight")
        add(bias, "\(linear).bias")
        return try activated(value.renamed(linear, size: units), of: layer, place)
    }
}
