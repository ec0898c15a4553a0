// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import Testing

// Readers of what the program writes, which share no line with its own.

/// The tensors and the metadata of a .safetensors file.
func readSafetensors(_ bytes: [UInt8]) throws -> (tensors: [String: Tensor], metadata: [String: String]) {
    let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let json = try JSONSerialization.jsonObject(with: Data(bytes[8..<(8 + length)]))
    var header = try #require(json as? [String: [String: Any]])
    let metadata = header.removeValue(forKey: "__metadata__") as? [String: String]
    var tensors: [String: Tensor] = [:]
    for (name, entry) in header {
        var tensor = Tensor([], try #require(entry["shape"] as? [Int]), try #require(entry["dtype"] as? String))
        let offsets = try #require(entry["data_offsets"] as? [Int])
        tensor.bytes = Array(bytes[(8 + length + offsets[0])..<(8 + length + offsets[1])])
        tensors[name] = tensor
    }
    return (tensors, metadata ?? [:])
}

/// The shape's text and the values of a version 1 .npy file of `<f4` or `<f8`.
func readNpy(_ bytes: [UInt8], _ descr: String = "<f4") throws -> (shape: String, values: [Double]) {
    #expect(bytes.prefix(8) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    #expect(start % 64 == 0)
    let header = String(decoding: bytes[10..<start], as: UTF8.self)
    #expect(
        header.contains("'descr': '\(descr)'") && header.contains("'fortran_order': False") && header.hasSuffix("\n"))
    let shape = try #require(header.split(separator: "'shape': ").last?.split(separator: ")").first) + ")"
    var tensor = Tensor([], [], descr == "<f4" ? "F32" : "F64")
    tensor.bytes = Array(bytes[start...])
    return (String(shape), tensor.values)
}
