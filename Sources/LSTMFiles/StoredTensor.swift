// SPDX-License-Identifier: Apache-2.0

/// A tensor inside a file's bytes: its elements stay there and are decoded a piece at a time.
///
/// It keeps the whole file's bytes alive, and shares them with every other tensor of the file.
public struct StoredTensor: Sendable {
    /// What its elements are.
    public let elementType: ElementType
    /// The sizes of its axes, outermost first.
    public let shape: [Int]
    /// Elements from one index to the next along each axis.
    public let strides: [Int]
    /// The product of the sizes.
    public let elementCount: Int

    private let bytes: [UInt8]
    /// The byte of the first element.
    private let start: Int
    /// The elements' bytes stand in the other order than this machine's.
    package let isSwapped: Bool
    /// The values are those of the file with the other sign.
    package let isNegated: Bool
    /// The axes that matter, outermost first: those of size 1 left out, neighbours that are one run joined.
    private let axes: [(size: Int, stride: Int)]

    /// A view of `storage`, a part of `bytes`; contiguous where `strides` is nil.
    ///
    /// `offset` and `strides` count elements. Only floats can be negated.
    /// nil where a size, a stride or the offset is negative, or any element would lie outside the storage.
    package init?(
        bytes: [UInt8], storage: Range<Int>, elementType: ElementType, shape: [Int], strides: [Int]? = nil,
        offset: Int = 0, isBigEndian: Bool = false, isNegated: Bool = false
    ) {
        guard !isNegated || elementType.isFloat, 0 <= storage.lowerBound, storage.upperBound <= bytes.count,
            elementType.bitCount % 8 == 0,
            let count = LSTMFiles.elementCount(shape: shape),
            let strides = strides ?? contiguousStrides(of: shape), strides.count == shape.count
        else { return nil }
        let size = elementType.bitCount / 8
        var last = offset
        for (length, stride) in zip(shape, strides) where count > 0 {
            let span = (length - 1).multipliedReportingOverflow(by: stride)
            let sum = last.addingReportingOverflow(span.partialValue)
            guard stride >= 0, !span.overflow, !sum.overflow else { return nil }
            last = sum.partialValue
        }
        guard offset >= 0, count == 0 || last < storage.count / size else { return nil }
        self.elementType = elementType
        self.shape = shape
        self.strides = strides
        self.bytes = bytes
        elementCount = count
        start = count == 0 ? storage.lowerBound : storage.lowerBound + offset * size
        isSwapped = isBigEndian != (UInt16(1) == UInt16(1).bigEndian)
        self.isNegated = isNegated
        axes = count == 0 ? [] : joinedAxes(shape, strides)
    }

    private init(_ other: StoredTensor, shape: [Int], strides: [Int]) {
        elementType = other.elementType
        elementCount = other.elementCount
        bytes = other.bytes
        start = other.start
        isSwapped = other.isSwapped
        isNegated = other.isNegated
        axes = other.axes
        self.shape = shape
        self.strides = strides
    }

    /// The same elements without the axis, whose size must be 1; nil where it is not.
    package func removingAxis(_ axis: Int) -> StoredTensor? {
        guard shape.indices.contains(axis), shape[axis] == 1 else { return nil }
        var (shape, strides) = (shape, strides)
        shape.remove(at: axis)
        strides.remove(at: axis)
        return StoredTensor(self, shape: shape, strides: strides)
    }

    /// The elements as floats, rounded to the nearest; nil where they are not floats.
    public var floatSource: (any FloatSource & Sendable)? {
        elementType.isFloat ? StoredFloats(tensor: self) : nil
    }

    /// Calls `body` with the elements `start..<start + count`, row-major, as runs: the first one's address, the bytes
    /// from one to the next, how many there are, and how many came before.
    package func forEachRun(
        from first: Int, count: Int, _ body: (UnsafeRawPointer, _ stride: Int, _ count: Int, _ done: Int) -> Void
    ) {
        precondition(first >= 0 && count >= 0 && count <= elementCount - first, "elements outside the tensor")
        guard count > 0 else { return }
        let size = elementType.bitCount / 8
        let inner = axes.last ?? (size: 1, stride: 1)
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var done = 0
            while done < count {
                var (row, column) = (first + done).quotientAndRemainder(dividingBy: inner.size)
                let length = min(inner.size - column, count - done)
                column *= inner.stride
                for axis in axes.dropLast().reversed() {
                    let (rest, index) = row.quotientAndRemainder(dividingBy: axis.size)
                    column += index * axis.stride
                    row = rest
                }
                body(base + (start + column * size), inner.stride * size, length, done)
                done += length
            }
        }
    }
}

/// Row-major strides; nil where they overflow.
private func contiguousStrides(of shape: [Int]) -> [Int]? {
    var strides = [Int](repeating: 1, count: shape.count)
    var next = 1
    for axis in shape.indices.reversed() {
        strides[axis] = next
        let product = next.multipliedReportingOverflow(by: max(1, shape[axis]))
        guard !product.overflow else { return nil }
        next = product.partialValue
    }
    return strides
}

private func joinedAxes(_ shape: [Int], _ strides: [Int]) -> [(size: Int, stride: Int)] {
    var axes: [(size: Int, stride: Int)] = []
    for (size, stride) in zip(shape, strides) where size != 1 {
        let whole = stride.multipliedReportingOverflow(by: size)
        if let outer = axes.last, !whole.overflow, outer.stride == whole.partialValue {
            axes[axes.count - 1] = (outer.size * size, stride)
        } else {
            axes.append((size, stride))
        }
    }
    return axes
}

private struct StoredFloats: FloatSource, Sendable {
    let tensor: StoredTensor

    var shape: [Int] { tensor.shape }

    func read(from start: Int, into floats: UnsafeMutableBufferPointer<Float>) {
        guard let target = floats.baseAddress else { return }
        tensor.forEachRun(from: start, count: floats.count) { source, stride, count, done in
            decodeFloats(
                tensor.elementType, isSwapped: tensor.isSwapped, from: source, stride: stride, count: count,
                to: target + done)
        }
        // A plain loop: this must be quick in unoptimised builds too.
        var index = tensor.isNegated ? 0 : floats.count
        while index < floats.count {
            target[index] = -target[index]
            index += 1
        }
    }
}
