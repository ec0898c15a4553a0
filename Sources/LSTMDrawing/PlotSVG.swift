// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Plot {
    /// The plot as an SVG file: a heat map for each layer over a shared time axis, lines for layers of one to three
    /// values, bars or a block for what has no time axis. The same values always give the same text.
    public var svg: String {
        var plot = PlotSVG(self)
        plot.draw()
        let words = "\(summary). " + panels.map { "\($0.name): \($0.words)" }.joined(separator: "; ")
        return plot.svg.document(
            width: plot.width, height: plot.y + 10, title: title, description: shownText(words), style: plotStyle)
    }
}

/// Draws from the top down.
struct PlotSVG {
    static let left = 132.0
    static let right = 96.0

    let plot: Plot
    let width: Double
    var svg = SVG()
    var y = 0.0
    /// The time axis that is being drawn.
    var axis: Plot.Axis
    var columns = 1
    var stepsPerColumn = 1
    /// Of one column of the time axis.
    var columnWidth = 0.0
    /// Where each panel with this time axis begins and ends, for the lines of the cuts.
    var timePanels: [(top: Double, bottom: Double)] = []

    init(_ plot: Plot) {
        self.plot = plot
        axis = plot.axis
        let widths = ([plot.axis] + plot.furtherAxes.map(\.axis)).map { Columns($0) }.map {
            Double($0.count) * $0.width
        }
        width = Self.left + max(widths.max() ?? 0, 400) + Self.right
        use(plot.axis)
    }

    private mutating func use(_ axis: Plot.Axis) {
        let columns = Columns(axis)
        self.axis = axis
        (self.columns, stepsPerColumn, columnWidth) = (columns.count, columns.steps, columns.width)
        timePanels = []
    }

    var plotWidth: Double { Double(columns) * columnWidth }

    mutating func draw() {
        svg.fitted(plot.title, x: 20, y: 30, width: width - 40, em: 17, "title")
        svg.fitted(plot.summary, x: 20, y: 50, width: width - 40, "muted")
        y = 62
        drawPanels(ofAxis: 0, plot.axisName)
        for (index, further) in plot.furtherAxes.enumerated() {
            use(further.axis)
            drawPanels(ofAxis: index + 1, further.name)
        }
        use(plot.axis)
        for panel in plot.panels where !panel.hasTime {
            if panel.size <= 24 || (!panel.names.isEmpty && panel.size <= 64) {
                draw(bars: panel)
            } else {
                draw(block: panel)
            }
        }
        y += 4
        for note in plot.notes {
            y += 16
            svg.fitted(note, x: 20, y: y, width: width - 40, "muted")
        }
        y += 8
    }

    /// The panels over one time axis, and the axis under them.
    private mutating func drawPanels(ofAxis index: Int, _ name: String) {
        let panels = plot.panels.filter { $0.hasTime && $0.axis == index }
        if panels.isEmpty { return }
        if index > 0 { y += 12 }
        if case .text = axis { pieces() }
        for panel in panels {
            if isDrawnAsLines(panel) { draw(lines: panel) } else { draw(heat: panel) }
        }
        timeAxis(of: panels, name)
        if index == 0 { cuts() }
    }

    func isDrawnAsLines(_ panel: Plot.Panel) -> Bool { panel.size <= 3 && panel.names.isEmpty }

    /// The panel's name and what it is, above it.
    mutating func heading(_ panel: Plot.Panel, _ more: [String]) {
        y += 24
        let name = FittedText(panel.name, width: 200, em: 13)
        svg.text(name.text, x: Self.left, y: y, "bold", tip: name.whole)
        // Bold letters are up to a quarter wider.
        let used = textWidth(name.text, em: 16) + 10
        svg.fitted(
            ([panel.words] + more).joined(separator: "; "), x: Self.left + used, y: y,
            width: width - Self.left - used - 10, em: 11, "muted small")
        warn(of: panel.values)
        y += 7
    }

    /// Says what of a layer is not a number that can be drawn, in the colour that stands for it.
    private mutating func warn(of values: [Float]) {
        let counts = [(values.count(where: \.isNaN), "NaN"), (values.count(where: \.isInfinite), "infinite")]
        let parts = counts.filter { $0.0 > 0 }.map { "\(grouped($0.0)) \($0.1)" }
        if parts.isEmpty { return }
        y += 15
        svg.text(
            "\(parts.joined(separator: " and ")) among its \(grouped(values.count)) values", x: Self.left, y: y,
            "warning small")
    }

    mutating func draw(heat panel: Plot.Panel) {
        let steps = axis.range.count
        let grid = Grid(panel, steps: steps)
        let scale = ColourScale(grid.values, range: panel.range)
        heading(panel, grid.stride > 1 ? ["every \(ordinal(grid.stride)) value is drawn"] : [])
        let rowHeight: Double =
            !panel.names.isEmpty && grid.rows <= 24 ? 18 : max(2, min(14, (168 / Double(grid.rows) * 4).rounded() / 4))
        let height = rowHeight * Double(grid.rows)
        cells(grid, scale, x: Self.left, width: columnWidth, height: rowHeight)
        rowTicks(panel, grid, rowHeight: rowHeight)
        if panel.marksBest, grid.stride == 1, stepsPerColumn == 1 { best(grid, rowHeight: rowHeight) }
        colourBar(scale, x: Self.left + plotWidth + 16, height: height)
        timePanels.append((y, y + height))
        y += height
    }

    /// A dot in the row of each step's largest value.
    private mutating func best(_ grid: Grid, rowHeight: Double) {
        for column in 0..<grid.columns {
            var best = 0
            for row in 0..<grid.rows where grid[column, row] > grid[column, best] { best = row }
            svg.add(
                "<circle class=\"best\" cx=\"\(px(Self.left + (Double(column) + 0.5) * columnWidth))\" "
                    + "cy=\"\(px(y + (Double(best) + 0.5) * rowHeight))\" r=\"\(px(min(3.5, rowHeight / 3)))\"/>")
        }
    }
}

/// How the steps of a time axis stand in columns.
private struct Columns {
    let count: Int
    /// Of one column.
    let steps: Int
    let width: Double

    init(_ axis: Plot.Axis) {
        let all = axis.range.count
        steps = max(1, (all + PlotLimits.columns - 1) / PlotLimits.columns)
        count = max(1, (all + steps - 1) / steps)
        if case .text = axis {
            width = max(22, 420 / Double(count))
        } else {
            width = max(3, min(60, (640 / Double(count) * 4).rounded() / 4))
        }
    }
}

func ordinal(_ number: Int) -> String {
    switch (number % 10, number % 100) {
    case (_, 11...13): "\(number)th"
    case (1, _): "\(number)st"
    case (2, _): "\(number)nd"
    case (3, _): "\(number)rd"
    default: "\(number)th"
    }
}
