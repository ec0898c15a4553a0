// SPDX-License-Identifier: Apache-2.0

import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

@Suite("Operations on whole sequences")
struct SequenceTests {
    /// A batch in memory, and each sequence alone.
    struct Batch {
        let (steps, batch, size): (Int, Int, Int)
        let layout: SequenceLayout
        let lengths: [Int32]?
        let x: [Float]

        /// Each sequence's own steps.
        var sequences: [[[Float]]] {
            (0..<batch).map { row in
                (0..<(lengths.map { Int($0[row]) } ?? steps)).map { vector(x, row, $0, steps) }
            }
        }

        func vector(_ values: [Float], _ row: Int, _ step: Int, _ steps: Int) -> [Float] {
            let place = layout == .timeFirst ? step * batch + row : row * steps + step
            return Array(values[(place * size)..<((place + 1) * size)])
        }

        /// The sequences in memory as x is, `steps` each, zeros past their ends, and one value more.
        func memory(_ sequences: [[[Float]]], steps: Int) -> [Float] {
            var values = [Float](repeating: 0, count: steps * batch * size) + [7]
            for (row, sequence) in sequences.enumerated() {
                for (step, vector) in sequence.enumerated() {
                    let place = layout == .timeFirst ? step * batch + row : row * steps + step
                    values.replaceSubrange((place * size)..<((place + 1) * size), with: vector)
                }
            }
            return values
        }

        /// `body` with y of so many values, all of them 7, and one more; the lengths as the runtime takes them.
        func run(into count: Int, _ body: (Lengths?, UnsafeMutablePointer<Float>) -> Void) -> [Float] {
            var y = [Float](repeating: 7, count: count + 1)
            guard let lengths else {
                body(nil, &y)
                return y
            }
            lengths.withUnsafeBufferPointer { body($0.baseAddress, &y) }
            return y
        }
    }

    /// Both layouts, with lengths and without.
    static let batches: [Batch] = {
        var random = SeededRandom(seed: 11)
        var all: [Batch] = []
        for layout in [SequenceLayout.timeFirst, .batchFirst] {
            for (steps, batch, size) in [(1, 1, 1), (5, 1, 3), (10, 4, 2), (7, 3, 17)] {
                for hasLengths in [false, true] {
                    var lengths = (0..<batch).map { _ in Int32(random.integer(in: 1...steps)) }
                    lengths[0] = Int32(steps)
                    all.append(
                        Batch(
                            steps: steps, batch: batch, size: size, layout: layout,
                            lengths: hasLengths ? lengths : nil,
                            x: CombineTests.numbers(steps * batch * size, &random)))
                }
            }
        }
        return all
    }()

    @Test("select counts from each sequence's own end") func selecting() {
        for batch in Self.batches {
            let shortest = batch.sequences.map(\.count).min() ?? 0
            for index in (-shortest)..<shortest {
                let y = batch.run(into: batch.batch * batch.size) { lengths, y in
                    Sequences.select(
                        batch.x, index: index, steps: batch.steps, batch: batch.batch, size: batch.size,
                        layout: batch.layout, lengths: lengths, into: y)
                }
                let expected = batch.sequences.flatMap { referenceSelect($0, index: index) }
                #expect(firstDifference(y, expected + [7]) == nil, "\(index)")
            }
        }
        #expect(referenceSelect([[1], [2], [3]], index: -1) == [3] && referenceSelect([[1], [2]], index: 0) == [1])
    }

    @Test("flip turns each sequence's own steps, and twice is none") func flip() {
        for batch in Self.batches {
            let count = batch.steps * batch.batch * batch.size
            func flipped(_ x: [Float]) -> [Float] {
                batch.run(into: count) { lengths, y in
                    Sequences.flip(
                        x, steps: batch.steps, batch: batch.batch, size: batch.size, layout: batch.layout,
                        lengths: lengths, into: y)
                }
            }
            let once = flipped(batch.x)
            let expected = batch.memory(batch.sequences.map(referenceFlip), steps: batch.steps)
            #expect(firstDifference(once, expected) == nil)
            #expect(firstDifference(flipped(once), batch.memory(batch.sequences, steps: batch.steps)) == nil)
        }
        #expect(referenceFlip([[1], [2], [3]]) == [[3], [2], [1]])
    }

