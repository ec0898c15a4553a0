// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension PlotSVG {
    /// The text's pieces above or below the panels, each in its own column and in the order of the text: where a script
    /// runs to the left, so that its letters still stand over their values.
    mutating func pieces() {
        guard case .text(let pieces, _) = axis else { return }
        y += 20
        for (column, piece) in pieces.enumerated() {
            let x = Self.left + (Double(column) + 0.5) * columnWidth
            let scalars = Array(piece.unicodeScalars)
            if scalars.count == 1 {
                svg.text(
                    columnText(of: scalars[0]), x: x, y: y, anchor: .middle, "char",
                    tip: "U+" + hexadecimal(scalars[0].value, digits: 4))
            } else {
                let text = scalars.enumerated().map { columnText(of: $1, isFirst: $0 == 0) }.joined()
                svg.fitted(text, x: x, y: y, width: columnWidth, em: 13, anchor: .middle, "char")
            }
        }
        y += 2
    }

    /// The numbers of the steps, the text's pieces, and under them the segments.
    mutating func timeAxis(of panels: [Plot.Panel], _ name: String) {
        let range = axis.range
        var isText = false
        var isOfCharacters = true
        if case .text(let pieces, _) = axis {
            isText = true
            isOfCharacters = pieces.allSatisfy { $0.unicodeScalars.count == 1 }
        }
        if isText { pieces() }
        let every = tickStep(atLeast: 44 / columnWidth * Double(stepsPerColumn))
        y += 16
        let first = (range.lowerBound + every - 1) / every * every
        for step in stride(from: first, to: range.upperBound, by: every) {
            let column = Double((step - range.lowerBound) / stepsPerColumn)
            let x = Self.left + (column + 0.5) * columnWidth
            if !isText { svg.line(x, y - 16, x, y - 12, "frame") }
            svg.text("\(step)", x: x, y: y, anchor: .middle, "small muted")
        }
        let whose = name.isEmpty ? "" : " of \(name)"
        if isText || stepsPerColumn == 1 {
            svg.fitted(
                (isText ? isOfCharacters ? "character" : "piece" : "step") + whose, x: Self.left - 8, y: y,
                width: Self.left - 16, em: 11,
                anchor: .end, "small muted")
        } else {
            y += 16
            svg.text(
                "step\(whose)" + sharedColumns(panels), x: Self.left + plotWidth / 2, y: y, anchor: .middle,
                "small muted")
        }
    }

    /// What a column stands for that several steps share.
    private func sharedColumns(_ panels: [Plot.Panel]) -> String {
        let curves = panels.contains { isDrawnAsLines($0) && !$0.areCategories }
        let ids = panels.contains { isDrawnAsLines($0) && $0.areCategories }
        if !panels.allSatisfy(isDrawnAsLines) {
            if !curves, !ids { return "; each column is the mean of \(stepsPerColumn) steps" }
            return "; each column is \(stepsPerColumn) steps: their mean"
                + (curves ? ", in lines from the least to the most" : "") + (ids ? ", of ids each one" : "")
        }
        if !ids { return "; each column is \(stepsPerColumn) steps, from the least to the most" }
        return "; each column is \(stepsPerColumn) steps" + (curves ? ", in lines from the least to the most" : "")
    }

    /// A line through all panels where a segment begins, and the segments themselves under the axis.
    mutating func cuts() {
        guard case .text(let pieces, let first) = plot.axis, !plot.segmentStarts.isEmpty else { return }
        let starts = plot.segmentStarts.map { $0 - first }.filter { $0 > 0 && $0 < pieces.count }
        for start in starts {
            let x = Self.left + Double(start) * columnWidth
            for panel in timePanels { svg.line(x, panel.top, x, panel.bottom, "cut") }
        }
        y += 8
        let bounds = [0] + starts + [pieces.count]
        for (from, end) in zip(bounds, bounds.dropFirst()) {
            let x = (Self.left + Double(from) * columnWidth + 2, Self.left + Double(end) * columnWidth - 2)
            svg.path("M\(px(x.0)) \(px(y))v5H\(px(x.1))v-5", "line")
            svg.fitted(
                pieces[from..<end].joined(), x: (x.0 + x.1) / 2, y: y + 22, width: x.1 - x.0 + 4, em: 13,
                anchor: .middle, "char")
        }
        svg.text("segment", x: Self.left - 8, y: y + 20, anchor: .end, "small muted")
        y += 28
    }
}

/// A scalar as it can stand alone: a mark on a dotted circle, a space and a line's end as symbols of their own.
///
/// - Parameter isFirst: of its piece; a mark, or what joins emoji, goes with the letter before it.
func columnText(of scalar: Unicode.Scalar, isFirst: Bool = true) -> String {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: (isFirst ? "\u{25CC}" : "") + "\(scalar)"
    case .spaceSeparator: "␣"
    case .lineSeparator, .paragraphSeparator: "↵"
    // The symbols for the control characters stand in the same order as the characters.
    case .control: scalar.value < 0x20 ? String(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}") : "\u{FFFD}"
    case .format where scalar == "\u{200D}" && !isFirst: String(scalar)
    case .format, .unassigned, .privateUse, .surrogate: "\u{FFFD}"
    default: String(scalar)
    }
}
