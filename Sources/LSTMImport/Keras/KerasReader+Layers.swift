// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMRuntime

extension KerasReader {
    private static let kinds: Set<String> = [
        "InputLayer", "Embedding", "LSTM", "Bidirectional", "Dense", "TimeDistributed", "LayerNormalization", "Dropout",
        "SpatialDropout1D", "Activation", "ReLU", "Softmax", "GlobalAveragePooling1D", "GlobalMaxPooling1D",
    ]

    static func isKnown(_ layer: KerasLayer) -> Bool { kinds.contains(layer.kind) }

    mutating func read(_ layer: KerasLayer, at position: Int) throws(KerasMistake) {
        switch layer.kind {
        case "InputLayer":
            guard layers.isEmpty else { throw layer.mistake(.severalInputs) }
        case "Embedding": try readEmbedding(layer, position)
        case "LSTM": try readLSTM(layer, position)
        case "Bidirectional": try readBidirectional(layer, position)
        case "TimeDistributed":
            guard hasTime else { throw layer.mistake(.needsTime) }
            let inner = try layer.inner("layer")
            guard ["Dense", "Activation", "ReLU", "Softmax", "LayerNormalization", "Dropout"].contains(inner.kind)
            else {
                throw .unknownLayers(["'\(printableName(inner))' (\(printableKind(inner)))"])
            }
            try readPlain(inner, WeightPlace(position: position, inner: ["layer"]), name: layer.name)
        default: try readPlain(layer, WeightPlace(position: position), name: layer.name)
        }
    }

    private func printableName(_ layer: KerasLayer) -> String { String(layer.name.prefix(60)) }
    private func printableKind(_ layer: KerasLayer) -> String { String(layer.kind.prefix(60)) }

    /// Layers that treat every step alike, or end the time axis.
    private mutating func readPlain(_ layer: KerasLayer, _ place: WeightPlace, name: String) throws(KerasMistake) {
        switch layer.kind {
        case "Dense": try readDense(layer, place, name: name)
        case "LayerNormalization": try readNorm(layer, place, name: name)
        case "Dropout", "SpatialDropout1D":
            let rate = layer.config["rate"].flatMap { value in
                if case .number(let text) = value { Double(text) } else { nil }
            }
            append(layer, .dropout(p: rate.flatMap { (0...1).contains($0) ? $0 : nil } ?? 0), "dropout", name: name)
        case "Activation": try appendActivation(try layer.activation("activation"), layer, "activation", name: name)
        case "ReLU":
            for key in ["max_value", "negative_slope", "threshold"] {
                guard case .number(let text)? = layer.config[key], Double(text) != 0 else { continue }
                throw layer.mistake(.setting(key, text))
            }
            append(layer, .relu, "relu", name: name)
        case "Softmax":
            let axis = layer.config["axis"]?.integer ?? -1
            guard axis == -1 || axis == (hasTime ? 2 : 1) else { throw layer.mistake(.setting("axis", "\(axis)")) }
            append(layer, .softmax, "softmax", name: name)
        case "GlobalAveragePooling1D": try readPooling(layer, .mean, "mean")
        case "GlobalMaxPooling1D": try readPooling(layer, .max, "max")
        default: throw .unknownLayers(["'\(printableName(layer))' (\(printableKind(layer)))"])
        }
    }

    private mutating func readPooling(
        _ layer: KerasLayer, _ kind: ImportedLayer.Kind, _ word: String
    ) throws(KerasMistake) {
        guard hasTime else { throw layer.mistake(.needsTime) }
        try layer.refuse("keepdims")
        let format = layer.config["data_format"]?.string ?? "channels_last"
        guard format == "channels_last" else { throw layer.mistake(.setting("data_format", format)) }
        append(layer, kind, word)
        hasTime = false
    }

