// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Model {
    /// The same graph in Graphviz's language, for a layout of one's own: a node for each layer, and for each cell of an
    /// lstm one in a cluster.
    public var graphDot: String {
        var dot = GraphDot(model: self)
        dot.draw()
        return dot.text
    }
}

private struct GraphDot {
    let model: Model
    let axes: AxisNames
    var text = ""
    /// The nodes that a layer's output comes from.
    var sources: [[String]] = []

    init(model: Model) {
        self.model = model
        axes = AxisNames(model)
    }

    mutating func draw() {
        text += "digraph \(quotedForDot(model.name)) {\n"
        text += "  rankdir=TB;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
        text += "  edge [fontname=\"monospace\", fontsize=10];\n"
        // Edges may begin and end at a cluster.
        let hasStateEdge = model.layers.indices.contains { model.given(to: $0).contains(where: \.isState) }
        if hasStateEdge { text += "  compound=true;\n" }
        for index in model.inputs.indices {
            let input = model.inputs[index]
            let name = model.hasOneUnnamedInput ? "input" : "input \(input.name)"
            text += "  \(node(ofInput: index)) [shape=oval, label=\(label([name, input.words]))];\n"
        }
        for (index, layer) in model.layers.enumerated() {
            if let lstm = layer.operation.recurrent {
                draw(lstm, index: index)
            } else {
                text += "  n\(index) [label=\(label(words(of: index)))];\n"
                sources.append(["n\(index)"])
                for value in model.given(to: index) { edges(of: value, to: ["n\(index)"]) }
            }
            results(of: index)
        }
        text += "}\n"
    }

    private func node(ofInput index: Int) -> String { model.inputs.count == 1 ? "input" : "input\(index)" }

    private func words(of index: Int) -> [String] {
        let layer = model.layers[index]
        let cost = layer.cost
        let kind = layer.operation.kind.word
        var lines = [kind == layer.name ? kind : "\(kind) \(shownText(layer.name))", model.details(of: index)]
        if cost.parameters > 0 {
            let macs = cost.macsPerStep > 0 ? ", \(grouped(cost.macsPerStep)) multiply-adds a step" : ""
            lines.append("\(grouped(cost.parameters)) parameters\(macs)")
        }
        return lines.filter { !$0.isEmpty }
    }

    /// A cluster, with a node for each cell.
    private mutating func draw(_ lstm: Recurrent, index: Int) {
        text +=
            "  subgraph cluster_\(index) {\n    label=\(label(words(of: index)));\n    style=rounded;\n    labelloc=t;\n    labeljust=l;\n    fontname=\"sans-serif\";\n"
        let output = model.layers[index].output
        var lowest: [String] = []
        var inner: [(from: [String], to: [String], shape: Shape)] = []
        var below: [String] = []
        for layer in 0..<lstm.numLayers {
            var cells: [String] = []
            for direction in 0..<lstm.directions {
                let suffix = String(Recurrent.suffix(layer: layer, reverse: direction == 1).dropFirst())
                let node = "n\(index)_\(suffix)"
                text += "    \(node) [label=\(label([suffix, direction == 1 ? "← backward" : "forward →"]))];\n"
                text += "    \(node) -> \(node) [label=\"h\"];\n    \(node) -> \(node) [label=\"c\"];\n"
                cells.append(node)
            }
            if layer == 0 { lowest = cells } else { inner.append((below, cells, output)) }
            guard lstm.bidirectional else {
                below = cells
                continue
            }
            let concat = "n\(index)_concat_l\(layer)"
            text += "    \(concat) [shape=oval, label=\"concat\"];\n"
            inner.append((cells, [concat], Shape([lstm.stateSize], steps: output.steps)))
            below = [concat]
        }
        text += "  }\n"
        sources.append(below)
        for value in model.given(to: index) { edges(of: value, to: lowest) }
        for edge in inner { edges(from: edge.from, to: edge.to, axes.text(edge.shape)) }
    }

    /// From where a value comes; a state from its whole layer.
    private mutating func edges(of value: Value, to targets: [String]) {
        let words = model.words(of: value, axes)
        switch value {
        case .input(let index): edges(from: [node(ofInput: index)], to: targets, words)
        case .output(let layer): edges(from: sources[layer], to: targets, words)
        case .state(let layer, _): edges(from: sources[layer], to: targets, words, "ltail=cluster_\(layer)")
        }
    }

    private mutating func edges(from sources: [String], to targets: [String], _ words: String, _ more: String = "") {
        let attributes = "label=\(quotedForDot(words))" + (more.isEmpty ? "" : ", " + more)
        for source in sources {
            for target in targets { text += "  \(source) -> \(target) [\(attributes)];\n" }
        }
    }

    /// The model's results that leave at this layer.
    private mutating func results(of index: Int) {
        for (number, result) in model.results.enumerated() where result.layer == index {
            var lines = ["result " + shownText(result.name)]
            if number == model.results.count - 1, !model.labels.isEmpty {
                lines.append("labels " + listText(model.labels.map(shownText), width: 300, em: 12))
            }
            text += "  result\(number) [shape=oval, label=\(label(lines))];\n"
            edges(from: sources[index], to: ["result\(number)"], axes.text(result, in: model))
        }
    }

    private func label(_ lines: [String]) -> String { quotedForDot(lines.joined(separator: "\n")) }
}

/// A quoted string of Graphviz's, in which a backslash begins an escape and `\n` ends a line.
func quotedForDot(_ text: String) -> String {
    let content = replacing(in: text) { scalar in
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        // Graphviz reads HTML's entities in every label.
        case "&": "&amp;"
        default: nil
        }
    }
    return "\"\(content)\""
}
