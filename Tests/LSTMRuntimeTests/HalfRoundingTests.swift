// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import Testing

/// How a weight is rounded to 16 bits, against the definition, for every number of 16 bits and all that lies between two.
struct HalfRoundingTests {
    private func rounded(_ value: Float, _ precision: WeightPrecision) -> UInt16 {
        var half: UInt16 = 0
        withUnsafePointer(to: value) { roundToHalves(precision, from: $0, count: 1, to: &half) }
        return half
    }

    private func widened(_ half: UInt16, _ precision: WeightPrecision) -> Float {
        var (half, float) = (half, Float.nan)
        decodeFloats(precision.elementType, isSwapped: false, from: &half, stride: 2, count: 1, to: &float)
        return float
    }

    /// Between neighbours the one nearer, half way the even one: that fixes every float32 there is.
    @Test(arguments: [WeightPrecision.float16, .bfloat16]) func nearestEven(_ precision: WeightPrecision) {
        let infinite: UInt16 = precision == .float16 ? 0x7C00 : 0x7F80
        var wrong = 0
        for sign in [UInt16(0), 0x8000] {
            for half in 0..<infinite {
                let value = widened(sign | half, precision)
                if rounded(value, precision) != sign | half { wrong += 1 }
                // The number after the largest would be a power of two; all from half way on is infinite.
                let next =
                    half + 1 < infinite
                    ? Double(widened(half + 1, precision)) : precision == .float16 ? 0x1p16 : 0x1p128
                let middle = (Double(value.magnitude) + next) / 2 * (sign == 0 ? 1 : -1)
                // Half way between two subnormal bfloat16 is a float32 as well.
                let float = Float(middle)
                #expect(Double(float) == middle)
                let even = half % 2 == 0 ? half : half + 1
                if rounded(float, precision) != sign | even { wrong += 1 }
                let (above, below) = (float.magnitude.nextUp, float.magnitude.nextDown)
                if rounded(sign == 0 ? above : -above, precision) != sign | (half + 1) { wrong += 1 }
                if rounded(sign == 0 ? below : -below, precision) != sign | half { wrong += 1 }
            }
            #expect(rounded(sign == 0 ? .infinity : -.infinity, precision) == sign | infinite)
        }
        #expect(wrong == 0)
        for nan in [Float.nan, -.nan, Float(bitPattern: 0x7F80_0001), Float(bitPattern: 0xFFFF_FFFF)] {
            #expect(widened(rounded(nan, precision), precision).isNaN)
        }
    }

    /// Written as PyTorch writes them: torch.tensor([...]).half() and .bfloat16(), as bits.
    @Test func pyTorch() {
        let values: [Float] = [
            0.1, -0.333_333_34, 1e-8, 5.960_464_5e-8, 2.980_232_2e-8, 2.980_233e-8, 6.097_555e-5, 65_519, 65_504,
            -2_049,
            3.141_592_7, Float(bitPattern: 71_362),
        ]
        #expect(
            values.map { rounded($0, .float16) } == [
                11_878, 46_421, 0, 1, 0, 1, 1_023, 31_743, 31_743, 59_392, 16_968, 0,
            ])
        #expect(
            values.map { rounded($0, .bfloat16) } == [
                15_821, 48_811, 12_844, 13_184, 13_056, 13_056, 14_464, 18_304, 18_304, 50_432, 16_457, 1,
            ])
    }

    @Test(arguments: [WeightPrecision.float16, .bfloat16, .float32]) func pieces(_ precision: WeightPrecision) {
        let values = (0..<9001).map { Float($0) * 0.001_234_5 - 3 }
        let rounded = FloatArray(values, shape: [9001]).rounded(to: precision)
        let all = rounded.floats()
        let expected = precision == .float32 ? values : values.map { widened(self.rounded($0, precision), precision) }
        #expect(all == expected)
        let part = [Float](unsafeUninitializedCapacity: 5000) { buffer, count in
            rounded.read(from: 17, into: UnsafeMutableBufferPointer(rebasing: buffer[..<5000]))
            count = 5000
        }
        #expect(part == Array(expected[17..<5017]))
        // What is written is what is read back.
        var bytes = [UInt8](repeating: 0, count: precision.byteCount(of: [9001]) + 1)
        bytes.withUnsafeMutableBytes {
            rounded.write(as: precision, to: UnsafeMutableRawBufferPointer(rebasing: $0[1...]))
        }
        let tensor = StoredTensor(
            bytes: bytes, storage: 1..<bytes.count, elementType: precision.elementType, shape: [9001])
        #expect(tensor?.floatSource?.floats() == expected)
    }
}
