// SPDX-License-Identifier: Apache-2.0

/// Values in rows and columns, as many as are drawn.
package struct Grid {
    package var columns: Int
    package var rows: Int
    /// By columns: (columns, rows).
    var values: [Float]
    /// Steps that share a column, of which it shows the mean.
    package var stepsPerColumn = 1
    /// Of so many values one is drawn.
    package var stride = 1

    package subscript(column: Int, row: Int) -> Float { values[column * rows + row] }

    /// A panel over time.
    package init(_ panel: Plot.Panel, steps: Int) {
        let size = max(panel.size, 1)
        stepsPerColumn = max(1, (steps + PlotLimits.columns - 1) / PlotLimits.columns)
        stride = max(1, (size + PlotLimits.rows - 1) / PlotLimits.rows)
        columns = (steps + stepsPerColumn - 1) / stepsPerColumn
        rows = (size + stride - 1) / stride
        values = []
        values.reserveCapacity(columns * rows)
        for column in 0..<columns {
            let from = column * stepsPerColumn
            let end = min(steps, from + stepsPerColumn)
            for row in 0..<rows {
                var sum = 0.0
                for step in from..<end { sum += Double(panel.values[step * size + row * stride]) }
                values.append(Float(sum / Double(end - from)))
            }
        }
    }

    /// A vector, in rows of `width` values.
    init(vector panel: Plot.Panel, width: Int) {
        stride = max(1, (panel.size + width * PlotLimits.rows - 1) / (width * PlotLimits.rows))
        let shown = Swift.stride(from: 0, to: panel.size, by: stride).map { panel.values[$0] }
        columns = min(width, max(shown.count, 1))
        rows = (shown.count + columns - 1) / columns
        values = []
        for column in 0..<columns {
            for row in 0..<rows {
                let index = row * columns + column
                values.append(index < shown.count ? shown[index] : 0)
            }
        }
    }
}

/// From a value to one of the colours.
package struct ColourScale: Equatable {
    /// On each side of zero.
    static let levels = 20

    package let low: Float
    package let high: Float

    /// Zero always has the colour of the middle; what is only positive, or only negative, has one side to itself.
    package init(_ values: [Float], range: ClosedRange<Float>?) {
        if let range {
            (low, high) = (range.lowerBound, range.upperBound)
            return
        }
        var least: Float = 0
        var most: Float = 0
        for value in values where value.isFinite { (least, most) = (min(least, value), max(most, value)) }
        let bound = max(-least, most)
        (low, high) = bound == 0 ? (0, 1) : (least < 0 ? -bound : 0, most > 0 ? bound : 0)
    }

    /// -20 to 20; nil for NaN and the infinities.
    package func level(of value: Float) -> Int? {
        guard value.isFinite else { return nil }
        let bound = max(-low, high)
        let share = max(-1, min(1, Double(value) / Double(bound)))
        return Int((share * Double(Self.levels)).rounded())
    }

    /// The class of a level's colour; empty for the middle, which is the page of the panel.
    static func style(_ level: Int) -> String { level == 0 ? "zero" : level > 0 ? "p\(level)" : "n\(-level)" }
}

/// A value to three digits, the same in every locale.
package func short(_ value: Float) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    if value == 0 { return "0" }
    let sign = value < 0 ? "−" : ""
    var magnitude = Double(value.magnitude)
    var exponent = 0
    while magnitude >= 999.5 { (magnitude, exponent) = (magnitude / 10, exponent + 1) }
    while magnitude < 99.95 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
    let digits = Int(magnitude.rounded())
    // digits * 10^exponent
    if exponent < -6 || exponent > 3 {
        let fraction = trimmed("\(digits / 100).\(String("\(digits % 100 + 100)".dropFirst()))")
        return sign + fraction + "e\(exponent + 2)"
    }
    if exponent >= 0 { return sign + "\(digits)" + String(repeating: "0", count: exponent) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - 3)) + "\(digits)"
    return sign + trimmed("\(padded.dropLast(-exponent)).\(padded.suffix(-exponent))")
}

private func trimmed(_ number: String) -> String {
    var number = number[...]
    while number.hasSuffix("0") { number.removeLast() }
    if number.hasSuffix(".") { number.removeLast() }
    return String(number)
}

/// The first of 1, 2, 5, 10, 20, ... that is at least `least`.
package func tickStep(atLeast least: Double) -> Int {
    var step = 1
    while true {
        for factor in [1, 2, 5] where Double(step * factor) >= least { return step * factor }
        if step > 1 << 40 { return step }
        step *= 10
    }
}
