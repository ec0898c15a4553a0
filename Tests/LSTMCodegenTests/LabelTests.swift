// SPDX-License-Identifier: Apache-2.0

import GeneratedModels
import GoldenModels
import LSTMRuntime
import Testing

/// What types with labels say in words.
@Suite("Labels of generated types")
struct LabelTests {
    @Test("of steps: one for each, of ids and of a text") func steps() throws {
        let segmenter = ThaiSegmenter()
        let ids = ThaiSegmenter.tokens(of: "สวัสดี")
        let labels = try segmenter.labels(for: ids)
        #expect(labels == ThaiSegmenter.labels(of: try segmenter(ids)))
        #expect(labels.map(\.rawValue) == ["B", "I", "I", "E", "I", "E"])
        #expect(try segmenter.labels(for: "สวัสดี") == labels)
        #expect(try segmenter.labels(for: "").isEmpty)
        #expect(throws: InputError.self) { try segmenter.labels(for: [99]) }
        let state = LSTMState(h: .init(repeating: 0.5, count: 8), c: .init(repeating: 0.5, count: 8))
        #expect(
            try Tagger().labels(for: "abc", initial: state) == Tagger.labels(of: Tagger()([1, 2, 3], initial: state)))
    }

    @Test("of whole sequences: one for each, of inputs, a text and a batch") func sequences() throws {
        let mood = Mood()
        let scores = try mood([1, 2, 3])
        let label = try mood.label(for: [1, 2, 3])
        #expect([label] == Mood.labels(of: scores))
        #expect(try mood.label(for: "abc") == label)
        let ranked = try mood.scores(for: [1, 2, 3])
        #expect(ranked.first?.label == label && ranked.count == 3)
        #expect(ranked.allSatisfy { scores[Mood.Label.allCases.firstIndex(of: $0.label)!] == $0.score })
        #expect(try mood.scores(for: "abc").map(\.score) == ranked.map(\.score))
        // Time first: the second sequence is its first two steps.
        let both = try mood.labels(for: [1, 0, 2, 2, 3, 3], batch: 2, lengths: [3, 2])
        #expect(both == [label, try mood.label(for: [0, 2])])
        #expect(throws: InputError.notPositive("steps", found: 0)) { try mood.label(for: "") }
    }

    @Test("of several inputs by their names, beside other results") func several() throws {
        let mood = MoodOfSpeaker()
        let scores = try mood(words: [1, 2], speaker: [0.5, -1]).label
        let label = try mood.label(words: [1, 2], speaker: [0.5, -1])
        #expect([label] == MoodOfSpeaker.labels(of: scores))
        #expect(try mood.label(for: "ab", speaker: [0.5, -1]) == label)
        #expect(try mood.scores(words: [1, 2], speaker: [0.5, -1]).map(\.score) == scores.sorted(by: >))
        let both = try mood.labels(words: [1, 0, 2, 1], speaker: [0.5, -1, 2, 2], batch: 2)
        #expect(both == [label, try mood.label(words: [0, 1], speaker: [2, 2])])
        #expect(throws: InputError.count(of: "speaker", expected: 2, found: 1)) {
            try mood.label(words: [1], speaker: [1])
        }
    }

    @Test("with scores, the largest first") func scores() {
        let scores = ThaiSegmenter.scores(of: [0.25, .nan, 0.5, 0.25])
        #expect(scores.map(\.label.rawValue) == ["E", "B", "S", "I"])
        #expect(scores.prefix(3).map(\.score) == [0.5, 0.25, 0.25])
        #expect(ThaiSegmenter.scores(of: [1, 1, 1, 1]).map(\.label) == ThaiSegmenter.Label.allCases)
    }
}
