// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// The measures of what stands at the right of the column.
enum Lanes {
    /// Between two lanes.
    static let distance = 12.0
    /// Before the first lane and after the last one.
    static let margin = 20.0
    /// What an entry takes of its layer's side: its name, its line and its shape.
    static let entryHeight = 34.0
    static let exitHeight = 20.0
    static let corner = 5.0
    /// The size that a monospaced text of 11 px is measured by.
    static let mono = 12.5
}

/// Where a value leaves its layer and where it enters others.
struct NetEnds {
    var exit: Double?
    /// From the top down.
    var entries: [Entry] = []

    struct Entry {
        let level: Double
        /// Whether it ends in an arrow at its layer's edge.
        let hasTip: Bool
    }
}

extension GraphSVG {
    /// Wide enough for most names and shapes; 0 where nothing enters from the side.
    static func entryWidth(_ model: Model, _ axes: AxisNames, _ wires: GraphWires) -> Double {
        let values = Set(wires.entries.flatMap { $0.prefix(GraphWires.entries) })
        let widths = values.map { value in
            max(
                textWidth(model.name(of: value), em: 12), textWidth(axes.text(model.shape(of: value)), em: Lanes.mono))
        }
        return widths.max().map { min(max($0 + 20, 70), 150) } ?? 0
    }

    /// What a layer's exits and entries take of its side.
    func sideHeight(of index: Int) -> Double {
        let count = wires.entries[index].count
        let shown = Double(min(count, GraphWires.entries)) * Lanes.entryHeight + (count > GraphWires.entries ? 16 : 0)
        let exits = Double(wires.exits(ofLayer: index).count) * Lanes.exitHeight
        return exits + shown + (count > 0 && exits > 0 ? 2 : 0)
    }

    /// What leaves a layer to the side, at the top, and what enters it, below. `feed` draws the last part of what a layer
    /// takes first, where that goes on inside its box: it then enters at the lower edge.
    mutating func side(of index: Int, top: Double, bottom: Double, feed: ((inout Self, Double) -> Void)? = nil) {
        var level = top
        for net in wires.exits(ofLayer: index) {
            leave(wires.nets[net].value, at: level + Lanes.exitHeight - 6)
            level += Lanes.exitHeight
        }
        let entries = wires.entries[index]
        if entries.isEmpty { return }
        let shown = entries.prefix(GraphWires.entries)
        let rest = entries.count - shown.count
        let height = Double(shown.count) * Lanes.entryHeight + (rest > 0 ? 16 : 0)
        let first = feed == nil ? (level + bottom - height) / 2 : bottom - height
        for (position, value) in (feed == nil ? Array(shown) : shown.reversed()).enumerated() {
            let middle = first + (Double(position) + 0.5) * Lanes.entryHeight
            let isFeed = feed != nil && value == model.given(to: index).first
            if isFeed { feed?(&self, middle) }
            entry(value, at: middle, hasTip: !isFeed)
        }
        if rest > 0 {
            svg.text("and \(rest) more", x: Self.right + 10, y: first + height - 5, "small muted")
        }
    }

    /// The words over and under a line that enters a layer from the right.
    private mutating func entry(_ value: Value, at middle: Double, hasTip: Bool) {
        ends[value, default: .init()].entries.append(.init(level: middle, hasTip: hasTip))
        let room = entryWidth - 14
        svg.fitted(model.name(of: value), x: Self.right + 12, y: middle - 5, width: room, em: 12, "bold small")
        svg.fitted(
            axes.text(model.shape(of: value)), x: Self.right + 12, y: middle + 13, width: room, em: Lanes.mono,
            "small mono")
        if wires.net(of: value)?.lane == nil {
            // No lane leads there: a loose end, and the name says whose.
            let end = Self.right + entryWidth
            svg.add("<circle class=\"loose\" cx=\"\(px(end))\" cy=\"\(px(middle))\" r=\"3\"/>")
            svg.line(end - 3, middle, Self.right + (hasTip ? 2 : 0), middle, hasTip ? "line arrow" : "line")
        }
    }

    /// A value that leaves to the side; a state has its name over the line.
    mutating func leave(_ value: Value, at level: Double) {
        guard wires.net(of: value)?.lane != nil else { return }
        ends[value, default: .init()].exit = level
        switch value {
        case .input, .output: break
        case .state(let layer, let slot):
            let name = model.layers[layer].operation.stateSlots[slot].name
            svg.text("\(name)_n", x: Self.right + 12, y: level - 4, "small")
        }
    }

    /// The lanes: first all that is upright, then what lies across it with a gap where it passes over another lane, then a
    /// dot where a line leaves a lane that goes on.
    mutating func drawLanes() {
        var uprights = ""
        var dots: [(x: Double, y: Double)] = []
        var across: [(path: String, lane: Int, level: Double, hasTip: Bool)] = []
        for net in wires.nets {
            guard let lane = net.lane, let ends = ends[net.value], let exit = ends.exit, let last = ends.entries.first
            else { continue }
            let x = laneCentre(lane)
            let corner = min(Lanes.corner, (exit - last.level) / 2)
            uprights += "M\(px(x)) \(px(exit - corner))V\(px(last.level + corner))"
            across.append((turn(x, exit, from: exit - corner, corner), lane, exit, false))
            across.append((turn(x, last.level, from: last.level + corner, corner), lane, last.level, last.hasTip))
            for entry in ends.entries.dropFirst() {
                across.append(("M\(px(x)) \(px(entry.level))", lane, entry.level, entry.hasTip))
                dots.append((x, entry.level))
            }
        }
        if !uprights.isEmpty { svg.path(uprights, "line") }
        for line in across {
            if line.lane > 0 {
                svg.line(
                    laneCentre(line.lane) - Lanes.corner, line.level, Self.right + entryWidth + 2, line.level, "halo")
            }
            svg.path(line.path + "H\(px(Self.right + (line.hasTip ? 2 : 0)))", line.hasTip ? "line arrow" : "line")
        }
        for dot in dots { svg.add("<circle class=\"tip\" cx=\"\(px(dot.x))\" cy=\"\(px(dot.y))\" r=\"2.5\"/>") }
    }

    private func laneCentre(_ lane: Int) -> Double {
        Self.right + entryWidth + Lanes.margin / 2 + Double(lane) * Lanes.distance
    }

    /// A round corner from a lane to the left.
    private func turn(_ x: Double, _ level: Double, from start: Double, _ corner: Double) -> String {
        "M\(px(x)) \(px(start))Q\(px(x)) \(px(level)) \(px(x - corner)) \(px(level))"
    }
}
