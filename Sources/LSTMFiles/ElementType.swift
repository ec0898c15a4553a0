// SPDX-License-Identifier: Apache-2.0

/// What one element of a tensor in a file is; the raw value is its safetensors name.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
    /// IEEE 754 double precision.
    case float64 = "F64"
    /// IEEE 754 single precision: what everything is computed in.
    case float32 = "F32"
    /// IEEE 754 half precision.
    case float16 = "F16"
    /// The upper half of a float32.
    case bfloat16 = "BF16"
    /// A signed integer of 8 bytes.
    case int64 = "I64"
    /// A signed integer of 4 bytes.
    case int32 = "I32"
    /// A signed integer of 2 bytes.
    case int16 = "I16"
    /// A signed integer of 1 byte.
    case int8 = "I8"
    /// An unsigned integer of 8 bytes.
    case uint64 = "U64"
    /// An unsigned integer of 4 bytes.
    case uint32 = "U32"
    /// An unsigned integer of 2 bytes.
    case uint16 = "U16"
    /// An unsigned integer of 1 byte.
    case uint8 = "U8"
    /// A byte that is 0 or 1.
    case bool = "BOOL"
    // Known so that a file that has them beside a model's parameters opens; nothing here reads their elements.
    /// Two float32.
    case complex64 = "C64"
    /// Two float64.
    case complex128 = "C128"
    /// A float of 8 bits, 5 of them exponent.
    case float8E5M2 = "F8_E5M2"
    /// A float of 8 bits, 4 of them exponent.
    case float8E4M3 = "F8_E4M3"
    /// A power of two in 8 bits: a scale of others.
    case float8E8M0 = "F8_E8M0"
    /// A float of 8 bits, 4 of them exponent, without infinity and negative zero.
    case float8E4M3FNUZ = "F8_E4M3FNUZ"
    /// A float of 8 bits, 5 of them exponent, without infinity and negative zero.
    case float8E5M2FNUZ = "F8_E5M2FNUZ"
    /// A float of 6 bits, 2 of them exponent.
    case float6E2M3 = "F6_E2M3"
    /// A float of 6 bits, 3 of them exponent.
    case float6E3M2 = "F6_E3M2"
    /// A float of 4 bits.
    case float4 = "F4"

    /// The bits of one element; those of a small float lie side by side without gaps.
    public var bitCount: Int {
        switch self {
        case .complex128: 128
        case .float64, .int64, .uint64, .complex64: 64
        case .float32, .int32, .uint32: 32
        case .float16, .bfloat16, .int16, .uint16: 16
        case .float6E2M3, .float6E3M2: 6
        case .float4: 4
        default: 8
        }
    }

    /// True for the types a parameter can have.
    public var isFloat: Bool {
        switch self {
        case .float64, .float32, .float16, .bfloat16: true
        default: false
        }
    }

    /// True for pairs of a real and an imaginary part.
    package var isComplex: Bool { self == .complex64 || self == .complex128 }

    /// True for whole numbers and Booleans.
    public var isInteger: Bool {
        switch self {
        case .int64, .int32, .int16, .int8, .uint64, .uint32, .uint16, .uint8, .bool: true
        default: false
        }
    }

    /// The bytes `shape` takes without gaps; nil where a size is negative, or the number is no Int or no whole one.
    package func byteCount(shape: [Int]) -> Int? {
        guard let count = elementCount(shape: shape) else { return nil }
        let bits = count.multipliedReportingOverflow(by: bitCount)
        return bits.overflow || bits.partialValue % 8 != 0 ? nil : bits.partialValue / 8
    }
}

/// The product of the sizes; nil where one is negative or the product overflows.
package func elementCount(shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
        let product = count.multipliedReportingOverflow(by: size)
        guard size >= 0, !product.overflow else { return nil }
        count = product.partialValue
    }
    return count
}
