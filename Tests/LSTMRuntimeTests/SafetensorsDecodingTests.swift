// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import Testing

private func tensor(
    _ bytes: [UInt8], _ type: ElementType, _ shape: [Int], strides: [Int]? = nil, offset: Int = 0,
    isBigEndian: Bool = false
) -> StoredTensor? {
    StoredTensor(
        bytes: bytes, storage: 0..<bytes.count, elementType: type, shape: shape, strides: strides, offset: offset,
        isBigEndian: isBigEndian)
}

private func bytes<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
}

@Suite struct SafetensorsDecodingTests {
    /// Every half-precision value, against its definition.
    @Test func decodesEveryHalf() throws {
        let floats = try #require(tensor(bytes(Array(UInt16.min...UInt16.max)), .float16, [65_536])?.floatSource)
            .floats()
        for (pattern, value) in floats.enumerated() {
            let (exponent, fraction) = (pattern >> 10 & 31, pattern & 1023)
            var expected: Float
            switch exponent {
            case 31: expected = fraction == 0 ? .infinity : .nan
            case 0: expected = Float(sign: .plus, exponent: -24, significand: Float(fraction))
            default: expected = Float(sign: .plus, exponent: exponent - 25, significand: Float(1024 + fraction))
            }
            if pattern & 0x8000 != 0 { expected = -expected }
            if expected.isNaN {
                #expect(value.isNaN)
            } else if value.bitPattern != expected.bitPattern {
                Issue.record("\(pattern) gives \(value), not \(expected)")
            }
        }
    }

    @Test func roundsDoublesToNearestEven() throws {
        let doubles: [Double] = [1 + 0x1p-24, 1 + 0x3p-24, 1e300, -1e300, 0x1p-149, 0x1p-151, .nan]
        let stored = try #require(tensor(bytes(doubles.map(\.bitPattern)), .float64, [7])?.floatSource).floats()
        #expect(stored[..<6] == [1, 1 + 0x1p-22, .infinity, -.infinity, 0x1p-149, 0])
        #expect(stored[6].isNaN)
    }

    @Test func decodesEitherByteOrder() throws {
        let big: [UInt8] = [0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0]
        #expect(tensor(big, .float32, [2], isBigEndian: true)?.floatSource?.floats() == [1, -2])
        #expect(tensor([0x3F, 0x80], .bfloat16, [1], isBigEndian: true)?.floatSource?.floats() == [1])
    }

    @Test func readsAnyPieceOfAnyView() throws {
        let storage = bytes((0..<60).map { Float($0).bitPattern })
        let view = try #require(tensor(storage, .float32, [3, 1, 4, 2], strides: [2, 7, 12, 1], offset: 5))
        var expected: [Float] = []
        for i in 0..<3 {
            for k in 0..<4 {
                for l in 0..<2 { expected.append(Float(5 + 2 * i + 12 * k + l)) }
            }
        }
        let source = try #require(view.floatSource)
        #expect(source.floats() == expected)
        for start in 0...24 {
            for count in 0...(24 - start) {
                let piece = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
                    source.read(from: start, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                    initialized = count
                }
                #expect(piece == Array(expected[start..<(start + count)]))
            }
        }
    }

    @Test func refusesViewsOutsideTheStorage() {
        let storage = [UInt8](repeating: 0, count: 40)
        #expect(tensor(storage, .float32, [10]) != nil)
        #expect(tensor(storage, .float32, [11]) == nil)
        #expect(tensor(storage, .float32, [10], offset: 1) == nil)
        #expect(tensor(storage, .float32, [2], strides: [10]) == nil)
        #expect(tensor(storage, .float32, [2], strides: [-1], offset: 1) == nil)
        #expect(tensor(storage, .float32, [2], strides: [.max], offset: 1) == nil)
        #expect(tensor(storage, .float32, [.max, 2], strides: [1, 1]) == nil)
        #expect(tensor(storage, .float32, [-1], strides: [1]) == nil)
        #expect(tensor(storage, .float32, [1], offset: -1) == nil)
        #expect(tensor(storage, .float32, [1], strides: [1, 1]) == nil)
        #expect(tensor(storage, .float32, [1], offset: .max) == nil)
        #expect(tensor(storage, .float32, [0, .max], strides: [.max, .max], offset: .max)?.elementCount == 0)
    }
}
