// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// Layers that look at one row at a time.
///
/// `rows` times `size` floats at x, as many at y; y may be x.
public enum Rowwise {
    /// exp(x - largest) / sum of the same, over each row: torch.nn.Softmax over the last axis.
    public static func softmax(_ x: UnsafePointer<Float>, rows: Int, size: Int, into y: UnsafeMutablePointer<Float>) {
        let kernel = InstructionSet.current.kernels.pointee.softmax
        for row in 0..<rows { kernel(y + row * size, x + row * size, size) }
    }

    /// x - largest - log(sum of exp(x - largest)), over each row: torch.nn.LogSoftmax over the last axis.
    public static func logSoftmax(
        _ x: UnsafePointer<Float>, rows: Int, size: Int, into y: UnsafeMutablePointer<Float>
    ) {
        let kernel = InstructionSet.current.kernels.pointee.log_softmax
        for row in 0..<rows { kernel(y + row * size, x + row * size, size) }
    }

    /// x / max(|x|, eps), as torch.nn.functional.normalize.
    public static func l2Normalize(
        _ x: UnsafePointer<Float>, rows: Int, size: Int, eps: Float, into y: UnsafeMutablePointer<Float>
    ) {
        let kernel = InstructionSet.current.kernels.pointee.l2_normalize
        for row in 0..<rows { kernel(y + row * size, x + row * size, size, eps) }
    }

    /// Where each row has its largest value: the first of them, or the first NaN where there is one, as torch.argmax.
    ///
    /// `rows` integers at y, 0..<size. Compiled where it is called.
    @_alwaysEmitIntoClient
    public static func argmax(_ x: UnsafePointer<Float>, rows: Int, size: Int, into y: UnsafeMutablePointer<Int32>) {
        lstmc_argmax(y, x, rows, size)
    }
}
