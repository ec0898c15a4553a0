// SPDX-License-Identifier: Apache-2.0

// Compiled where it is called, as in CStatus.swift.

/// A time axis of a batch of sequences that C gives, checked.
@frozen
public struct CSequences: Sendable {
    /// At least 1.
    public let steps: Int
    /// One for each sequence, 1...steps; nil where all have `steps`.
    @usableFromInline let given: SendablePointer?

    @usableFromInline
    struct SendablePointer: @unchecked Sendable {
        @usableFromInline let lengths: Lengths

        @_alwaysEmitIntoClient
        init(lengths: Lengths) { self.lengths = lengths }
    }

    /// The sequences' lengths.
    @_alwaysEmitIntoClient
    public var lengths: Lengths? { given?.lengths }

    @_alwaysEmitIntoClient
    init(steps: Int, checked lengths: Lengths?) {
        self.steps = steps
        given = lengths.map { SendablePointer(lengths: $0) }
    }

    /// Sizes that ``CStatus/check(steps:batch:floats:and:)`` has checked.
    ///
    /// - Throws: ``CStatus/length`` where a length is not in 1...steps.
    @_alwaysEmitIntoClient
    public init(steps: Int, batch: Int, lengths: Lengths?) throws(CStatus) {
        if let lengths {
            for row in 0..<batch where lengths[row] < 1 || Int(lengths[row]) > steps { throw .length }
        }
        self.init(steps: steps, checked: lengths)
    }

    @_alwaysEmitIntoClient
    func length(_ row: Int) -> Int { lengths.map { Int($0[row]) } ?? steps }

    /// As `SequenceBatch.sliced`.
    ///
    /// - Throws: ``CStatus/steps`` where a sequence keeps none.
    @_alwaysEmitIntoClient
    public func sliced(
        start: Int?, stop: Int?, batch: Int, _ memory: inout CMemory
    ) throws(CStatus) -> CSequences {
        try made(batch, &memory) { Sequences.sliced($0, start: start, stop: stop) }
    }

    /// As `SequenceBatch.windows`.
    ///
    /// - Throws: ``CStatus/steps`` where a sequence has none.
    @_alwaysEmitIntoClient
    public func windows(
        extent: Int, stride: Int, batch: Int, _ memory: inout CMemory
    ) throws(CStatus) -> CSequences {
        try made(batch, &memory) { Windows.count($0, extent: extent, stride: stride) }
    }

    @_alwaysEmitIntoClient
    func made(_ batch: Int, _ memory: inout CMemory, _ count: (Int) -> Int) throws(CStatus) -> CSequences {
        let rest = memory.nextIntegers(batch)
        var most = count(steps)
        if lengths == nil, most < 1 { throw .steps }
        for row in 0..<batch {
            let own = count(length(row))
            if own < 1 { throw .steps }
            rest[row] = Int32(truncatingIfNeeded: own)
            most = max(most, own)
        }
        return CSequences(steps: most, checked: lengths == nil ? nil : UnsafePointer(rest))
    }

    /// The steps of an axis that layers make of this one: those of the sequence with most of them.
    ///
    /// - Parameters:
    ///   - most: what they make of a sequence with all steps.
    ///   - steps: the steps of the axis that is given.
    ///   - batch: the sequences.
    ///   - lengths: theirs on that axis; nil where all have `steps`.
    ///   - count: what the layers make of a sequence's steps.
    /// - Returns: 0 where a sequence has none, or a size or a length is not right.
    @_alwaysEmitIntoClient
    public static func most(
        _ most: Int, steps: Int, batch: Int, lengths: Lengths?, _ count: (Int) -> Int
    ) -> Int {
        guard steps > 0, batch > 0, let lengths else { return steps > 0 && batch > 0 ? most : 0 }
        var most = most
        for row in 0..<batch {
            guard lengths[row] > 0, Int(lengths[row]) <= steps else { return 0 }
            let own = count(Int(lengths[row]))
            if own < 1 { return 0 }
            most = max(most, own)
        }
        return most
    }

    /// As `SequenceBatch.check(_:hasStep:)`.
    ///
    /// - Throws: ``CStatus/steps`` where a sequence has it not.
    @_alwaysEmitIntoClient
    public func check(hasStep index: Int, batch: Int) throws(CStatus) {
        for row in 0..<(lengths == nil ? 1 : batch) {
            guard index < 0 ? index >= -length(row) : index < length(row) else { throw .steps }
        }
    }
}
