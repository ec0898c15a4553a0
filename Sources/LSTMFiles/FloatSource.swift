// SPDX-License-Identifier: Apache-2.0

/// A parameter's values, row-major, decoded a piece at a time: packing never needs a second whole copy.
public protocol FloatSource {
    /// The sizes of its axes, outermost first; empty for a single value.
    var shape: [Int] { get }
    /// Fills `floats` with the elements from `start` on; the caller keeps `start + floats.count` within the shape.
    func read(from start: Int, into floats: UnsafeMutableBufferPointer<Float>)
}

extension FloatSource {
    /// All elements, row-major.
    public func floats() -> [Float] {
        let count = shape.reduce(1, *)
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            read(from: 0, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
    }
}

/// Values that are in memory already.
public struct FloatArray: FloatSource, Sendable {
    /// The sizes of its axes, outermost first.
    public let shape: [Int]
    /// The elements, row-major.
    public let values: [Float]

    /// `values` in row-major order, as many as `shape` has elements.
    public init(_ values: [Float], shape: [Int]) {
        self.shape = shape
        self.values = values
    }

    public func read(from start: Int, into floats: UnsafeMutableBufferPointer<Float>) {
        _ = floats.update(fromContentsOf: values[start..<(start + floats.count)])
    }
}
