// SPDX-License-Identifier: Apache-2.0

/// The axes of a value: batch is always there, time may be, and the sizes inside a step are known.
public struct Shape: Hashable, Sendable {
    /// What the elements are.
    public enum Element: Hashable, Sendable {
        /// float32.
        case float
        /// int32: token ids, and the results of `argmax`.
        case integer
    }

    /// What the elements are.
    public let element: Element
    /// The time axis; nil where there is none.
    public let steps: Steps?
    /// The sizes inside a step, outermost first: [20] of a vector, [4, 129] of channels and positions, [] of a token id.
    public let sizes: [Int]

    package init(_ sizes: [Int], steps: Steps?, element: Element = .float) {
        (self.element, self.steps, self.sizes) = (element, steps, sizes)
    }

    /// The size of the last axis; nil for integers, which have none.
    public var size: Int? { sizes.last }

    /// The values of one step: the product of the sizes.
    public var count: Int { sizes.reduce(1, *) }

    /// The vectors of one step: the product of all sizes but the last.
    public var vectors: Int { sizes.dropLast().reduce(1, *) }

    /// Whether there is a time axis.
    public var hasTime: Bool { steps != nil }

    /// The same without a time axis.
    package var withoutTime: Shape { Shape(sizes, steps: nil, element: element) }
}

/// How many steps a time axis has, as a function of the inputs' own; two values share an axis where these are equal.
public indirect enum Steps: Hashable, Sendable {
    /// As many as the input of this index has; of several inputs that share their steps, the first.
    case input(Int)
    /// The same number for every sequence.
    case fixed(Int)
    /// Python's slice of another axis, within each sequence.
    case slice(of: Steps, start: Int?, stop: Int?)
    /// The windows of `extent` steps, `stride` apart, that fit on another axis, within each sequence; what stands before and
    /// after a sequence makes `extent` less.
    case windows(of: Steps, extent: Int, stride: Int)

    /// The input that the number follows from; nil where it is fixed.
    public var root: Int? {
        switch self {
        case .input(let index): index
        case .fixed: nil
        case .slice(let steps, _, _), .windows(let steps, _, _): steps.root
        }
    }

    /// The number of steps where the root has `length`.
    public func count(ofRoot length: Int) -> Int {
        switch self {
        case .input: length
        case .fixed(let count): count
        case .slice(let steps, let start, let stop):
            sliced(steps.count(ofRoot: length), start: start, stop: stop).count
        case .windows(let steps, let extent, let stride):
            windowCount(steps.count(ofRoot: length), extent: extent, stride: stride)
        }
    }

    /// The same with every root replaced.
    func mapRoot(_ canonical: (Int) -> Int) -> Steps {
        switch self {
        case .input(let index): .input(canonical(index))
        case .fixed: self
        case .slice(let steps, let start, let stop): .slice(of: steps.mapRoot(canonical), start: start, stop: stop)
        case .windows(let steps, let extent, let stride):
            .windows(of: steps.mapRoot(canonical), extent: extent, stride: stride)
        }
    }
}

extension Steps {
    /// The windows of this axis, in the plainest form: axes with the same number of steps are equal.
    func windows(extent: Int, stride: Int) -> Steps {
        switch self {
        case .fixed(let count): return .fixed(windowCount(count, extent: extent, stride: stride))
        case .windows(let inner, let first, let apart):
            // ((n - first) / apart + 1 - extent) / stride + 1, rounded down, is that of one window around the others.
            if let more = checkedProduct(apart, extent - 1), let sum = checkedSum([first, more]),
                let product = checkedProduct(apart, stride)
            {
                return inner.windows(extent: sum, stride: product)
            }
        case .input, .slice: break
        }
        return extent == 1 && stride == 1 ? self : .windows(of: self, extent: extent, stride: stride)
    }
}

/// How many windows of `extent` elements, `stride` apart, fit in `count`; 0 where none does.
public func windowCount(_ count: Int, extent: Int, stride: Int) -> Int {
    let (room, overflow) = count.subtractingReportingOverflow(extent)
    return room < 0 || overflow ? 0 : room / stride + 1
}

/// The indices that Python's `[start:stop]` takes of `count`.
public func sliced(_ count: Int, start: Int?, stop: Int?) -> Range<Int> {
    func index(_ value: Int) -> Int { min(max(value < 0 ? value + count : value, 0), count) }
    let first = index(start ?? 0)
    return first..<max(first, index(stop ?? count))
}
