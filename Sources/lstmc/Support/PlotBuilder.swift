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
    let text: String?
    /// The steps to draw.
    let window: Range<Int>
    /// What each layer gave, by its index.
    let traced: [Int: [Float]]
    /// The row drawn, and how many there are; nil where there is no batch.
    var row: (index: Int, count: Int)?
    /// How many layers are over the limit.
    var leftOut = 0

    /// `layers` are indices, nil for the input.
    func plot(of layers: [Int?]) -> Plot {
        let scalars = text.map { Array($0.unicodeScalars) }
        let axis = scalars.map { Plot.Axis.characters(Array($0[window]), first: window.lowerBound) } ?? .steps(window)
        return Plot(
            title: model.name, summary: summary, axis: axis, panels: layers.map(panel), segmentStarts: segmentStarts,
            notes: notes(layers))
    }

    private var summary: String {
        let unit = text == nil ? (inputs.steps == 1 ? "step" : "steps") : inputs.steps == 1 ? "character" : "characters"
        let rows = row.map { "row \($0.index) of \($0.count), " } ?? ""
        return (model.summary.map { printable($0) + " " } ?? "") + "(\(rows)\(grouped(inputs.steps)) \(unit))"
    }

    private func panel(_ layer: Int?) -> Plot.Panel {
        guard let layer else { return inputPanel }
        let values = traced[layer] ?? []
        let size = model.layers[layer].output.size ?? 1
        let hasTime = model.layers[layer].output.hasTime
        var panel = Plot.Panel(
            name: model.layers[layer].name, words: words(of: layer), values: hasTime ? cut(values, size) : values,
            size: size, hasTime: hasTime, names: isLabelled(layer) ? model.labels.map(printable) : [])
        panel.marksBest = marksBest(layer)
        switch model.layers[layer].operation {
        case .lstm(let lstm): if lstm.bidirectional { panel.bands = ["forward", "backward"] }
        // Among many values even the largest is far from 1.
        case .softmax, .sigmoid: panel.range = size <= 32 ? 0...1 : nil
        case .embedding, .linear, .layerNorm, .relu, .tanh, .gelu, .logSoftmax, .dropout, .last, .mean, .max,
            .l2Normalize:
            break
        }
        return panel
    }

    /// Whether the labels name a layer's values: the last result's, and those of a layer that only becomes that result
    /// value by value.
    private func isLabelled(_ layer: Int) -> Bool {
        guard !model.labels.isEmpty, let result = model.results.last, result.part == .output, layer <= result.layer
        else { return false }
        return model.layers[layer...result.layer].dropFirst().allSatisfy { later in
            switch later.operation {
            case .softmax, .logSoftmax, .sigmoid, .tanh, .gelu, .relu, .dropout, .layerNorm, .l2Normalize: true
            case .lstm, .embedding, .linear, .last, .mean, .max: false
            }
        }
    }

    private func marksBest(_ layer: Int) -> Bool {
        isLabelled(layer) && layer == model.results.last?.layer && model.layers[layer].output.hasTime
            && window.count <= PlotLimits.columns && model.labels.count <= PlotLimits.rows
    }

    private var inputPanel: Plot.Panel {
        switch inputs.x {
        case .features(let values):
            let size = values.count / inputs.steps
            return Plot.Panel(
                name: "x", words: "input, \(counted(size, "feature"))", values: cut(values, size),
                size: size, hasTime: true)
        case .tokens(let ids):
            return Plot.Panel(
                name: "x", words: "input, token ids", values: cut(ids.map { Float($0) }, 1), size: 1, hasTime: true)
        }
    }

    private func cut(_ values: [Float], _ size: Int) -> [Float] {
        Array(values[(window.lowerBound * size)..<(window.upperBound * size)])
    }

    private func words(of layer: Int) -> String {
        let operation = model.layers[layer].operation
        let size = model.layers[layer].output.size ?? 0
        if let lstm = operation.lstm {
            let top = lstm.numLayers > 1 ? " of l\(lstm.numLayers - 1)" : ""
            return "lstm, h\(top), \(lstm.stateSize) units" + (lstm.bidirectional ? " a direction" : "")
        }
        return "\(operation.kind.rawValue), \(counted(size, "value"))"
    }

    /// Where the labels cut the text, as `lstmc run` cuts it.
    private var segmentStarts: [Int] {
        guard text != nil, !model.segmentStarts.isEmpty, let result = model.results.last,
            let scores = traced[result.layer], let size = model.layers[result.layer].output.size
        else { return [] }
        let labels = Labelling(model).best(of: scores, size: size)
        return labels.indices.filter { model.segmentStarts.contains(labels[$0]) }
    }

    private func notes(_ layers: [Int?]) -> [String] {
        var notes: [String] = []
        if window.count < inputs.steps {
            notes.append(
                "Steps \(window.lowerBound) to \(window.upperBound - 1) of \(grouped(inputs.steps)); --steps chooses others."
            )
        }
        if leftOut > 0 { notes.append("\(leftOut) more layers are not drawn; --layers chooses them.") }
        if layers.contains(where: { $0.map { marksBest($0) } ?? false }) {
            notes.append(
                "A dot marks each step's best label" + (segmentStarts.isEmpty ? "." : ", a dashed line each cut."))
        }
        return notes
    }
}
