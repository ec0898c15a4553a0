// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// More layers that look at one value at a time, compiled where they are called: a program without them leaves their
/// kernels out. The orders of operations, and what becomes of NaN, infinities and -0, are in `lstmc_kernels.h`.
extension Elementwise {
    /// torch.nn.LeakyReLU: x where x > 0, else x * negativeSlope; NaN stays NaN.
    @_alwaysEmitIntoClient
    public static func leakyReLU(
        _ x: UnsafePointer<Float>, count: Int, negativeSlope: Float, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_leaky_relu(lstmc_kernels_current(), y, x, count, negativeSlope, 0)
    }

    /// torch.nn.ELU: x where x > 0, else alpha * (exp(x) - 1); NaN stays NaN.
    @_alwaysEmitIntoClient
    public static func elu(
        _ x: UnsafePointer<Float>, count: Int, alpha: Float, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_elu(lstmc_kernels_current(), y, x, count, alpha, 0)
    }

    /// torch.nn.SELU: 1.0507 times elu with alpha 1.6733; NaN stays NaN.
    @_alwaysEmitIntoClient
    public static func selu(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_selu(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// torch.nn.SiLU: x * sigmoid(x); NaN stays NaN, and -∞ gives NaN, as in PyTorch.
    @_alwaysEmitIntoClient
    public static func silu(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_silu(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// torch.nn.Softplus: log(1 + exp(beta * x)) / beta, and x where beta * x > threshold; NaN stays NaN.
    @_alwaysEmitIntoClient
    public static func softplus(
        _ x: UnsafePointer<Float>, count: Int, beta: Float, threshold: Float, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_softplus(lstmc_kernels_current(), y, x, count, beta, threshold)
    }

    /// torch.nn.Softsign: x / (1 + |x|); NaN stays NaN, and ±∞ give NaN, as in PyTorch.
    @_alwaysEmitIntoClient
    public static func softsign(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_softsign(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// torch.nn.Hardtanh: x, at least minVal and at most maxVal; NaN stays NaN.
    @_alwaysEmitIntoClient
    public static func hardtanh(
        _ x: UnsafePointer<Float>, count: Int, minVal: Float, maxVal: Float, into y: UnsafeMutablePointer<Float>
    ) {
        lstmc_hardtanh(lstmc_kernels_current(), y, x, count, minVal, maxVal)
    }

    /// torch.nn.ReLU6: x, at least 0 and at most 6; NaN stays NaN.
    @_alwaysEmitIntoClient
    public static func relu6(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_hardtanh(lstmc_kernels_current(), y, x, count, 0, 6)
    }

    /// torch.nn.Hardsigmoid: (x + 3) / 6, at least 0 and at most 1; NaN stays NaN.
    @_alwaysEmitIntoClient
    public static func hardsigmoid(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_hardsigmoid(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// torch.nn.Hardswish: x * hardsigmoid(x); NaN stays NaN, and -∞ gives NaN, as in PyTorch.
    @_alwaysEmitIntoClient
    public static func hardswish(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_hardswish(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// torch.nn.Mish: x * tanh(log(1 + exp(x))); NaN stays NaN, and -∞ gives NaN, as in PyTorch.
    @_alwaysEmitIntoClient
    public static func mish(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_mish(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// |x|.
    @_alwaysEmitIntoClient
    public static func abs(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_abs(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// x * x.
    @_alwaysEmitIntoClient
    public static func square(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_square(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// √x, rounded correctly; NaN below 0, and -0 of -0.
    @_alwaysEmitIntoClient
    public static func sqrt(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_sqrt(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// e to the power x, within 1.1 ulp of the true value; NaN stays NaN. The formula is in `activations.inc`.
    @_alwaysEmitIntoClient
    public static func exp(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_kernels_current().pointee.exp(y, x, count)
    }

    /// The natural logarithm, within 1 ulp of the true value; -∞ of 0, NaN below. The formula is in `activations.inc`.
    @_alwaysEmitIntoClient
    public static func log(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_kernels_current().pointee.log(y, x, count)
    }

    /// -x, of zeros and NaN too.
    @_alwaysEmitIntoClient
    public static func negative(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_negative(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// 1 / x.
    @_alwaysEmitIntoClient
    public static func reciprocal(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_reciprocal(lstmc_kernels_current(), y, x, count, 0, 0)
    }

    /// torch.nn.PReLU over rows of `size` values: x where x > 0, else x * weight; NaN stays NaN.
    ///
    /// - Parameters:
    ///   - x: rows * size values.
    ///   - rows: the rows.
    ///   - size: the values of a row.
    ///   - weight: one value, or one for each value of a row.
    ///   - weights: how many there are: 1 or `size`.
    ///   - y: rows * size values; it may be x.
    @_alwaysEmitIntoClient
    public static func prelu(
        _ x: UnsafePointer<Float>, rows: Int, size: Int, weight: UnsafePointer<Float>, weights: Int,
        into y: UnsafeMutablePointer<Float>
    ) {
        precondition(weights == 1 || weights == size)
        guard weights != 1 else {
            return leakyReLU(x, count: rows * size, negativeSlope: weight.pointee, into: y)
        }
        let kernels = lstmc_kernels_current()
        for row in 0..<rows { lstmc_prelu(kernels, y + row * size, x + row * size, weight, weight, size) }
    }
}
