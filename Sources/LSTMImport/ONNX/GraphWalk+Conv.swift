// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// A convolution, or a window's pooling or padding, over time or over the positions inside a step.
struct ConvElement {
    /// The spec's word.
    var word: String
    var settings: [SpecEntry.Setting]
    /// (out, in / groups, kernel).
    var weight: TensorView?
    var bias: TensorView?
    var usualName: String
}

/// A window that goes over an axis.
private struct Window {
    var size: Int
    var stride: Int
    var dilation: Int
    var left: Int
    var right: Int

    var reach: Int { dilation * (size - 1) }

    func steps(of count: Int) -> Int { windowCount(count + left + right, extent: reach + 1, stride: stride) }
}

extension GraphWalk {
    mutating func visitConv(_ node: ONNXNode) throws(ONNXMistake) {
        var signal = try floats(node)
        let weight = try weight(node, 1)
        guard weight.shape.count == 3, signal.dims.count == 3, weight.shape.allSatisfy({ 1..<1 << 24 ~= $0 }) else {
            throw .node(node.place, .notInSpecs("a convolution over \(max(0, weight.shape.count - 2)) axes"))
        }
        let bias = node.input(2) == nil ? nil : try self.weight(node, 2)
        if let bias, bias.shape != [weight.shape[0]] {
            throw .node(
                node.place,
                .wrongShape(input: node.inputs[2], shape: bias.shape, expected: "(\(weight.shape[0]),)"))
        }
        let groups = node.attributes["group"]?.integer ?? 1
        let (channels, overflow) = weight.shape[1].multipliedReportingOverflow(by: groups)
        guard groups > 0, !overflow else { throw .node(node.place, .attribute("group", "\(groups)")) }
        try fixFeatures(signal, 1, channels, node)
        var window = try window(node, size: weight.shape[2])
        let name = moduleName(node, weights: [1, 2])
        if window.size == 1, window.stride == 1, window.left == 0, window.right == 0, groups == 1,
            let matrix = weight.removing(2)
        {
            return try pointwiseConv(signal, matrix, bias, node, name: name)
        }
        var padding: SpecEntry.Value? =
            window.left == window.right
            ? .integer(window.left)
            : window.stride == 1 && window.left + window.right == window.reach && window.right == window.left + 1
                ? .text("same")
                : window.right == 0 && window.left == window.reach ? .text("causal") : nil
        if padding == nil {
            signal = try padded(signal, 2, window.left, window.right, mode: "zeros", node, name: nil)
            (window.left, window.right, padding) = (0, 0, .integer(0))
        }
        var settings: [SpecEntry.Setting] = [
            .init("out_channels", .integer(weight.shape[0])), .init("kernel_size", .integer(window.size)),
        ]
        if window.stride != 1 { settings.append(.init("stride", .integer(window.stride))) }
        if let padding, padding != .integer(0) { settings.append(.init("padding", padding)) }
        if window.dilation != 1 { settings.append(.init("dilation", .integer(window.dilation))) }
        if groups != 1 { settings.append(.init("groups", .integer(groups))) }
        if bias == nil { settings.append(.init("bias", .boolean(false))) }
        let element = ConvElement(
            word: "conv1d", settings: settings, weight: weight, bias: bias, usualName: "conv")
        set(node, .signal(try windowed(signal, element, window, channels: weight.shape[0], node, name: name)))
    }

    /// A kernel of 1 is a linear layer over the channels.
    private mutating func pointwiseConv(
        _ signal: GraphSignal, _ matrix: TensorView, _ bias: TensorView?, _ node: ONNXNode, name: String?
    ) throws(ONNXMistake) {
        let (source, others) = try vectors(signal, along: 1, node)
        let result = try add(
            .linear(matrix, bias: bias), [source], node, name: name, outer: outer(source),
            sizes: sizes(source).dropLast() + [matrix.shape[0]])
        set(node, .signal(resized(signal, 1, others, to: matrix.shape[0], from: result)))
    }

