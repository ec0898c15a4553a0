// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// Copies of parts of rows, compiled where they are called; y is never x. Every bit stays.
public enum Columns {
    /// `rows` runs of `size` floats, `stride` apart at x and `yStride` apart at y.
    ///
    /// A concat is one call for each operand, with `y` moved on; a slice is one call with `x` moved on.
    @_alwaysEmitIntoClient
    public static func copy(
        _ x: UnsafePointer<Float>, rows: Int, size: Int, stride: Int, into y: UnsafeMutablePointer<Float>,
        stride yStride: Int
    ) {
        if stride == size, yStride == size { return y.update(from: x, count: rows * size) }
        for row in 0..<rows { (y + row * yStride).update(from: x + row * stride, count: size) }
    }

    /// The same for an x without time, (batch, outer, size), repeated over `steps`.
    ///
    /// - Parameters:
    ///   - x: (batch, outer, size).
    ///   - steps: how often each row is there.
    ///   - batch: the rows.
    ///   - outer: the vectors of a row.
    ///   - size: the floats of a vector.
    ///   - layout: of `y`.
    ///   - y: (time, batch, outer) or (batch, time, outer) runs of `size` floats.
    ///   - yStride: the floats from the start of one run to the next's.
    @_alwaysEmitIntoClient
    public static func repeated(
        _ x: UnsafePointer<Float>, steps: Int, batch: Int, outer: Int, size: Int, layout: SequenceLayout,
        into y: UnsafeMutablePointer<Float>, stride yStride: Int
    ) {
        Combine.eachStep(steps: steps, batch: batch, layout) { place, row in
            copy(
                x + row * outer * size, rows: outer, size: size, stride: size, into: y + place * outer * yStride,
                stride: yStride)
        }
    }

    /// Each row's (channels, positions) to (positions, channels).
    @_alwaysEmitIntoClient
    public static func transpose(
        _ x: UnsafePointer<Float>, rows: Int, channels: Int, positions: Int, into y: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows {
            let (from, to) = (x + row * channels * positions, y + row * channels * positions)
            for channel in 0..<channels {
                lstmc_scatter(to + channel, channels, from + channel * positions, positions)
            }
        }
    }
}
