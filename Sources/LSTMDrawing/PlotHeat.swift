// SPDX-License-Identifier: Apache-2.0

extension PlotSVG {
    /// A heat map whose upper left corner is (x, y).
    ///
    /// One path for each colour: a run of equal cells is one short line as thick as its row, which keeps thousands of
    /// cells small.
    mutating func cells(_ grid: Grid, _ scale: ColourScale, x: Double, width: Double, height: Double) {
        let size = (Double(grid.columns) * width, Double(grid.rows) * height)
        svg.rect(x: x, y: y, width: size.0, height: size.1, "zero")
        let levels = ColourScale.levels
        // The last one is for what is not finite.
        var paths = [String](repeating: "", count: 2 * levels + 2)
        for row in 0..<grid.rows {
            var start = 0
            while start < grid.columns {
                let level = scale.level(of: grid[start, row])
                var end = start + 1
                while end < grid.columns, scale.level(of: grid[end, row]) == level { end += 1 }
                if level != 0 {
                    paths[level.map { $0 + levels } ?? 2 * levels + 1] += "M\(start) \(row)h\(end - start)"
                }
                start = end
            }
        }
        svg.add(
            "<g class=\"cells\" transform=\"translate(\(px(x)) \(px(y + height / 2))) scale(\(px(width)) \(px(height)))\">"
        )
        for (index, path) in paths.enumerated() where !path.isEmpty {
            svg.path(path, index > 2 * levels ? "bad" : ColourScale.style(index - levels))
        }
        svg.add("</g>")
        svg.rect(x: x, y: y, width: size.0, height: size.1, "frame")
    }

    /// The names of the rows, or the numbers of some of them.
    mutating func rowTicks(_ panel: Plot.Panel, _ grid: Grid, rowHeight: Double) {
        let edge = Self.left - 8
        if !panel.names.isEmpty {
            let every = max(1, Int((13 / rowHeight).rounded(.up)))
            for row in Swift.stride(from: 0, to: grid.rows, by: every) {
                let index = row * grid.stride
                guard panel.names.indices.contains(index) else { continue }
                svg.fitted(
                    panel.names[index], x: edge, y: y + (Double(row) + 0.5) * rowHeight + 4, width: Self.left - 28,
                    anchor: .end)
            }
            return
        }
        // Each direction of an lstm counts its own units.
        let parts = max(panel.bands.count, 1)
        let size = panel.size / parts
        let height = Double(grid.rows) * rowHeight / Double(parts)
        for part in 0..<parts {
            let top = y + Double(part) * height
            let step = tickStep(atLeast: max(1, 16 / height * Double(size)))
            for unit in Swift.stride(from: 0, to: size, by: step) {
                let centre = top + (Double(unit) + 0.5) / Double(size) * height
                // The next direction's 0 stands there.
                if part < parts - 1, top + height - centre < 9 { continue }
                // Nor does a direction's first number stand on the line above it.
                svg.text("\(unit)", x: edge, y: max(centre + 4, part > 0 ? top + 11 : 0), anchor: .end, "small muted")
            }
            if parts > 1 {
                svg.text(panel.bands[part], x: edge - 30, y: top + height / 2 + 4, anchor: .end, "small")
                if part > 0 { svg.line(Self.left - 90, top, Self.left + plotWidth, top, "frame") }
            } else {
                svg.text("unit", x: edge - 36, y: top + height / 2 + 4, anchor: .end, "small muted")
            }
        }
    }

    /// The colours of a scale with their numbers, beside a panel that begins at `y`.
    mutating func colourBar(_ scale: ColourScale, x: Double, height: Double) {
        let shown = max(36, min(height, 120))
        let levels = ColourScale.levels
        let from = scale.low < 0 ? -levels : 0
        let end = scale.high > 0 ? levels : 0
        let step = shown / Double(end - from + 1)
        svg.rect(x: x, y: y, width: 12, height: shown, "zero")
        svg.add("<g class=\"cells\" transform=\"translate(\(px(x)) \(px(y + shown - step / 2))) scale(12 \(-step))\">")
        for level in from...end where level != 0 {
            svg.path("M0 \(level - from)h1", ColourScale.style(level))
        }
        svg.add("</g>")
        svg.rect(x: x, y: y, width: 12, height: shown, "frame")
        svg.text(short(scale.high), x: x + 18, y: y + 9, "small")
        if from < 0, end > 0 { svg.text("0", x: x + 18, y: y + shown / 2 + 4, "small") }
        svg.text(short(scale.low), x: x + 18, y: y + shown, "small")
    }

    /// A vector as a block of cells, read like text: to the right, then down.
    mutating func draw(block panel: Plot.Panel) {
        let grid = Grid(vector: panel, width: 64)
        let scale = ColourScale(grid.values, range: panel.range)
        var words = ["read in rows"]
        if grid.stride > 1 { words.append("every \(ordinal(grid.stride)) is drawn") }
        heading(panel, words)
        let width = max(4, max(plotWidth, 400) / Double(grid.columns))
        let height = grid.rows <= 12 ? 12.0 : 4.0
        cells(grid, scale, x: Self.left, width: width, height: height)
        let every = max(1, Int((13 / height).rounded(.up)))
        for row in Swift.stride(from: 0, to: grid.rows, by: every) {
            svg.text(
                "\(row * grid.columns * grid.stride)", x: Self.left - 8, y: y + (Double(row) + 0.5) * height + 4,
                anchor: .end, "small muted")
        }
        let total = Double(grid.rows) * height
        colourBar(scale, x: Self.left + width * Double(grid.columns) + 16, height: total)
        y += max(total, 36)
    }
}
