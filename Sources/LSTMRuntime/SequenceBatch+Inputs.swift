// SPDX-License-Identifier: Apache-2.0

// What generated types check where they have several inputs or time axes. Compiled where it is called: every program
// carries this module's other public functions.

extension SequenceBatch {
    /// Sizes of the input `name`, which has steps * batch vectors of `size` values.
    ///
    /// - Throws: ``InputError`` where the batch is not positive, the input is empty or not whole, or a length is not in
    ///   1...steps.
    @_alwaysEmitIntoClient
    public init(
        _ x: [Float], _ name: String, size: Int, batch: Int, lengths: [Int]?, _ lengthsName: String = "lengths"
    ) throws(InputError) {
        try self.init(count: x.count, name, size: size, batch: batch, lengths: lengths, lengthsName)
    }

    /// Sizes of the input `name`, which has steps * batch token ids, each in 0..<tokens.
    ///
    /// - Throws: ``InputError`` as above, and for an id that is not in 0..<tokens.
    @_alwaysEmitIntoClient
    public init(
        _ ids: [Int32], _ name: String, tokens: Int, batch: Int, lengths: [Int]?, _ lengthsName: String = "lengths"
    ) throws(InputError) {
        try self.init(count: ids.count, name, size: 1, batch: batch, lengths: lengths, lengthsName)
        try Self.check(ids, tokens: tokens)
    }

    /// The steps of a chunk of one sequence of the input `name`, in vectors of `size` values; a chunk may be empty.
    ///
    /// - Throws: ``InputError/count(of:expected:found:)`` where it is not whole.
    @_alwaysEmitIntoClient
    public static func steps(_ x: [Float], _ name: String, size: Int) throws(InputError) -> Int {
        let steps = x.count / size
        try InputError.check(name, x.count, is: steps * size)
        return steps
    }

    /// The same for token ids, each in 0..<tokens.
    ///
    /// - Throws: ``InputError/token(index:found:tokens:)`` for the first that is not.
    @_alwaysEmitIntoClient
    public static func steps(_ ids: [Int32], _ name: String, tokens: Int) throws(InputError) -> Int {
        try check(ids, tokens: tokens)
        return ids.count
    }

    /// Whether the input `name` has `rows` vectors of `size` values.
    ///
    /// - Throws: ``InputError/count(of:expected:found:)`` where it has not.
    @_alwaysEmitIntoClient
    public static func check(_ x: [Float], _ name: String, size: Int, rows: Int) throws(InputError) {
        let (expected, overflow) = rows.multipliedReportingOverflow(by: size)
        try InputError.check(name, x.count, is: overflow ? .max : expected)
    }

    /// Whether the input `name` has `rows` token ids, each in 0..<tokens.
    ///
    /// - Throws: ``InputError`` where it has not.
    @_alwaysEmitIntoClient
    public static func check(_ ids: [Int32], _ name: String, tokens: Int, rows: Int) throws(InputError) {
        try InputError.check(name, ids.count, is: rows)
        try check(ids, tokens: tokens)
    }

    /// Whether there is a sequence, for a model without a time axis.
    ///
    /// - Throws: ``InputError/notPositive(_:found:)`` where there is none.
    @_alwaysEmitIntoClient
    public static func check(batch: Int) throws(InputError) {
        guard batch > 0 else { throw .notPositive("batch", found: batch) }
    }

    /// Whether there is a thread.
    ///
    /// - Throws: ``InputError/notPositive(_:found:)`` where there is none.
    @_alwaysEmitIntoClient
    public static func check(threads: Int) throws(InputError) {
        guard threads > 0 else { throw .notPositive("threads", found: threads) }
    }
}

extension SequenceBatch {
    /// The axis that Python's `[start:stop]` of each sequence makes, as layer `layer` takes it.
    ///
    /// - Throws: ``InputError/noStep(layer:row:steps:)`` for the first sequence that it leaves no step of.
    @_alwaysEmitIntoClient
    public func sliced(_ layer: String, start: Int?, stop: Int?) throws(InputError) -> SequenceBatch {
        let count = Sequences.sliced(steps, start: start, stop: stop)
        guard let lengths else {
            guard count > 0 else { throw .noStep(layer: layer, row: 0, steps: steps) }
            return SequenceBatch(steps: count, lengths: nil)
        }
        let rest = lengths.map { Int32(truncatingIfNeeded: Sequences.sliced(Int($0), start: start, stop: stop)) }
        if let row = rest.firstIndex(of: 0) { throw .noStep(layer: layer, row: row, steps: Int(lengths[row])) }
        // A shorter sequence may keep more steps than the longest.
        return SequenceBatch(steps: rest.reduce(count) { max($0, Int($1)) }, lengths: rest)
    }

    /// Whether every sequence has the step that layer `layer` takes, counted from its own end where it is negative.
    ///
    /// - Throws: ``InputError/noStep(layer:row:steps:)`` for the first that has not.
    @_alwaysEmitIntoClient
    public func check(_ layer: String, hasStep index: Int) throws(InputError) {
        for row in 0..<(lengths?.count ?? 1) {
            let length = lengths.map { Int($0[row]) } ?? steps
            guard index < 0 ? index >= -length : index < length else {
                throw .noStep(layer: layer, row: row, steps: length)
            }
        }
    }
}
