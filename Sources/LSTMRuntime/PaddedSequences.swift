// SPDX-License-Identifier: Apache-2.0

/// A batch of sequences that paddings fill up, before or after their own steps: where each of them begins and ends.
///
/// Compiled where it is called: every program carries this module's other public functions.
public struct PaddedSequences: Sendable {
    /// The steps, and the sequences' lengths.
    public let sequences: SequenceBatch
    /// The paddings before each sequence; nil where none has any.
    @usableFromInline let before: [Int]?
    /// Whether lengths were given, which win.
    @usableFromInline let areGiven: Bool
    @usableFromInline let batch: Int
    @usableFromInline let layout: SequenceLayout

    /// At least 1.
    public var steps: Int { sequences.steps }
    /// The steps of each sequence, 1...steps; nil where all have `steps`.
    public var lengths: [Int32]? { sequences.lengths }

    /// Sizes of `x`, in which a step whose `size` values are all `padding` is no part of a sequence.
    ///
    /// - Parameters:
    ///   - x: steps * batch * `size` values, in `layout`.
    ///   - name: what errors call `x`.
    ///   - size: the values of a step.
    ///   - padding: what fills sequences up.
    ///   - batch: the number of sequences.
    ///   - lengths: where they are given, paddings are as other steps.
    ///   - lengthsName: what errors call `lengths`.
    ///   - layout: of `x`.
    /// - Throws: ``InputError`` as `SequenceBatch`, and for a sequence with paddings inside, or of paddings alone.
    @_alwaysEmitIntoClient
    public init(
        _ x: [Float], _ name: String = "x", size: Int, padding: Float, batch: Int, lengths: [Int]?,
        _ lengthsName: String = "lengths", layout: SequenceLayout
    ) throws(InputError) {
        let given = try SequenceBatch(x, name, size: size, batch: batch, lengths: lengths, lengthsName)
        try self.init(given, batch: batch, layout, name) { step in
            x[(step * size)..<((step + 1) * size)].allSatisfy { $0 == padding }
        }
    }

    /// The same for token ids, each in 0..<tokens, of which `padding` is no part of a sequence.
    @_alwaysEmitIntoClient
    public init(
        _ ids: [Int32], _ name: String = "x", tokens: Int, padding: Int32, batch: Int, lengths: [Int]?,
        _ lengthsName: String = "lengths", layout: SequenceLayout
    ) throws(InputError) {
        let given = try SequenceBatch(ids, name, tokens: tokens, batch: batch, lengths: lengths, lengthsName)
        try self.init(given, batch: batch, layout, name) { step in ids[step] == padding }
    }

    @_alwaysEmitIntoClient
    init(
        _ given: SequenceBatch, batch: Int, _ layout: SequenceLayout, _ name: String, isPadding: (Int) -> Bool
    ) throws(InputError) {
        (self.batch, self.layout) = (batch, layout)
        areGiven = given.lengths != nil
        guard !areGiven else {
            (sequences, before) = (given, nil)
            return
        }
        let ranges = try Self.ranges(steps: given.steps, batch: batch, layout, name, isPadding: isPadding)
        let isFull = ranges.allSatisfy { $0.count == given.steps }
        sequences = SequenceBatch(
            steps: given.steps, lengths: isFull ? nil : ranges.map { Int32(truncatingIfNeeded: $0.count) })
        before = ranges.allSatisfy { $0.lowerBound == 0 } ? nil : ranges.map(\.lowerBound)
    }

    /// Each sequence's own steps.
    @_alwaysEmitIntoClient
    static func ranges(
        steps: Int, batch: Int, _ layout: SequenceLayout, _ name: String, isPadding: (Int) -> Bool
    ) throws(InputError) -> [Range<Int>] {
        let strides = layout.strides(steps: steps, batch: batch, size: 1)
        var ranges: [Range<Int>] = []
        for row in 0..<batch {
            var (first, end) = (0, steps)
            while first < steps, isPadding(row * strides.row + first * strides.time) { first += 1 }
            guard first < steps else { throw .paddingAlone(input: name, row: row) }
            while isPadding(row * strides.row + (end - 1) * strides.time) { end -= 1 }
            for step in first..<end where isPadding(row * strides.row + step * strides.time) {
                throw .paddingInside(input: name, row: row, step: step)
            }
            ranges.append(first..<end)
        }
        return ranges
    }

    // MARK: A further input of the same steps

    /// Whether the input `name` has these steps, with its paddings at the same places.
    ///
    /// - Throws: ``InputError`` where it has not.
    @_alwaysEmitIntoClient
    public func check(_ x: [Float], _ name: String, size: Int, padding: Float) throws(InputError) {
        try SequenceBatch.check(x, name, size: size, rows: steps * batch)
        try check(name) { step in x[(step * size)..<((step + 1) * size)].allSatisfy { $0 == padding } }
    }

    /// The same for token ids, each in 0..<tokens.
    @_alwaysEmitIntoClient
    public func check(_ ids: [Int32], _ name: String, tokens: Int, padding: Int32) throws(InputError) {
        try SequenceBatch.check(ids, name, tokens: tokens, rows: steps * batch)
        try check(name) { step in ids[step] == padding }
    }

    @_alwaysEmitIntoClient
    func check(_ name: String, isPadding: (Int) -> Bool) throws(InputError) {
        if areGiven { return }
        let ranges = try Self.ranges(steps: steps, batch: batch, layout, name, isPadding: isPadding)
        for (row, range) in ranges.enumerated() {
            let first = before?[row] ?? 0
            let length = lengths.map { Int($0[row]) } ?? steps
            if range != first..<(first + length) { throw .paddingElsewhere(input: name, row: row) }
        }
    }

    // MARK: Sequences at the front

    /// The values with each sequence's own steps at the front, `size` values a step.
    @_alwaysEmitIntoClient
    public func moved<Element>(_ x: [Element], size: Int) -> [Element] {
        var moved = x
        eachStep(size: size) { step, shifted in
            for index in 0..<size { moved[step + index] = x[shifted + index] }
        }
        return moved
    }

    /// Moves a result's steps, `size` values each, back to where the sequence stands; zero elsewhere.
    @_alwaysEmitIntoClient
    public func restore<Element: ExpressibleByIntegerLiteral>(_ y: inout [Element], size: Int) {
        guard before != nil else { return }
        let moved = y
        for index in y.indices { y[index] = 0 }
        eachStep(size: size) { step, shifted in
            for index in 0..<size { y[shifted + index] = moved[step + index] }
        }
    }

    /// Calls `body` for each step of each sequence with its place at the front and where the sequence stands.
    @_alwaysEmitIntoClient
    func eachStep(size: Int, _ body: (Int, Int) -> Void) {
        guard let before else { return }
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            for step in 0..<(lengths.map { Int($0[row]) } ?? steps) {
                let place = row * strides.row + step * strides.time
                body(place, place + before[row] * strides.time)
            }
        }
    }
}

extension PaddedSequences {
    /// As ``SequenceBatch/sliced(_:start:stop:)``.
    @_alwaysEmitIntoClient
    public func sliced(_ layer: String, start: Int?, stop: Int?) throws(InputError) -> SequenceBatch {
        try sequences.sliced(layer, start: start, stop: stop)
    }

    /// As ``SequenceBatch/check(_:hasStep:)``.
    @_alwaysEmitIntoClient
    public func check(_ layer: String, hasStep index: Int) throws(InputError) {
        try sequences.check(layer, hasStep: index)
    }
}
