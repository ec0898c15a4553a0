// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMKernels

/// A linear layer's parameters in kernel order: y = x Wᵀ + b.
public struct PackedLinear: @unchecked Sendable {
    /// in_features: the floats of a row of x.
    public let inFeatures: Int
    /// out_features: the floats of a row of y.
    public let outFeatures: Int
    private let memory: AlignedFloats
    @usableFromInline let matrix: lstmc_matrix
    @usableFromInline let kernels: UnsafePointer<lstmc_kernels>

    /// weight: (outFeatures, inFeatures); bias: (outFeatures).
    public init(
        inFeatures: Int, outFeatures: Int, weight: any FloatSource, bias: (any FloatSource)?,
        for set: InstructionSet = .current
    ) {
        self.init(
            inFeatures: inFeatures, outFeatures: outFeatures, weight: weight, bias: bias, for: set,
            precision: .float32, multiply: nil)
    }

    /// - Parameter multiply: what multiplies by a matrix of 16 bits; nil for float32.
    @usableFromInline
    init(
        inFeatures: Int, outFeatures: Int, weight: any FloatSource, bias: (any FloatSource)?, for set: InstructionSet,
        precision: WeightPrecision, multiply: lstmc_product?
    ) {
        self.inFeatures = inFeatures
        self.outFeatures = outFeatures
        kernels = set.kernels
        let plan = PanelPlan(inputs: inFeatures, outputs: outFeatures, lanes: Int(kernels.pointee.lanes))
        let weights = lstmc_padded(plan.floatCount(precision))
        memory = AlignedFloats(count: weights + plan.laneCount)
        plan.pack(weight, as: precision, into: memory.pointer)
        if let bias { plan.add(bias: bias, into: memory.pointer + weights) }
        matrix = plan.matrix(
            weights: memory.pointer, bias: bias == nil ? nil : UnsafePointer(memory.pointer + weights), precision,
            multiply: multiply)
    }

    /// What multiplies by the matrix.
    @usableFromInline
    var multiply: lstmc_product { matrix.multiply ?? kernels.pointee.matmul }

    /// `rows` times `inFeatures` floats at x, `rows` times `outFeatures` at y, which is not x.
    ///
    /// - Parameters:
    ///   - x: (rows, inFeatures).
    ///   - rows: how many.
    ///   - y: (rows, outFeatures); not x.
    ///   - threads: at most so many share the work, the caller's among them; the bits are the same.
    public func run(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, threads: Int = 1) {
        multiply(x, apart: inFeatures, rows: rows, into: y, apart: outFeatures, threads: threads)
    }

    /// Rows of x and of y that lie `apart` floats from one another.
    @usableFromInline
    func multiply(
        _ x: UnsafePointer<Float>, apart: Int, rows: Int, into y: UnsafeMutablePointer<Float>, apart yApart: Int,
        threads: Int
    ) {
        withUnsafePointer(to: matrix) { matrix in
            if threads > 1 {
                let lanes = kernels.pointee.lanes
                lstmc_multiply_together(multiply, matrix, lanes, x, apart, rows, y, yApart, threads)
            } else {
                multiply(matrix, nil, x, apart, rows, y, yApart)
            }
        }
    }

    /// (rows, inFeatures) to (rows, outFeatures).
    @_alwaysEmitIntoClient
    public func run(_ x: Span<Float>, into y: inout MutableSpan<Float>) {
        let (rows, rest) = x.count.quotientAndRemainder(dividingBy: inFeatures)
        precondition(rest == 0 && y.count == rows * outFeatures, "x has \(x.count) values, y \(y.count)")
        x.withUnsafeBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                run(x, rows: rows, into: y)
            }
        }
    }
}
