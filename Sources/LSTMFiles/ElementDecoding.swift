// SPDX-License-Identifier: Apache-2.0

/// Decodes `count` elements, `stride` bytes apart, that need not be aligned.
///
/// Types that are no floats decode to zero.
///
/// Plain loops over pointers: these must be quick in unoptimised builds too, where generic code is not.
package func decodeFloats(
    _ type: ElementType, isSwapped: Bool, from source: UnsafeRawPointer, stride: Int, count: Int,
    to target: UnsafeMutablePointer<Float>
) {
    var address = source
    var index = 0
    switch type {
    case .float32 where stride == 4 && !isSwapped:
        UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
    case .float32:
        while index < count {
            let bits = address.loadUnaligned(as: UInt32.self)
            target[index] = Float(bitPattern: isSwapped ? bits.byteSwapped : bits)
            address += stride
            index += 1
        }
    case .float64:
        while index < count {
            let bits = address.loadUnaligned(as: UInt64.self)
            target[index] = Float(Double(bitPattern: isSwapped ? bits.byteSwapped : bits))
            address += stride
            index += 1
        }
    case .float16, .bfloat16:
        while index < count {
            let bits = address.loadUnaligned(as: UInt16.self)
            let half = UInt32(isSwapped ? bits.byteSwapped : bits)
            target[index] = type == .bfloat16 ? Float(bitPattern: half &<< 16) : float(fromHalf: half)
            address += stride
            index += 1
        }
    default:
        target.update(repeating: 0, count: count)
    }
}

/// IEEE 754 half precision, by its bits: the type Float16 does not exist on every platform.
private func float(fromHalf half: UInt32) -> Float {
    let sign = (half & 0x8000) &<< 16
    let magnitude = half & 0x7FFF
    if magnitude >= 0x7C00 {  // infinite or no number
        return Float(bitPattern: sign | 0x7F80_0000 | (magnitude & 0x3FF) &<< 13)
    }
    if magnitude >= 0x0400 {  // the exponent's bias is 127 - 15 more
        return Float(bitPattern: sign | ((magnitude &<< 13) &+ 0x3800_0000))
    }
    // Subnormal: as the fraction of 2^-14 it is exact, and so is taking the leading one away again.
    let value = Float(bitPattern: magnitude &<< 13 | 0x3880_0000) - Float(bitPattern: 0x3880_0000)
    return Float(bitPattern: sign | value.bitPattern)
}
