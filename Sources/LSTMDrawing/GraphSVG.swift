// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Model {
    /// The graph as people draw it, as an SVG file: data flows down the page, every edge has its shape, every lstm
    /// its directions and the loops of its state; what skips layers goes round them in a lane of its own colour; beside
    /// each layer stand its parameters and its multiply-adds a step.
    ///
    /// The same model always gives the same text.
    public var graphSVG: String {
        var graph = GraphSVG(self)
        graph.draw()
        return graph.svg.document(
            width: graph.width, height: graph.y + 14, title: "The layers of \(name)", description: graphDescription,
            style: graphStyle)
    }
}

/// Draws from the top, the model's inputs, down to its results.
struct GraphSVG {
    /// The column of the layers, between the results on its left and the lanes and figures on its right.
    static let left = 164.0
    static let boxWidth = 340.0
    static let right = left + boxWidth
    static let centre = left + boxWidth / 2

    let model: Model
    let axes: AxisNames
    let wires: GraphWires
    var svg = SVG()
    /// Where the next thing begins.
    var y = 0.0
    /// The width of what is written beside a layer about what enters it from the side.
    let entryWidth: Double
    /// Where each net's value leaves and where it enters, for the lanes.
    var ends: [Value: NetEnds] = [:]

    init(_ model: Model) {
        self.model = model
        axes = AxisNames(model)
        wires = GraphWires(model)
        entryWidth = Self.entryWidth(model, axes, wires)
    }

    /// What the lanes and the words beside them take.
    private var sideWidth: Double {
        entryWidth == 0 ? 0 : entryWidth + Double(wires.laneCount) * Lanes.distance + Lanes.margin
    }
    var width: Double { 760 + sideWidth }
    var parametersRight: Double { 606 + sideWidth }
    var macsRight: Double { 740 + sideWidth }

    mutating func draw() {
        svg.add(arrowHeads)
        header()
        drawInputs()
        for index in model.layers.indices {
            if let lstm = model.layers[index].operation.recurrent {
                draw(lstm, index: index)
            } else {
                drawBox(index)
            }
            drawGap(below: index, carrying: below(index))
        }
        drawResult()
        drawLanes()
        totals()
    }

    private mutating func header() {
        svg.fitted(model.name, x: 20, y: 30, width: width - 40, em: 17, "title")
        y = 44
        if let summary = model.summary, !summary.isEmpty {
            svg.fitted(summary, x: 20, y: 50, width: width - 40, "muted")
            y = 64
        }
        svg.text("parameters", x: parametersRight, y: y + 14, anchor: .end, "muted small")
        svg.text("multiply-adds a step", x: macsRight, y: y + 14, anchor: .end, "muted small")
        y += 6
    }

    /// What goes from a layer straight down to what is below it; nil where nothing does.
    func below(_ index: Int) -> Value? {
        index + 1 < model.layers.count ? wires.direct[index + 1] : givesLast ? .output(index) : nil
    }

    /// The space under a layer: the arrow to what is below it with the shape that flows, and the layer's result, which
    /// leaves to the left.
    private mutating func drawGap(below index: Int, carrying value: Value?) {
        let isLast = index == model.layers.count - 1
        let result = model.results.first { $0.layer == index && $0.part == .output }
        if let value {
            edge(model.words(of: value, axes))
        } else if result != nil, !isLast {
            svg.path("M\(px(Self.centre)) \(px(y))V\(px(y + 17))", "line")
            svg.text(axes.text(model.layers[index].output), x: Self.centre + 10, y: y + 21, "small mono")
            y += 34
        } else {
            if !isLast { y += 18 }
            return
        }
        guard let result, !isLast else { return }
        svg.path("M\(px(Self.centre)) \(px(y - 17))H\(px(Self.left - 12))", "line arrow")
        resultName(result, at: y - 13)
    }

    /// At the left of the column; bold letters are wider than others.
    mutating func resultName(_ result: Model.Result, at baseline: Double) {
        svg.fitted(result.name, x: Self.left - 18, y: baseline, width: Self.left - 30, em: 14, anchor: .end, "bold")
    }

    /// The arrow from what is above it to what is below it, with the shape that flows.
    private mutating func edge(_ words: String) {
        svg.path("M\(px(Self.centre)) \(px(y))V\(px(y + 32))", "line arrow")
        svg.fitted(words, x: Self.centre + 10, y: y + 21, width: Self.boxWidth / 2 - 10, em: Lanes.mono, "small mono")
        y += 34
    }

    /// One end of the flow; `words` stand under its name where there are any.
    private mutating func pill(_ name: String, _ words: String) {
        let height = words.isEmpty ? 30.0 : 46.0
        svg.rect(x: Self.left, y: y, width: Self.boxWidth, height: height, radius: 15, "box io")
        svg.fitted(
            name, x: Self.centre, y: y + 19, width: Self.boxWidth - 32, em: 13, anchor: .middle, "bold")
        svg.fitted(
            words, x: Self.centre, y: y + 36, width: Self.boxWidth - 32, em: 11, anchor: .middle, "muted small")
        y += height
    }

