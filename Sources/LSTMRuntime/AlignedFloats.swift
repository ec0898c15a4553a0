// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Floats at a 64-byte boundary, zero at first, freed with their owner: packed weights, and workspaces.
///
/// Whoever makes one fills it before sharing it; packed weights are never written again, so any number of threads may
/// read them. A workspace belongs to one call at a time.
public final class AlignedFloats: @unchecked Sendable {
    /// The first float; good for as long as this object lives.
    public let pointer: UnsafeMutablePointer<Float>
    /// How many floats there are.
    public let count: Int

    /// `count` floats, all zero.
    public init(count: Int) {
        let bytes = count * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
        pointer = memory.initializeMemory(as: Float.self, repeating: 0, count: count)
        self.count = count
    }

    /// All of a source's values, in its own order.
    public convenience init(_ source: some FloatSource) {
        self.init(count: source.shape.reduce(1, *))
        source.read(from: 0, into: UnsafeMutableBufferPointer(start: pointer, count: count))
    }

    /// The same values in memory of its own.
    @usableFromInline
    convenience init(copying other: AlignedFloats) {
        self.init(count: other.count)
        pointer.update(from: other.pointer, count: count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
