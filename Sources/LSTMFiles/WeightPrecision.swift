// SPDX-License-Identifier: Apache-2.0

/// How the values of a matrix are kept; they are computed with as float32, exactly as wide as they are kept.
public enum WeightPrecision: Hashable, Sendable {
    /// IEEE 754 single precision.
    case float32
    /// IEEE 754 half precision: 11 bits, up to 65504.
    case float16
    /// The upper half of a float32: 8 bits, as large as a float32.
    case bfloat16

    /// The bytes of one value.
    public var byteCount: Int { self == .float32 ? 4 : 2 }

    /// What an element of a tensor in a file is.
    package var elementType: ElementType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
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
    precondition(precision != .float32, "a float32 has no 16 bits")
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

/// Values as they are after being kept in another precision: rounded once, and as wide as before.
package struct RoundedFloats<Source: FloatSource>: FloatSource {
    private let source: Source
    private let precision: WeightPrecision

    package init(_ source: Source, to precision: WeightPrecision) {
        self.source = source
        self.precision = precision
    }

    package var shape: [Int] { source.shape }

    package func read(from start: Int, into floats: UnsafeMutableBufferPointer<Float>) {
        source.read(from: start, into: floats)
        guard precision != .float32, let values = floats.baseAddress else { return }
        let atOnce = 4096
        withUnsafeTemporaryAllocation(of: UInt16.self, capacity: atOnce) { halves in
            guard let halves = halves.baseAddress else { return }
            var done = 0
            while done < floats.count {
                let count = min(atOnce, floats.count - done)
                roundToHalves(precision, from: values + done, count: count, to: halves)
                decodeFloats(
                    precision.elementType, isSwapped: false, from: halves, stride: 2, count: count, to: values + done)
                done += count
            }
        }
    }
}

extension FloatSource {
    /// Writes all values as they are kept, little-endian, to as many bytes as they take; these need not be aligned.
    package func write(as precision: WeightPrecision, to bytes: UnsafeMutableRawBufferPointer) {
        let total = shape.reduce(1, *)
        precondition(bytes.count == total * precision.byteCount, "the values take another number of bytes")
        guard var to = bytes.baseAddress else { return }
        let atOnce = 4096
        withUnsafeTemporaryAllocation(of: Float.self, capacity: atOnce) { floats in
            withUnsafeTemporaryAllocation(of: UInt16.self, capacity: atOnce) { halves in
                guard let values = floats.baseAddress, let narrow = halves.baseAddress else { return }
                var done = 0
                while done < total {
                    let count = min(atOnce, total - done)
                    read(from: done, into: UnsafeMutableBufferPointer(start: values, count: count))
                    if precision == .float32 {
                        #if _endian(big)
                            for index in 0..<count {
                                values[index] = Float(bitPattern: values[index].bitPattern.littleEndian)
                            }
                        #endif
                        to.copyMemory(from: values, byteCount: count * 4)
                    } else {
                        roundToHalves(precision, from: values, count: count, to: narrow)
                        #if _endian(big)
                            for index in 0..<count { narrow[index] = narrow[index].littleEndian }
                        #endif
                        to.copyMemory(from: narrow, byteCount: count * 2)
                    }
                    to += count * precision.byteCount
                    done += count
                }
            }
        }
    }
}

extension RoundedFloats: Sendable where Source: Sendable {}

extension FloatSource {
    /// The values as they are after being kept in `precision`.
    package func rounded(to precision: WeightPrecision) -> any FloatSource {
        precision == .float32 ? self : RoundedFloats(self, to: precision)
    }
}
