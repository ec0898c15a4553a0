// SPDX-License-Identifier: Apache-2.0

/// Layers that slide along an axis, compiled where they are called; y is not x.
///
/// x is a batch of sequences of rows of `size` floats, with `lengths` where not all have `steps`; y has `newSteps` steps,
/// which are zero past a sequence's own. Positions inside a step are sequences of rows of 1 in the batch-first layout, as
/// many as there are channels in all steps.
public enum Windows {
    /// The largest value of each window of `kernelSize` steps, `stride` apart, with nothing around a sequence; NaN where
    /// one is NaN. `padding` is less than `kernelSize`.
    @_alwaysEmitIntoClient
    public static func maximum(
        _ x: UnsafePointer<Float>, kernelSize: Int, stride: Int, padding: Int = 0, steps: Int, batch: Int, size: Int,
        layout: SequenceLayout, lengths: Lengths? = nil, into y: UnsafeMutablePointer<Float>, steps newSteps: Int
    ) {
        each(
            x, kernelSize: kernelSize, stride: stride, padding: padding, steps: steps, batch: batch, size: size,
            layout: layout, lengths: lengths, into: y, steps: newSteps
        ) { to, from, count, apart in
            to.update(from: from, count: size)
            for step in 1..<max(count, 1) {
                let next = from + step * apart
                for index in 0..<size where !(to[index] > next[index] || to[index].isNaN) { to[index] = next[index] }
            }
        }
    }

    /// The sum of each window's steps in order, divided by `kernelSize`: zeros around a sequence count.
    @_alwaysEmitIntoClient
    public static func average(
        _ x: UnsafePointer<Float>, kernelSize: Int, stride: Int, padding: Int = 0, steps: Int, batch: Int, size: Int,
        layout: SequenceLayout, lengths: Lengths? = nil, into y: UnsafeMutablePointer<Float>, steps newSteps: Int
    ) {
        each(
            x, kernelSize: kernelSize, stride: stride, padding: padding, steps: steps, batch: batch, size: size,
            layout: layout, lengths: lengths, into: y, steps: newSteps
        ) { to, from, count, apart in
            to.update(from: from, count: size)
            for step in 1..<max(count, 1) {
                let next = from + step * apart
                for index in 0..<size { to[index] += next[index] }
            }
            let divisor = Float(kernelSize)
            for index in 0..<size { to[index] /= divisor }
        }
    }

    /// Calls `body` for each window with where its result goes, its first own step, how many there are, and how far apart.
    @_alwaysEmitIntoClient
    static func each(
        _ x: UnsafePointer<Float>, kernelSize: Int, stride: Int, padding: Int, steps: Int, batch: Int, size: Int,
        layout: SequenceLayout, lengths: Lengths?, into y: UnsafeMutablePointer<Float>, steps newSteps: Int,
        _ body: (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int, Int) -> Void
    ) {
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        let newStrides = layout.strides(steps: newSteps, batch: batch, size: size)
        for row in 0..<batch {
            let length = lengths.map { Int($0[row]) } ?? steps
            let windows = count(length, extent: kernelSize - 2 * padding, stride: stride)
            precondition(windows <= newSteps, "\(newSteps) steps have no room for \(windows)")
            let (from, to) = (x + row * strides.row, y + row * newStrides.row)
            for window in 0..<windows {
                let first = max(window * stride - padding, 0)
                let end = min(window * stride - padding + kernelSize, length)
                body(to + window * newStrides.time, from + first * strides.time, end - first, strides.time)
            }
            for step in windows..<newSteps { (to + step * newStrides.time).update(repeating: 0, count: size) }
        }
    }

    /// What stands around a sequence.
    public enum Padding: Sendable {
        /// Zeros.
        case zeros
        /// Mirrored at the first and the last step, which are not repeated; of more steps than are added.
        case reflect
        /// The first and the last step.
        case replicate
    }

    /// `left` steps before each sequence, and `right` after its own end.
    @_alwaysEmitIntoClient
    public static func pad(
        _ x: UnsafePointer<Float>, left: Int, right: Int, mode: Padding, steps: Int, batch: Int, size: Int,
        layout: SequenceLayout, lengths: Lengths? = nil, into y: UnsafeMutablePointer<Float>, steps newSteps: Int
    ) {
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        let newStrides = layout.strides(steps: newSteps, batch: batch, size: size)
        for row in 0..<batch {
            let length = lengths.map { Int($0[row]) } ?? steps
            precondition(left + length + right <= newSteps, "\(newSteps) steps have no room for \(length)")
            let (from, to) = (x + row * strides.row, y + row * newStrides.row)
            if strides.time == size, newStrides.time == size {
                (to + left * size).update(from: from, count: length * size)
            } else {
                for step in 0..<length {
                    (to + (left + step) * newStrides.time).update(from: from + step * strides.time, count: size)
                }
            }
            for step in 0..<(left + right) {
                // Counted from the sequence's first step.
                let place = step < left ? step - left : length + step - left
                let target = to + (left + place) * newStrides.time
                let source =
                    switch mode {
                    case .zeros: -1
                    case .reflect: place < 0 ? -place : 2 * (length - 1) - place
                    case .replicate: place < 0 ? 0 : length - 1
                    }
                if mode == .zeros {
                    target.update(repeating: 0, count: size)
                } else {
                    precondition(source >= 0 && source < length, "\(length) steps are too few to mirror")
                    target.update(from: from + source * strides.time, count: size)
                }
            }
            for step in (left + length + right)..<newSteps {
                (to + step * newStrides.time).update(repeating: 0, count: size)
            }
        }
    }

    /// The windows of `extent` steps, `stride` apart, that a sequence of `length` steps has; what stands around it makes
    /// `extent` less.
    @_alwaysEmitIntoClient
    public static func count(_ length: Int, extent: Int, stride: Int) -> Int {
        length < extent ? 0 : (length - extent) / stride + 1
    }
}

extension SequenceBatch {
    /// The axis that windows of `extent` steps, `stride` apart, make of each sequence, as layer `layer` takes them.
    ///
    /// - Throws: ``InputError/noStep(layer:row:steps:)`` for the first sequence that has no window.
    @_alwaysEmitIntoClient
    public func windows(_ layer: String, extent: Int, stride: Int) throws(InputError) -> SequenceBatch {
        let count = Windows.count(steps, extent: extent, stride: stride)
        guard let lengths else {
            guard count > 0 else { throw .noStep(layer: layer, row: 0, steps: steps) }
            return SequenceBatch(steps: count, lengths: nil)
        }
        let rest = lengths.map {
            Int32(truncatingIfNeeded: Windows.count(Int($0), extent: extent, stride: stride))
        }
        if let row = rest.firstIndex(of: 0) { throw .noStep(layer: layer, row: row, steps: Int(lengths[row])) }
        return SequenceBatch(steps: count, lengths: rest)
    }
}

extension PaddedSequences {
    /// As ``SequenceBatch/windows(_:extent:stride:)``.
    @_alwaysEmitIntoClient
    public func windows(_ layer: String, extent: Int, stride: Int) throws(InputError) -> SequenceBatch {
        try sequences.windows(layer, extent: extent, stride: stride)
    }
}
