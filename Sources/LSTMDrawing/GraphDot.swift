// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Model {
    /// The same stack in Graphviz's language, for a layout of one's own: a node for each layer, and for each cell of an
    /// lstm one in a cluster.
    public var graphDot: String {
        var dot = GraphDot(model: self)
        dot.draw()
        return dot.text
    }
}

private struct GraphDot {
    let model: Model
    var text = ""

    mutating func draw() {
        text += "digraph \(quotedForDot(model.name)) {\n"
        text += "  rankdir=BT;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
        text += "  edge [fontname=\"monospace\", fontsize=10];\n"
        text += "  input [shape=oval, label=\(label(["input", model.input.words]))];\n"
        var source = ["input"]
        var shape = model.input.axes(batchFirst: model.batchFirst)
        for (index, layer) in model.layers.enumerated() {
            if let lstm = layer.operation.lstm {
                source = draw(lstm, index: index, from: source, shape: shape)
            } else {
                text += "  n\(index) [label=\(label(words(of: index)))];\n"
                edges(from: source, to: ["n\(index)"], shape)
                source = ["n\(index)"]
            }
            shape = layer.output.axes(batchFirst: model.batchFirst)
            results(of: index, from: source)
        }
        text += "}\n"
    }

    private func words(of index: Int) -> [String] {
        let layer = model.layers[index]
        let cost = layer.cost
        let kind = layer.operation.kind.rawValue
        var lines = [
            kind == layer.name ? kind : "\(kind) \(shownText(layer.name))", layer.operation.details(in: model),
        ]
        if cost.parameters > 0 {
            let macs = cost.macsPerStep > 0 ? ", \(grouped(cost.macsPerStep)) multiply-adds a step" : ""
            lines.append("\(grouped(cost.parameters)) parameters\(macs)")
        }
        return lines.filter { !$0.isEmpty }
    }

    /// A cluster; what it gives comes from the nodes returned.
    private mutating func draw(_ lstm: LSTM, index: Int, from source: [String], shape: String) -> [String] {
        text +=
            "  subgraph cluster_\(index) {\n    label=\(label(words(of: index)));\n    style=rounded;\n    labelloc=b;\n    labeljust=l;\n    fontname=\"sans-serif\";\n"
        var inner: [(from: [String], to: [String], shape: String)] = []
        var below = source
        var given = shape
        for layer in 0..<lstm.numLayers {
            var cells: [String] = []
            for direction in 0..<lstm.directions {
                let suffix = String(LSTM.suffix(layer: layer, reverse: direction == 1).dropFirst())
                let node = "n\(index)_\(suffix)"
                text += "    \(node) [label=\(label([suffix, direction == 1 ? "← backward" : "forward →"]))];\n"
                text += "    \(node) -> \(node) [label=\"h\"];\n    \(node) -> \(node) [label=\"c\"];\n"
                cells.append(node)
            }
            inner.append((below, cells, given))
            given = Shape.sequence(lstm.outputSize).axes(batchFirst: model.batchFirst)
            guard lstm.bidirectional else {
                below = cells
                continue
            }
            let concat = "n\(index)_concat_l\(layer)"
            text += "    \(concat) [shape=oval, label=\"concat\"];\n"
            let half = Shape.sequence(lstm.stateSize).axes(batchFirst: model.batchFirst)
            inner.append((cells, [concat], half))
            below = [concat]
        }
        text += "  }\n"
        for edge in inner { edges(from: edge.from, to: edge.to, edge.shape) }
        return below
    }

    private mutating func edges(from sources: [String], to targets: [String], _ shape: String) {
        for source in sources {
            for target in targets { text += "  \(source) -> \(target) [label=\(quotedForDot(shape))];\n" }
        }
    }

    /// The model's results that leave at this layer.
    private mutating func results(of index: Int, from source: [String]) {
        for (number, result) in model.results.enumerated() where result.layer == index {
            var lines = ["result " + shownText(result.name)]
            if number == model.results.count - 1, !model.labels.isEmpty {
                lines.append("labels " + listText(model.labels.map(shownText), width: 300, em: 12))
            }
            text += "  result\(number) [shape=oval, label=\(label(lines))];\n"
            edges(from: source, to: ["result\(number)"], result.axes(in: model))
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
