// SPDX-License-Identifier: Apache-2.0

/// How the values of a matrix are kept. Those of 16 bits are computed with as float32, exactly as wide as they are kept;
/// int8 multiplies whole numbers.
public enum WeightPrecision: Hashable, Sendable {
    /// IEEE 754 single precision.
    case float32
    /// IEEE 754 half precision: 11 bits, up to 65504.
    case float16
    /// The upper half of a float32: 8 bits, as large as a float32.
    case bfloat16
    /// Whole numbers from -127 to 127, and a float32 for each row of a matrix, which they are multiples of.
    case int8

    /// The bits of the least positive float32 that has no finite place here; larger ones have none either.
    package var firstInfinite: UInt32 {
        switch self {
        // A row of int8 has a scale of its own.
        case .float32, .int8: 0x7F80_0000
        // Half way from the largest to the power of two that would come next.
        case .float16: 0x477F_F000
        case .bfloat16: 0x7F7F_8000
        }
    }

    /// What an element of a tensor in a file is; int8, which needs its scales, is float32 there.
    package var elementType: ElementType {
        switch self {
        case .float32, .int8: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        }
    }

    /// The bytes of a matrix of `shape`.
    package func byteCount(of shape: [Int]) -> Int {
        let count = shape.reduce(1, *)
        switch self {
        case .float32: return 4 * count
        case .float16, .bfloat16: return 2 * count
        case .int8: return count + 4 * (shape.first ?? 1)
        }
    }
}

/// The bits of `count` floats rounded once to the nearest number of 16 bits, to the even one of two; `stride` numbers apart.
///
/// What is too large for the precision becomes infinite, as in PyTorch. This alone says how a weight is rounded. Plain loops
/// over pointers: it must be quick in unoptimised builds too.
///
/// - Parameter precision: float16 or bfloat16.
package func roundToHalves(
    _ precision: WeightPrecision, from floats: UnsafePointer<Float>, count: Int,
    to halves: UnsafeMutablePointer<UInt16>,
    stride: Int = 1
) {
    precondition(precision == .float16 || precision == .bfloat16, "\(precision) has no 16 bits")
    var (from, to) = (floats, halves)
    let end = floats + count
    while from < end {
        let bits = from.pointee.bitPattern
        to.pointee = UInt16(truncatingIfNeeded: precision == .float16 ? float16(bits) : bfloat16(bits))
        from += 1
        to += stride
    }
}

@inline(__always)
private func float16(_ bits: UInt32) -> UInt32 {
    let sign = bits &>> 16 & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
    // Half way from the largest, 65504, to what would come next.
    if magnitude >= 0x477F_F000 { return sign | 0x7C00 }
    if magnitude >= 0x3880_0000 {
        let value = magnitude &- 0x3800_0000  // the exponent's bias is 127 - 15 less
        return sign | (value &+ 0xFFF &+ (value &>> 13 & 1)) &>> 13
    }
    // Subnormal: a sum with 1/2, whose last place is 2^-24, the smallest there is, rounds.
    let sum = Float(bitPattern: magnitude) + 0.5
    return sign | (sum.bitPattern &- 0x3F00_0000)
}

@inline(__always)
private func bfloat16(_ bits: UInt32) -> UInt32 {
    if bits & 0x7FFF_FFFF > 0x7F80_0000 { return bits &>> 16 | 0x40 }
    return (bits &+ 0x7FFF &+ (bits &>> 16 & 1)) &>> 16
}