    mutating func visitWindowPool(_ node: ONNXNode, _ word: String) throws(ONNXMistake) {
        let signal = try floats(node)
        guard let sizes = node.attributes["kernel_shape"]?.integers, sizes.count == 1, signal.dims.count == 3,
            1..<1 << 24 ~= sizes[0]
        else { throw .node(node.place, .notInSpecs("a pooling over several axes")) }
        guard node.attributes["ceil_mode"]?.integer ?? 0 == 0 else {
            throw .node(node.place, .attribute("ceil_mode", "1"))
        }
        let window = try window(node, size: sizes[0])
        guard window.dilation == 1 else { throw .node(node.place, .attribute("dilations", "\(window.dilation)")) }
        guard window.left == window.right else {
            throw .node(node.place, .attribute("pads", "\(window.left), \(window.right)"))
        }
        guard word == "max_pool1d" || window.left == 0 || node.attributes["count_include_pad"]?.integer == 1 else {
            throw .node(node.place, .attribute("count_include_pad", "0"))
        }
        var settings = [SpecEntry.Setting("kernel_size", .integer(window.size))]
        if window.stride != window.size { settings.append(.init("stride", .integer(window.stride))) }
        if window.left != 0 { settings.append(.init("padding", .integer(window.left))) }
        let element = ConvElement(word: word, settings: settings, usualName: "pool")
        set(
            node,
            .signal(
                try windowed(signal, element, window, channels: nil, node, name: moduleName(node, weights: []))))
    }

    mutating func visitPad(_ node: ONNXNode) throws(ONNXMistake) {
        let signal = try floats(node)
        let rank = signal.dims.count
        let pads: [Int]
        if let given = node.attributes["pads"]?.integers {
            pads = given
        } else {
            let known = try sizes(node, 1).map(\.known)
            guard !known.contains(nil) else { throw .node(node.place, .unknownAxes) }
            pads = known.compactMap(\.self)
        }
        let axes = try axes(node, rank: rank, input: 3) ?? Array(0..<rank)
        guard pads.count == 2 * axes.count else { throw .node(node.place, .unknownAxes) }
        let padded = axes.indices.filter { pads[$0] != 0 || pads[$0 + axes.count] != 0 }
        guard let place = padded.first else { return set(node, .signal(signal)) }
        let (left, right) = (pads[place], pads[place + axes.count])
        guard padded.count == 1, 0..<1 << 24 ~= left, 0..<1 << 24 ~= right else {
            throw .node(node.place, .notInSpecs("a padding of several axes, or a negative one"))
        }
        let given = node.attributes["mode"]?.text ?? "constant"
        let modes = ["constant": "zeros", "reflect": "reflect", "edge": "replicate"]
        guard let mode = modes[given] else { throw .node(node.place, .attribute("mode", given)) }
        if mode == "zeros" {
            let value = try optionalValue(node, 2).map { scalar($0) } ?? Double(node.attributes["value"]?.float ?? 0)
            guard value == 0 else { throw .node(node.place, .attribute("constant_value", "other than 0")) }
        }
        set(
            node,
            .signal(
                try self.padded(signal, axes[place], left, right, mode: mode, node, name: moduleName(node, weights: []))
            ))
    }

    private mutating func padded(
        _ signal: GraphSignal, _ axis: Int, _ left: Int, _ right: Int, mode: String, _ node: ONNXNode, name: String?
    ) throws(ONNXMistake) -> GraphSignal {
        var settings = [SpecEntry.Setting("left", .integer(left)), .init("right", .integer(right))]
        if mode != "zeros" { settings.append(.init("mode", .text(mode))) }
        let element = ConvElement(word: "pad", settings: settings, usualName: "pad")
        let window = Window(size: 1, stride: 1, dilation: 1, left: left, right: right)
        return try along(signal, axis, channelAxis: nil, element, window, channels: nil, node, name: name)
    }

    /// A window over the last axis of (N, C, L).
    private mutating func windowed(
        _ signal: GraphSignal, _ element: ConvElement, _ window: Window, channels: Int?, _ node: ONNXNode,
        name: String?
    ) throws(ONNXMistake) -> GraphSignal {
        try along(signal, 2, channelAxis: 1, element, window, channels: channels, node, name: name)
    }

