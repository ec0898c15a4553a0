// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// How many of the values, as Float32, are infinite or no number, and where the first is, row-major; nil where none.
func nonFiniteValues(of source: any FloatSource) -> (first: Int, count: Int)? {
    let total = source.shape.reduce(1, *)
    var first: Int?
    var count = 0
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 1 << 14) { scratch in
        var start = 0
        while start < total {
            let piece = UnsafeMutableBufferPointer(rebasing: scratch[..<min(scratch.count, total - start)])
            source.read(from: start, into: piece)
            if hasNonFinite(piece) {
                for (index, value) in piece.enumerated() where !value.isFinite {
                    first = first ?? start + index
                    count += 1
                }
            }
            start += piece.count
        }
    }
    return first.map { ($0, count) }
}

/// By the bits, in a plain loop: this passes over every weight, and in tools built without optimisation too.
private func hasNonFinite(_ floats: UnsafeMutableBufferPointer<Float>) -> Bool {
    guard let base = floats.baseAddress else { return false }
    return base.withMemoryRebound(to: UInt32.self, capacity: floats.count) { bits in
        var seen: UInt32 = 0
        var index = 0
        while index < floats.count {
            // An exponent of ones only carries into the sign's place.
            seen |= (bits[index] & 0x7F80_0000) &+ 0x0080_0000
            index += 1
        }
        return seen & 0x8000_0000 != 0
    }
}
