// SPDX-License-Identifier: Apache-2.0

import LSTMLayout
import LSTMSpec

/// torch.nn.Conv1d, over time or over the positions inside a step.
///
/// Its weight is (out_channels, in_channels / groups, kernel_size).
public struct Conv1d: OperationDescription {
    /// How the axis is filled up.
    public enum Padding: Hashable, Sendable {
        /// So many zeros before and after.
        case number(Int)
        /// As many zeros as it takes to have a window for each element; of an odd number, one more after than before.
        case same
        /// The same, all of them before: a window ends at its element.
        case causal
    }

    /// in_channels: the size of a vector, C of (C, L).
    public let inChannels: Int
    /// out_channels.
    public let outChannels: Int
    /// kernel_size, stride and dilation, and the zeros around the axis.
    public let windows: Windows
    /// As the spec has it.
    public let padding: Padding
    /// groups: the parts that the channels are in.
    public let groups: Int
    /// Whether it adds a bias.
    public let bias: Bool
    /// The axis that it slides along.
    public let over: WindowAxis
    /// L of the (C, L) that it is given; 1 over time.
    public let positions: Int
    /// L of the (C, L) that it gives; 1 over time.
    public let newPositions: Int

    public var kind: OperationKind { .conv1d }
    public var arguments: [Setting] {
        [
            .init("in_channels", inChannels), .init("out_channels", outChannels), .init("kernel_size", windows.size),
            .init("stride", windows.stride), .init("padding", padding.value), .init("dilation", windows.dilation),
            .init("groups", groups), .init("bias", bias), .init("over", .text(over.rawValue)),
        ]
    }
    public var parameters: [LocalParameter] {
        [LocalParameter(key: "weight", shape: [outChannels, inChannels / groups, windows.size], isMatrix: true)]
            + (bias ? [LocalParameter(key: "bias", shape: [outChannels])] : [])
    }
    /// Multiply-adds of one step that it gives.
    public var cost: Cost? {
        let products = checkedProduct(outChannels, inChannels / groups, windows.size)
        return Cost(
            parameters: checkedSum([products, bias ? outChannels : 0]),
            macsPerStep: products.flatMap { checkedProduct($0, newPositions) },
            stateFloats: streams ? checkedProduct(windows.extent - 1, inChannels) : 0)
    }
    public var timing: Timing {
        over == .positions || windows.isPointwise ? .perStep : streams ? .recurrently : .wholeSequences
    }
    public var initialWidth: Int { inChannels / groups * windows.size }

    /// True over time where each window ends at a step of its own.
    public var streams: Bool { over == .time && !windows.isPointwise && windows.endAtSteps }
    public var past: Int { streams ? (windows.extent - 1) * inChannels : 0 }
    public var delay: Int { streams ? windows.extent - 1 - windows.left : 0 }

    /// Floats of workspace for one step.
    public var stepWorkspace: Int {
        let channels = inChannels / groups
        switch over {
        case .positions:
            return lstmc_conv_positions_workspace(
                positions + windows.left + windows.right, newPositions, windows.size, windows.dilation, channels,
                outChannels / groups)
        case .time:
            return windows.isPointwise
                ? 0 : lstmc_conv_stream_workspace(1, windows.size, windows.dilation, inChannels, channels)
        }
    }

    /// Floats of workspace for a sequence of `steps`, about; nil where that overflows.
    public func workspace(steps: Int) -> Int? {
        let channels = inChannels / groups
        let padded = checkedSum([steps, windows.left, windows.right])
        let window = checkedProduct(LSTMC_WINDOWS_AT_ONCE, windows.size, channels)
        switch over {
        case .positions:
            return checkedSum([
                checkedProduct(LSTMC_WINDOWS_AT_ONCE + positions + windows.left + windows.right, channels),
                window, checkedProduct(newPositions + LSTMC_WINDOWS_AT_ONCE, outChannels),
            ])
        case .time: return checkedSum([padded.flatMap { checkedProduct($0, inChannels) }, window])
        }
    }
}

extension Conv1d.Padding {
    fileprivate var value: Setting.Value {
        switch self {
        case .number(let count): .integer(count)
        case .same: .text("same")
        case .causal: .text("causal")
        }
    }
}

extension OperationKind {
    static let conv1d = OperationKind(
        LayerKind(
            "conv1d",
            "torch.nn.Conv1d. Over time it takes a vector at each step, and each sequence gives what it gives alone; over "
                + "positions it takes (C, L) at each step. A kernel of 1 stands wherever a linear does. Over time it streams where "
                + "each window ends at a step of its own: stride 1, and padding 0 or causal; without padding a stream's first "
                + "steps have no result. A model with another one has no State.",
            keys: [
                Keys.outChannels.any, WindowKeys.kernelSize.any, Keys.inChannels.any, Keys.stride.any,
                Keys.padding.any, Keys.dilation.any, Keys.groups.any, Keys.bias.any, WindowKeys.over.any,
            ],
            otherWords: [
                "filters": "out_channels", "out": "out_channels", "channels": "out_channels", "kernel": "kernel_size",
                "size": "kernel_size", "strides": "stride", "dilation_rate": "dilation", "use_bias": "bias",
                "in": "in_channels",
            ], nicknames: ["conv", "convolution", "conv_1d", "convolution1d"]),
        .matrix
    ) { site, lowering in lowering.lowerConv1d(&site) }

