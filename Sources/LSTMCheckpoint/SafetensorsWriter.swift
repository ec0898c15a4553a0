// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// A tensor to be written: its bytes row-major, least significant byte first.
public struct NamedTensor: Sendable {
    /// What the file calls it.
    public let name: String
    /// What its elements are.
    public let type: ElementType
    /// The sizes of its axes, outermost first.
    public let shape: [Int]
    /// The elements, row-major and little-endian.
    public let bytes: [UInt8]

    /// Row-major floats, which must be as many as the shape says.
    public init(_ name: String, floats: [Float], shape: [Int]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(floats.count * 4)
        for value in floats { append(value.bitPattern, to: &bytes) }
        self.init(name, type: .float32, shape: shape, bytes: bytes)
    }

    /// Row-major integers, which must be as many as the shape says.
    public init(_ name: String, integers: [Int64], shape: [Int]) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(integers.count * 8)
        for value in integers { append(value, to: &bytes) }
        self.init(name, type: .int64, shape: shape, bytes: bytes)
    }

    /// The same elements in the same type as a tensor of another file.
    public init(_ name: String, _ tensor: StoredTensor) {
        self.init(name, type: tensor.elementType, shape: tensor.shape, bytes: tensor.contiguousBytes())
    }

    /// All of a source's values as they are kept in `precision`.
    package init(_ name: String, _ source: any FloatSource, as precision: WeightPrecision) {
        let inFile: WeightPrecision = precision == .int8 ? .float32 : precision
        var bytes = [UInt8](repeating: 0, count: inFile.byteCount(of: source.shape))
        bytes.withUnsafeMutableBytes { source.write(as: inFile, to: $0) }
        self.init(name, type: precision.elementType, shape: source.shape, bytes: bytes)
    }

    private init(_ name: String, type: ElementType, shape: [Int], bytes: [UInt8]) {
        self.name = name
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }
}

/// The safetensors file of `tensors`: the same bytes for the same tensors and metadata, in whatever order they come.
///
/// Names must differ. The header is padded with spaces, so that the data begins at a multiple of 8 bytes.
public func safetensorsBytes(_ tensors: [NamedTensor], metadata: [String: String] = [:]) -> [UInt8] {
    let tensors = tensors.sorted { $0.name < $1.name }
    var members: [String] = []
    if !metadata.isEmpty {
        let pairs = metadata.sorted { $0.key < $1.key }.map { "\(jsonString($0.key)):\(jsonString($0.value))" }
        members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
        let start = end
        end += tensor.bytes.count
        let shape = tensor.shape.map(String.init).joined(separator: ",")
        members.append(
            "\(jsonString(tensor.name)):{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],"
                + "\"data_offsets\":[\(start),\(end)]}")
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    append(UInt64(header.count), to: &bytes)
    bytes += header
    for tensor in tensors { bytes += tensor.bytes }
    return bytes
}
