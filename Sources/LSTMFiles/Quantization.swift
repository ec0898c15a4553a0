// SPDX-License-Identifier: Apache-2.0

/// The scale of a row of weights kept as int8, fl(largest |w| / 127) rounded to 16 bits of fraction: 127 times it is exact, so
/// what a row becomes quantizes to itself. 0 where all are smaller than 2^-96; NaN where one is NaN or infinite.
///
/// Plain loops over pointers, here and below: they must be quick in unoptimised builds too.
package func quantizationScale(of row: UnsafePointer<Float>, count: Int) -> Float {
    var largest: UInt32 = 0
    var from = row
    let end = row + count
    while from < end {
        let magnitude = from.pointee.bitPattern & 0x7FFF_FFFF
        if magnitude > largest { largest = magnitude }
        from += 1
    }
    if largest >= 0x7F80_0000 { return .nan }
    if largest < 0x0F80_0000 { return 0 }
    let bits = (Float(bitPattern: largest) / 127).bitPattern
    return Float(bitPattern: (bits &+ 0x7F &+ (bits &>> 8 & 1)) & ~0xFF)
}

/// A row of weights as whole numbers, ties to even, that times the scale, which is returned, come nearest to it. This alone
/// says how a weight becomes int8.
package func quantize(
    _ row: UnsafePointer<Float>, count: Int, to numbers: UnsafeMutablePointer<Int8>
) -> Float {
    let scale = quantizationScale(of: row, count: count)
    var (from, to) = (row, numbers)
    let end = row + count
    if !(scale > 0) {
        to.update(repeating: 0, count: count)
        return scale
    }
    // One unit is the last bit of a number of this size, so the sum rounds.
    let shift: Float = 0x1.8p23
    while from < end {
        let rounded = from.pointee / scale + shift
        to.pointee = Int8(truncatingIfNeeded: Int32(bitPattern: rounded.bitPattern &- shift.bitPattern))
        from += 1
        to += 1
    }
    return scale
}

/// A matrix of int8 in bytes, the scale of each row and then the rows: its values are exact as float32, and become the same numbers and scales again.
package struct QuantizedRows: FloatSource, Sendable {
    package let shape: [Int]
    private let bytes: [UInt8]
    private let start: Int

    /// The bytes from number `start` on.
    package init(bytes: [UInt8], from start: Int, shape: [Int]) {
        (self.bytes, self.start, self.shape) = (bytes, start, shape)
    }

    package func read(from first: Int, into floats: UnsafeMutableBufferPointer<Float>) {
        let rows = shape.first ?? 1
        let width = shape.dropFirst().reduce(1, *)
        bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let to = floats.baseAddress, width > 0 else { return }
            let scales = base + start
            let numbers = scales + 4 * rows
            var done = 0
            while done < floats.count {
                let (row, column) = (first + done).quotientAndRemainder(dividingBy: width)
                let bits = (scales + 4 * row).loadUnaligned(as: UInt32.self)
                let scale = Float(bitPattern: UInt32(littleEndian: bits))
                let count = min(width - column, floats.count - done)
                let from = (numbers + first + done).assumingMemoryBound(to: Int8.self)
                for index in 0..<count { to[done + index] = scale * Float(from[index]) }
                done += count
            }
        }
    }
}
