// SPDX-License-Identifier: Apache-2.0

import LSTMKernels

/// Layers that look at one value at a time.
///
/// `count` floats at x, as many at y; y may be x.
public enum Elementwise {
    /// max(x, 0); NaN stays NaN.
    public static func relu(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        InstructionSet.current.kernels.pointee.relu(y, x, count)
    }

    /// The hyperbolic tangent, within 1.2 ulp of the true value; NaN stays NaN. The formula is in `activations.inc`.
    public static func tanh(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        InstructionSet.current.kernels.pointee.tanh(y, x, count)
    }

    // The forms of gelu are compiled where they are called: a program without them leaves their kernels out.

    /// torch.nn.GELU: 0.5 x (1 + erf(x / √2)), within 4.1 ulp of the true value; NaN stays NaN, and -∞ gives the limit, -0.
    /// The formula is in `gelu.inc`.
    @_alwaysEmitIntoClient
    public static func gelu(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_gelu(y, x, count)
    }

    /// torch.nn.GELU with `approximate="tanh"`: 0.5 x (1 + tanh(√(2 / π) (x + 0.044715 x³))), within 3.5 ulp of the true
    /// value where multiply-add is fused; NaN and -∞ as ``gelu(_:count:into:)``.
    @_alwaysEmitIntoClient
    public static func geluTanh(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        lstmc_gelu_tanh(y, x, count)
    }

    /// 1 / (1 + exp(-x)), within 1.5 ulp of the true value, for x > 0 within 1.1; NaN stays NaN. The formula is in
    /// `activations.inc`.
    public static func sigmoid(_ x: UnsafePointer<Float>, count: Int, into y: UnsafeMutablePointer<Float>) {
        InstructionSet.current.kernels.pointee.sigmoid(y, x, count)
    }
}

/// The kernels' functions of one value with the instruction set named, for tests.
extension InstructionSet {
    @usableFromInline package enum Function: CaseIterable, Sendable { case sigmoid, tanh, exp, log, gelu, geluTanh }

    @_alwaysEmitIntoClient
    package func apply(_ function: Function, _ x: [Float]) -> [Float] {
        let more = lstmc_functions(kernels)
        return [Float](unsafeUninitializedCapacity: x.count) { y, count in
            guard let base = y.baseAddress else { return }
            switch function {
            case .sigmoid: kernels.pointee.sigmoid(base, x, x.count)
            case .tanh: kernels.pointee.tanh(base, x, x.count)
            case .exp: kernels.pointee.exp(base, x, x.count)
            case .log: kernels.pointee.log(base, x, x.count)
            case .gelu: more.pointee.gelu(base, x, x.count)
            case .geluTanh: more.pointee.gelu_tanh(base, x, x.count)
            }
            count = x.count
        }
    }
}