    private mutating func readEmbedding(_ layer: KerasLayer, _ position: Int) throws(KerasMistake) {
        guard layers.isEmpty else { throw layer.mistake(.notFirst) }
        guard features == nil else { throw layer.mistake(.needsTokens) }
        if try layer.flag("mask_zero", false) {
            throw layer.mistake(.setting("mask_zero", "true (a spec has lengths instead)"))
        }
        let (tokens, size) = (try layer.size("input_dim"), try layer.size("output_dim"))
        let table = try weight(layer, WeightPlace(position: position), 0, [tokens, size])
        let name = append(layer, .embedding(embeddingDim: size), "embedding")
        add(table, "\(name).weight")
        (input, features) = (.tokens(tokens), size)
    }

    private mutating func readDense(_ layer: KerasLayer, _ place: WeightPlace, name: String) throws(KerasMistake) {
        let units = try layer.size("units")
        let hasBias = try layer.flag("use_bias", true)
        let activation = try layer.activation("activation")
        if case .object? = layer.config["quantization_config"] {
            throw layer.mistake(.setting("quantization_config", ""))
        }
        let kernel = try weight(layer, place, 0, [features, units])
        let bias = hasBias ? try weight(layer, place, 1, [units]) : nil
        let linear = append(layer, .linear(outFeatures: units, bias: hasBias), "linear", name: name)
        add(kernel.transposed([1, 0]), "\(linear).weight")
        add(bias, "\(linear).bias")
        if input == nil { input = .features(kernel.shape[0]) }
        features = units
        try appendActivation(activation, layer, "activation", name: nil)
    }

    /// The layer for an activation by its name; none for `linear`.
    private mutating func appendActivation(
        _ activation: String, _ layer: KerasLayer, _ key: String, name: String?
    ) throws(KerasMistake) {
        let kind: ImportedLayer.Kind
        switch activation {
        case "linear": return
        case "relu": kind = .relu
        case "tanh": kind = .tanh
        case "sigmoid": kind = .sigmoid
        // By its name, Keras' gelu is the one with erf.
        case "gelu": kind = .gelu(.none)
        case "softmax": kind = .softmax
        case "log_softmax": kind = .logSoftmax
        default: throw layer.mistake(.setting(key, activation))
        }
        append(layer, kind, activation, name: name ?? kind.usualName)
    }