    private mutating func along(
        _ signal: GraphSignal, _ axis: Int, channelAxis: Int?, _ element: ConvElement, _ window: Window,
        channels: Int?, _ node: ONNXNode, name: String?
    ) throws(ONNXMistake) -> GraphSignal {
        guard SpecLanguage.has(element.word) else { throw .node(node.place, .notInSpecs("a \(element.word)")) }
        var element = element
        let dim = signal.dims[axis]
        let others = signal.dims.indices.filter { $0 != axis && !innerAtoms(signal.dims[$0]).isEmpty }
        guard others.allSatisfy({ $0 == channelAxis || channelAxis == nil }), others.count <= 1 else {
            throw .node(node.place, .axis(text(signal)))
        }
        let held = others.map { innerAtoms(signal.dims[$0]) }
        var result = signal
        if let time = dim.first(where: isOuter) {
            guard dim.count == 1, atoms.role(time) != .batch else { throw .node(node.place, .axis(text(signal))) }
            guard lengthsInput == nil else { throw .node(node.place, .lengthsHere("a \(element.word)")) }
            let root = atoms.root(time)
            let outside = Set(outer(signal.source).map(atoms.root))
            guard outside.contains(root), let source = try arranged(signal, held.isEmpty ? [[]] : held, node) else {
                throw .node(node.place, .axis(text(signal)))
            }
            let keeps = window.stride == 1 && window.left + window.right == window.reach
            let count = atoms.size(root).map { window.steps(of: $0) }
            guard count != 0 else { throw .node(node.place, .notInSpecs("no step at all")) }
            let after = keeps ? root : atoms.outer(count, role: .time)
            let out = channels ?? sizes(source).last ?? nil
            result.source = try add(
                .conv(element), [source], node, name: name, outer: Set(outside.filter { $0 != root } + [after]),
                sizes: [out], time: root)
            result.dims[axis] = [after]
            if let channelAxis {
                let atom = channels == nil && !held.isEmpty ? held[0] : [atoms.inner(out)]
                result.dims[channelAxis] = atom
                result.order = atom
            }
            return result
        }
        // Over the positions inside a step.
        let group = innerAtoms(dim)
        let open = group.first { atoms.size($0) == nil }
        if let open, let origin = atoms.origin(open) { throw .inputFeatures(model.graph.inputs[origin.input].name) }
        guard outerAtoms(dim).isEmpty, let length = group.isEmpty ? 1 : count(group) else {
            throw .node(node.place, .axis(text(signal)))
        }
        let groups = (channelAxis == nil && held.isEmpty ? [] : [held.first ?? []]) + [group]
        guard let source = try arranged(signal, groups, node) else { throw .node(node.place, .axis(text(signal))) }
        let after = window.steps(of: length)
        guard after > 0 else { throw .node(node.place, .notInSpecs("no position at all")) }
        element.settings.append(.init("over", .text("positions")))
        let out = channels ?? (groups.count == 2 ? sizes(source).first ?? nil : nil)
        result.source = try add(
            .conv(element), [source], node, name: name, outer: outer(source),
            sizes: (groups.count == 2 ? [out] : []) + [after])
        let position = [atoms.inner(after)]
        result.dims[axis] = position
        var channel = held.first ?? []
        if let channelAxis, channels != nil {
            channel = [atoms.inner(out)]
            result.dims[channelAxis] = channel
        }
        result.order = channel + position
        return result
    }

    private func window(_ node: ONNXNode, size: Int) throws(ONNXMistake) -> Window {
        func one(_ name: String, _ standard: Int) throws(ONNXMistake) -> Int {
            let values = node.attributes[name]?.integers ?? []
            guard values.count <= 1, 1..<1 << 24 ~= values.first ?? standard else {
                throw .node(node.place, .attribute(name, "\(values.prefix(4))"))
            }
            return values.first ?? standard
        }
        var window = Window(
            size: size, stride: try one("strides", 1), dilation: try one("dilations", 1), left: 0, right: 0)
        guard !window.dilation.multipliedReportingOverflow(by: size).overflow else {
            throw .node(node.place, .attribute("dilations", "\(window.dilation)"))
        }
        switch node.attributes["auto_pad"]?.text ?? "NOTSET" {
        case "NOTSET", "":
            let pads = node.attributes["pads"]?.integers ?? []
            guard pads.isEmpty || (pads.count == 2 && pads.allSatisfy({ 0..<1 << 24 ~= $0 })) else {
                throw .node(node.place, .attribute("pads", "\(pads.prefix(4))"))
            }
            if pads.count == 2 { (window.left, window.right) = (pads[0], pads[1]) }
        case "VALID": break
        case "SAME_UPPER" where window.stride == 1:
            window.left = window.reach / 2
            window.right = window.reach - window.left
        case let other: throw .node(node.place, .attribute("auto_pad", other))
        }
        return window
    }
}
