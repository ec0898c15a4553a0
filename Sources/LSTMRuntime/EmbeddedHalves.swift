// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// The parameters in a generated file's text where matrices are not kept as float32, decoded: little-endian values one after
/// another, those of vectors float32.
public struct EmbeddedHalves: Sendable {
    private let bytes: [UInt8]
    private let precision: WeightPrecision

    /// `base64` stands for `byteCount` bytes.
    public init(base64: StaticString, byteCount: Int, matrices precision: WeightPrecision) {
        precondition((byteCount + 2) / 3 * 4 == base64.utf8CodeUnitCount, "the embedded weights are not whole")
        // The last group of four characters may decode to more bytes than there are.
        bytes = [UInt8](unsafeUninitializedCapacity: byteCount + 2) { buffer, initialized in
            base64.withUTF8Buffer { text in
                if let address = buffer.baseAddress { decodeBase64(text, into: address) }
            }
            initialized = byteCount
        }
        self.precision = precision
    }

    /// The parameters of the layer whose first byte is number `start`, all of them float32.
    public func layer(at start: Int) -> EmbeddedHalfLayer {
        EmbeddedHalfLayer(weights: self, position: start, matrices: .float32)
    }

    /// The same for a layer with matrices.
    public func matrices(at start: Int) -> EmbeddedHalfLayer {
        EmbeddedHalfLayer(weights: self, position: start, matrices: precision)
    }

    /// `count` float32 values from byte `start` on.
    public func floats(at start: Int, count: Int) -> [Float] { source(at: start, .float32, [count]).floats() }

    fileprivate func source(at start: Int, _ precision: WeightPrecision, _ shape: [Int]) -> any FloatSource {
        let end = start + precision.byteCount(of: shape)
        precondition(start >= 0 && end <= bytes.count, "the embedded weights are another model's")
        if precision == .int8 { return QuantizedRows(bytes: bytes, from: start, shape: shape) }
        let tensor = StoredTensor(
            bytes: bytes, storage: start..<end, elementType: precision.elementType, shape: shape)
        // Bytes inside of what there are always make a tensor.
        return tensor?.floatSource ?? FloatArray([Float](repeating: .nan, count: shape.reduce(1, *)), shape: shape)
    }
}

/// One layer's parameters in a generated file's text, in the order that `PackedX(_:)` asks for them.
public struct EmbeddedHalfLayer: ParameterReader {
    fileprivate let weights: EmbeddedHalves
    fileprivate var position: Int
    /// How tensors of several axes are kept.
    fileprivate let matrices: WeightPrecision

    public mutating func next(_ key: String, _ shape: [Int]) -> any FloatSource {
        let precision = shape.count > 1 ? matrices : .float32
        let start = position
        position += precision.byteCount(of: shape)
        return weights.source(at: start, precision, shape)
    }
}
