// SPDX-License-Identifier: Apache-2.0

import GoldenModels
import LSTMRuntime
import Testing

/// What generated types of graphs say to input that does not fit.
@Suite("Types of graphs")
struct GraphTypeTests {
    @Test("name the input that has another size") func sizes() {
        #expect(throws: InputError.count(of: "knobs", expected: 4, found: 2)) {
            try KnobsApart()(audio: [1, 2, 3, 4], knobs: [0, 0], bank: [1, 1], batch: 2)
        }
        #expect(throws: InputError.token(index: 1, found: 5, tokens: 5)) {
            try KnobsApart()(audio: [1, 2, 3, 4], knobs: [0, 0, 0, 0], bank: [1, 5], batch: 2)
        }
        #expect(throws: InputError.count(of: "marks", expected: 3, found: 2)) {
            try PaddedFeatures()(x: [1, 2, 3, 4, 5, 6], marks: [1, 2])
        }
    }

    @Test("name the lengths that do not fit their axis") func lengths() {
        #expect(throws: InputError.count(of: "targetLengths", expected: 1, found: 2)) {
            try Translator()(source: [1, 2], target: [1, 2, 3], speaker: [0, 0, 0], batch: 1, targetLengths: [1, 2])
        }
        #expect(throws: InputError.length(row: 0, found: 3, steps: 2)) {
            try Translator()(source: [1, 2], target: [1, 2, 3], speaker: [0, 0, 0], batch: 1, sourceLengths: [3])
        }
    }

    @Test("name the row that is too short for a layer") func steps() throws {
        let x = [Float](repeating: 0.5, count: 18)
        #expect(throws: InputError.noStep(layer: "second", row: 1, steps: 1)) {
            try OverTime()(x, batch: 2, lengths: [3, 1])
        }
        #expect(throws: InputError.noStep(layer: "second", row: 0, steps: 1)) { try OverTime()([1, 2, 3]) }
        let results = try OverTime()(x, batch: 2, lengths: [3, 2])
        // The last three steps: of the second sequence two.
        #expect(results.positive.count == 3 * 2 * 4)
        #expect(results.positive[(2 * 8 + 4)...].allSatisfy { $0 == 0 })
        #expect(results.front.count == 2 * 4)
        #expect("\(InputError.noStep(layer: "second", row: 1, steps: 1))".contains("'second'"))
    }

    @Test("find where sequences begin and end") func paddings() throws {
        let model = PaddedFeatures()
        let p: Float = -1.5
        let own: [Float] = [0.25, 0.5, -0.75, 1, 0.5, 0.125]
        let marks: [Float] = [0.1, 0.2, 0.3]
        let alone = try model(x: own, marks: marks)
        let before = try model(x: [p, p] + own, marks: [9] + marks)
        #expect(before.head == [0, 0] + alone.head)
        #expect(before.best == [0] + alone.best)
        #expect(before.end == alone.end)
        #expect(before.tail.prefix(alone.tail.count).elementsEqual(alone.tail))
        let after = try model(x: own + [p, p, p, p], marks: marks + [9, 9])
        #expect(after.head == alone.head + [0, 0, 0, 0])
        // Given lengths win.
        let given = try model(x: own + [p, p], marks: marks + [9], batch: 1, lengths: [4])
        #expect(given.head.count == 8 && given.head.suffix(2).contains { $0 != 0 })
    }

    @Test("refuse paddings inside a sequence, and alone") func wrongPaddings() {
        let p: Float = -1.5
        let model = PaddedFeatures()
        #expect(throws: InputError.paddingInside(input: "x", row: 0, step: 1)) {
            try model(x: [1, 1, p, p, 2, 2], marks: [0, 0, 0])
        }
        #expect(throws: InputError.paddingAlone(input: "x", row: 1)) {
            try model(x: [1, 1, 1, 1, p, p, p, p], marks: [0, 0, 0, 0], batch: 2)
        }
        #expect(throws: InputError.paddingInside(input: "target", row: 0, step: 2)) {
            try Translator()(source: [1], target: [0, 3, 0, 4, 0], speaker: [0, 0, 0])
        }
    }

    @Test("must have paddings at the same places") func furtherPaddings() throws {
        let sequences = try PaddedSequences(
            [0, 5, 6, 0], "a", tokens: 9, padding: 0, batch: 1, lengths: nil, layout: .batchFirst)
        #expect(sequences.lengths == [2] && sequences.moved([0, 5, 6, 0], size: 1).prefix(2) == [5, 6])
        try sequences.check([-1, 2, 3, -1], "b", size: 1, padding: -1)
        #expect(throws: InputError.paddingElsewhere(input: "b", row: 0)) {
            try sequences.check([-1, -1, 3, -1], "b", size: 1, padding: -1)
        }
    }
}
