// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// The parameters in a generated file's text, decoded: little-endian float32 values one after another.
public struct EmbeddedParameters: Sendable {
    private let floats: [Float]

    /// `base64` stands for `count` floats.
    public init(base64: StaticString, count: Int) {
        precondition((count * 4 + 2) / 3 * 4 == base64.utf8CodeUnitCount, "the embedded weights are not whole")
        // The last group of four characters may decode to more bytes than the floats have.
        floats = [Float](unsafeUninitializedCapacity: count + 1) { buffer, initialized in
            base64.withUTF8Buffer { text in
                guard let address = buffer.baseAddress else { return }
                let bytes = UnsafeMutableRawPointer(address).assumingMemoryBound(to: UInt8.self)
                decodeBase64(text, into: bytes)
                #if _endian(big)
                    for index in 0..<count {
                        address[index] = Float(bitPattern: address[index].bitPattern.byteSwapped)
                    }
                #endif
            }
            initialized = count
        }
    }

    /// The parameters of the layer whose first float is number `start`.
    public func layer(at start: Int) -> EmbeddedLayer { EmbeddedLayer(floats: floats, position: start) }

    /// One tensor's values.
    public func floats(at start: Int, count: Int) -> [Float] { Array(floats[start..<(start + count)]) }
}

/// One layer's parameters in a generated file's text, in the order that `PackedX(_:)` asks for them.
public struct EmbeddedLayer: ParameterReader {
    fileprivate let floats: [Float]
    fileprivate var position: Int

    public mutating func next(_ key: String, _ shape: [Int]) -> any FloatSource {
        let start = position
        position += shape.reduce(1, *)
        return FloatSlice(floats: floats, start: start, shape: shape)
    }
}

private struct FloatSlice: FloatSource {
    let floats: [Float]
    let start: Int
    let shape: [Int]

    func read(from first: Int, into target: UnsafeMutableBufferPointer<Float>) {
        precondition(first >= 0 && start + first + target.count <= floats.count)
        floats.withUnsafeBufferPointer { floats in
            guard let from = floats.baseAddress, let to = target.baseAddress else { return }
            to.update(from: from + (start + first), count: target.count)
        }
    }
}
