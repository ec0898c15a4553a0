// SPDX-License-Identifier: Apache-2.0

/// How `process` is given memory.
public enum MemoryForm: CaseIterable, Sendable {
    /// Buffers, each for itself.
    case buffers
    /// Buffers, where it may be a result's that is an input's, too.
    case inPlace
    /// Spans.
    case spans
}

/// Memory for one input or result.
public final class Memory<Element: BitwiseCopyable> {
    public let mutable: UnsafeMutableBufferPointer<Element>
    /// Whose memory it is; nil where it is its own.
    private let owner: Memory?

    public init(_ values: [Element]) {
        mutable = .allocate(capacity: values.count)
        _ = mutable.initialize(from: values)
        owner = nil
    }

    /// The start of another's, where it is given.
    public init(repeating value: Element, count: Int, in owner: Memory? = nil) {
        self.owner = owner
        if let owner {
            mutable = UnsafeMutableBufferPointer(rebasing: owner.mutable[..<count])
        } else {
            mutable = .allocate(capacity: count)
            mutable.initialize(repeating: value)
        }
    }

    deinit { if owner == nil { mutable.deallocate() } }

    public var buffer: UnsafeBufferPointer<Element> { UnsafeBufferPointer(mutable) }
}

extension Memory<Float> {
    /// The first values.
    public func floats(_ count: Int) -> [Float] { Array(mutable[..<count]) }
}

extension Memory<Int32> {
    /// The first values.
    public func floats(_ count: Int) -> [Float] { mutable[..<count].map { Float($0) } }
}
