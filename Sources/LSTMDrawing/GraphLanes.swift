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
    /// Neighbours differ, and the eye keeps a line through its crossings.
    static let colours = 4
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

    /// What a layer's entries and exits take of its side; `feed` is where its first entry must stand, below its top.
    func sideHeight(of index: Int, feed: Double? = nil) -> Double {
        let exits = Double(wires.exits(ofLayer: index).count) * Lanes.exitHeight
        let entries = entriesHeight(index)
        return exits + entries + (entries > 0 && exits > 0 ? 2 : 0) + (feed.map { $0 - Lanes.entryHeight / 2 } ?? 0)
    }

    private func entriesHeight(_ index: Int) -> Double {
        let count = wires.entries[index].count
        return Double(min(count, GraphWires.entries)) * Lanes.entryHeight + (count > GraphWires.entries ? 16 : 0)
    }

    /// What enters a layer from the side, and below it, at the bottom, what leaves it. `feed` is where the line of what a
    /// layer takes first goes on inside its box.
    mutating func side(of index: Int, top: Double, bottom: Double, feed: Double? = nil) {
        let exits = wires.exits(ofLayer: index)
        let below = bottom - Double(exits.count) * Lanes.exitHeight
        let entries = wires.entries[index]
        let shown = entries.prefix(GraphWires.entries)
        let height = entriesHeight(index)
        let first = feed.map { top + $0 - Lanes.entryHeight / 2 } ?? (top + below - height) / 2
        for (position, value) in shown.enumerated() {
            entry(
                value, at: first + (Double(position) + 0.5) * Lanes.entryHeight,
                hasTip: feed == nil || value != model.given(to: index).first)
        }
        if entries.count > shown.count {
            svg.text(
                "and \(entries.count - shown.count) more", x: Self.right + 10, y: first + height - 5, "small muted")
        }
        for (position, net) in exits.enumerated() {
            leave(wires.nets[net].value, at: below + Double(position + 1) * Lanes.exitHeight - 6)
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
        var across: [(path: String, lane: Int, level: Double, hasTip: Bool)] = []
        var dots: [(lane: Int, level: Double)] = []
        for net in wires.nets {
            guard let lane = net.lane, let ends = ends[net.value], let exit = ends.exit, let last = ends.entries.last
            else { continue }
            let x = laneCentre(lane)
            let corner = min(Lanes.corner, (last.level - exit) / 2)
            svg.path("M\(px(x)) \(px(exit + corner))V\(px(last.level - corner))", "line w\(colour(lane))")
            across.append((turn(x, exit, from: exit + corner, corner), lane, exit, false))
            across.append((turn(x, last.level, from: last.level - corner, corner), lane, last.level, last.hasTip))
            for entry in ends.entries.dropLast() {
                across.append(("M\(px(x)) \(px(entry.level))", lane, entry.level, entry.hasTip))
                dots.append((lane, entry.level))
            }
        }
        for line in across {
            if line.lane > 0 {
                svg.line(
                    laneCentre(line.lane) - Lanes.corner, line.level, Self.right + entryWidth + 2, line.level, "halo")
            }
            let style = "line w\(colour(line.lane))" + (line.hasTip ? " arrow\(colour(line.lane))" : "")
            svg.path(line.path + "H\(px(Self.right + (line.hasTip ? 2 : 0)))", style)
        }
        for dot in dots {
            svg.add(
                "<circle class=\"tip w\(colour(dot.lane))\" cx=\"\(px(laneCentre(dot.lane)))\" "
                    + "cy=\"\(px(dot.level))\" r=\"2.5\"/>")
        }
    }

    private func colour(_ lane: Int) -> Int { lane % Lanes.colours }

    private func laneCentre(_ lane: Int) -> Double {
        Self.right + entryWidth + Lanes.margin / 2 + Double(lane) * Lanes.distance
    }

    /// A round corner from a lane to the left.
    private func turn(_ x: Double, _ level: Double, from start: Double, _ corner: Double) -> String {
        "M\(px(x)) \(px(start))Q\(px(x)) \(px(level)) \(px(x - corner)) \(px(level))"
    }
}
