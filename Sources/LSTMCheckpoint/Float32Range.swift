// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension StoredTensor {
    /// The first finite element that becomes infinite in float32, where everything is computed, and its index along each
    /// axis; nil where there is none.
    ///
    /// Only float64 has such values: those of at least 2^128 - 2^103 without a sign. What merely rounds is not reported.
    public func firstBeyondFloat32() -> (value: Double, index: [Int])? {
        guard elementType == .float64 else { return nil }
        var found: (value: Double, position: Int)?
        forEachRun(from: 0, count: elementCount) { source, stride, count, done in
            var index = 0
            // A plain loop: this passes over every value of an input.
            while found == nil, index < count {
                let value = float64(at: source + index * stride)
                if value.isFinite, !Float(value).isFinite { found = (value, done + index) }
                index += 1
            }
        }
        return found.map { ($0.value, indices(of: $0.position, shape: shape)) }
    }

    /// How many finite elements are other values in float32, where everything is computed: what rounds, to zero too.
    package var countRoundedToFloat32: Int {
        guard elementType == .float64 else { return 0 }
        var rounded = 0
        forEachRun(from: 0, count: elementCount) { source, stride, count, _ in
            for index in 0..<count {
                let value = float64(at: source + index * stride)
                if value.isFinite, Double(Float(value)) != value { rounded += 1 }
            }
        }
        return rounded
    }

    private func float64(at address: UnsafeRawPointer) -> Double {
        let bits = address.loadUnaligned(as: UInt64.self)
        return Double(bitPattern: isSwapped ? bits.byteSwapped : bits)
    }
}
