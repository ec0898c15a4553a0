// SPDX-License-Identifier: Apache-2.0

/// Which axis comes first in a batch of sequences.
public enum SequenceLayout: Hashable, Sendable {
    /// (time, batch, size): PyTorch's default.
    case timeFirst
    /// (batch, time, size): `batch_first`.
    case batchFirst

    /// How many floats lie between two steps of a sequence, and between two sequences at one step.
    @usableFromInline
    func strides(steps: Int, batch: Int, size: Int) -> (time: Int, row: Int) {
        switch self {
        case .timeFirst: (batch * size, size)
        case .batchFirst: (size, steps * size)
        }
    }
}

/// Lengths of a batch's sequences: one for each row, 1 <= length <= steps.
public typealias Lengths = UnsafePointer<Int32>

/// Sets everything past each sequence's length to zero; x is a batch of sequences of rows of `size`.
public func zeroPadding(
    _ x: UnsafeMutablePointer<Float>, steps: Int, batch: Int, size: Int, layout: SequenceLayout, lengths: Lengths
) {
    let strides = layout.strides(steps: steps, batch: batch, size: size)
    for row in 0..<batch {
        for time in Int(lengths[row])..<max(steps, Int(lengths[row])) {
            (x + time * strides.time + row * strides.row).update(repeating: 0, count: size)
        }
    }
}
