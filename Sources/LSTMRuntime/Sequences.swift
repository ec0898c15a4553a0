// SPDX-License-Identifier: Apache-2.0

/// Layers that look at whole sequences, each over its own steps, compiled where they are called. Every bit stays.
///
/// x is a batch of sequences of rows of `size` floats, with `lengths` where not all have `steps`. What y has past a
/// sequence's own end is zero.
public enum Sequences {
    /// One step of each sequence, counted from its own end where `index` is negative: (batch, size).
    ///
    /// The caller sees to it that every sequence has that step. y is not x.
    @_alwaysEmitIntoClient
    public static func select(
        _ x: UnsafePointer<Float>, index: Int, steps: Int, batch: Int, size: Int, layout: SequenceLayout,
        lengths: Lengths? = nil, into y: UnsafeMutablePointer<Float>
    ) {
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            let length = lengths.map { Int($0[row]) } ?? steps
            let step = index < 0 ? length + index : index
            precondition(step >= 0 && step < length, "a sequence of \(length) steps has no step \(index)")
            (y + row * size).update(from: x + step * strides.time + row * strides.row, count: size)
        }
    }

    /// Each sequence's own steps from the last to the first. y is not x.
    @_alwaysEmitIntoClient
    public static func flip(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, size: Int, layout: SequenceLayout, lengths: Lengths? = nil,
        into y: UnsafeMutablePointer<Float>
    ) {
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            let length = lengths.map { Int($0[row]) } ?? steps
            let (from, to) = (x + row * strides.row, y + row * strides.row)
            for step in 0..<length {
                (to + step * strides.time).update(from: from + (length - 1 - step) * strides.time, count: size)
            }
            for step in length..<max(steps, length) { (to + step * strides.time).update(repeating: 0, count: size) }
        }
    }

    /// The steps of each sequence that Python's `[start:stop]` of it has, at the front of y, which has `newSteps` steps.
    ///
    /// `newSteps` is at least what ``sliced(steps:batch:lengths:start:stop:)`` gives. y is not x.
    @_alwaysEmitIntoClient
    public static func slice(
        _ x: UnsafePointer<Float>, start: Int?, stop: Int?, steps: Int, batch: Int, size: Int, layout: SequenceLayout,
        lengths: Lengths? = nil, into y: UnsafeMutablePointer<Float>, steps newSteps: Int
    ) {
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        let newStrides = layout.strides(steps: newSteps, batch: batch, size: size)
        for row in 0..<batch {
            let length = lengths.map { Int($0[row]) } ?? steps
            let count = sliced(length, start: start, stop: stop)
            precondition(count <= newSteps, "\(newSteps) steps have no room for \(count)")
            let from = x + bound(start, 0, length) * strides.time + row * strides.row
            let to = y + row * newStrides.row
            for step in 0..<count {
                (to + step * newStrides.time).update(from: from + step * strides.time, count: size)
            }
            for step in count..<newSteps { (to + step * newStrides.time).update(repeating: 0, count: size) }
        }
    }

    /// (batch, size) to `steps` equal steps each. y is not x.
    @_alwaysEmitIntoClient
    public static func repeated(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, size: Int, layout: SequenceLayout,
        into y: UnsafeMutablePointer<Float>
    ) {
        Columns.repeated(x, steps: steps, batch: batch, outer: 1, size: size, layout: layout, into: y, stride: size)
    }

    /// How many steps Python's `[start:stop]` of a sequence of `length` has; nil stands for what Python leaves out.
    @_alwaysEmitIntoClient
    public static func sliced(_ length: Int, start: Int?, stop: Int?) -> Int {
        max(0, bound(stop, length, length) - bound(start, 0, length))
    }

    /// The most steps that a sequence of the batch keeps. That need not be what the longest one keeps: of `[-3:5]`, ten
    /// steps keep none, six keep two.
    @_alwaysEmitIntoClient
    public static func sliced(steps: Int, batch: Int, lengths: Lengths?, start: Int?, stop: Int?) -> Int {
        guard let lengths else { return sliced(steps, start: start, stop: stop) }
        return (0..<batch).reduce(0) { max($0, sliced(Int(lengths[$1]), start: start, stop: stop)) }
    }

    /// One end of a slice as a step in 0...length.
    @_alwaysEmitIntoClient
    static func bound(_ index: Int?, _ otherwise: Int, _ length: Int) -> Int {
        guard let index else { return otherwise }
        return index < 0 ? max(0, length + index) : min(index, length)
    }
}
