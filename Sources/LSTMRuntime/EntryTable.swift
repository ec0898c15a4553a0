// SPDX-License-Identifier: Apache-2.0

/// A vocabulary in a generated file with entries of several Unicode scalars: text is cut into the longest entries that
/// there are, from its start on, and each scalar that no entry begins with is a piece of its own.
public struct EntryTable: Sendable {
    private struct Entry {
        /// Where its scalars are in `scalars`.
        var start = 0
        var count = 0
        var id: Int32 = 0
    }

    private let single: TokenTable
    /// Those of all entries, one entry after another.
    private var scalars: [UInt32] = []
    /// In the order of their scalars.
    private var entries: [Entry] = []

    /// `runs` are the entries of one scalar, as ``TokenTable`` takes them. `entries` are the others: SCALAR,SCALAR,...:ID
    /// with scalars in hexadecimal; spaces stand between entries, which are in the order of their scalars.
    public init(_ runs: StaticString, entries text: StaticString, unknown: Int32) {
        single = TokenTable(runs, unknown: unknown)
        text.withUTF8Buffer { read($0) }
    }

    /// - Parameters:
    ///   - single: the ids of scalars, in the order of the scalars.
    ///   - longer: entries of several scalars, in the order of their scalars.
    package init(
        single: some Sequence<(scalar: UInt32, id: Int32)>, longer: some Sequence<(scalars: [UInt32], id: Int32)>,
        unknown: Int32
    ) {
        self.single = TokenTable(single, unknown: unknown)
        for entry in longer {
            entries.append(Entry(start: scalars.count, count: entry.scalars.count, id: entry.id))
            scalars += entry.scalars
        }
    }

    private mutating func read(_ text: UnsafeBufferPointer<UInt8>) {
        var entry = Entry()
        var number: UInt32 = 0
        var readsID = false
        for byte in text {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                scalars.append(number)
                (number, readsID) = (0, byte == UInt8(ascii: ":"))
            case UInt8(ascii: " "):
                add(&entry, id: number)
                (number, readsID) = (0, false)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = number &* (readsID ? 10 : 16) &+ UInt32(byte &- UInt8(ascii: "0"))
            default: number = number &* 16 &+ UInt32(byte &- UInt8(ascii: "a") &+ 10)
            }
        }
        if readsID { add(&entry, id: number) }
    }

    private mutating func add(_ entry: inout Entry, id: UInt32) {
        entry.count = scalars.count - entry.start
        entry.id = Int32(truncatingIfNeeded: id)
        entries.append(entry)
        entry.start = scalars.count
    }

    /// One id for each piece of the text.
    public func tokens(of text: String) -> [Int32] {
        var tokens: [Int32] = []
        forEachPiece(of: text) { id, _ in tokens.append(id) }
        return tokens
    }

    /// The pieces of the text, as many as it has tokens; nothing of it is lost.
    public func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var rest = text.unicodeScalars[...]
        forEachPiece(of: text) { _, count in
            pieces.append(String(String.UnicodeScalarView(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    private func forEachPiece(of text: String, _ body: (_ id: Int32, _ count: Int) -> Void) {
        let text = text.unicodeScalars.map(\.value)
        var start = 0
        while start < text.count {
            if let entry = longest(in: text, from: start) {
                body(entry.id, entry.count)
                start += entry.count
            } else {
                body(single.token(of: text[start]), 1)
                start += 1
            }
        }
    }

    /// The longest entry that the text goes on with at `start`.
    private func longest(in text: [UInt32], from start: Int) -> Entry? {
        // The entries that begin with the scalars read so far stand side by side, the shortest of them first.
        var (low, high) = (0, entries.count)
        var depth = 0
        var found: Entry?
        while low < high, start + depth < text.count {
            let scalar = text[start + depth]
            if at(low, depth) != scalar || at(high - 1, depth) != scalar {
                low = first(in: low..<high) { at($0, depth) >= Int64(scalar) }
                high = first(in: low..<high) { at($0, depth) > Int64(scalar) }
            }
            depth += 1
            if low < high, entries[low].count == depth { found = entries[low] }
        }
        return found
    }

    /// An entry's scalar; -1 behind its last one.
    private func at(_ index: Int, _ depth: Int) -> Int64 {
        depth < entries[index].count ? Int64(scalars[entries[index].start + depth]) : -1
    }

    private func first(in range: Range<Int>, where isRight: (Int) -> Bool) -> Int {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isRight(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Scores {
    /// The text cut before each piece whose label is one of `starts`; nothing of it is lost.
    public static func segments(of pieces: [String], labels: [Int], starts: [Int]) -> [String] {
        var segments: [String] = []
        for (piece, label) in zip(pieces, labels) {
            if segments.isEmpty || starts.contains(label) { segments.append("") }
            segments[segments.count - 1] += piece
        }
        return segments
    }
}
