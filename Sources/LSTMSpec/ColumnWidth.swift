// SPDX-License-Identifier: Apache-2.0

/// How a terminal shows one scalar of a source line: what to print, and the columns that takes.
struct Cell {
    var text: String
    var width: Int

    /// nil is a byte that is not UTF-8.
    init(_ scalar: Unicode.Scalar?) {
        switch scalar {
        case nil: self.init("\u{FFFD}", 1)
        case "\t": self.init("    ", 4)
        case let scalar? where scalar.value < 0x20:
            // The symbols for the control characters stand in the same order as the characters.
            self.init(String(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"), 1)
        case let scalar? where isUnprintable(scalar): self.init("\u{FFFD}", 1)
        case let scalar?: self.init(String(scalar), columnWidth(of: scalar))
        }
    }

    private init(_ text: String, _ width: Int) {
        self.text = text
        self.width = width
    }
}

/// The columns a printable scalar takes: 0 for what combines with the one before, 2 for East Asian wide ones.
func columnWidth(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // The vowels and finals of a Hangul syllable that is written in parts.
    if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value) { return 0 }
    // Half a flag: two of them take the columns of one.
    if (0x1F1E6...0x1F1FF).contains(scalar.value) { return 1 }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// The columns a printable text takes on a terminal.
package func displayWidth(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columnWidth(of: $1) }
}

/// What Unicode's EastAsianWidth.txt calls wide or full-width, emoji apart.
private let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF,
    0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F202, 0x1F210...0x1F23B,
    0x1F240...0x1F248, 0x1F250...0x1F251, 0x1F260...0x1F265, 0x20000...0x3FFFD,
]