    /// Whether the last layer's output is among the results: an lstm may be asked for its state alone.
    private var givesLast: Bool {
        model.results.contains { $0.layer == model.layers.count - 1 && $0.part == .output }
    }

    private mutating func drawResult() {
        let last = model.layers.count - 1
        guard let given = model.results.first(where: { $0.layer == last && $0.part == .output }) else { return }
        pill(given.name == "output" ? "output" : "output \(given.name)", given == model.results.last ? labelWords : "")
    }

    /// The inputs, one under another: from the lowest an arrow goes to the layer below it.
    private mutating func drawInputs() {
        for (position, index) in wires.inputs.enumerated() {
            let input = model.inputs[index]
            if position > 0 { y += 14 }
            let top = y
            let isText = model.vocabulary != nil && input.tokens != nil
            pill(
                model.hasOneUnnamedInput ? "input" : "input \(input.name)",
                input.words + (isText ? ", one a character" : ""))
            leave(.input(index), at: top + 23)
        }
        if let lowest = wires.inputs.last, wires.direct.first ?? nil == .input(lowest) {
            edge(axes.text(model.inputs[lowest].shape))
        } else {
            y += 18
        }
    }

    /// The labels and which of them begin a segment; empty where there are none.
    private var labelWords: String {
        if model.labels.isEmpty { return "" }
        let words = "labels " + listText(model.labels.map(shownText), width: 180, em: 11)
        if model.segmentStarts.isEmpty { return words }
        return words + "; a segment begins at "
            + listText(model.segmentStarts.map { shownText(model.labels[$0]) }, width: 60, em: 11)
    }

    private mutating func drawBox(_ index: Int) {
        let layer = model.layers[index]
        let details = model.details(of: index)
        let text = details.isEmpty ? 32.0 : 48.0
        let height = max(text, sideHeight(of: index))
        svg.rect(
            x: Self.left, y: y, width: Self.boxWidth, height: height, radius: 6,
            "box \(layer.operation.kind.family.rawValue)")
        let top = y + (height - text) / 2
        boxTitle(index, at: top + 21)
        if !details.isEmpty {
            svg.fitted(details, x: Self.left + 14, y: top + 38, width: Self.boxWidth - 28, em: 11, "muted small")
        }
        figures(layer.cost.parameters, layer.cost.macsPerStep, at: y + height / 2 + 4)
        side(of: index, top: y, bottom: y + height)
        y += height
    }

    /// The layer's own name on the left, and on the right the spec's word for its kind.
    mutating func boxTitle(_ index: Int, at baseline: Double) {
        let layer = model.layers[index]
        let kind = layer.operation.kind.word
        let width = Self.boxWidth - 40 - textWidth(kind, em: 12)
        svg.fitted(layer.name, x: Self.left + 14, y: baseline, width: width, em: 13, "bold")
        if layer.name == kind { return }
        svg.text(kind, x: Self.left + Self.boxWidth - 14, y: baseline, anchor: .end, "muted")
    }

    mutating func figures(_ parameters: Int, _ macs: Int, at baseline: Double, _ style: String = "") {
        let text = { (count: Int) in count == 0 ? "–" : grouped(count) }
        let classes = style.isEmpty ? "figure" : "figure \(style)"
        svg.text(text(parameters), x: parametersRight, y: baseline, anchor: .end, classes)
        svg.text(text(macs), x: macsRight, y: baseline, anchor: .end, classes)
    }

    private mutating func totals() {
        y += 16
        svg.line(20, y, macsRight, y, "rule")
        svg.fitted(axes.legend, x: 20, y: y + 22, width: Self.right - 60, em: 11, "muted small")
        let cost = model.cost
        svg.text("total", x: Self.right, y: y + 22, anchor: .end, "bold")
        figures(cost.parameters, cost.macsPerStep, at: y + 22, "bold")
        svg.text(
            "\(stateWords) of one sequence: \(grouped(cost.stateFloats)) \(cost.stateFloats == 1 ? "float" : "floats")",
            x: 20, y: y + 40, "muted small")
        let kept = model.precision == .float32 ? "as float32" : "with matrices as \(model.precision)"
        svg.text("\(grouped(model.weightBytes)) bytes \(kept)", x: macsRight, y: y + 40, anchor: .end, "muted small")
        y += 46
    }

    /// What the layers carry from step to step.
    private var stateWords: String {
        var names: [String] = []
        for slot in model.layers.flatMap(\.operation.stateSlots) where !names.contains(slot.name) {
            names.append(slot.name)
        }
        if model.layers.contains(where: { $0.operation.described.past > 0 }) { names.append("steps before") }
        return names.isEmpty ? "state" : names.joined(separator: " and ")
    }

    /// The tips of arrows, of plain lines and of each colour of the lanes.
    private var arrowHeads: String {
        let tips = [("tip", "tip")] + (0..<Lanes.colours).map { ("tip\($0)", "tip w\($0)") }
        let markers = tips.map { name, style in
            "<marker id=\"\(name)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
                + "orient=\"auto\"><path class=\"\(style)\" d=\"M0 0.5L8 4L0 7.5Z\"/></marker>"
        }
        return "<defs>\(wires.laneCount == 0 ? markers[0] : markers.joined())</defs>"
    }
}