    /// Ends of slices: none, inside, on and past either end.
    static let ends: [Int?] = [nil, 0, 1, 3, 9, 10, 12, -1, -2, -7, -10, -11, .max, .min]

    @Test("slices are Python's, in each sequence") func slice() {
        for batch in Self.batches {
            for start in Self.ends {
                for stop in Self.ends {
                    let expected = batch.sequences.map { referenceSteps($0, start: start, stop: stop) }
                    let newSteps = expected.map(\.count).max() ?? 0
                    let most = batch.run(into: 0) { lengths, y in
                        y[0] = Float(
                            Sequences.sliced(
                                steps: batch.steps, batch: batch.batch, lengths: lengths, start: start, stop: stop))
                    }
                    #expect(most == [Float(newSteps)])
                    for steps in [newSteps, newSteps + 2] {
                        let y = batch.run(into: steps * batch.batch * batch.size) { lengths, y in
                            Sequences.slice(
                                batch.x, start: start, stop: stop, steps: batch.steps, batch: batch.batch,
                                size: batch.size, layout: batch.layout, lengths: lengths, into: y, steps: steps)
                        }
                        #expect(firstDifference(y, batch.memory(expected, steps: steps)) == nil, "\(start as Any)...")
                    }
                }
            }
        }
    }

    /// What Python 3 says of len(range(10)[start:stop]).
    @Test("a slice has as many steps as in Python")
    func sliced() {
        let lengths: [(Int?, Int?, Int)] = [
            (nil, nil, 10), (2, nil, 8), (nil, 4, 4), (2, 4, 2), (4, 2, 0), (-3, nil, 3), (nil, -3, 7), (-3, 5, 0),
            (-7, 5, 2), (12, nil, 0), (nil, 12, 10), (-12, nil, 10), (nil, -12, 0), (-4, -1, 3), (10, 11, 0),
            (.min, .max, 10), (.max, .min, 0),
        ]
        for (start, stop, count) in lengths {
            #expect(Sequences.sliced(10, start: start, stop: stop) == count)
            #expect(referenceSteps(Array(0..<10), start: start, stop: stop).count == count)
        }
        #expect(Sequences.sliced(6, start: -3, stop: 5) == 2 && Sequences.sliced(0, start: -1, stop: 1) == 0)
        #expect(referenceSteps(Array(0..<10), start: -3, stop: -1) == [7, 8])
    }

    @Test("a vector is repeated") func repeated() {
        for batch in Self.batches {
            let vectors = batch.sequences.map { $0[0] }
            let y = batch.run(into: batch.steps * batch.batch * batch.size) { _, y in
                Sequences.repeated(
                    vectors.flatMap(\.self), steps: batch.steps, batch: batch.batch, size: batch.size,
                    layout: batch.layout, into: y)
            }
            let expected = batch.memory(vectors.map { referenceRepeat($0, steps: batch.steps) }, steps: batch.steps)
            #expect(firstDifference(y, expected) == nil)
        }
    }

    @Test("the sum over time takes the steps in order, and mean divides it") func sum() {
        for batch in Self.batches {
            let count = batch.batch * batch.size
            let (sum, mean) = (
                batch.run(into: count) { lengths, y in
                    Pooling.sum(
                        batch.x, steps: batch.steps, batch: batch.batch, size: batch.size, layout: batch.layout,
                        lengths: lengths, into: y)
                },
                batch.run(into: count) { lengths, y in
                    Pooling.mean(
                        batch.x, steps: batch.steps, batch: batch.batch, size: batch.size, layout: batch.layout,
                        lengths: lengths, into: y)
                }
            )
            let expected = batch.sequences.map(referenceSumOverTime)
            #expect(firstDifference(sum, expected.flatMap(\.self) + [7]) == nil)
            let divided = zip(expected, batch.sequences).flatMap { sum, sequence in
                sum.map { $0 / Float(sequence.count) }
            }
            #expect(firstDifference(mean, divided + [7]) == nil)
        }
    }
}
