// SPDX-License-Identifier: Apache-2.0

/// What is known of a value while some sizes may be wrong.
struct Flow: Hashable {
    /// The time axis, as far as it is known.
    enum Time: Hashable {
        case unknown
        case absent
        case steps(Steps)
    }

    /// nil where it is not known.
    var element: Shape.Element?
    var time: Time
    /// nil where not even their number is known.
    var sizes: [Int?]?

    static let unknown = Flow(element: nil, time: .unknown, sizes: nil)

    static func floats(_ sizes: [Int?]?, _ time: Time) -> Flow { Flow(element: .float, time: time, sizes: sizes) }

    /// The size of the last axis, where it is known.
    var size: Int? { sizes?.last ?? nil }

    /// All sizes, where they are known.
    var knownSizes: [Int]? {
        guard let sizes else { return nil }
        let known = sizes.compactMap(\.self)
        return known.count == sizes.count ? known : nil
    }

    /// The vectors of a step, where they are known.
    var vectors: Int? {
        guard let sizes else { return nil }
        let outer = sizes.dropLast().compactMap(\.self)
        return outer.count == max(sizes.count - 1, 0) ? checkedProduct(outer) : nil
    }

    /// The same axes with another last size.
    func resized(_ size: Int?) -> Flow {
        var flow = self
        flow.element = element.map { _ in .float }
        flow.sizes = sizes.map { $0.dropLast() + [size] }
        return flow
    }

    /// The same time axis with other axes inside a step.
    func reshaped(_ sizes: [Int]?) -> Flow {
        var flow = self
        flow.sizes = sizes
        return flow
    }

    /// The same axes inside a step with another time axis.
    func retimed(_ time: Time) -> Flow {
        var flow = self
        flow.time = time
        return flow
    }

    var withoutTime: Flow { retimed(.absent) }

    /// An index in place of the last axis.
    var indices: Flow {
        var flow = self
        flow.element = .integer
        flow.sizes = sizes.map { $0.dropLast() }
        return flow
    }

    /// The shape, where everything is known.
    var shape: Shape? {
        guard let element, let sizes = knownSizes else { return nil }
        switch time {
        case .unknown: return nil
        case .absent: return Shape(sizes, steps: nil, element: element)
        case .steps(let steps): return Shape(sizes, steps: steps, element: element)
        }
    }
}
