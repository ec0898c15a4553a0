// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// Where a recurrent layer's cells stand in its box.
private enum Cells {
    static let height = 40.0
    /// Between two stacked layers, with the arrow and its shape.
    static let gap = 34.0
    static let concatHeight = 20.0
    /// From the forward and the backward cell down to `concat`.
    static let fall = 16.0
    /// From where a line forks down to the cells that it enters.
    static let fork = 14.0
    /// From the title down to the first cells.
    static let feed = 24.0
    /// From the last cells down to the box's edge.
    static let exit = 20.0
    /// Both of a bidirectional lstm; one that stands alone is as wide as both.
    static let width = 106.0
    static let loop = 30.0
    /// More stacked layers than these are drawn as the first two and the last.
    static let shown = 5
}

extension GraphSVG {
    /// The box of a recurrent layer, with a row of cells for each of its stacked layers.
    mutating func draw(_ lstm: Recurrent, index: Int) {
        let rows = Self.rows(of: lstm)
        let rowHeight = Cells.height + (lstm.bidirectional ? Cells.fall + Cells.concatHeight : 0)
        let head = (lstm.moreDetails.isEmpty ? 42.0 : 57.0) + Cells.feed
        let elided = rows.contains(nil) ? rowHeight - Cells.height : 0
        // What comes from the side enters the cells, and not the box, where the layer below gives nothing to them.
        let feed = wires.direct[index] == model.given(to: index).first ? nil : head - Cells.fork
        let height = max(
            head + Double(rows.count) * rowHeight - elided + Double(rows.count - 1) * Cells.gap + Cells.exit,
            sideHeight(of: index, feed: feed))
        let top = y
        svg.rect(x: Self.left, y: top, width: Self.boxWidth, height: height, radius: 6, "box recurrent")
        boxTitle(index, at: top + 21)
        svg.fitted(lstm.details, x: Self.left + 14, y: top + 38, width: Self.boxWidth - 28, em: 11, "muted small")
        if !lstm.moreDetails.isEmpty {
            svg.fitted(
                lstm.moreDetails, x: Self.left + 14, y: top + 53, width: Self.boxWidth - 28, em: 11, "muted small")
        }
        figures(layerCost(index).parameters, layerCost(index).macsPerStep, at: top + 21)
        stateResults(lstm, index: index, top: top)

        let costs = lstm.numLayers > 1 ? model.stackedCosts(ofLayer: index) : []
        y = top + head
        if let feed {
            sideEntry(lstm, at: top + feed)
        } else {
            entry(lstm)
        }
        for (position, layer) in rows.enumerated() {
            if position > 0 {
                innerEdge(lstm, model.layers[index].output, toCells: lstm.bidirectional && layer != nil)
            }
            guard let layer else {
                elision(lstm)
                continue
            }
            if !costs.isEmpty {
                figures(costs[layer].parameters, costs[layer].macs, at: y + Cells.height / 2 + 4, "muted small")
            }
            if lstm.bidirectional {
                bidirectionalRow(lstm, layer: layer)
            } else {
                cell(lstm, layer: layer, x: Self.centre - Cells.width, width: 2 * Cells.width, isReverse: false)
                y += Cells.height
            }
        }
        svg.path("M\(px(Self.centre)) \(px(y))V\(px(top + height))", "line")
        side(of: index, top: top, bottom: top + height, feed: feed)
        y = top + height
    }

    private func layerCost(_ index: Int) -> Cost { model.layers[index].cost }

    /// The stacked layers to draw, the first one first; nil stands for those left out.
    private static func rows(of lstm: Recurrent) -> [Int?] {
        if lstm.numLayers <= Cells.shown { return (0..<lstm.numLayers).map { $0 } }
        return [0, 1, nil, lstm.numLayers - 1]
    }

    /// The results that are no sequence leave the box to the left.
    private mutating func stateResults(_ lstm: Recurrent, index: Int, top: Double) {
        var middle = top + 28
        for result in model.results where result.layer == index && result.part != .output {
            svg.path("M\(px(Self.left)) \(px(middle))H\(px(Self.left - 12))", "line arrow")
            resultName(result, at: middle)
            svg.text(axes.text(result, in: model), x: Self.left - 18, y: middle + 14, anchor: .end, "small mono muted")
            middle += 40
        }
    }

