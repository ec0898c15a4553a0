// SPDX-License-Identifier: Apache-2.0

/// What one element of a tensor in a file is; the raw value is its safetensors name.
public enum ElementType: String, CaseIterable, Hashable, Sendable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"
    case bool = "BOOL"
    // Known so that a file that has them beside a model's parameters opens; nothing here reads their elements.
    case complex64 = "C64"
    case complex128 = "C128"
    case float8E5M2 = "F8_E5M2"
    case float8E4M3 = "F8_E4M3"
    case float8E8M0 = "F8_E8M0"
    case float8E4M3FNUZ = "F8_E4M3FNUZ"
    case float8E5M2FNUZ = "F8_E5M2FNUZ"
    case float6E2M3 = "F6_E2M3"
    case float6E3M2 = "F6_E3M2"
    case float4 = "F4"

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
