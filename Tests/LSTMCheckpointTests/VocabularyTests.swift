// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMSpec
import Testing

struct VocabularyTests {
    private func read(_ json: String) -> (hasVocabulary: Bool, messages: [String]) {
        let place = SourceLocation(path: "a.lstm.yaml", line: 1, column: 1)
        let read = readVocabulary(Array(json.utf8), path: "v.json", tokens: 9, unknown: 0, at: place)
        return (read.vocabulary != nil, read.diagnostics.map { "\($0.severity.rawValue): \($0.message)" })
    }

    @Test(arguments: [
        "<unk>", "<|endoftext|>", "</s>", "[CLS]", "[PAD]", "__eos__", "PAD", "unk", "{mask}", "", "a", "ก",
        "\u{1F44D}",
    ])
    func whatIsNoNoise(entry: String) {
        let found = read("{\"\(entry)\": 1}")
        #expect(found.hasVocabulary && found.messages.isEmpty)
    }

    @Test(arguments: [
        ("\"th\": 1", "the entry 'th' is never found in text"), ("\"e\u{301}\": 1", "the entry 'e\u{301}' is never"),
        ("\"a\": 1, \"th\": 2, \"<unk>\": 3, \"ing\": 4", "2 entries are never found in text, the first of them 'th'"),
    ])
    func whatNeverMatchesIsSaidOnce(members: String, message: String) {
        let found = read("{\(members)}")
        #expect(found.hasVocabulary)
        #expect(found.messages.count == 1)
        #expect(found.messages.first?.hasPrefix("warning: in the vocabulary 'v.json', \(message)") == true)
    }
}
