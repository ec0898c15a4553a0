// SPDX-License-Identifier: Apache-2.0

/// The sizes of a batch of sequences that a generated type is given, checked.
public struct SequenceBatch: Sendable {
    /// At least 1.
    public let steps: Int
    public let lengths: [Int32]?

    /// steps * batch vectors of `size` values in x.
    public init(_ x: [Float], size: Int, batch: Int, lengths: [Int]?) throws(InputError) {
        try self.init(count: x.count, size: size, batch: batch, lengths: lengths)
    }

    /// steps * batch token ids, each in 0..<tokens.
    public init(_ ids: [Int32], tokens: Int, batch: Int, lengths: [Int]?) throws(InputError) {
        try self.init(count: ids.count, size: 1, batch: batch, lengths: lengths)
        try Self.check(ids, tokens: tokens)
    }

    private init(count: Int, size: Int, batch: Int, lengths: [Int]?) throws(InputError) {
        guard batch > 0 else { throw .notPositive("batch", found: batch) }
        let (row, overflow) = batch.multipliedReportingOverflow(by: size)
        steps = overflow ? 0 : count / row
        guard steps > 0 || (count > 0 && !overflow) else { throw .notPositive("steps", found: steps) }
        try InputError.check("x", count, is: max(steps, 1) * row)
        if let lengths {
            try InputError.check("lengths", lengths.count, is: batch)
            for (row, length) in lengths.enumerated() where length < 1 || length > steps {
                throw .length(row: row, found: length, steps: steps)
            }
        }
        self.lengths = lengths.map { $0.map { Int32(truncatingIfNeeded: $0) } }
    }

    /// The steps of a chunk of one sequence; a chunk may be empty.
    public static func steps(_ x: [Float], size: Int) throws(InputError) -> Int {
        let steps = x.count / size
        try InputError.check("x", x.count, is: steps * size)
        return steps
    }

    /// The same for tokens.
    public static func steps(_ ids: [Int32], tokens: Int) throws(InputError) -> Int {
        try check(ids, tokens: tokens)
        return ids.count
    }

    private static func check(_ ids: [Int32], tokens: Int) throws(InputError) {
        for (index, id) in ids.enumerated() where id < 0 || Int(id) >= tokens {
            throw .token(index: index, found: Int(id), tokens: tokens)
        }
    }
}
