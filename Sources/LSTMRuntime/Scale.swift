// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// A scale's numbers, for rows of `size` values: y = x * weight + bias, rounded once, or y = (x - mean) / std.
public struct PackedScale: Sendable {
    /// The floats of a row.
    public let size: Int
    /// weight or mean, and bias or std.
    @usableFromInline let first: AlignedFloats
    @usableFromInline let second: AlignedFloats
    @usableFromInline let isStandardizing: Bool

    /// y = x * weight + bias. weight, bias: one value for all of a row, or `size` values.
    @_alwaysEmitIntoClient
    public init(size: Int, weight: [Float], bias: [Float]) {
        self.init(size: size, weight, bias, isStandardizing: false)
    }

    /// y = (x - mean) / std. mean, std: one value for all of a row, or `size` values.
    @_alwaysEmitIntoClient
    public init(size: Int, mean: [Float], std: [Float]) {
        self.init(size: size, mean, std, isStandardizing: true)
    }

    /// The same from sources of one value or of `size` values each, of any shape.
    @_alwaysEmitIntoClient
    public init(size: Int, weight: any FloatSource, bias: any FloatSource) {
        self.init(size: size, weight: weight.floats(), bias: bias.floats())
    }

    /// The same from sources of one value or of `size` values each, of any shape.
    @_alwaysEmitIntoClient
    public init(size: Int, mean: any FloatSource, std: any FloatSource) {
        self.init(size: size, mean: mean.floats(), std: std.floats())
    }

    @_alwaysEmitIntoClient
    init(size: Int, _ first: [Float], _ second: [Float], isStandardizing: Bool) {
        self.size = size
        self.first = AlignedFloats(rowsOf: first, size: size)
        self.second = AlignedFloats(rowsOf: second, size: size)
        self.isStandardizing = isStandardizing
    }

    /// `rows` times `size` floats; y may be x.
    @_alwaysEmitIntoClient
    public func run(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
        let (kernels, p, q) = (lstmc_kernels_current(), first.pointer, second.pointer)
        if isStandardizing {
            first.eachRun(of: rows * size) { lstmc_standardize(kernels, y + $0, x + $0, p, q, $1) }
        } else {
            first.eachRun(of: rows * size) { lstmc_scale(kernels, y + $0, x + $0, p, q, $1) }
        }
    }
}
