// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

extension KerasReader {
    /// Layers that look at several steps at once, or cut some off.
    static let windowKinds: Set<String> = [
        "Conv1D", "Convolution1D", "SeparableConv1D", "DepthwiseConv1D", "MaxPooling1D", "MaxPool1D",
        "AveragePooling1D",
        "AvgPool1D", "ZeroPadding1D", "Cropping1D",
    ]

    /// Over time; inside TimeDistributed over the positions of a step, (positions, channels) there.
    mutating func readWindow(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace
    ) throws(KerasMistake) -> KerasValue {
        let format = layer.config["data_format"]?.string ?? "channels_last"
        guard format == "channels_last" else { throw layer.mistake(.setting("data_format", format)) }
        if isDistributed {
            guard value.sizes.count == 2 else { throw layer.mistake(.needsPositions) }
            var turned = apply(layer, .entry(SpecEntry("transpose")), to: value, name: "turned")
            turned.sizes = value.sizes.reversed()
            let made = try window(layer, turned, place)
            var back = apply(layer, .entry(SpecEntry("transpose")), to: made, name: "turned")
            back.sizes = made.sizes.reversed()
            return back
        }
        guard value.time != nil, value.sizes.count == 1 else { throw layer.mistake(.needsTime) }
        readTime(of: value, layer, skipsPadding: false)
        return try window(layer, value, place).masked(nil)
    }

    private mutating func window(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace
    ) throws(KerasMistake) -> KerasValue {
        switch layer.kind {
        case "Conv1D", "Convolution1D": return try readConvolution(layer, value, place)
        case "SeparableConv1D", "DepthwiseConv1D": return try readDepthwise(layer, value, place)
        case "ZeroPadding1D", "Cropping1D": return try readEdges(layer, value)
        default: return try readPool(layer, value)
        }
    }

    /// How many a window leaves of what it goes over; nil where that is not known.
    private func length(_ value: KerasValue) -> Int? { isDistributed ? value.sizes.last ?? nil : value.time?.count }

    /// The value with as many steps, or positions, as a window leaves.
    private func resized(_ value: KerasValue, _ length: Int?, by layer: KerasLayer, keepsAxis: Bool) -> KerasValue {
        var value = value
        if isDistributed {
            value.sizes[value.sizes.count - 1] = length
        } else if !keepsAxis, let axis = value.time?.axis {
            value.time = KerasTime(axis: .made(axis, by: layer.place), count: length)
        }
        return value
    }

    private func over(_ settings: [(String, SpecEntry.Value)]) -> [(String, SpecEntry.Value)] {
        settings + (isDistributed ? [("over", .text("positions"))] : [])
    }

    /// What all convolutions say of their window.
    private struct Window {
        var kernel: Int
        var stride: Int
        var dilation: Int
        var padding: String

        init(_ layer: KerasLayer) throws(KerasMistake) {
            kernel = try layer.sizeOfOne("kernel_size")
            stride = try layer.sizeOfOne("strides", 1)
            dilation = try layer.sizeOfOne("dilation_rate", 1)
            padding = layer.config["padding"]?.string ?? "valid"
            guard ["valid", "same", "causal"].contains(padding) else {
                throw layer.mistake(.setting("padding", padding))
            }
            // Keras then pads by the number of steps, PyTorch not at all.
            guard padding != "same" || stride == 1 else {
                throw layer.mistake(.setting("padding", "same with strides"))
            }
            guard kernel < 1 << 20, dilation < 1 << 20 else {
                throw .malformed(place: "\(layer.place).config.kernel_size", expected: "smaller")
            }
        }

        var settings: [(String, SpecEntry.Value)] {
            (stride == 1 ? [] : [("stride", .integer(stride))])
                + (padding == "valid" ? [] : [("padding", .text(padding))])
                + (dilation == 1 ? [] : [("dilation", .integer(dilation))])
        }

