// SPDX-License-Identifier: Apache-2.0

import LSTMDrawing
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// From what the layers gave to a plot of it.
struct PlotBuilder {
    let model: Model
    /// One sequence, without a batch axis.
    let inputs: Inputs
    /// The text's, one for each step of it.
    let pieces: [String]?
    /// The steps to draw, of the first time axis.
    let window: Range<Int>
    /// What each layer gave, by its index.
    let traced: [Int: [Float]]
    /// The row drawn, and how many there are; nil where there is no batch.
    var row: (index: Int, count: Int)?
    /// How many layers are over the limit.
    var leftOut = 0

    /// What can be drawn.
    enum Source: Hashable {
        case input(Int)
        case layer(Int)
    }

    func plot(of sources: [Source]) -> Plot {
        let shown = sources.filter { source in shape(of: source).steps.map { !range(of: $0).isEmpty } ?? true }
        let axes = timeAxes(of: shown)
        var plot = Plot(
            title: model.name, summary: summary, axis: axes.first.map { axis($0) } ?? .steps(window),
            panels: shown.map { panel($0, axes) }, segmentStarts: segmentStarts,
            notes: notes(sources, hidden: sources.filter { !shown.contains($0) }))
        if axes.count > 1 {
            plot.axisName = name(of: axes[0], shown)
            plot.furtherAxes = axes.dropFirst().map { .init(name: name(of: $0, shown), axis: axis($0)) }
        }
        return plot
    }

