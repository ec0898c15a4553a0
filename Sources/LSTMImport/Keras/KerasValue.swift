// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A value between a model's layers: how the spec calls it, and its axes.
struct KerasValue {
    /// The layer, the input or the part of a recurrent layer.
    var reference: String
    /// The sizes inside a step; nil where the file does not say.
    var sizes: [Int?]
    /// nil where there is no time axis.
    var time: KerasTime?
    /// The input whose paddings come with it as a mask.
    var padding: Int?
    /// The input that it is, untouched.
    var input: Int?
    /// A mask, and no value of the model.
    var mask: KerasMask?

    init(_ reference: String, _ sizes: [Int?], _ time: KerasTime? = nil, padding: Int? = nil) {
        (self.reference, self.sizes, self.time, self.padding) = (reference, sizes, time, padding)
    }

    /// The last axis.
    var size: Int? { sizes.last ?? nil }

    /// The same axes under another name, with another last size where one is given.
    func renamed(_ reference: String, size: Int? = nil) -> KerasValue {
        var value = self
        (value.reference, value.input) = (reference, nil)
        if let size { value.sizes = value.sizes.dropLast() + [size] }
        return value
    }

    func retimed(_ time: KerasTime?) -> KerasValue {
        var value = self
        value.time = time
        return value
    }

    func masked(_ padding: Int?) -> KerasValue {
        var value = self
        value.padding = padding
        return value
    }
}

/// A time axis, and how many steps it has where the file says it.
struct KerasTime: Hashable {
    indirect enum Axis: Hashable {
        case input(Int)
        case fixed(Int)
        case slice(Axis, start: Int?, stop: Int?)
        /// What a layer made of another axis.
        case made(Axis, by: String)

        /// The input that it comes from; nil for a fixed number of steps.
        var root: Int? {
            switch self {
            case .input(let index): index
            case .fixed: nil
            case .slice(let axis, _, _), .made(let axis, _): axis.root
            }
        }
    }

    var axis: Axis
    var count: Int?

    /// Whether a spec can make one of the two: inputs that meet share their steps.
    func joins(_ other: KerasTime) -> Bool {
        if case .input = axis, case .input = other.axis {
            guard let count, let otherCount = other.count else { return true }
            return count == otherCount
        }
        return axis == other.axis
    }
}
