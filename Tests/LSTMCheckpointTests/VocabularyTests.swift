// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMSpec
import Testing

struct VocabularyTests {
    private func read(_ json: String) throws -> Vocabulary {
        let place = SourceLocation(path: "a.lstm.yaml", line: 1, column: 1)
        let read = readVocabulary(Array(json.utf8), path: "v.json", tokens: 9, unknown: 0, at: place)
        #expect(read.diagnostics.isEmpty)
        return try #require(read.vocabulary)
    }

    @Test("what stands for no text is no entry", arguments: ["<unk>", "<|endoftext|>", "</s>", "[CLS]", "__eos__", ""])
    func brackets(entry: String) throws {
        let vocabulary = try read("{\"\(entry)\": 1, \"th\": 2}")
        #expect(vocabulary.longer == [.init(scalars: ["t", "h"], id: 2)])
    }

    @Test("a word is a special token only beside single characters", arguments: ["PAD", "unk", "Mask"])
    func words(entry: String) throws {
        #expect(try read("{\"a\": 1, \"\(entry)\": 2}").longer.isEmpty)
        #expect(try read("{\"a\": 1, \"\(entry)\": 2, \"th\": 3}").longer.count == 2)
    }

    @Test("entries are in the order of their scalars, and forms of a letter differ")
    func entries() throws {
        let vocabulary = try read("{\"th\": 1, \"e\u{301}\": 2, \"é\": 3, \"the\": 4, \"a\": 6}")
        #expect(vocabulary.ids == ["é": 3, "a": 6])
        #expect(
            vocabulary.longer == [
                .init(scalars: ["e", "\u{301}"], id: 2), .init(scalars: ["t", "h"], id: 1),
                .init(scalars: ["t", "h", "e"], id: 4),
            ])
    }
}
