// SPDX-License-Identifier: Apache-2.0

// Compiled where it is called, as in CStatus.swift.

/// What `PaddedSequences` is, in the caller's memory.
@frozen
public struct CPaddedSequences: Sendable {
    /// The steps and the sequences' lengths, which need not be given.
    public let sequences: CSequences
    @usableFromInline let batch: Int
    @usableFromInline let layout: SequenceLayout
    /// Whether lengths were given, which win.
    @usableFromInline let areGiven: Bool
    /// The paddings before each sequence; nil where none has any.
    @usableFromInline let before: CSequences.SendablePointer?

    /// At least 1.
    @_alwaysEmitIntoClient
    public var steps: Int { sequences.steps }
    /// The sequences' lengths.
    @_alwaysEmitIntoClient
    public var lengths: Lengths? { sequences.lengths }

    /// Finds where sequences begin and end.
    ///
    /// - Parameters:
    ///   - given: where it has lengths, paddings are as other steps.
    ///   - batch: the sequences.
    ///   - layout: of the input.
    ///   - memory: 2 * batch values are taken of it.
    ///   - isPadding: whether a step, by its number among all sequences' steps, is one.
    /// - Throws: ``CStatus/padding`` for a sequence with paddings inside, or of paddings alone.
    @_alwaysEmitIntoClient
    public init(
        _ given: CSequences, batch: Int, _ layout: SequenceLayout, _ memory: inout CMemory, isPadding: (Int) -> Bool
    ) throws(CStatus) {
        (self.batch, self.layout) = (batch, layout)
        let (lengths, before) = (memory.nextIntegers(batch), memory.nextIntegers(batch))
        areGiven = given.lengths != nil
        guard !areGiven else {
            (sequences, self.before) = (given, nil)
            return
        }
        var (isFull, areFirst) = (true, true)
        for row in 0..<batch {
            let range = try Self.range(ofRow: row, steps: given.steps, batch: batch, layout, isPadding)
            (lengths[row], before[row]) = (
                Int32(truncatingIfNeeded: range.count), Int32(truncatingIfNeeded: range.lowerBound)
            )
            isFull = isFull && range.count == given.steps
            areFirst = areFirst && range.lowerBound == 0
        }
        sequences = CSequences(steps: given.steps, checked: isFull ? nil : UnsafePointer(lengths))
        self.before = areFirst ? nil : CSequences.SendablePointer(lengths: UnsafePointer(before))
    }

    @_alwaysEmitIntoClient
    static func range(
        ofRow row: Int, steps: Int, batch: Int, _ layout: SequenceLayout, _ isPadding: (Int) -> Bool
    ) throws(CStatus) -> Range<Int> {
        let strides = layout.strides(steps: steps, batch: batch, size: 1)
        var (first, end) = (0, steps)
        while first < steps, isPadding(row * strides.row + first * strides.time) { first += 1 }
        guard first < steps else { throw .padding }
        while isPadding(row * strides.row + (end - 1) * strides.time) { end -= 1 }
        for step in first..<end where isPadding(row * strides.row + step * strides.time) { throw .padding }
        return first..<end
    }

    /// Whether another input of the same steps has its paddings at the same places.
    ///
    /// - Throws: ``CStatus/padding`` where it has not.
    @_alwaysEmitIntoClient
    public func check(isPadding: (Int) -> Bool) throws(CStatus) {
        if areGiven { return }
        for row in 0..<batch {
            let first = before.map { Int($0.lengths[row]) } ?? 0
            let range = try Self.range(ofRow: row, steps: steps, batch: batch, layout, isPadding)
            if range != first..<(first + sequences.length(row)) { throw .padding }
        }
    }

    /// Whether all values of a step are `padding`.
    @_alwaysEmitIntoClient
    public static func isPadding<Element: Equatable>(
        _ x: UnsafePointer<Element>, _ step: Int, size: Int, _ padding: Element
    ) -> Bool {
        for index in 0..<size where x[step * size + index] != padding { return false }
        return true
    }

    /// The values with each sequence's own steps at the front, `size` values a step; takes a copy's room of `memory`.
    @_alwaysEmitIntoClient
    public func moved<Element>(
        _ x: UnsafePointer<Element>, size: Int, _ memory: inout CMemory
    ) -> UnsafePointer<Element> {
        let copy = UnsafeMutableRawPointer(memory.next(steps * batch * size)).assumingMemoryBound(to: Element.self)
        guard let before else { return x }
        copy.update(from: x, count: steps * batch * size)
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            for step in 0..<sequences.length(row) {
                let place = row * strides.row + step * strides.time
                (copy + place).update(
                    from: x + (place + Int(before.lengths[row]) * strides.time), count: size)
            }
        }
        return UnsafePointer(copy)
    }

    /// Moves a result's steps, `size` values each, back to where the sequence stands; zero elsewhere.
    @_alwaysEmitIntoClient
    public func restore<Element: ExpressibleByIntegerLiteral>(_ y: UnsafeMutablePointer<Element>, size: Int) {
        guard let before else { return }
        let strides = layout.strides(steps: steps, batch: batch, size: size)
        for row in 0..<batch {
            let (own, first) = (y + row * strides.row, Int(before.lengths[row]))
            // From the end on: a step's new place may be another's old one.
            for step in (0..<steps).reversed() {
                let place = own + step * strides.time
                if step < first || step >= first + sequences.length(row) {
                    place.update(repeating: 0, count: size)
                } else {
                    place.update(from: own + (step - first) * strides.time, count: size)
                }
            }
        }
    }

    /// As ``CSequences/sliced(start:stop:batch:_:)``.
    ///
    /// - Throws: ``CStatus/steps`` where a sequence keeps none.
    @_alwaysEmitIntoClient
    public func sliced(start: Int?, stop: Int?, batch: Int, _ memory: inout CMemory) throws(CStatus) -> CSequences {
        try sequences.sliced(start: start, stop: stop, batch: batch, &memory)
    }

    /// As ``CSequences/windows(extent:stride:batch:_:)``.
    ///
    /// - Throws: ``CStatus/steps`` where a sequence has none.
    @_alwaysEmitIntoClient
    public func windows(extent: Int, stride: Int, batch: Int, _ memory: inout CMemory) throws(CStatus) -> CSequences {
        try sequences.windows(extent: extent, stride: stride, batch: batch, &memory)
    }

    /// As ``CSequences/check(hasStep:batch:)``.
    ///
    /// - Throws: ``CStatus/steps`` where a sequence has it not.
    @_alwaysEmitIntoClient
    public func check(hasStep index: Int, batch: Int) throws(CStatus) {
        try sequences.check(hasStep: index, batch: batch)
    }
}
