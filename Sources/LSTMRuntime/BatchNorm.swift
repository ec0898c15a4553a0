// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// A batch norm's parameters for the values of a step: y = (x - mean) * scale + bias.
///
/// scale = weight / sqrt(variance + eps) in double, kept as two float32, the second what the first lacks. The difference comes
/// first: where x and the mean are large beside the deviation, a product of x itself would lose what is left of them.
public struct PackedBatchNorm: Sendable {
    /// The floats of a step: channels times positions.
    public let size: Int
    @usableFromInline let mean: AlignedFloats
    @usableFromInline let scale: AlignedFloats
    /// What `scale` lacks of the double.
    @usableFromInline let rest: AlignedFloats
    @usableFromInline let bias: AlignedFloats

    /// - Parameters:
    ///   - channels: num_features.
    ///   - positions: the values of each channel, one after another.
    ///   - eps: what is added to the variance before its root.
    ///   - weight: (channels), or nil where the norm is not affine.
    ///   - bias: the same.
    ///   - mean: running_mean, (channels).
    ///   - variance: running_var, (channels).
    @_alwaysEmitIntoClient
    public init(
        channels: Int, positions: Int = 1, eps: Float, weight: [Float]?, bias: [Float]?, mean: [Float],
        variance: [Float]
    ) {
        let size = channels * positions
        func rows(_ value: (Int) -> Float) -> AlignedFloats {
            AlignedFloats(rowsOf: (0..<size).map { value($0 / positions) }, size: size)
        }
        self.size = size
        self.mean = rows { mean[$0] }
        self.bias = rows { bias?[$0] ?? 0 }
        let scales = (0..<channels).map {
            Double(weight?[$0] ?? 1) / (Double(variance[$0]) + Double(eps)).squareRoot()
        }
        scale = rows { Float(scales[$0]) }
        rest = rows { Float(scales[$0] - Double(Float(scales[$0]))) }
    }

    /// Reads the parameters of an nn.BatchNorm1d.
    @_alwaysEmitIntoClient
    public init<Reader: ParameterReader>(
        _ reader: Reader, channels: Int, positions: Int = 1, eps: Float, affine: Bool = true
    ) throws(Reader.Failure) {
        var reader = reader
        let weight = affine ? try reader.next("weight", [channels]).floats() : nil
        let bias = affine ? try reader.next("bias", [channels]).floats() : nil
        let mean = try reader.next("running_mean", [channels]).floats()
        let variance = try reader.next("running_var", [channels]).floats()
        self.init(
            channels: channels, positions: positions, eps: eps, weight: weight, bias: bias, mean: mean,
            variance: variance)
    }

    /// `rows` times `size` floats; y may be x.
    @_alwaysEmitIntoClient
    public func run(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
        let kernels = lstmc_kernels_current()
        let (mean, scale, rest, bias) = (mean.pointer, scale.pointer, rest.pointer, bias.pointer)
        // As many as the stack holds: a step allocates nothing.
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 128) { memory in
            guard let sums = memory.baseAddress else { return }
            self.mean.eachRun(of: rows * size) { start, count in
                for first in stride(from: 0, to: count, by: 128) {
                    let (to, some) = (y + start + first, min(128, count - first))
                    Combine.subtract(x + start + first, mean + first, count: some, into: to)
                    lstmc_scale(kernels, sums, to, rest + first, bias + first, some)
                    lstmc_scale(kernels, to, to, scale + first, sums, some)
                }
            }
        }
    }
}
