// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// Layers that end the time axis.
///
/// x is a batch of sequences of rows of `size`, y is (batch, size). Only valid steps count.
public enum Pooling {
    /// The mean of each value over time: the sum of the valid steps in order, divided by their number.
    public static func mean(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, size: Int, layout: SequenceLayout, lengths: Lengths? = nil,
        into y: UnsafeMutablePointer<Float>
    ) {
        let kernel = InstructionSet.current.kernels.pointee.mean_over_time
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            kernel(y + row * size, x + row * strides.row, lengths.map { Int($0[row]) } ?? steps, strides.time, size)
        }
    }

    /// The largest value; NaN where one is NaN.
    public static func max(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, size: Int, layout: SequenceLayout, lengths: Lengths? = nil,
        into y: UnsafeMutablePointer<Float>
    ) {
        let kernel = InstructionSet.current.kernels.pointee.max_over_time
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            kernel(y + row * size, x + row * strides.row, lengths.map { Int($0[row]) } ?? steps, strides.time, size)
        }
    }
    /// The sum of each value over time: the valid steps in order, as in the mean. Compiled where it is called.
    @_alwaysEmitIntoClient
    public static func sum(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, size: Int, layout: SequenceLayout, lengths: Lengths? = nil,
        into y: UnsafeMutablePointer<Float>
    ) {
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            let (from, to) = (x + row * strides.row, y + row * size)
            to.update(from: from, count: size)
            for step in 1..<Swift.max(1, lengths.map { Int($0[row]) } ?? steps) {
                Combine.add(to, from + step * strides.time, count: size, into: to)
            }
        }
    }
}
