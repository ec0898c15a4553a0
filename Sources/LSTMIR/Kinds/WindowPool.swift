// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.MaxPool1d or torch.nn.AvgPool1d: the largest value, or the mean, of each window.
public struct WindowPool: OperationDescription {
    /// What is made of a window, by the spec's words.
    public enum Function: String, CaseIterable, Sendable {
        /// The largest value.
        case max = "max_pool1d"
        /// The mean.
        case average = "avg_pool1d"
    }

    /// What is made of a window.
    public let function: Function
    /// What stands around the axis is no value for the largest, and zero for the mean.
    public let windows: Windows
    /// The axis that the windows slide along.
    public let over: WindowAxis
    /// The positions that it is given; 0 over time.
    public let positions: Int
    /// The positions that it gives; 0 over time.
    public let newPositions: Int

    public var kind: OperationKind { function.kind }
    public var arguments: [Setting] {
        [
            .init("kernel_size", windows.size), .init("stride", windows.stride), .init("padding", windows.left),
            .init("over", .text(over.rawValue)),
        ]
    }
    public var timing: Timing { over == .positions || windows.isPointwise ? .perStep : .wholeSequences }
    public var isIdentity: Bool { windows.isPointwise }
}

extension WindowPool.Function {
    var kind: OperationKind {
        switch self {
        case .max: Self.maxKind
        case .average: Self.averageKind
        }
    }

    private static let maxKind = kind(
        .max, "torch.nn.MaxPool1d: the largest value of each window.", ["maxpool", "max_pool", "maxpool1d"])
    private static let averageKind = kind(
        .average, "torch.nn.AvgPool1d: the mean of each window, the zeros of its padding included.",
        ["avgpool", "avg_pool", "avgpool1d", "average_pool1d"])

    private static func kind(_ function: Self, _ summary: String, _ nicknames: [String]) -> OperationKind {
        OperationKind(
            LayerKind(
                function.rawValue, summary,
                keys: [WindowKeys.kernelSize.any, Keys.stride.any, Keys.padding.any, WindowKeys.over.any],
                otherWords: [
                    "size": "kernel_size", "kernel": "kernel_size", "strides": "stride", "pool_size": "kernel_size",
                ],
                nicknames: nicknames),
            .pooling
        ) { site, lowering in
            let size = lowering.window(site.entry, WindowKeys.kernelSize, default: nil)
            let stride = lowering.window(site.entry, Keys.stride, default: size)
            let padding = lowering.window(site.entry, Keys.padding, default: 0)
            if let size, let padding, padding > size / 2, let place = site.entry[Keys.padding].location {
                lowering.report(
                    .outOfRange(key: "padding", value: "\(padding)", range: "at most half of kernel_size, \(size / 2)"),
                    at: place)
                return nil
            }
            guard let size, let stride, let padding else { return nil }
            let windows = Windows(size: size, stride: stride, left: padding, right: padding, dilation: 1)
            guard let given = lowering.windowSite(site, vectors: false, pointwise: windows.isPointwise) else {
                return nil
            }
            let place = site.entry[WindowKeys.kernelSize].location ?? site.location
            guard let output = lowering.slid(windows, given, outer: given.outer, &site, at: place) else { return nil }
            site.output = output
            return .windowPool(
                WindowPool(
                    function: function, windows: windows, over: given.axis, positions: given.positions ?? 0,
                    newPositions: given.positions.map(windows.count) ?? 0))
        }
    }

    private enum Keys {
        static let stride = LayerKey.integer(
            "stride", minimum: 1, maximum: Limits.window,
            "Elements from one window to the next. Default: kernel_size.")
        static let padding = LayerKey.integer(
            "padding", minimum: 0, default: "0", "Elements before and after; at most half of kernel_size.")
    }
}
