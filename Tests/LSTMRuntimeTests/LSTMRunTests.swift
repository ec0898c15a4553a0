// SPDX-License-Identifier: Apache-2.0

import AllocationCounter
import LSTMRuntime
import TestSupport
import Testing

/// What a run must not depend on, and what it must not do.
struct LSTMRunTests {
    /// A batch of sequences and a packed lstm to run them.
    struct Fixture {
        let naive: NaiveLSTM
        let lstm: PackedLSTM
        let x: [Float]
        let steps: Int
        let batch: Int

        init(_ sizes: LSTMSizes, steps: Int, batch: Int, seed: UInt64 = 1, set: InstructionSet = .current) {
            var numbers = SeededRandom(seed: seed)
            naive = NaiveLSTM(sizes, set: set, numbers: &numbers)
            lstm = naive.packed()
            (self.steps, self.batch) = (steps, batch)
            x = numbers.floats(steps * batch * sizes.inputSize, scale: 2)
        }

        /// The rows in `range` of every step of (time, batch, size).
        func rows(_ range: Range<Int>, of values: [Float], size: Int) -> [Float] {
            (0..<steps).flatMap {
                values[(($0 * batch + range.lowerBound) * size)..<(($0 * batch + range.upperBound) * size)]
            }
        }
    }

    /// Sizes that the random cases do not reach: many blocks, many rows, more rows than a chunk holds.
    @Test(arguments: [
        (LSTMSizes(inputSize: 70, hiddenSize: 130), 2, 51, false),
        (LSTMSizes(inputSize: 1, hiddenSize: 8), 150, 1, false),
        (LSTMSizes(inputSize: 9, hiddenSize: 40, bidirectional: true), 70, 3, true),
        (LSTMSizes(inputSize: 12, hiddenSize: 100, projSize: 33), 3, 5, true),
        (LSTMSizes(inputSize: 129, hiddenSize: 72), 4, 1, false), (LSTMSizes(inputSize: 5, hiddenSize: 6), 3, 98, true),
    ])
    func largerSizesAgreeWithTheLoops(sizes: LSTMSizes, steps: Int, batch: Int, varying: Bool) throws {
        let lengths = varying ? (0..<batch).map { Int32(1 + $0 * 7 % steps) } : nil
        for set in InstructionSet.available {
            let f = Fixture(sizes, steps: steps, batch: batch, set: set)
            let zeros = (
                h: [Float](repeating: 0, count: batch * sizes.hCount),
                c: [Float](repeating: 0, count: batch * sizes.cCount)
            )
            let expected = f.naive.run(f.x, steps: steps, batch: batch, lengths: lengths, h0: zeros.h, c0: zeros.c)
            let found = try f.lstm(f.x, batch: batch, lengths: lengths)
            #expect(difference(found.output, expected.output) == nil, "\(set.name)")
            #expect(difference(found.hN, expected.hN) == nil && difference(found.cN, expected.cN) == nil, "\(set.name)")
        }
    }

    /// Any splitting into chunks, down to single steps, gives the bits of the whole.
    @Test(arguments: [1, 3, 8, 13, 16, 24, 33, 40, 48, 64, 80])
    func chunksAndStepsAgree(hidden: Int) throws {
        let sizes = LSTMSizes(
            inputSize: 10, hiddenSize: hidden, numLayers: 2, projSize: hidden % 2 == 0 ? 0 : (hidden - 1) / 2)
        let f = Fixture(sizes, steps: 11, batch: 1)
        let whole = try f.lstm(f.x)
        let first = try f.lstm(Array(f.x[..<(4 * 10)]))
        let second = try f.lstm(Array(f.x[(4 * 10)...]), h0: first.hN, c0: first.cN)
        #expect(difference(first.output + second.output, whole.output) == nil)
        #expect(difference(second.hN, whole.hN) == nil && difference(second.cN, whole.cN) == nil)

        var h = [Float](repeating: 0, count: sizes.hCount)
        var c = [Float](repeating: 0, count: sizes.cCount)
        let workspace = AlignedFloats(count: f.lstm.stepWorkspaceCount)
        var output: [Float] = []
        for step in 0..<11 {
            f.x.withUnsafeBufferPointer { x in
                guard let x = x.baseAddress else { return }
                f.lstm.step(x + step * 10, h: &h, c: &c, workspace: workspace.pointer)
            }
            output += h.suffix(sizes.stateSize)
        }
        #expect(difference(output, whole.output) == nil)
        #expect(difference(h, whole.hN) == nil && difference(c, whole.cN) == nil)
    }

