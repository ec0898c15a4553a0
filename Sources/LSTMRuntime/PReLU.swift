// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// A prelu's parameters: y = x where x > 0, else x * weight, over rows of `size`.
public struct PackedPReLU: Sendable {
    /// The floats of a row.
    public let size: Int
    @usableFromInline let weight: AlignedFloats

    /// weight: (numParameters), which is 1 or `size`.
    @_alwaysEmitIntoClient
    public init(size: Int, numParameters: Int, weight: any FloatSource) {
        precondition(weight.shape == [numParameters] && (numParameters == 1 || numParameters == size))
        self.size = size
        self.weight = AlignedFloats(rowsOf: weight.floats(), size: size)
    }

    /// Reads the parameters of an nn.PReLU.
    @_alwaysEmitIntoClient
    public init<Reader: ParameterReader>(_ reader: Reader, size: Int, numParameters: Int) throws(Reader.Failure) {
        var reader = reader
        let weight = try reader.next("weight", [numParameters])
        self.init(size: size, numParameters: numParameters, weight: weight)
    }

    /// `rows` times `size` floats; y may be x.
    @_alwaysEmitIntoClient
    public func run(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
        let (kernels, weight) = (lstmc_kernels_current(), weight.pointer)
        self.weight.eachRun(of: rows * size) { lstmc_prelu(kernels, y + $0, x + $0, weight, weight, $1) }
    }
}
