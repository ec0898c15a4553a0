// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// Python's slice of the last axis.
public struct Slice: OperationDescription {
    /// The first element that is taken.
    public let start: Int
    /// The number that are taken.
    public let count: Int
    /// The size of the axis.
    public let size: Int

    public var kind: OperationKind { .slice }
    public var arguments: [Setting] { [.init("start", start), .init("stop", start + count)] }
    public var isIdentity: Bool { start == 0 && count == size }
}

/// torch.flatten or torch.unflatten inside a step: the same values with other axes.
public struct Reshape: OperationDescription {
    /// The new axes.
    public let sizes: [Int]
    /// True for `unflatten`.
    public let splits: Bool

    public var kind: OperationKind { splits ? .unflatten : .flatten }
    public var arguments: [Setting] { [.init("shape", .integers(sizes))] }
    public var isIdentity: Bool { true }
}

/// (channels, positions) to (positions, channels) inside a step.
public struct Transpose: OperationDescription {
    /// The first axis of a step.
    public let channels: Int
    /// The second axis of a step.
    public let positions: Int

    public var kind: OperationKind { .transpose }
    public var arguments: [Setting] { [.init("channels", channels), .init("positions", positions)] }
    public var isIdentity: Bool { channels == 1 || positions == 1 }
}

extension OperationKind {
    static let slice = OperationKind(
        LayerKind(
            "slice", "A part of the last axis, by Python's rules.", keys: [start.any, stop.any],
            otherWords: ["begin": "start", "end": "stop"]),
        .shape
    ) { site, lowering in
        guard let size = site.given.flow.size, !site.entry[start].isInvalid, !site.entry[stop].isInvalid else {
            site.output = site.given.flow.resized(nil)
            return nil
        }
        let range = sliced(size, start: site.entry[start].value, stop: site.entry[stop].value)
        site.output = site.given.flow.resized(range.isEmpty ? nil : range.count)
        let place = site.entry[stop].location ?? site.entry[start].location ?? site.location
        site.setOrigin(range.count, "slice", at: place)
        if range.isEmpty {
            lowering.report(.emptySlice(layer: site.name, size: size), at: place)
            return nil
        }
        return .slice(Slice(start: range.lowerBound, count: range.count, size: size))
    }

    private static let start = LayerKey.integer(
        "start", minimum: nil, default: "0", "The first element; a negative one counts from the end.")
    private static let stop = LayerKey.integer(
        "stop", minimum: nil,
        "The element after the last; a negative one counts from the end. Default: the size of the axis.")

    static let flatten = OperationKind(
        LayerKind("flatten", "All axes inside a step as one, in PyTorch's order."), .shape
    ) { site, _ in
        let sizes = site.given.flow.knownSizes
        let count = sizes.flatMap { checkedProduct($0) }
        site.output = site.given.flow.reshaped(count.map { [$0] } ?? nil)
        site.setOrigin(count, "axes", at: site.location)
        return count.map { .reshape(Reshape(sizes: [$0], splits: false)) }
    }

    static let unflatten = OperationKind(
        LayerKind("unflatten", "A vector as channels and positions, in PyTorch's order.", keys: [shape.any]), .shape
    ) { site, lowering in
        let sizes = lowering.sizes(site.entry[shape], "shape")
        site.output = site.given.flow.reshaped(sizes)
        guard let sizes, let given = site.given.flow.knownSizes, let place = site.entry[shape].location else {
            return nil
        }
        guard let count = checkedProduct(sizes), count == checkedProduct(given) else {
            lowering.report(
                .shapeMismatch(layer: site.name, shape: sizes, given: given), at: place,
                notes: site.given.origin.map { [$0] } ?? [])
            return nil
        }
        return .reshape(Reshape(sizes: sizes, splits: true))
    }

    private static let shape = LayerKey.sizes("shape", "The sizes: [channels, positions].")

    static let transpose = OperationKind(
        LayerKind("transpose", "The two axes inside a step changed round: (C, L) to (L, C)."), .shape
    ) { site, lowering in
        guard let sizes = site.given.flow.knownSizes else {
            site.output = site.given.flow.reshaped(nil)
            return nil
        }
        guard sizes.count == 2 else {
            site.output = site.given.flow.reshaped(nil)
            lowering.report(.needsTwoAxes(layer: site.name, kind: site.kind.word), at: site.location)
            return nil
        }
        site.output = site.given.flow.reshaped([sizes[1], sizes[0]])
        return .transpose(Transpose(channels: sizes[0], positions: sizes[1]))
    }
}
