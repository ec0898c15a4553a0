// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A text that stands in a given width.
struct FittedText {
    let text: String
    /// The whole text, where `text` is only its beginning.
    let whole: String?

    /// Cuts by characters, so that no mark loses its letter; `em` is the size of the font.
    init(_ text: String, width: Double, em: Double) {
        let shown = shownText(text)
        if textWidth(shown, em: em) <= width {
            (self.text, whole) = (shown, nil)
            return
        }
        var kept = ""
        var used = textWidth("…", em: em)
        for character in shown {
            used += textWidth(String(character), em: em)
            if used > width { break }
            kept.append(character)
        }
        // A tip may be long, but not as long as a file.
        (self.text, whole) = (kept + "…", String(shown.unicodeScalars.prefix(1000)))
    }
}

/// A file's text as it can be drawn: on one line, nothing in it turning the direction of what follows.
func shownText(_ text: String) -> String { printable(text) }

/// A generous guess, as the font is the viewer's: a column of a terminal is 0.54 em.
func textWidth(_ text: String, em: Double) -> Double { Double(displayWidth(of: text)) * em * 0.54 }

extension SVG {
    /// One line of a file's text, cut to `width`; the whole of a cut one is its tip.
    mutating func fitted(
        _ text: String, x: Double, y: Double, width: Double, em: Double = 12, anchor: Anchor = .start,
        _ style: String = ""
    ) {
        let fitted = FittedText(text, width: width, em: em)
        self.text(fitted.text, x: x, y: y, anchor: anchor, style, tip: fitted.whole)
    }
}

/// The first words of a list that stand in `width`, and how many are left out.
func listText(_ words: [String], separator: String = " ", width: Double, em: Double) -> String {
    var text = ""
    for (index, word) in words.enumerated() {
        let next = (index == 0 ? "" : separator) + FittedText(word, width: width / 2, em: em).text
        let rest = " … and \(words.count - index) more"
        let isLast = index + 1 == words.count
        if index > 0, textWidth(text + next + (isLast ? "" : rest), em: em) > width { return text + rest }
        text += next
    }
    return text
}
