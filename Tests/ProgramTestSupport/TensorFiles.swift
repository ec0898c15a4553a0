// SPDX-License-Identifier: Apache-2.0

import Foundation

// Writers of the tensor formats that share no line with the program's own.

/// The bytes of numbers as NumPy's `descr` says: `<f4`, `>i8`, and `<f2` and `<bf` (bfloat16) by truncation.
package func encoded(_ values: [Double], _ descr: String) -> [UInt8] {
    values.flatMap { value -> [UInt8] in
        let little: [UInt8] =
            switch descr.dropFirst() {
            case "f8": littleEndian(value.bitPattern)
            case "f4": littleEndian(Float(value).bitPattern)
            case "f2": littleEndian(half(Float(value)))
            case "bf": littleEndian(UInt16(Float(value).bitPattern >> 16))
            case "i8": littleEndian(Int64(value))
            case "i4": littleEndian(Int32(value))
            case "i2": littleEndian(Int16(value))
            case "u1", "b1": [UInt8(value)]
            default: []
            }
        return descr.hasPrefix(">") ? little.reversed() : little
    }
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// Right for zero and for normal numbers that half precision holds exactly.
private func half(_ value: Float) -> UInt16 {
    if value == 0 { return 0 }
    let bits = value.bitPattern
    return UInt16(bits >> 31) << 15 | UInt16(Int(bits >> 23 & 0xFF) - 112) << 10 | UInt16(bits >> 13 & 0x3FF)
}

/// A .npy file; `values` stand row-major, whatever the order in the file.
package func npy(
    _ values: [Double], _ shape: [Int], _ descr: String = "<f4", fortran: Bool = false, version: UInt8 = 1
) -> [UInt8] {
    let sizes = shape.map { "\($0), " }.joined()
    var header = "{'descr': '\(descr)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(sizes)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let length = UInt32(header.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [version, 0]
        + littleEndian(length).prefix(version == 1 ? 2 : 4) + Array(header.utf8)
        + encoded(fortran ? columnMajor(values, shape) : values, descr)
}

private func columnMajor(_ values: [Double], _ shape: [Int]) -> [Double] {
    values.indices.map { position in
        // The first index runs fastest.
        var rest = position
        var indices: [Int] = []
        for size in shape {
            indices.append(rest % size)
            rest /= size
        }
        return values[zip(shape, indices).reduce(0) { $0 * $1.0 + $1.1 }]
    }
}

/// One tensor of a .safetensors file.
package struct Tensor {
    package var type: String
    package var shape: [Int]
    package var bytes: [UInt8]

    package init(_ values: [Double], _ shape: [Int], _ type: String = "F32") {
        let descr = ["F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<bf", "I64": "<i8", "I32": "<i4", "U8": "<u1"]
        self.type = type
        self.shape = shape
        bytes = encoded(values, descr[type] ?? "")
    }

    /// The values, of F32, F64 and I64.
    package var values: [Double] {
        let size = type == "F32" ? 4 : 8
        return stride(from: 0, to: bytes.count, by: size).map { start in
            let bits = bytes[start..<(start + size)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            switch type {
            case "F32": return Double(Float(bitPattern: UInt32(bits)))
            case "F64": return Double(bitPattern: bits)
            default: return Double(Int64(bitPattern: bits))
            }
        }
    }
}

/// A .safetensors file.
package func safetensors(_ tensors: [String: Tensor]) throws -> [UInt8] {
    var header: [String: Any] = [:]
    var data: [UInt8] = []
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        let offsets = [data.count, data.count + tensor.bytes.count]
        header[name] = ["dtype": tensor.type, "shape": tensor.shape, "data_offsets": offsets]
        data += tensor.bytes
    }
    let json = [UInt8](try JSONSerialization.data(withJSONObject: header))
    return littleEndian(UInt64(json.count)) + json + data
}