    /// A row's bits do not depend on its company.
    @Test(arguments: [5, 16, 20, 65])
    func rowsAreIndependent(hidden: Int) throws {
        let f = Fixture(LSTMSizes(inputSize: 7, hiddenSize: hidden, bidirectional: true), steps: 4, batch: 13)
        let all = try f.lstm(f.x, batch: 13)
        for range in [0..<1, 3..<5, 4..<7, 2..<6, 0..<12] {
            let some = try f.lstm(f.rows(range, of: f.x, size: 7), batch: range.count)
            #expect(difference(some.output, f.rows(range, of: all.output, size: 2 * hidden)) == nil, "\(range)")
        }
    }

    /// NaN and infinity in one row reach that row alone.
    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteStaysInItsRow(value: Float) throws {
        let f = Fixture(LSTMSizes(inputSize: 3, hiddenSize: 9, numLayers: 2, projSize: 5), steps: 5, batch: 4)
        var x = f.x
        for time in 1..<3 { x[(time * 4 + 2) * 3 + 1] = value }
        let (clean, dirty) = (try f.lstm(f.x, batch: 4), try f.lstm(x, batch: 4))
        for row in 0..<4 where row != 2 {
            let range = row..<(row + 1)
            #expect(
                difference(f.rows(range, of: dirty.output, size: 5), f.rows(range, of: clean.output, size: 5)) == nil)
        }
        let zeros = (h: [Float](repeating: 0, count: 40), c: [Float](repeating: 0, count: 72))
        let expected = f.naive.run(x, steps: 5, batch: 4, lengths: nil, h0: zeros.h, c0: zeros.c)
        #expect(difference(dirty.output, expected.output) == nil)
    }

    /// What lies past a sequence's length is not read.
    @Test func paddingIsNotRead() throws {
        let f = Fixture(LSTMSizes(inputSize: 3, hiddenSize: 6, bidirectional: true), steps: 4, batch: 3)
        var x = f.x
        for (row, length) in [2, 4, 1].enumerated() {
            for time in length..<4 { for i in 0..<3 { x[(time * 3 + row) * 3 + i] = .nan } }
        }
        let clean = try f.lstm(f.x, batch: 3, lengths: [2, 4, 1])
        let dirty = try f.lstm(x, batch: 3, lengths: [2, 4, 1])
        #expect(difference(dirty.output, clean.output) == nil && difference(dirty.hN, clean.hN) == nil)
        #expect(f.rows(2..<3, of: clean.output, size: 12).dropFirst(12).allSatisfy { $0.bitPattern == 0 })
    }

    @Test(.enabled(if: allocation_count() >= 0)) func stepsAndRunsAllocateNothing() {
        let sizes = LSTMSizes(inputSize: 3, hiddenSize: 20, numLayers: 3, projSize: 7)
        let f = Fixture(sizes, steps: 6, batch: 5)
        let lengths: [Int32] = [6, 1, 3, 6, 2]
        var (h, c) = ([Float](repeating: 0, count: 5 * sizes.hCount), [Float](repeating: 0, count: 5 * sizes.cCount))
        var output = [Float](repeating: 0, count: 6 * 5 * sizes.outputSize)
        let workspace = AlignedFloats(count: f.lstm.workspaceCount(steps: 6, batch: 5))
        let x = f.x
        var counts: [Int] = []
        counts.reserveCapacity(6)
        // The first round may make the metadata of a type or bind a symbol, which are made once a process.
        for _ in 0..<3 {
            let before = allocation_count()
            f.lstm.run(
                x, steps: 6, batch: 5, lengths: lengths, h: &h, c: &c, into: &output, workspace: workspace.pointer)
            counts.append(allocation_count() - before)
            let between = allocation_count()
            for _ in 0..<10 { f.lstm.step(x, h: &h, c: &c, workspace: workspace.pointer) }
            counts.append(allocation_count() - between)
        }
        #expect(counts.dropFirst(2) == [0, 0, 0, 0])
    }

    @Test func wrongSizesAreNamed() {
        let f = Fixture(LSTMSizes(inputSize: 3, hiddenSize: 4), steps: 2, batch: 2)
        #expect(throws: InputError.count(of: "x", expected: 6, found: 7)) {
            try f.lstm([Float](repeating: 0, count: 7))
        }
        #expect(throws: InputError.length(row: 1, found: 3, steps: 2)) { try f.lstm(f.x, batch: 2, lengths: [1, 3]) }
        #expect(throws: InputError.count(of: "lengths", expected: 2, found: 1)) {
            try f.lstm(f.x, batch: 2, lengths: [1])
        }
        #expect(throws: InputError.halfAState) { try f.lstm(f.x, batch: 2, h0: f.x) }
    }
}