    private typealias Keys = Conv1dKeys
}

private enum Conv1dKeys {
    static let outChannels = LayerKey.integer(
        "out_channels", minimum: 1, required: true, "The number of channels that the layer gives.")
    static let inChannels = LayerKey.integer(
        "in_channels", minimum: 1,
        "The number of channels that the layer is given; checked where it is written. Default: what the layer before gives."
    )
    static let stride = LayerKey.integer(
        "stride", minimum: 1, maximum: Limits.window, default: "1", "Elements from one window to the next.")
    static let padding = LayerKey<IntegerOrWord>.integer(
        "padding", minimum: 0, or: ["same", "causal"], default: "0",
        "Zeros before and after the axis. same: as many as it takes to give as many elements as there are, where stride is 1; "
            + "causal: dilation * (kernel_size - 1), all before.")
    static let dilation = LayerKey.integer(
        "dilation", minimum: 1, maximum: Limits.window, default: "1", "Elements from one of a window to the next.")
    static let groups = LayerKey.integer(
        "groups", minimum: 1, default: "1",
        "The parts that the channels are in, each of which gives its part of the result.")
    static let bias = LayerKey.boolean("bias", default: "true", "Whether the layer adds a bias.")
}

extension Lowering {
    fileprivate mutating func lowerConv1d(_ site: inout LayerSite) -> Operation? {
        typealias Keys = Conv1dKeys
        let entry = site.entry
        let outChannels = size(entry, Keys.outChannels)
        let form = convolutionWindows(entry)
        let groups = entry[Keys.groups].isAbsent ? 1 : size(entry, Keys.groups)
        // With a hole among the numbers, nothing is said about the axes that they decide.
        guard let given = windowSite(site, vectors: true, pointwise: form?.windows.isPointwise ?? true),
            let inChannels = given.outer.first
        else { return nil }
        checkJoin(Keys.inChannels, site, with: inChannels)
        let isDivided = isDivided(entry[Keys.groups], groups, inChannels, outChannels)
        let factor = SizeFactor(Keys.outChannels, entry)
        site.setOrigin(outChannels, "out_channels", at: factor?.location, factor)
        guard let outChannels, let form, let groups, isDivided, !entry[Keys.inChannels].isInvalid,
            let bias = entry[Keys.bias].value(default: true),
            let output = slid(
                form.windows, given, outer: [outChannels], &site,
                at: entry[WindowKeys.kernelSize].location ?? site.location)
        else { return nil }
        site.output = output
        func conv(_ sizes: [Int]) -> Conv1d {
            Conv1d(
                inChannels: sizes[0], outChannels: sizes[1], windows: form.windows, padding: form.padding,
                groups: groups, bias: bias, over: given.axis, positions: given.positions ?? 1,
                newPositions: given.positions.map(form.windows.count) ?? 1)
        }
        site.sizes = SizeFactors(
            factors: [site.given.factor, factor], values: [inChannels, outChannels], smallest: [groups, groups],
            fit: { conv($0).cost != nil })
        return .conv1d(conv([inChannels, outChannels]))
    }

    /// The windows with what stands around the axis; nil for a hole, and where numbers are wrong.
    private mutating func convolutionWindows(_ entry: LayerEntry) -> (windows: Windows, padding: Conv1d.Padding)? {
        typealias Keys = Conv1dKeys
        let size = window(entry, WindowKeys.kernelSize, default: nil)
        let stride = window(entry, Keys.stride, default: 1)
        let dilation = window(entry, Keys.dilation, default: 1)
        guard let padding = entry[Keys.padding].value(default: .integer(0)) else { return nil }
        let place = entry[Keys.padding].location ?? entry.location
        var around: Conv1d.Padding?
        switch padding {
        case .integer(let value) where value < 0:
            report(.outOfRange(key: "padding", value: "\(value)", range: "at least 0"), at: place)
        case .integer(let value): around = limited(value, "padding", at: place).map { .number($0) }
        case .word("same"):
            if let stride, stride != 1 {
                report(
                    .outOfRange(key: "padding", value: "same", range: "a number or causal, where stride is \(stride)"),
                    at: place)
            } else {
                around = .same
            }
        case .word: around = .causal
        }
        guard let size, let stride, let dilation, let around else { return nil }
        let before = dilation * (size - 1)
        guard limited(before, "dilation", at: entry[Keys.dilation].location ?? place) != nil else { return nil }
        let (left, right) =
            switch around {
            case .number(let count): (count, count)
            case .same: (before / 2, before - before / 2)
            case .causal: (before, 0)
            }
        return (Windows(size: size, stride: stride, left: left, right: right, dilation: dilation), around)
    }

    /// Whether groups divides both numbers of channels; reports where it does not.
    private mutating func isDivided(_ field: Field<Int>, _ groups: Int?, _ given: Int, _ gives: Int?) -> Bool {
        guard let groups, let place = field.location else { return true }
        let wrong = [given, gives ?? groups].filter { $0 % groups != 0 }
        if wrong.isEmpty { return true }
        let others = gives.map { " and of the \($0) it gives" } ?? ""
        let range = "a divisor of the \(given) channels that it is given" + others
        report(.outOfRange(key: "groups", value: "\(groups)", range: range), at: place)
        return false
    }
}
