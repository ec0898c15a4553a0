// SPDX-License-Identifier: Apache-2.0

/// The sizes of a batch of sequences that a generated type is given, checked.
public struct SequenceBatch: Sendable {
    /// At least 1.
    public let steps: Int
    /// The steps of each sequence, 1...steps; nil where all have `steps`.
    public let lengths: [Int32]?

    /// Sizes of `x`, which has steps * batch vectors of `size` values.
    ///
    /// - Throws: ``InputError`` where the batch is not positive, x is empty or not whole, or a length is not in 1...steps.
    public init(_ x: [Float], size: Int, batch: Int, lengths: [Int]?) throws(InputError) {
        try self.init(count: x.count, size: size, batch: batch, lengths: lengths)
    }

    /// Sizes of `ids`, which has steps * batch token ids, each in 0..<tokens.
    ///
    /// - Throws: ``InputError`` as above, and for an id that is not in 0..<tokens.
    public init(_ ids: [Int32], tokens: Int, batch: Int, lengths: [Int]?) throws(InputError) {
        try self.init(count: ids.count, size: 1, batch: batch, lengths: lengths)
        try Self.check(ids, tokens: tokens)
    }

    /// Sizes that are known to be right.
    @usableFromInline
    init(steps: Int, lengths: [Int32]?) {
        self.steps = steps
        self.lengths = lengths
    }

    @usableFromInline
    init(
        count: Int, _ name: String = "x", size: Int, batch: Int, lengths: [Int]?, _ lengthsName: String = "lengths"
    ) throws(InputError) {
        guard batch > 0 else { throw .notPositive("batch", found: batch) }
        let (row, overflow) = batch.multipliedReportingOverflow(by: size)
        steps = overflow ? 0 : count / row
        guard steps > 0 || (count > 0 && !overflow) else { throw .notPositive("steps", found: steps) }
        try InputError.check(name, count, is: max(steps, 1) * row)
        if let lengths {
            try InputError.check(lengthsName, lengths.count, is: batch)
            for (row, length) in lengths.enumerated() where length < 1 || length > steps {
                throw .length(row: row, found: length, steps: steps)
            }
        }
        self.lengths = lengths.map { $0.map { Int32(truncatingIfNeeded: $0) } }
    }

    /// The steps of a chunk of one sequence, in vectors of `size` values; a chunk may be empty.
    ///
    /// - Throws: ``InputError/count(of:expected:found:)`` where x is not whole.
    public static func steps(_ x: [Float], size: Int) throws(InputError) -> Int {
        let steps = x.count / size
        try InputError.check("x", x.count, is: steps * size)
        return steps
    }

    /// The same for token ids, each in 0..<tokens.
    ///
    /// - Throws: ``InputError/token(index:found:tokens:)`` for the first that is not.
    public static func steps(_ ids: [Int32], tokens: Int) throws(InputError) -> Int {
        try check(ids, tokens: tokens)
        return ids.count
    }

    @usableFromInline
    static func check(_ ids: [Int32], tokens: Int) throws(InputError) {
        for (index, id) in ids.enumerated() where id < 0 || Int(id) >= tokens {
            throw .token(index: index, found: Int(id), tokens: tokens)
        }
    }
}