    private var summary: String {
        let unit = pieces.map { $0.allSatisfy { $0.unicodeScalars.count == 1 } ? "character" : "piece" } ?? "step"
        let roots = Set(model.inputs.compactMap { $0.shape.steps?.root }).sorted()
        var words = roots.map { root in
            let steps = inputs.steps(of: .input(root))
            return "\(grouped(steps)) \(steps == 1 ? unit : unit + "s")"
                + (roots.count > 1 ? " of \(model.inputs[root].name)" : "")
        }
        if let row { words.insert("row \(row.index) of \(row.count)", at: 0) }
        let description = model.summary.map { printable($0) } ?? ""
        return [description, words.isEmpty ? "" : "(\(words.joined(separator: ", ")))"].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    // MARK: Panels

    func shape(of source: Source) -> Shape {
        switch source {
        case .input(let index): model.inputs[index].shape
        case .layer(let index): model.layers[index].output
        }
    }

    private func panel(_ source: Source, _ axes: [Steps]) -> Plot.Panel {
        let shape = shape(of: source)
        var panel = Plot.Panel(
            name: name(of: source), words: words(of: source), values: cut(values(of: source), shape),
            size: shape.count, hasTime: shape.hasTime)
        panel.axis = shape.steps.flatMap { axes.firstIndex(of: $0) } ?? 0
        if shape.sizes.count > 1, shape.vectors <= 8, shape.count <= PlotLimits.rows {
            panel.bands = (0..<shape.vectors).map { "channel \($0)" }
        }
        guard case .layer(let index) = source else {
            panel.areCategories = isOfTokens(source)
            return panel
        }
        let operation = model.layers[index].operation
        if labelledLayers.contains(index) { panel.names = model.labels.map(printable) }
        panel.marksBest = marksBest(index)
        if let recurrent = operation.recurrent, recurrent.bidirectional { panel.bands = ["forward", "backward"] }
        // Among many values even the largest is far from 1.
        if operation.isWithinOne, shape.count <= 32 { panel.range = 0...1 }
        return panel
    }

    func name(of source: Source) -> String {
        switch source {
        case .input(let index): model.inputs[index].name
        case .layer(let index): model.layers[index].name
        }
    }

    private func isOfTokens(_ source: Source) -> Bool {
        switch source {
        case .layer: false
        case .input(let index): model.inputs[index].tokens != nil
        }
    }

    private func values(of source: Source) -> [Float] {
        switch source {
        case .layer(let index): traced[index] ?? []
        case .input(let index):
            switch inputs.values[index] {
            case .features(let values): values
            case .tokens(let ids): ids.map { Float($0) }
            }
        }
    }

    /// The values at the steps that are drawn; what is not there, as NaN.
    private func cut(_ values: [Float], _ shape: Shape) -> [Float] {
        guard let steps = shape.steps else { return values.count == shape.count ? values : missing(shape.count) }
        let (shown, all) = (range(of: steps), whole(steps))
        let from = (shown.lowerBound - all.lowerBound) * shape.count
        let end = (shown.upperBound - all.lowerBound) * shape.count
        return end <= values.count ? Array(values[from..<end]) : missing(end - from)
    }

    private func missing(_ count: Int) -> [Float] { [Float](repeating: .nan, count: count) }

    private func words(of source: Source) -> String {
        let shape = shape(of: source)
        let sizes = shape.sizes.map(String.init).joined(separator: " × ") + " values"
        switch source {
        case .input(let index):
            let unit = shape.hasTime ? "" : " a sequence"
            switch model.inputs[index].kind {
            case .features(let list): return "input, " + (list.count == 1 ? counted(list[0], "feature") : sizes) + unit
            case .tokens: return "input, token ids"
            }
        case .layer(let index):
            let operation = model.layers[index].operation
            if let recurrent = operation.recurrent {
                let top = recurrent.numLayers > 1 ? " of l\(recurrent.numLayers - 1)" : ""
                return "\(operation.kind.word), h\(top), \(recurrent.stateSize) units"
                    + (recurrent.bidirectional ? " a direction" : "")
            }
            return operation.kind.word + ", " + (shape.sizes.count > 1 ? sizes : counted(shape.count, "value"))
        }
    }

    // MARK: Labels

    /// The layers whose values the labels name: the last result's, and those that only become that result value by value.
    private var labelledLayers: Set<Int> {
        guard !model.labels.isEmpty, let result = model.results.last, result.part == .output else { return [] }
        var labelled: Set = [result.layer]
        for index in (0...result.layer).reversed() where labelled.contains(index) {
            guard model.layers[index].operation.keepsLastAxis else { continue }
            for value in model.layers[index].inputs {
                if case .output(let source) = value, model.layers[source].output.size == model.labels.count {
                    labelled.insert(source)
                }
            }
        }
        return labelled
    }

    private func marksBest(_ layer: Int) -> Bool {
        guard layer == model.results.last?.layer, labelledLayers.contains(layer),
            let steps = model.layers[layer].output.steps
        else { return false }
        return range(of: steps).count <= PlotLimits.columns && model.labels.count <= PlotLimits.rows
    }

    /// Where the labels cut the text, as `lstmc run` cuts it.
    private var segmentStarts: [Int] {
        guard pieces != nil, !model.segmentStarts.isEmpty, let result = model.results.last,
            let scores = traced[result.layer], let size = model.layers[result.layer].output.size,
            let steps = model.layers[result.layer].output.steps, steps.root == mainRoot
        else { return [] }
        let labels = Labelling(model).best(of: scores, size: size)
        let first = whole(steps).lowerBound
        return labels.indices.filter { model.segmentStarts.contains(labels[$0]) }.map { first + $0 }
    }

    private func notes(_ sources: [Source], hidden: [Source]) -> [String] {
        var notes: [String] = []
        if window.count < inputs.steps {
            notes.append(
                "Steps \(window.lowerBound) to \(window.upperBound - 1) of \(grouped(inputs.steps)); --steps chooses others."
            )
        }
        for source in hidden { notes.append("\(name(of: source)) has no step here.") }
        if leftOut > 0 { notes.append("\(leftOut) more layers are not drawn; --layers chooses them.") }
        let marks = sources.contains { source in
            switch source {
            case .input: false
            case .layer(let index): marksBest(index)
            }
        }
        if marks {
            notes.append(
                "A dot marks each step's best label" + (segmentStarts.isEmpty ? "." : ", a dashed line each cut."))
        }
        return notes
    }
}
