// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// Reads the .npy file that `range` of `bytes` is, all of it by default.
///
/// Versions 1 to 3, either byte order, C and Fortran order. Throws for element types that are neither numbers nor Booleans, and where the sizes disagree.
func readNpy(_ bytes: [UInt8], in range: Range<Int>? = nil) throws(NpyMistake) -> StoredTensor {
    var cursor = ByteCursor(bytes, in: range)
    // Not a literal: the first byte is no UTF-8.
    guard cursor.next() == 0x93, cursor.skip("NUMPY") else { throw .notNpy }
    guard let version = cursor.next(), cursor.next() != nil else { throw .malformedHeader }
    guard 1...3 ~= version else { throw .unknownVersion(version) }
    guard let length = cursor.littleEndianInt(version == 1 ? 2 : 4), let text = cursor.take(length) else {
        throw .malformedHeader
    }
    let header = try NpyHeader(ByteCursor(bytes, in: text))
    guard let byteCount = header.type.byteCount(shape: header.shape) else { throw .malformedHeader }
    guard byteCount == cursor.remaining else {
        throw .wrongByteCount(shape: header.shape, expected: byteCount, found: cursor.remaining)
    }
    var strides: [Int]?
    if header.isFortranOrder {
        // No product here is larger than the number of bytes, unless a size is zero, and then none matters.
        strides = header.shape.indices.map { axis in byteCount == 0 ? 1 : header.shape[..<axis].reduce(1, *) }
    }
    let tensor = StoredTensor(
        bytes: bytes, storage: cursor.position..<cursor.end, elementType: header.type, shape: header.shape,
        strides: strides, isBigEndian: header.isBigEndian)
    guard let tensor else { throw .malformedHeader }
    return tensor
}

/// What is wrong with a .npy file, or a member of a .npz.
public enum NpyMistake: Error, Hashable, Sendable {
    case notNpy
    case unknownVersion(UInt8)
    case malformedHeader
    /// `descr` is the header's own word, nil where it is a list.
    case unsupportedType(descr: String?)
    case wrongByteCount(shape: [Int], expected: Int, found: Int)

    var message: String {
        switch self {
        case .notNpy: "it does not begin as a .npy file does"
        case .unknownVersion(let version): "its format version is \(version), but 1 to 3 are known"
        case .malformedHeader: "its header is damaged"
        case .unsupportedType(nil): "it is a structured array; save plain numbers"
        case .unsupportedType(let descr?):
            "its element type is \(quoted(descr)); save plain numbers, such as float32 or int64"
        case .wrongByteCount(let shape, let expected, let found):
            "its shape \(shapeText(shape)) needs \(expected) bytes, but it has \(found)"
        }
    }
}

/// The .npy file of `floats`, row-major: version 1, `<f4`.
public func npyBytes(of floats: [Float], shape: [Int]) -> [UInt8] {
    npyBytes(descr: "<f4", shape: shape, count: floats.count) { bytes in
        for value in floats { append(value.bitPattern, to: &bytes) }
    }
}

/// The .npy file of `integers`, row-major: version 1, `<i8`.
public func npyBytes(of integers: [Int64], shape: [Int]) -> [UInt8] {
    npyBytes(descr: "<i8", shape: shape, count: integers.count) { bytes in
        for value in integers { append(value, to: &bytes) }
    }
}

private func npyBytes(descr: String, shape: [Int], count: Int, data: (inout [UInt8]) -> Void) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(sizes)), }"
    // Magic, version and length take 10 bytes, and the data begins at a multiple of 64.
    let unpadded = 10 + header.utf8.count + 1
    header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    append(UInt16(truncatingIfNeeded: header.utf8.count), to: &bytes)
    bytes += Array(header.utf8)
    bytes.reserveCapacity(bytes.count + count * 8)
    data(&bytes)
    return bytes
}

/// Appends the value's bytes, least significant first.
func append<Value: FixedWidthInteger>(_ value: Value, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
}
