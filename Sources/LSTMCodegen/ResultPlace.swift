// SPDX-License-Identifier: Apache-2.0

import LSTMIR

extension TypePlan {
    /// A result of the model and what it is called.
    struct ResultPlace {
        let result: Model.Result
        /// Inside functions.
        let name: String
        /// The member of a public type.
        let member: String
        let layer: Layer
        let shape: String
        /// The size of the last axis; nil where there is none inside a step.
        let size: Int?
        /// The values of one step, or of one sequence where there is no time axis.
        let count: Int
        /// The names of its static facts.
        let sizeName: String
        let shapeName: String

        /// True where there is a value at each step: the state's parts have none.
        var isStepped: Bool { result.part == .output }

        var isInteger: Bool { isStepped && layer.output.element == .integer }

        /// The element's type.
        var element: String { isInteger ? "Swift.Int32" : "Swift.Float" }

        /// The time axis; nil where there is none.
        var steps: Steps? { isStepped ? layer.output.steps : nil }
    }

    static func results(of model: Model, names: [String], members: [String], _ pools: inout NamePools) -> [ResultPlace]
    {
        let hasOne = model.recurrentIndices.count == 1
        return model.results.map { result in
            let layer = model.layers[result.layer]
            var (name, member) = (names[result.layer], members[result.layer])
            if layer.operation.kind.isRecurrent {
                // `output`, `hN` and `cN` are kept for this; with several recurrent layers each has its own.
                let part = lowerCamelCase(result.partName(in: model))
                name = hasOne ? part : pools.locals.unique(name + capitalized(part))
                member = hasOne ? part : pools.members.unique(member + capitalized(part))
            }
            let isOnly = model.results.count == 1
            let size = result.part == .output ? layer.output.size : result.size(in: layer)
            return ResultPlace(
                result: result, name: name, member: member, layer: layer, shape: result.shapeText(in: model),
                size: size,
                count: result.part == .output ? layer.output.count : result.size(in: layer),
                sizeName: isOnly || member == "output" ? "outputSize" : pools.facts.unique(member + "Size"),
                shapeName: isOnly || member == "output" ? "outputShape" : pools.facts.unique(member + "Shape"))
        }
    }

    /// The results that have a value at each step of a stream.
    var steppedResults: [ResultPlace] { results.filter(\.isStepped) }

    /// The results that a stream has once, whatever its steps are.
    var constantResults: [ResultPlace] {
        guard let chunk else { return [] }
        let constant = chunk.calls.compactMap(\.output).filter { $0.rows == .sequences }.map(\.place)
        return results.enumerated().filter { constant.contains(.kept($0.offset)) }.map(\.element)
    }
}

extension TypePlan.ResultPlace {
    /// The shape for one sequence.
    var oneShape: String {
        if case .state(let slot) = result.part { return "(\(layer.operation.stateSlots[slot].states), \(count))" }
        return tuple([layer.output.steps?.text].compactMap(\.self) + layer.output.sizes.map(String.init)) + kind
    }

    /// The shape for a batch of sequences.
    func batchShape(_ model: Model) -> String {
        if case .state(let slot) = result.part {
            return "(\(layer.operation.stateSlots[slot].states), batch, \(count))"
        }
        let axes = layer.output.steps.map { model.batchFirst ? ["batch", $0.text] : [$0.text, "batch"] } ?? ["batch"]
        return tuple(axes + layer.output.sizes.map(String.init)) + kind
    }

    /// The shape of what a stream gives.
    var chunkShape: String { tuple(["steps"] + layer.output.sizes.map(String.init)) + kind }

    /// The shape of what one step gives.
    var stepShape: String {
        if layer.output.sizes.isEmpty { return isInteger ? "one integer" : "one float" }
        return tuple(layer.output.sizes.map(String.init)) + (isInteger ? " integers" : " floats")
    }

    private var kind: String { isInteger ? " integers" : "" }
}

/// Axes in parentheses.
func tuple(_ axes: [String]) -> String { "(\(axes.joined(separator: ", ")))" }