        var keepsLength: Bool { stride == 1 && (padding != "valid" || kernel == 1) }

        func length(of length: Int?) -> Int? {
            guard let length else { return nil }
            if padding != "valid" { return (length + stride - 1) / stride }
            return windowCount(length, extent: dilation * (kernel - 1) + 1, stride: stride)
        }
    }

    private mutating func readConvolution(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace
    ) throws(KerasMistake) -> KerasValue {
        let window = try Window(layer)
        let filters = try layer.size("filters")
        let groups = try layer.sizeOfOne("groups", 1)
        let hasBias = try layer.flag("use_bias", true)
        try refuseQuantized(layer)
        var value = value
        let channels = isDistributed ? value.sizes[0] : value.size
        guard filters.isMultiple(of: groups), channels?.isMultiple(of: groups) ?? (groups == 1) else {
            throw layer.mistake(.setting("groups", "\(groups)"))
        }
        let kernel = try weight(layer, place, 0, [window.kernel, channels.map { $0 / groups }, filters])
        let bias = hasBias ? try weight(layer, place, 1, [filters]) : nil
        resolve(&value, size: kernel.shape[1] * groups)
        let made = convolved(layer, value, window, filters, groups: groups, hasBias: hasBias, name: layer.name)
        add(kernel.transposed([2, 1, 0]), "\(made.reference).weight")
        add(bias, "\(made.reference).bias")
        return try activatedChannels(made, of: layer, place)
    }

    private mutating func convolved(
        _ layer: KerasLayer, _ value: KerasValue, _ window: Window, _ filters: Int, groups: Int, hasBias: Bool,
        name: String
    ) -> KerasValue {
        var settings: [(String, SpecEntry.Value)] = [
            ("out_channels", .integer(filters)), ("kernel_size", .integer(window.kernel)),
        ]
        settings += window.settings
        if groups > 1 { settings.append(("groups", .integer(groups))) }
        if !hasBias { settings.append(("bias", .boolean(false))) }
        let written = append(
            layer, .entry(SpecEntry("conv1d", over(settings))), from: [value], name: name, word: "conv")
        var made = value.renamed(written)
        made.sizes[0] = filters
        return resized(made, window.length(of: length(value)), by: layer, keepsAxis: window.keepsLength)
    }

    /// A convolution of each channel by itself, and for a separable one a linear layer behind it.
    private mutating func readDepthwise(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace
    ) throws(KerasMistake) -> KerasValue {
        let window = try Window(layer)
        let multiplier = try layer.sizeOfOne("depth_multiplier", 1)
        let isSeparable = layer.kind == "SeparableConv1D"
        let hasBias = try layer.flag("use_bias", true)
        guard let channels = isDistributed ? value.sizes[0] : value.size, multiplier < 1 << 16, channels < 1 << 24
        else {
            throw .noInput
        }
        let kernel = try weight(layer, place, 0, [window.kernel, channels, multiplier])
        let between = channels * multiplier
        let deep = convolved(
            layer, value, window, between, groups: channels, hasBias: hasBias && !isSeparable,
            name: isSeparable ? "\(layer.name)_depthwise" : layer.name)
        add(kernel.transposed([1, 2, 0])?.reshaped([between, 1, window.kernel]), "\(deep.reference).weight")
        guard isSeparable else {
            if hasBias { add(try weight(layer, place, 1, [between]), "\(deep.reference).bias") }
            return try activatedChannels(deep, of: layer, place)
        }
        let filters = try layer.size("filters")
        let point = try weight(layer, place, 1, [1, between, filters])
        let bias = hasBias ? try weight(layer, place, 2, [filters]) : nil
        let settings: [(String, SpecEntry.Value)] = [
            ("out_channels", .integer(filters)), ("kernel_size", .integer(1)),
        ]
        let written = append(
            layer, .entry(SpecEntry("conv1d", over(settings + (hasBias ? [] : [("bias", .boolean(false))])))),
            from: [deep], word: "conv")
        add(point.transposed([2, 1, 0]), "\(written).weight")
        add(bias, "\(written).bias")
        var made = deep.renamed(written)
        made.sizes[0] = filters
        return try activatedChannels(made, of: layer, place)
    }

