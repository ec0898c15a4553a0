// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension Model {
    /// The drawing in words, from the inputs on.
    var graphDescription: String {
        let axes = AxisNames(self)
        let wires = GraphWires(self)
        let steps = layers.indices.map { index in
            let layer = layers[index]
            let sources = wires.entries[index].isEmpty ? "" : " of " + names(of: given(to: index))
            return "\(layer.operation.kind.word) \(shownText(layer.name))\(sources) gives \(axes.text(layer.output))"
        }
        let shown = steps.count > 40 ? Array(steps.prefix(40)) + ["and \(steps.count - 40) layers more"] : steps
        let sources = inputs.map { input in
            (hasOneUnnamedInput ? "" : input.name + ", ") + "\(input.words), \(axes.text(input.shape))"
        }
        return "From \(sources.joined(separator: " and ")): " + shown.joined(separator: "; ")
            + ". \(grouped(cost.parameters)) parameters, \(grouped(cost.macsPerStep)) multiply-adds a step."
    }

    private func names(of values: [Value]) -> String {
        let names = values.prefix(8).map { name(of: $0) }.joined(separator: ", ")
        return values.count > 8 ? names + " and \(values.count - 8) more" : names
    }

    /// Whether there is a single input, which has no name of its own.
    var hasOneUnnamedInput: Bool { inputs.count == 1 && inputs[0].name == "x" }
}