    /// The arrow between two stacked layers; to both cells where the next one has two.
    private mutating func innerEdge(_ lstm: Recurrent, _ shape: Shape, toCells: Bool) {
        let end = y + Cells.gap
        if toCells {
            svg.path("M\(px(Self.centre)) \(px(y))V\(px(end - Cells.fork))", "line")
            fork(at: end - Cells.fork, downTo: end)
        } else {
            svg.path("M\(px(Self.centre)) \(px(y))V\(px(end - 2))", "line arrow")
        }
        svg.text(axes.text(shape), x: Self.centre + 10, y: y + (toCells ? 14 : Cells.gap / 2 + 4), "small mono")
        y = end
    }

    private mutating func elision(_ lstm: Recurrent) {
        svg.rect(
            x: Self.centre - Cells.width, y: y, width: 2 * Cells.width, height: Cells.height, radius: 4, "cell elided")
        svg.text(
            "⋮  l2 to l\(lstm.numLayers - 2): \(lstm.numLayers - 3) layers like l1", x: Self.centre,
            y: y + Cells.height / 2 + 4, anchor: .middle, "small muted")
        y += Cells.height
    }

    /// A forward and a backward cell side by side, and below them the node that joins what they give.
    private mutating func bidirectionalRow(_ lstm: Recurrent, layer: Int) {
        let lanes = [Self.centre - 12 - Cells.width, Self.centre + 12]
        let cells = y + Cells.height
        let joint = cells + Cells.fall
        for (direction, x) in lanes.enumerated() {
            cell(lstm, layer: layer, x: x, width: Cells.width, isReverse: direction == 1)
            let target = Self.centre + (direction == 0 ? -24 : 24)
            svg.path(
                "M\(px(x + Cells.width / 2)) \(px(cells))V\(px(cells + 6))H\(px(target))V\(px(joint - 1))",
                "line arrow")
        }
        svg.rect(x: Self.centre - 40, y: joint, width: 80, height: Cells.concatHeight, radius: 10, "cell")
        svg.text("concat", x: Self.centre, y: joint + 14, anchor: .middle, "small")
        y = joint + Cells.concatHeight
    }

    /// What a cell is, which way it goes through time, and the loop of its state.
    private mutating func cell(_ lstm: Recurrent, layer: Int, x: Double, width: Double, isReverse: Bool) {
        svg.rect(x: x, y: y, width: width, height: Cells.height, radius: 4, "cell")
        let name = Recurrent.suffix(layer: layer, reverse: isReverse).dropFirst()
        svg.text("\(name)", x: x + width / 2, y: y + 17, anchor: .middle, "bold small")
        svg.text(
            isReverse ? "← backward" : (lstm.bidirectional ? "forward →" : "over time →"), x: x + width / 2,
            y: y + 32, anchor: .middle, "small muted")
        // The forward cell of two has its loop on the left, every other one on the right.
        let isLeft = lstm.bidirectional && !isReverse
        let edge = isLeft ? x : x + width
        let out = isLeft ? -Cells.loop : Cells.loop
        svg.path(
            "M\(px(edge)) \(px(y + 9))C\(px(edge + out)) \(px(y + 2)) \(px(edge + out)) \(px(y + 38)) "
                + "\(px(edge)) \(px(y + 31))", "line arrow")
        svg.text(
            lstm.hasC ? "h, c" : "h", x: edge + out * 0.75 + (isLeft ? -3 : 3), y: y + 24,
            anchor: isLeft ? .end : .start, "small")
    }

    /// From below the title down to the first cells, of what comes in at the box's upper edge.
    private mutating func entry(_ lstm: Recurrent) {
        let start = "M\(px(Self.centre)) \(px(y - Cells.feed + 2))"
        if lstm.bidirectional {
            svg.path(start + "V\(px(y - Cells.fork))", "line")
            fork(at: y - Cells.fork, downTo: y)
        } else {
            svg.path(start + "V\(px(y - 2))", "line arrow")
        }
    }

    /// From the box's right edge to the first cells, of what comes from a lane.
    private mutating func sideEntry(_ lstm: Recurrent, at level: Double) {
        let cells = lstm.bidirectional ? [1.0, -1.0].map { Self.centre + $0 * (12 + Cells.width / 2) } : [Self.centre]
        for x in cells { svg.path("M\(px(Self.right)) \(px(level))H\(px(x))V\(px(y - 2))", "line arrow") }
    }

    /// One line to both cells of a row.
    private mutating func fork(at level: Double, downTo cells: Double) {
        for sign in [-1.0, 1.0] {
            let x = Self.centre + sign * (12 + Cells.width / 2)
            svg.path("M\(px(Self.centre)) \(px(level))H\(px(x))V\(px(cells - 2))", "line arrow")
        }
    }
}
