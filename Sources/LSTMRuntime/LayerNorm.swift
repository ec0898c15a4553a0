// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// A layer_norm's parameters: y = (x - mean) / sqrt(variance + eps) * weight + bias over rows of `size`.
public struct PackedLayerNorm: @unchecked Sendable {
    /// The floats of a row: normalized_shape.
    public let size: Int
    /// What is added to the variance under the root.
    public let eps: Float
    private let weight: AlignedFloats?
    private let bias: AlignedFloats?

    /// weight, bias: (size), or nil where the layer has none.
    public init(size: Int, eps: Float, weight: (any FloatSource)?, bias: (any FloatSource)?) {
        precondition((weight?.shape ?? [size]) == [size] && (bias?.shape ?? [size]) == [size])
        self.size = size
        self.eps = eps
        self.weight = weight.map { AlignedFloats($0) }
        self.bias = bias.map { AlignedFloats($0) }
    }

    /// `rows` times `size` floats; y may be x.
    public func run(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
        let kernel = InstructionSet.current.kernels.pointee.layer_norm
        for row in 0..<rows {
            kernel(y + row * size, x + row * size, size, eps, weight?.pointer, bias?.pointer)
        }
    }
}
