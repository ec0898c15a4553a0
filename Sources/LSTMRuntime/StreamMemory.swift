// SPDX-License-Identifier: Apache-2.0

/// What a generated `State` holds: the floats that a model remembers, and scratch memory for its steps.
///
/// A value, whose scratch is no part of it: not of `==`, not of its hash, not of what is encoded.
public struct StreamMemory: Sendable {
    @usableFromInline var floats: AlignedFloats
    /// Where what is remembered is: h and c of each lstm.
    @usableFromInline let parts: [Range<Int>]

    /// All zero.
    public init(parts: [Range<Int>], floats count: Int) {
        precondition(parts.allSatisfy { $0.upperBound <= count })
        floats = AlignedFloats(count: max(count, 1))
        self.parts = parts
    }

    /// The address of all floats, at a multiple of 64 bytes; theirs alone, after a copy where they were shared.
    @inlinable
    public mutating func withPointer(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        if !isKnownUniquelyReferenced(&floats) { floats = AlignedFloats(copying: floats) }
        body(floats.pointer)
    }

    @usableFromInline
    func values(of part: Range<Int>) -> UnsafeBufferPointer<Float> {
        precondition(part.upperBound <= floats.count)
        return UnsafeBufferPointer(start: floats.pointer + part.lowerBound, count: part.count)
    }
}

extension StreamMemory: Hashable {
    public static func == (a: Self, b: Self) -> Bool {
        a.parts == b.parts && a.parts.allSatisfy { a.values(of: $0).elementsEqual(b.values(of: $0)) }
    }

    public func hash(into hasher: inout Hasher) {
        for part in parts { for value in values(of: part) { hasher.combine(value) } }
    }
}
