// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// The axis that windows slide along: of a convolution, a pool or a pad.
public enum WindowAxis: String, Hashable, CaseIterable, Sendable {
    /// One step after another.
    case time
    /// The last axis inside a step.
    case positions
}

/// Windows that slide along an axis with something before and after it.
public struct Windows: Hashable, Sendable {
    /// kernel_size: the elements of a window.
    public let size: Int
    /// Elements from one window's first to the next one's.
    public let stride: Int
    /// The elements that stand before the axis.
    public let left: Int
    /// The elements that stand after it.
    public let right: Int
    /// Elements from one of a window to the next.
    public let dilation: Int

    /// Elements from a window's first to its last, both included.
    public var extent: Int { dilation * (size - 1) + 1 }
    /// The extent less what stands around the axis: the fewest elements that have a window.
    public var least: Int { extent - left - right }
    /// The windows that fit on an axis of `length` elements.
    public func count(of length: Int) -> Int { windowCount(length, extent: least, stride: stride) }
    /// True for one element at a time.
    public var isPointwise: Bool { size == 1 && stride == 1 && left == 0 && right == 0 }
    /// True where each window ends at an element of its own; the first one at the first element, or where it has all of its
    /// elements.
    public var endAtSteps: Bool { stride == 1 && right == 0 && left < extent }
}

/// The keys that several kinds have.
enum WindowKeys {
    static let kernelSize = LayerKey.integer(
        "kernel_size", minimum: 1, maximum: Limits.window, required: true, "The elements of a window.")
    static let over = LayerKey<WindowAxis>.choice(
        "over", default: "time", "The axis: time, one step after another; or positions, the last axis inside a step.")
}

extension Limits {
    /// Elements of windows, between them and around an axis: sums and products of them stay far from overflowing.
    static let window = 1 << 24
}

/// What a layer with windows is given, as far as it is known.
struct WindowSite {
    /// The axis that the windows slide along.
    var axis: WindowAxis
    /// The sizes inside a step before the positions: [channels].
    var outer: [Int]
    /// The positions; nil over time.
    var positions: Int?
}

extension Lowering {
    /// A number of elements from `minimum` to the limit; `standard` where the key is absent.
    mutating func window(_ entry: LayerEntry, _ key: LayerKey<Int>, default standard: Int?) -> Int? {
        if entry[key].isAbsent { return standard }
        guard let value = size(entry, key), let place = entry[key].location else { return nil }
        return limited(value, key.name, at: place)
    }

    mutating func limited(_ value: Int, _ key: String, at place: SourceLocation) -> Int? {
        if value <= Limits.window { return value }
        report(.tooMany(key: key, value: value, limit: Limits.window), at: place)
        return nil
    }

    /// What the layer is given; nil, and reported, where it has not the axis, or not the axes that the kind needs.
    ///
    /// - Parameters:
    ///   - vectors: Whether a step must be a vector over time, and channels and positions over positions.
    ///   - pointwise: Whether the layer looks at one step at a time, so that it needs no time axis.
    mutating func windowSite(_ site: LayerSite, vectors: Bool, pointwise: Bool = false) -> WindowSite? {
        guard let axis = site.entry[WindowKeys.over].value(default: .time), let sizes = site.given.flow.knownSizes
        else {
            return nil
        }
        switch axis {
        case .time:
            if site.given.flow.time == .absent, !pointwise {
                report(.needsTime(layer: site.name, kind: site.kind.word), at: site.location)
                return nil
            }
            if vectors, sizes.count > 1 {
                report(.needsVectors(layer: site.name, kind: site.kind.word), at: site.location)
                return nil
            }
            return WindowSite(axis: axis, outer: sizes)
        case .positions:
            if vectors, sizes.count != 2 {
                report(.needsTwoAxes(layer: site.name, kind: site.kind.word), at: site.location)
                return nil
            }
            guard let positions = sizes.last else { return nil }
            return WindowSite(axis: axis, outer: sizes.dropLast(), positions: positions)
        }
    }

    /// The flow after windows, with `outer` sizes before the positions, or over time instead of all sizes; nil, and
    /// reported, where no window fits.
    mutating func slid(
        _ windows: Windows, _ given: WindowSite, outer: [Int], _ site: inout LayerSite, at place: SourceLocation
    ) -> Flow? {
        if let positions = given.positions {
            let count = windows.count(of: positions)
            if count == 0 {
                report(
                    .tooShort(layer: site.name, axis: "positions", needed: windows.least, given: positions), at: place,
                    notes: site.given.origin.map { [$0] } ?? [])
                return nil
            }
            guard let total = checkedProduct(outer + [count]), checkedProduct(total, 4) != nil else {
                reportOverflow(
                    "the output of layer \(quoted(site.name))", at: site.location,
                    factors: [site.factor].compactMap(\.self))
                return nil
            }
            site.setOrigin(count, "windows", at: site.location)
            return .floats(outer + [count], site.given.flow.time)
        }
        guard case .steps(let steps) = site.given.flow.time else { return .floats(outer, site.given.flow.time) }
        if case .fixed(let count) = steps, windows.count(of: count) == 0 {
            report(.tooShort(layer: site.name, axis: "steps", needed: windows.least, given: count), at: place)
            return nil
        }
        return .floats(outer, .steps(steps.windows(extent: windows.least, stride: windows.stride)))
    }
}
