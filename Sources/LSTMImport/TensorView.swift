// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles

/// Elements of a file seen through a shape and strides: turning and cutting one copies nothing.
struct TensorView {
    private let bytes: [UInt8]
    private let storage: Range<Int>
    private let offset: Int
    let type: ElementType
    let shape: [Int]
    private let strides: [Int]

    private init(_ other: TensorView, shape: [Int], strides: [Int], offset: Int? = nil) {
        bytes = other.bytes
        storage = other.storage
        type = other.type
        self.shape = shape
        self.strides = strides
        self.offset = offset ?? other.offset
    }

    /// Row-major elements that fill `storage`, a part of `bytes`; nil where their bytes are not as many as the shape says.
    init?(_ bytes: [UInt8], in storage: Range<Int>, type: ElementType, shape: [Int]) {
        guard storage.lowerBound >= 0, storage.upperBound <= bytes.count, shape.count <= 16,
            type.byteCount(shape: shape) == storage.count,
            let stored = StoredTensor(bytes: bytes, storage: storage, elementType: type, shape: shape)
        else { return nil }
        self.bytes = bytes
        self.storage = storage
        self.type = type
        self.shape = shape
        strides = stored.strides
        offset = 0
    }

    /// The views one after another along the first axis; nil where they are none, or differ in type or in the other axes.
    init?(stacking views: [TensorView]) {
        guard let first = views.first, !first.shape.isEmpty,
            views.allSatisfy({ $0.type == first.type && $0.shape.count == first.shape.count }),
            views.allSatisfy({ $0.shape.dropFirst() == first.shape.dropFirst() })
        else { return nil }
        var bytes: [UInt8] = []
        for view in views { bytes += view.packed }
        let rows = views.reduce(0) { $0 + $1.shape[0] }
        self.init(bytes, in: 0..<bytes.count, type: first.type, shape: [rows] + first.shape.dropFirst())
    }

    /// Nil never happens for a view made here; the reader checks all the same.
    var stored: StoredTensor? {
        StoredTensor(bytes: bytes, storage: storage, elementType: type, shape: shape, strides: strides, offset: offset)
    }

    var elementCount: Int { shape.reduce(1, *) }
    var byteCount: Int { elementCount * type.bitCount / 8 }

    /// The elements' bytes, row-major and least significant first.
    var packed: [UInt8] { stored.map { NamedTensor("", $0).bytes } ?? [] }

    func named(_ name: String) -> NamedTensor? { stored.map { NamedTensor(name, $0) } }

    /// The whole numbers; nil where they are none, or more than `limit`.
    func integers(limit: Int = 64) -> [Int]? {
        guard elementCount <= limit, let values = stored?.integers() else { return nil }
        return values.map { Int($0) }
    }

    /// The one number of a tensor that has one.
    var scalar: Double? {
        guard elementCount == 1, let stored else { return nil }
        return stored.doubles()?.first ?? stored.integers()?.first.map(Double.init)
    }

    /// Whether every float is a zero.
    var isZero: Bool {
        guard type.isFloat else { return false }
        // A float is zero where all its bits but the sign are.
        let size = type.bitCount / 8
        let bytes = packed
        return bytes.indices.allSatisfy { bytes[$0] & ($0 % size == size - 1 ? 0x7F : 0xFF) == 0 }
    }

    func transposed(_ permutation: [Int]) -> TensorView? {
        guard permutation.sorted() == Array(shape.indices) else { return nil }
        return TensorView(self, shape: permutation.map { shape[$0] }, strides: permutation.map { strides[$0] })
    }

    /// The indices `range` of an axis.
    func sliced(_ axis: Int, _ range: Range<Int>) -> TensorView? {
        guard shape.indices.contains(axis), range.lowerBound >= 0, range.upperBound <= shape[axis] else { return nil }
        var shape = shape
        shape[axis] = range.count
        // Of nothing, no element is ever looked for.
        let offset = elementCount == 0 || range.isEmpty ? 0 : offset + range.lowerBound * strides[axis]
        return TensorView(self, shape: shape, strides: strides, offset: offset)
    }

    /// The index `index` of an axis, which goes.
    func selected(_ axis: Int, _ index: Int) -> TensorView? {
        guard index >= 0, index < Int.max else { return nil }
        return sliced(axis, index..<(index + 1))?.removing(axis)
    }

    func removing(_ axis: Int) -> TensorView? {
        guard shape.indices.contains(axis), shape[axis] == 1 else { return nil }
        var (shape, strides) = (shape, strides)
        shape.remove(at: axis)
        strides.remove(at: axis)
        return TensorView(self, shape: shape, strides: strides)
    }

    func inserting(_ axis: Int) -> TensorView? {
        guard 0...shape.count ~= axis, shape.count < 16 else { return nil }
        var (shape, strides) = (shape, strides)
        shape.insert(1, at: axis)
        strides.insert(0, at: axis)
        return TensorView(self, shape: shape, strides: strides)
    }

    /// The same elements, copied, in another shape.
    func reshaped(_ shape: [Int]) -> TensorView? {
        let bytes = packed
        return TensorView(bytes, in: 0..<bytes.count, type: type, shape: shape)
    }
}
