// SPDX-License-Identifier: Apache-2.0

/// A safetensors file in memory: its bytes once, and its tensors as views of them.
public struct SafetensorsFile: Sendable {
    /// The whole file.
    public let bytes: [UInt8]
    /// What its header says.
    public let directory: SafetensorsDirectory

    /// Reads the header; the tensors' values are not looked at.
    ///
    /// - Throws: ``SafetensorsError`` where the header is not right.
    public init(_ bytes: [UInt8]) throws(SafetensorsError) {
        directory = try SafetensorsDirectory(bytes)
        self.bytes = bytes
    }

    /// The tensor of that name; nil too where its type has no whole bytes, which nothing here reads.
    public subscript(name: String) -> StoredTensor? { directory[name].flatMap(tensor) }

    /// A parameter's values, as float32.
    ///
    /// - Throws: ``SafetensorsError`` where it is missing, is not of floats, or has another shape.
    public func floats(_ name: String, shape: [Int]) throws(SafetensorsError) -> any FloatSource {
        guard let entry = directory[name] else { throw .missingTensor(name: name) }
        guard entry.shape == shape, let source = tensor(entry)?.floatSource else {
            throw .unexpectedTensor(name: name, shape: entry.shape, type: entry.type, expected: shape)
        }
        return source
    }

    package func tensor(_ entry: SafetensorsDirectory.Entry) -> StoredTensor? {
        StoredTensor(bytes: bytes, storage: entry.byteRange, elementType: entry.type, shape: entry.shape)
    }
}
