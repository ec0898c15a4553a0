// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

// What the command line reads besides parameters; generated apps link none of it.
extension StoredTensor {
    /// All elements, row-major, as doubles: exactly what is stored; nil where they are not floats.
    public func doubles() -> [Double]? {
        guard elementType.isFloat else { return nil }
        guard elementType == .float64 else { return floatSource?.floats().map(Double.init) }
        return elements {
            let value = Double(bitPattern: isSwapped ? $0.byteSwapped : $0)
            return isNegated ? -value : value
        }
    }

    /// All elements, row-major; nil where they are not integers, or one is too large.
    ///
    /// Booleans are 0 and 1.
    public func integers() -> [Int64]? {
        let swapped = isSwapped
        func swap<Value: FixedWidthInteger>(_ value: Value) -> Value { swapped ? value.byteSwapped : value }
        switch elementType {
        case .int64: return elements { (value: Int64) in swap(value) }
        case .int32: return elements { (value: Int32) in Int64(swap(value)) }
        case .int16: return elements { (value: Int16) in Int64(swap(value)) }
        case .int8: return elements { (value: Int8) in Int64(value) }
        case .uint32: return elements { (value: UInt32) in Int64(swap(value)) }
        case .uint16: return elements { (value: UInt16) in Int64(swap(value)) }
        case .uint8: return elements { (value: UInt8) in Int64(value) }
        case .bool: return elements { (value: UInt8) in value == 0 ? 0 : 1 }
        case .uint64:
            let values = elements { (value: UInt64) in Int64(exactly: swap(value)) ?? -1 }
            return values.contains(-1) ? nil : values
        default: return nil
        }
    }

    /// The elements' bytes, row-major and least significant first.
    func contiguousBytes() -> [UInt8] {
        let size = elementType.bitCount / 8
        let swapped = isSwapped
        var bytes: [UInt8] = []
        bytes.reserveCapacity(elementCount * size)
        forEachRun(from: 0, count: elementCount) { source, stride, count, _ in
            if stride == size && !swapped {
                bytes.append(contentsOf: UnsafeRawBufferPointer(start: source, count: count * size))
                return
            }
            for index in 0..<count {
                let element = UnsafeRawBufferPointer(start: source + index * stride, count: size)
                if swapped { bytes.append(contentsOf: element.reversed()) } else { bytes.append(contentsOf: element) }
            }
        }
        guard isNegated else { return bytes }
        // The sign of every float is the highest bit of its last byte.
        for index in stride(from: size - 1, to: bytes.count, by: size) { bytes[index] ^= 0x80 }
        return bytes
    }

    private func elements<Raw: BitwiseCopyable, Value>(_ decode: (Raw) -> Value) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(elementCount)
        forEachRun(from: 0, count: elementCount) { source, stride, count, _ in
            for index in 0..<count { values.append(decode((source + index * stride).loadUnaligned(as: Raw.self))) }
        }
        return values
    }
}
