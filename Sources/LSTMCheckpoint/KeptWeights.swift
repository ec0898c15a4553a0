// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

extension WeightsEntry.Precision {
    /// What the spec's word means for files and memory.
    package var kept: WeightPrecision {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .int8: .int8
        }
    }
}

extension FloatSource where Self: Sendable {
    /// The values that the model computes with, once they are kept as the parameter says.
    package func kept(for parameter: Parameter) -> any FloatSource & Sendable {
        parameter.precision == .float32 ? self : RoundedFloats(self, to: parameter.precision.kept)
    }
}

/// The first finite value that would be infinite in `precision`, and where it is, row-major; nil where none would. No row is too
/// large for int8, whose scale is the row's own.
func firstBeyond(_ precision: WeightsEntry.Precision, _ source: any FloatSource) -> (value: Float, index: Int)? {
    guard precision != .float32, precision != .int8, let bad = nonFiniteValues(of: source.rounded(to: precision.kept))
    else { return nil }
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 1) { value in
        source.read(from: bad.first, into: value)
        return (value[0], bad.first)
    }
}
