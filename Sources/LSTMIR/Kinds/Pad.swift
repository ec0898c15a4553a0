// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.functional.pad: elements before and after an axis.
public struct Pad: OperationDescription {
    /// What the new elements are, by PyTorch's names.
    public enum Mode: String, Hashable, CaseIterable, Sendable {
        /// PyTorch's `constant` of 0.
        case zeros
        /// The elements mirrored at the first and at the last, which are not repeated.
        case reflect
        /// The first and the last element.
        case replicate
    }

    /// The elements before the axis.
    public let left: Int
    /// The elements after it.
    public let right: Int
    /// What they are.
    public let mode: Mode
    /// The axis that becomes longer.
    public let over: WindowAxis
    /// The positions; 0 over time.
    public let positions: Int

    /// The fewest elements that it can mirror.
    public var least: Int { mode == .reflect ? max(left, right) + 1 : 1 }

    public var kind: OperationKind { .pad }
    public var arguments: [Setting] {
        [
            .init("left", left), .init("right", right), .init("mode", .text(mode.rawValue)),
            .init("over", .text(over.rawValue)),
        ]
    }
    public var timing: Timing { over == .positions || isIdentity ? .perStep : .wholeSequences }
    public var isIdentity: Bool { left == 0 && right == 0 }
}

extension OperationKind {
    static let pad = OperationKind(
        LayerKind(
            "pad", "torch.nn.functional.pad: elements before and after each sequence, or the positions of each step.",
            keys: [Keys.left.any, Keys.right.any, Keys.mode.any, WindowKeys.over.any],
            otherWords: ["before": "left", "after": "right", "padding_mode": "mode"]),
        .shape
    ) { site, lowering in
        let left = lowering.window(site.entry, Keys.left, default: 0)
        let right = lowering.window(site.entry, Keys.right, default: 0)
        guard let left, let right, let mode = site.entry[Keys.mode].value(default: .zeros),
            let given = lowering.windowSite(site, vectors: false, pointwise: left == 0 && right == 0)
        else { return nil }
        let pad = Pad(left: left, right: right, mode: mode, over: given.axis, positions: given.positions ?? 0)
        let place = site.entry[Keys.mode].location ?? site.location
        var known = given.positions
        if known == nil, case .steps(.fixed(let count)) = site.given.flow.time { known = count }
        if let known, known < pad.least {
            let axis = given.positions == nil ? "steps" : "positions"
            lowering.report(.tooShort(layer: site.name, axis: axis, needed: pad.least, given: known), at: place)
            return nil
        }
        let windows = Windows(size: 1, stride: 1, left: left, right: right, dilation: 1)
        guard let output = lowering.slid(windows, given, outer: given.outer, &site, at: place) else { return nil }
        site.output = output
        return .pad(pad)
    }

    private enum Keys {
        static let left = LayerKey.integer("left", minimum: 0, default: "0", "The elements before.")
        static let right = LayerKey.integer("right", minimum: 0, default: "0", "The elements after.")
        static let mode = LayerKey<Pad.Mode>.choice(
            "mode", default: "zeros",
            "What the elements are: zeros; reflect, mirrored at the first and the last, which are not repeated; replicate, the "
                + "first and the last.")
    }
}
