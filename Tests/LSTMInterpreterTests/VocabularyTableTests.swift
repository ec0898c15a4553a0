// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

@Suite("Text to tokens")
struct VocabularyTableTests {
    private func vocabulary(_ entries: [(String, Int32)]) -> Vocabulary {
        var ids: [Unicode.Scalar: Int32] = [:]
        var longer: [Vocabulary.Entry] = []
        for (text, id) in entries {
            let scalars = Array(text.unicodeScalars)
            if scalars.count == 1 { ids[scalars[0]] = id } else { longer.append(.init(scalars: scalars, id: id)) }
        }
        return Vocabulary(ids: ids, longer: longer, unknown: 99)
    }

    private func cut(_ text: String, _ entries: [(String, Int32)]) -> [String] {
        let table = vocabulary(entries).table
        let (tokens, pieces) = (table.tokens(of: text), table.pieces(of: text))
        #expect(tokens.count == pieces.count)
        #expect(Array(pieces.joined().utf8) == Array(text.utf8))
        return zip(pieces, tokens).map { "\($0):\($1)" }
    }

    @Test("the longest entry wins, and what is begun and not ended is taken back") func longest() {
        let entries: [(String, Int32)] = [("a", 1), ("ab", 2), ("abcd", 3), ("b", 4), ("cd", 5)]
        #expect(cut("ababcabcd", entries) == ["ab:2", "ab:2", "c:99", "abcd:3"])
        #expect(cut("abccd", entries) == ["ab:2", "c:99", "cd:5"])
        #expect(cut("", entries) == [])
        #expect(cut("a", [("abc", 1)]) == ["a:99"])
    }

    @Test("a combining character belongs to no entry without it") func combining() {
        let entries: [(String, Int32)] = [("e", 1), ("e\u{301}", 2), ("é", 3), ("\u{301}", 4)]
        #expect(cut("e\u{301}ée\u{302}", entries) == ["e\u{301}:2", "é:3", "e:1", "\u{302}:99"])
        // The text's own letter goes on where the entry ends.
        #expect(cut("abe\u{301}", [("abe", 7), ("\u{301}", 4)]) == ["abe:7", "\u{301}:4"])
    }

    @Test("Thai syllables and emoji") func scripts() {
        let entries: [(String, Int32)] = [("ที่", 1), ("ท", 2), ("ทำ", 3), ("👩\u{200D}🚀", 4), ("👩", 5), ("🇹🇭", 6)]
        #expect(cut("ที่ทำทๅ", entries) == ["ที่:1", "ทำ:3", "ท:2", "ๅ:99"])
        #expect(cut("👩\u{200D}🚀👩\u{200D}🔬🇹🇭", entries) == ["👩\u{200D}🚀:4", "👩:5", "\u{200D}:99", "🔬:99", "🇹🇭:6"])
    }

    @Test("drawn vocabularies and texts, against a search that tries every length") func drawn() {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let alphabet: [Unicode.Scalar] = ["a", "b", "\u{301}", "ท", "👩"]
            func text(_ lengths: ClosedRange<Int>) -> [Unicode.Scalar] {
                (0..<random.integer(in: lengths)).map { _ in alphabet[random.integer(in: 0...4)] }
            }
            var ids: [[Unicode.Scalar]: Int32] = [:]
            for id in 0..<Int32(random.integer(in: 1...30)) { ids[text(1...5)] = id }
            let single = ids.filter { $0.key.count == 1 }.map { ($0.key[0], $0.value) }
            let longer = ids.filter { $0.key.count > 1 }.map { Vocabulary.Entry(scalars: $0.key, id: $0.value) }
            let vocabulary = Vocabulary(
                ids: Dictionary(uniqueKeysWithValues: single), longer: longer, unknown: 99)
            let drawn = text(0...40)
            var expected: [Int32] = []
            var rest = drawn[...]
            while !rest.isEmpty {
                let count = (1...5).reversed().first { ids[Array(rest.prefix($0))] != nil && $0 <= rest.count }
                expected.append(count.flatMap { ids[Array(rest.prefix($0))] } ?? 99)
                rest = rest.dropFirst(count ?? 1)
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: drawn)
            #expect(vocabulary.tokens(of: String(view)) == expected, "seed \(seed)")
        }
    }

    @Test("generated code's text gives the same table") func literals() {
        let table = EntryTable("61-62:1 e17:7", entries: "61,62:12 e17,e35,e48:3 1f469,200d,1f680:4", unknown: 99)
        #expect(table.tokens(of: "abaที่👩\u{200D}🚀?") == [12, 1, 3, 4, 99])
        #expect(table.pieces(of: "abbที่") == ["ab", "b", "ที่"])
        #expect(EntryTable("", entries: "61,62:5", unknown: 0).tokens(of: "aab") == [0, 5])
    }

    @Test("segments are joined pieces") func segments() {
        let pieces = ["a", "e", "\u{301}x", "b"]
        let segments = Scores.segments(of: pieces, labels: [1, 0, 1, 0], starts: [1])
        #expect(segments.map { Array($0.unicodeScalars) } == [["a", "e"], ["\u{301}", "x", "b"]])
    }
}
