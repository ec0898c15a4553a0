// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Model {
    /// The stack as people draw it, as an SVG file: data flows upwards, every edge has its shape, every lstm its
    /// directions and the loops of its state; beside each layer stand its parameters and its multiply-adds a step.
    ///
    /// The same model always gives the same text.
    public var graphSVG: String {
        var graph = GraphSVG(self)
        graph.draw()
        return graph.svg.document(
            width: GraphSVG.width, height: graph.y + 14, title: "The layers of \(name)", description: graphDescription,
            style: graphStyle)
    }

    /// The drawing in words, from the input on.
    var graphDescription: String {
        let steps = layers.map { layer in
            "\(layer.operation.kind.rawValue) \(shownText(layer.name)) gives \(layer.output.axes(batchFirst: batchFirst))"
        }
        let shown = steps.count > 40 ? Array(steps.prefix(40)) + ["and \(steps.count - 40) layers more"] : steps
        return "From \(input.words), \(input.axes(batchFirst: batchFirst)): " + shown.joined(separator: "; ")
            + ". \(grouped(cost.parameters)) parameters, \(grouped(cost.macsPerStep)) multiply-adds a step."
    }
}

/// Draws from the top, the model's results, down to its input.
struct GraphSVG {
    static let width = 760.0
    /// The column of the layers, between the results on its left and the figures on its right.
    static let left = 164.0
    static let boxWidth = 340.0
    static let centre = left + boxWidth / 2
    static let parametersRight = 606.0
    static let macsRight = 740.0

    let model: Model
    var svg = SVG()
    /// Where the next thing begins.
    var y = 0.0

    init(_ model: Model) {
        self.model = model
    }

    mutating func draw() {
        svg.add(arrowHead)
        header()
        drawResults()
        for index in model.layers.indices.reversed() {
            let layer = model.layers[index]
            if index < model.layers.count - 1 || givesLast {
                edge(layer.output.axes(batchFirst: model.batchFirst), tagging: index)
            }
            if let lstm = layer.operation.lstm {
                draw(lstm, index: index)
            } else {
                drawBox(index)
            }
        }
        edge(model.input.axes(batchFirst: model.batchFirst), tagging: nil)
        pill("input", model.input.words + (model.vocabulary == nil ? "" : ", one a character"))
        totals()
    }

    private mutating func header() {
        svg.fitted(model.name, x: 20, y: 30, width: Self.width - 40, em: 17, "title")
        y = 44
        if let summary = model.summary, !summary.isEmpty {
            svg.fitted(summary, x: 20, y: 50, width: Self.width - 40, "muted")
            y = 64
        }
        svg.text("parameters", x: Self.parametersRight, y: y + 14, anchor: .end, "muted small")
        svg.text("multiply-adds a step", x: Self.macsRight, y: y + 14, anchor: .end, "muted small")
        y += 6
    }

    /// The arrow from what is below it to what is above it, with the shape that flows; `tagging` is the layer below,
    /// whose result leaves to the left where the model gives it too.
    mutating func edge(_ shape: String, tagging index: Int?, height: Double = 34) {
        svg.path("M\(px(Self.centre)) \(px(y + height))V\(px(y + 2))", "line arrow")
        svg.text(shape, x: Self.centre + 10, y: y + height / 2 + 4, "small mono")
        let isLast = index == model.layers.count - 1
        if let result = model.results.first(where: { $0.layer == index && $0.part == .output }), !isLast {
            let middle = y + height / 2
            svg.path("M\(px(Self.centre)) \(px(middle))H\(px(Self.left - 12))", "line arrow")
            svg.fitted(result.name, x: Self.left - 18, y: middle + 4, width: Self.left - 30, anchor: .end, "bold")
        }
        y += height
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

    private mutating func drawResults() {
        guard let given = model.results.first(where: { $0.layer == model.layers.count - 1 && $0.part == .output })
        else {
            y += 24
            return
        }
        pill(given.name == "output" ? "output" : "output \(given.name)", given == model.results.last ? labelWords : "")
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
        let details = layer.operation.details(in: model)
        let height = details.isEmpty ? 32.0 : 48.0
        svg.rect(
            x: Self.left, y: y, width: Self.boxWidth, height: height, radius: 6,
            "box \(layer.operation.family.rawValue)")
        boxTitle(index, at: y + 21)
        if !details.isEmpty {
            svg.fitted(details, x: Self.left + 14, y: y + 38, width: Self.boxWidth - 28, em: 11, "muted small")
        }
        figures(layer.cost.parameters, layer.cost.macsPerStep, at: y + height / 2 + 4)
        y += height
    }

    /// The layer's own name on the left, and on the right the spec's word for its kind.
    mutating func boxTitle(_ index: Int, at baseline: Double) {
        let layer = model.layers[index]
        let kind = layer.operation.kind.rawValue
        let width = Self.boxWidth - 40 - textWidth(kind, em: 12)
        svg.fitted(layer.name, x: Self.left + 14, y: baseline, width: width, em: 13, "bold")
        if layer.name == kind { return }
        svg.text(kind, x: Self.left + Self.boxWidth - 14, y: baseline, anchor: .end, "muted")
    }

    mutating func figures(_ parameters: Int, _ macs: Int, at baseline: Double, _ style: String = "") {
        let text = { (count: Int) in count == 0 ? "–" : grouped(count) }
        let classes = style.isEmpty ? "figure" : "figure \(style)"
        svg.text(text(parameters), x: Self.parametersRight, y: baseline, anchor: .end, classes)
        svg.text(text(macs), x: Self.macsRight, y: baseline, anchor: .end, classes)
    }

    private mutating func totals() {
        y += 16
        svg.line(20, y, Self.macsRight, y, "rule")
        svg.text(
            "T steps, B sequences; the batch axis may be absent", x: 20, y: y + 22, "muted small")
        let cost = model.cost
        svg.text("total", x: Self.left + Self.boxWidth, y: y + 22, anchor: .end, "bold")
        figures(cost.parameters, cost.macsPerStep, at: y + 22, "bold")
        svg.text(
            "h and c of one sequence: \(grouped(cost.stateFloats)) \(cost.stateFloats == 1 ? "float" : "floats")",
            x: 20, y: y + 40, "muted small")
        svg.text(
            "\(grouped(cost.weightBytes)) bytes as float32", x: Self.macsRight, y: y + 40, anchor: .end, "muted small")
        y += 46
    }

    private var arrowHead: String {
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
            + "orient=\"auto\"><path class=\"tip\" d=\"M0 0.5L8 4L0 7.5Z\"/></marker></defs>"
    }
}
