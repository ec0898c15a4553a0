// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

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
        if precision == .int8 { return readRows(from: start, into: floats) }
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

    /// A row's scale depends on all of it, so rows are read whole.
    private func readRows(from start: Int, into floats: UnsafeMutableBufferPointer<Float>) {
        let width = shape.dropFirst().reduce(1, *)
        guard width > 0, let to = floats.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { row in
            withUnsafeTemporaryAllocation(of: Int8.self, capacity: width) { whole in
                guard let values = row.baseAddress, let numbers = whole.baseAddress else { return }
                var done = 0
                while done < floats.count {
                    let (number, column) = (start + done).quotientAndRemainder(dividingBy: width)
                    let count = min(width - column, floats.count - done)
                    source.read(from: number * width, into: UnsafeMutableBufferPointer(start: values, count: width))
                    let scale = quantize(values, count: width, to: numbers)
                    for index in 0..<count { to[done + index] = scale * Float(numbers[column + index]) }
                    done += count
                }
            }
        }
    }
}

extension FloatSource {
    /// Writes all values as they are kept, little-endian, to exactly as many bytes as they take; these need not be aligned.
    package func write(as precision: WeightPrecision, to bytes: UnsafeMutableRawBufferPointer) {
        let total = shape.reduce(1, *)
        guard bytes.count == precision.byteCount(of: shape), var to = bytes.baseAddress else { return }
        if precision == .int8 { return writeRows(to: bytes) }
        let size = precision == .float32 ? 4 : 2
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
                    to += count * size
                    done += count
                }
            }
        }
    }
}

extension FloatSource {
    /// The scale of each row, then the rows.
    private func writeRows(to bytes: UnsafeMutableRawBufferPointer) {
        let rows = shape.first ?? 1
        let width = shape.dropFirst().reduce(1, *)
        guard rows > 0, width > 0, let to = bytes.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { row in
            guard let values = row.baseAddress else { return }
            for number in 0..<rows {
                read(from: number * width, into: UnsafeMutableBufferPointer(start: values, count: width))
                let numbers = (to + 4 * rows + number * width).assumingMemoryBound(to: Int8.self)
                let scale = quantize(values, count: width, to: numbers)
                (to + 4 * number).storeBytes(of: scale.bitPattern.littleEndian, as: UInt32.self)
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
