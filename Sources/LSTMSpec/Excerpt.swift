// SPDX-License-Identifier: Apache-2.0

/// Two lines that show a place: the source line, cut around the place where it is long, and a caret line below it.
///
/// `scalars` is the whole line; the text ends with a line end. `paint` colours the caret.
func excerpt(
    _ scalars: [Unicode.Scalar?], line: Int, column: Int, length: Int, paint: (String) -> String
) -> String {
    // A caret may stand one past the end of the line, where something is missing.
    let caret = min(max(column - 1, 0), scalars.count)
    let window = window(scalars, around: caret)
    let cells = scalars[window].map(Cell.init)
    let before = cells.prefix(caret - window.lowerBound)
    let (caretEnd, isPastEnd) = (caret - window.lowerBound).addingReportingOverflow(max(length, 1))
    let marked = cells[before.count..<(isPastEnd ? cells.count : min(caretEnd, cells.count))]

    let left = window.lowerBound > 0 ? "…" : ""
    let right = window.upperBound < scalars.count ? "…" : ""
    let number = String(line)
    let indent = left.unicodeScalars.count + before.reduce(0) { $0 + $1.width }
    let tildes = max(marked.reduce(0) { $0 + $1.width } - 1, 0)
    let shown = left + cells.map(\.text).joined() + right
    return number + " | " + shown + "\n"
        + spaces(number.count) + " | " + spaces(indent) + paint("^" + String(repeating: "~", count: tildes)) + "\n"
}

/// The longest line that is shown, in columns, and the part of it kept before the caret where it is cut.
private let (shownColumns, columnsBeforeCaret) = (100, 40)

/// The most scalars that are shown: a line of combining characters only takes no columns at all.
private let shownScalars = 400

/// The part of a line that is shown: all of it, or about a hundred columns around the caret.
private func window(_ scalars: [Unicode.Scalar?], around caret: Int) -> Range<Int> {
    if end(scalars, from: 0, columns: shownColumns) == scalars.count { return 0..<scalars.count }
    var (start, columns) = (caret, 0)
    while start > 0, caret - start < shownScalars / 2 {
        columns += Cell(scalars[start - 1]).width
        if columns > columnsBeforeCaret { break }
        start -= 1
    }
    return start..<end(scalars, from: start, columns: shownColumns)
}

/// The index after the last scalar that still fits when the line is shown from `start` on.
private func end(_ scalars: [Unicode.Scalar?], from start: Int, columns: Int) -> Int {
    var (end, width) = (start, 0)
    while end < scalars.count, end - start < shownScalars {
        width += Cell(scalars[end]).width
        if width > columns { break }
        end += 1
    }
    return end
}

private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }
