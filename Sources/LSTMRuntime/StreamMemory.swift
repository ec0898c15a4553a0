// SPDX-License-Identifier: Apache-2.0

/// What a generated `State` holds: the floats that a model remembers, and after them scratch memory for its steps.
///
/// A value, whose scratch is no part of it: not of `==`, not of its hash, not of what is encoded.
public struct StreamMemory: Sendable {
    @usableFromInline var floats: [Float]
    private let stateCount: Int

    /// All zero.
    public init(state: Int, scratch: Int) {
        floats = [Float](repeating: 0, count: max(state + scratch, 1))
        stateCount = state
    }

    /// A part of the state.
    public subscript(range: Range<Int>) -> [Float] { Array(floats[range]) }

    /// Writes `count` floats of the state from `start` on.
    ///
    /// - name: what the error calls them.
    /// - Throws: ``InputError/count(of:expected:found:)`` where there are more or fewer values.
    public mutating func set(_ values: [Float], _ name: String, at start: Int, count: Int) throws(InputError) {
        try InputError.check(name, values.count, is: count)
        floats.replaceSubrange(start..<(start + count), with: values)
    }

    /// Writes one lstm's part of the state: h at `start`, c right after it.
    ///
    /// - Throws: ``InputError/count(of:expected:found:)`` where h has not `hCount` values, or c not `cCount`.
    public mutating func set(
        _ state: LSTMState, _ name: String = "", at start: Int, hCount: Int, cCount: Int
    ) throws(InputError) {
        let prefix = name.isEmpty ? "" : name + "."
        try set(state.h, prefix + "h0", at: start, count: hCount)
        try set(state.c, prefix + "c0", at: start + hCount, count: cCount)
    }

    /// Writes one lstm's part of the state, whose sizes are known to be right.
    public mutating func start(_ state: LSTMState, at start: Int) {
        precondition(start + state.h.count + state.c.count <= stateCount)
        floats.replaceSubrange(start..<(start + state.h.count), with: state.h)
        floats.replaceSubrange((start + state.h.count)..<(start + state.h.count + state.c.count), with: state.c)
    }

    /// The address of the state, and of the scratch memory after it.
    @inlinable
    public mutating func withPointer(_ body: (UnsafeMutablePointer<Float>) -> Void) {
        floats.withUnsafeMutableBufferPointer { floats in
            if let address = floats.baseAddress { body(address) }
        }
    }
}

extension StreamMemory: Hashable {
    public static func == (a: Self, b: Self) -> Bool {
        a.stateCount == b.stateCount && a.floats[..<a.stateCount] == b.floats[..<b.stateCount]
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(floats[..<stateCount])
    }
}

extension StreamMemory {
    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError.dataCorrupted` where it is the state of a model with other sizes.
    public init(from decoder: any Decoder, state: Int, scratch: Int) throws {
        let container = try decoder.singleValueContainer()
        let values = try container.decode([Float].self)
        guard values.count == state else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a state of this model has \(state) values, but there are \(values.count)")
        }
        self.init(state: state, scratch: scratch)
        floats.replaceSubrange(..<state, with: values)
    }

    /// A list of numbers: h and c of each lstm.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Array(floats[..<stateCount]))
    }
}
