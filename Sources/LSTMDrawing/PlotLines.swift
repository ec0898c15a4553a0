// SPDX-License-Identifier: Apache-2.0

extension PlotSVG {
    /// A curve for each of one to three values; where steps share a column, from the least to the most of them. Categories
    /// are marks that nothing joins.
    mutating func draw(lines panel: Plot.Panel) {
        heading(panel, [])
        let height = 96.0
        var low: Float = 0
        var high: Float = 0
        for value in panel.values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
        // A Double: the span of two large floats is no float.
        let span = high > low ? Double(high) - Double(low) : 1
        let place = { (value: Float) in (Double(high) - Double(value)) / span * (height - 12) + 6 }
        svg.rect(x: Self.left, y: y, width: plotWidth, height: height, "frame")
        svg.line(Self.left, y + place(0), Self.left + plotWidth, y + place(0), "rule")
        for value in Set([low, 0, high]).sorted() where value == 0 || abs(place(value) - place(0)) > 13 {
            svg.text(short(value), x: Self.left - 8, y: y + place(value) + 4, anchor: .end, "small muted")
        }
        for unit in 0..<panel.size {
            if panel.areCategories {
                svg.path(marks(panel, unit: unit, place), "marks c\(unit)")
            } else {
                svg.path(curve(panel, unit: unit, place), "curve c\(unit)")
            }
            if panel.size > 1 {
                let level = y + 14 + 18 * Double(unit)
                svg.line(Self.left + plotWidth + 14, level, Self.left + plotWidth + 30, level, "curve c\(unit)")
                svg.text("unit \(unit)", x: Self.left + plotWidth + 36, y: level + 4, "small")
            }
        }
        timePanels.append((y, y + height))
        y += height
    }

    /// A short level line for each value, in its column; values of one column that are less than a pixel apart share one.
    private func marks(_ panel: Plot.Panel, unit: Int, _ place: (Float) -> Double) -> String {
        let steps = axis.range.count
        let width = min(columnWidth * 0.7, 14)
        var path = ""
        for column in 0..<columns {
            let from = column * stepsPerColumn
            let values = (from..<min(steps, from + stepsPerColumn)).map { panel.values[$0 * panel.size + unit] }
            let levels = Set(values.filter(\.isFinite).map { (y + place($0)).rounded() }).sorted()
            let start = px(Self.left + (Double(column) + 0.5) * columnWidth - width / 2)
            for level in levels { path += "M\(start) \(px(level))h\(px(width))" }
        }
        return path.isEmpty ? "M0 0" : path
    }

    /// Broken where a value is not finite.
    private func curve(_ panel: Plot.Panel, unit: Int, _ place: (Float) -> Double) -> String {
        let steps = axis.range.count
        var path = ""
        var isDrawing = false
        for column in 0..<columns {
            let from = column * stepsPerColumn
            let values = (from..<min(steps, from + stepsPerColumn)).map { panel.values[$0 * panel.size + unit] }
            guard let least = values.min(), let most = values.max(), values.allSatisfy(\.isFinite) else {
                isDrawing = false
                continue
            }
            let x = px(Self.left + (Double(column) + 0.5) * columnWidth)
            // In the order they came in, which keeps a slope a slope.
            let rises = (values.firstIndex(of: least) ?? 0) < (values.firstIndex(of: most) ?? 0)
            let ends = rises ? (least, most) : (most, least)
            path += (isDrawing ? "L" : "M") + "\(x) \(px(y + place(ends.0)))"
            // A point of its own would not be seen.
            if least != most || !isDrawing {
                path += "L\(x) \(px(y + place(ends.1) + (least == most ? 0.01 : 0)))"
            }
            isDrawing = true
        }
        return path.isEmpty ? "M0 0" : path
    }

    /// A bar for each value of a vector, with its name and its number.
    mutating func draw(bars panel: Plot.Panel) {
        heading(panel, [])
        var low = panel.range?.lowerBound ?? 0
        var high = panel.range?.upperBound ?? 0
        for value in panel.values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
        let span = high > low ? Double(high) - Double(low) : 1
        let width = max(plotWidth, 400) - 10
        let place = { (value: Float) in Self.left + (Double(value) - Double(low)) / span * width }
        for (index, value) in panel.values.enumerated() {
            let name = panel.names.indices.contains(index) ? panel.names[index] : "\(index)"
            svg.fitted(name, x: Self.left - 8, y: y + 13, width: Self.left - 28, anchor: .end)
            if value.isFinite {
                let ends = (min(place(0), place(value)), max(place(0), place(value)))
                svg.rect(x: ends.0, y: y + 3, width: max(ends.1 - ends.0, 0.5), height: 12, "bar")
            }
            svg.text(
                short(value), x: Self.left + width + 10, y: y + 13, value.isFinite ? "small" : "small warning")
            y += 18
        }
        svg.line(place(0), y - 18 * Double(panel.values.count), place(0), y, "frame")
    }
}