    /// Inside a step the channels are not the last axis, which a softmax would take.
    private mutating func activatedChannels(
        _ value: KerasValue, of layer: KerasLayer, _ place: WeightPlace
    ) throws(KerasMistake) -> KerasValue {
        let name = layer.config["activation"]?.string ?? layer.config["activation"]?["class_name"]?.string ?? ""
        if isDistributed, name.lowercased().contains("softmax") { throw layer.mistake(.setting("activation", name)) }
        return try activated(value, of: layer, place)
    }

    private mutating func readPool(_ layer: KerasLayer, _ value: KerasValue) throws(KerasMistake) -> KerasValue {
        let size = try layer.sizeOfOne("pool_size", 2)
        let stride = try layer.sizeOfOne("strides", size)
        let padding = layer.config["padding"]?.string ?? "valid"
        let word = layer.kind.hasPrefix("Max") ? "max_pool1d" : "avg_pool1d"
        let count = length(value)
        // Where nothing is left over, Keras pads nothing either.
        let isWhole = count.map { $0.isMultiple(of: stride) && size == stride } ?? false
        guard padding == "valid" || (padding == "same" && (size == 1 || isWhole)) else {
            throw layer.mistake(.setting("padding", padding))
        }
        var settings: [(String, SpecEntry.Value)] = [("kernel_size", .integer(size))]
        if stride != size { settings.append(("stride", .integer(stride))) }
        let made = apply(layer, .entry(SpecEntry(word, over(settings))), to: value, word: "pool")
        return resized(
            made, count.map { windowCount($0, extent: size, stride: stride) }, by: layer,
            keepsAxis: size == 1 && stride == 1)
    }

    /// Zeros before and after, or steps cut off there.
    private mutating func readEdges(_ layer: KerasLayer, _ value: KerasValue) throws(KerasMistake) -> KerasValue {
        let key = layer.kind == "Cropping1D" ? "cropping" : "padding"
        let given = layer.config[key]
        let sizes = given?.integer.map { [$0, $0] } ?? given?.elements?.compactMap(\.integer) ?? []
        guard sizes.count == 2, sizes.allSatisfy({ 0..<(1 << 24) ~= $0 }) else {
            throw .malformed(place: "\(layer.place).config.\(key)", expected: "one number or two")
        }
        let (left, right) = (sizes[0], sizes[1])
        let count = length(value)
        guard key == "cropping" else {
            let settings: [(String, SpecEntry.Value)] = [("left", .integer(left)), ("right", .integer(right))]
            let made = apply(layer, .entry(SpecEntry("pad", over(settings))), to: value, word: "padded")
            return resized(made, count.map { $0 + left + right }, by: layer, keepsAxis: left + right == 0)
        }
        guard !isDistributed else { throw layer.mistake(.needsTime) }
        return stepRange(layer, value, start: left == 0 ? nil : left, stop: right == 0 ? nil : -right)
    }

    /// Some of the steps, by Python's rules.
    mutating func stepRange(_ layer: KerasLayer, _ value: KerasValue, start: Int?, stop: Int?) -> KerasValue {
        var settings: [(String, SpecEntry.Value)] = []
        if let start { settings.append(("start", .integer(start))) }
        if let stop { settings.append(("stop", .integer(stop))) }
        guard let time = value.time else { return value }
        let made = apply(layer, .entry(SpecEntry("steps", settings)), to: value, word: "steps")
        let count = time.count.map { LSTMIR.sliced($0, start: start, stop: stop).count }
        return made.retimed(KerasTime(axis: .slice(time.axis, start: start, stop: stop), count: count)).masked(nil)
    }
}