    private mutating func readNorm(_ layer: KerasLayer, _ place: WeightPlace, name: String) throws(KerasMistake) {
        try layer.refuse("rms_scaling")
        let axes = layer.config["axis"]?.elements?.map(\.integer) ?? [layer.config["axis"]?.integer ?? -1]
        guard axes == [-1] || axes == [hasTime ? 2 : 1] else {
            throw layer.mistake(.setting("axis", axes.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")))
        }
        var eps = 1e-3
        if case .number(let text)? = layer.config["epsilon"] { eps = Double(text) ?? 0 }
        guard eps > 0, eps.isFinite else {
            throw .malformed(place: "\(layer.place).config.epsilon", expected: "a positive number")
        }
        let (scales, centers) = (try layer.flag("scale", true), try layer.flag("center", true))
        let scale = scales ? try weight(layer, place, 0, [features]) : nil
        let center = centers ? try weight(layer, place, scales ? 1 : 0, [features]) : nil
        let name = append(
            layer, .layerNorm(eps: eps, elementwiseAffine: scales || centers, bias: centers), "norm", name: name)
        add(scale, "\(name).weight")
        if scale == nil, let center {
            // A spec's layer_norm has no bias without a weight.
            tensors.append(
                NamedTensor(
                    "\(name).weight", floats: .init(repeating: 1, count: center.elementCount), shape: center.shape))
        }
        add(center, "\(name).bias")
    }

    // MARK: LSTM

    private func checkCell(_ layer: KerasLayer, reverse: Bool) throws(KerasMistake) {
        for (key, usual) in [("activation", "tanh"), ("recurrent_activation", "sigmoid")] {
            let activation = layer.config[key] == nil ? usual : try layer.activation(key)
            guard activation == usual else { throw layer.mistake(.setting(key, activation)) }
        }
        guard try layer.flag("go_backwards", false) == reverse else {
            throw layer.mistake(.setting("go_backwards", "\(!reverse)"))
        }
        try layer.refuse("return_state", "time_major")
    }

    private mutating func readLSTM(_ layer: KerasLayer, _ position: Int) throws(KerasMistake) {
        try checkCell(layer, reverse: false)
        try appendLSTM(layer, cell: layer, places: [WeightPlace(position: position, inner: ["cell"])])
    }

    private mutating func readBidirectional(_ layer: KerasLayer, _ position: Int) throws(KerasMistake) {
        let forward = try layer.inner("layer")
        guard forward.kind == "LSTM" else { throw layer.mistake(.setting("layer", forward.kind)) }
        let merge = layer.config["merge_mode"]
        guard merge?.string == "concat" else { throw layer.mistake(.setting("merge_mode", merge?.string ?? "null")) }
        try checkCell(forward, reverse: false)
        if case .object? = layer.config["backward_layer"] {
            let backward = try layer.inner("backward_layer")
            guard backward.kind == "LSTM" else { throw layer.mistake(.setting("backward_layer", backward.kind)) }
            try checkCell(backward, reverse: true)
            let sizes = (try forward.size("units"), try backward.size("units"))
            let biases = (try forward.flag("use_bias", true), try backward.flag("use_bias", true))
            let sequences = (
                try forward.flag("return_sequences", false), try backward.flag("return_sequences", false)
            )
            let isAlike = sizes.0 == sizes.1 && biases.0 == biases.1 && sequences.0 == sequences.1
            guard isAlike else { throw layer.mistake(.setting("backward_layer", "unlike the forward one")) }
        }
        let count = try forward.flag("use_bias", true) ? 3 : 2
        try appendLSTM(
            layer, cell: forward,
            places: [
                WeightPlace(position: position, inner: ["forward_layer", "cell"]),
                WeightPlace(position: position, inner: ["backward_layer", "cell"], legacyStart: count),
            ])
    }

    /// Keras has its gates in PyTorch's order (i, f, c, o), matrices turned, and one bias for PyTorch's two.
    private mutating func appendLSTM(
        _ layer: KerasLayer, cell: KerasLayer, places: [WeightPlace]
    ) throws(KerasMistake) {
        guard hasTime else { throw layer.mistake(.needsTime) }
        let units = try cell.size("units")
        guard units < 1 << 24 else { throw .malformed(place: "\(cell.place).config.units", expected: "smaller") }
        let hasBias = try cell.flag("use_bias", true)
        let name = naming.name(for: layer.name, kind: "lstm")
        for (direction, place) in places.enumerated() {
            let kernel = try weight(layer, place, 0, [features, 4 * units])
            features = kernel.shape[0]
            let recurrent = try weight(layer, place, 1, [units, 4 * units])
            let suffix = direction == 1 ? "l0_reverse" : "l0"
            add(kernel.transposed([1, 0]), "\(name).weight_ih_\(suffix)")
            add(recurrent.transposed([1, 0]), "\(name).weight_hh_\(suffix)")
            guard hasBias else { continue }
            let bias = try weight(layer, place, 2, [4 * units])
            add(bias, "\(name).bias_ih_\(suffix)")
            let zeros = [UInt8](repeating: 0, count: bias.byteCount)
            add(TensorView(zeros, in: 0..<zeros.count, type: bias.type, shape: bias.shape), "\(name).bias_hh_\(suffix)")
        }
        guard let inputSize = features else { throw .noInput }
        if input == nil { input = .features(inputSize) }
        var lstm = ImportedLayer.LSTM(inputSize: inputSize, hiddenSize: units)
        lstm.bias = hasBias
        lstm.bidirectional = places.count == 2
        layers.append(ImportedLayer(name: name, kind: .lstm(lstm)))
        features = units * places.count
        if try cell.flag("stateful", false) {
            assumptions.append("layer '\(name)' is stateful: here its state is given (h0, c0) and returned (h_n, c_n)")
        }
        if try !cell.flag("return_sequences", false) {
            append(layer, .last, "last", name: "last")
            hasTime = false
        }
    }
}
