// SPDX-License-Identifier: Apache-2.0

/// What a generated `State` holds: the floats that a model remembers, and scratch memory for its steps.
///
/// A value, whose scratch is no part of it: not of `==`, not of its hash, not of what is encoded.
public struct StreamMemory: Sendable {
    @usableFromInline var floats: AlignedFloats
    /// Where what is remembered is: h and c of each lstm.
    private let parts: [Range<Int>]

    /// All zero.
    public init(parts: [Range<Int>], floats count: Int) {
        precondition(parts.allSatisfy { $0.upperBound <= count })
        floats = AlignedFloats(count: max(count, 1))
        self.parts = parts
    }

    /// One of the parts.
    public subscript(part: Range<Int>) -> [Float] { Array(values(of: part)) }

    private func values(of part: Range<Int>) -> UnsafeBufferPointer<Float> {
        precondition(part.upperBound <= floats.count)
        return UnsafeBufferPointer(start: floats.pointer + part.lowerBound, count: part.count)
    }

    /// Writes h and c of an lstm.
    ///
    /// - name: the lstm's, where a model has several, for the error.
    /// - Throws: ``InputError/count(of:expected:found:)`` where one of them has another number of values.
    public mutating func set(
        _ state: LSTMState, _ name: String = "", h: Range<Int>, c: Range<Int>
    ) throws(InputError) {
        let prefix = name.isEmpty ? "" : name + "."
        try InputError.check(prefix + "h0", state.h.count, is: h.count)
        try InputError.check(prefix + "c0", state.c.count, is: c.count)
        start(state, h: h, c: c)
    }

    /// Writes h and c of an lstm, whose sizes are known to be right.
    public mutating func start(_ state: LSTMState, h: Range<Int>, c: Range<Int>) {
        write(state.h, to: h)
        write(state.c, to: c)
    }

    private mutating func write(_ values: [Float], to part: Range<Int>) {
        precondition(values.count == part.count && part.upperBound <= floats.count)
        withPointer { ($0 + part.lowerBound).update(from: values, count: values.count) }
    }

    /// The address of all floats, at a multiple of 64 bytes; theirs alone, after a copy where they were shared.
    @inlinable
    public mutating func withPointer(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        if !isKnownUniquelyReferenced(&floats) { floats = AlignedFloats(copying: floats) }
        body(floats.pointer)
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

extension StreamMemory {
    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError.dataCorrupted` where it is the state of a model with other sizes.
    public init(from decoder: any Decoder, parts: [Range<Int>], floats: Int) throws {
        let container = try decoder.singleValueContainer()
        let values = try container.decode([Float].self)
        let count = parts.reduce(0) { $0 + $1.count }
        guard values.count == count else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a state of this model has \(count) values, but there are \(values.count)")
        }
        self.init(parts: parts, floats: floats)
        var first = 0
        for part in parts {
            write(Array(values[first..<(first + part.count)]), to: part)
            first += part.count
        }
    }

    /// A list of numbers: h and c of each lstm.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(parts.flatMap { Array(values(of: $0)) })
    }
}
