// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

/// All about a model as a JSON object on one line.
func modelDescription(_ model: Model, path: String, warnings: [Diagnostic]) -> String {
    let members: [(String, JSONText)] = [
        ("name", .text(model.name)), ("description", model.summary.map { .text($0) } ?? .literal("null")),
        ("path", .text(path)), ("batch_first", .boolean(model.batchFirst)),
        ("precision", .text(model.precision.rawValue)),
        ("weights", model.weights.map { .text($0.file.value) } ?? .literal("null")),
        ("inputs", .array(model.inputs.map { json($0, model) })),
        ("results", .array(model.results.map { json($0, model) })),
        ("first_states", .array(model.startedIndices.flatMap { firstStates(ofLayer: $0, model) })),
        ("layers", .array(model.layers.indices.map { layer($0, model) })),
        ("labels", .array(model.labels.map { .text($0) })),
        ("segment_starts", .array(model.segmentStarts.map { .text(model.labels[$0]) })),
        ("cost", json(model.cost, bytes: model.weightBytes)),
        ("streams", .boolean(model.canStream)),
        ("stream_obstacle", model.streamObstacleWords.map { .text($0) } ?? .literal("null")),
        (
            "lengths_matter",
            .boolean(model.results.contains { $0.hasTime(in: model) && isSliced(model.layers[$0.layer].output.steps) })
        ),
        ("stream_results", .array(model.results.filter { $0.part == .output }.map { .text($0.name) })),
    ]
    return "{"
        + (members.map { "\(jsonString($0)): \($1.line)" } + ["\"warnings\": " + renderJSON(warnings)])
        .joined(separator: ", ") + "}"
}

/// Whether lengths change how many steps there are: a shorter sequence may keep more of them than the longest.
private func isSliced(_ steps: Steps?) -> Bool {
    switch steps {
    case .slice?: true
    case .windows(let inner, _, _)?: isSliced(inner)
    case .input?, .fixed?, nil: false
    }
}

private func json(_ input: Model.Input, _ model: Model) -> JSONText {
    .object([
        ("name", .text(input.name)), ("tokens", input.tokens.map { .number($0) } ?? .literal("null")),
        ("shape", .array(input.shape.sizes.map { .number($0) })),
        ("per", .text(input.shape.hasTime ? "step" : "sequence")),
        ("axes", .text(input.expectedShape(batchFirst: model.batchFirst))),
        ("padding", input.padding.map { .number(Double($0)) } ?? .literal("null")),
    ])
}

private func json(_ result: Model.Result, _ model: Model) -> JSONText {
    let layer = model.layers[result.layer]
    var (sizes, per, isInteger) = (
        layer.output.sizes, layer.output.hasTime ? "step" : "sequence", layer.output.element == .integer
    )
    if case .state(let slot) = result.part {
        let slot = layer.operation.stateSlots[slot]
        (sizes, per, isInteger) = ([slot.states, slot.size], "state", false)
    }
    return .object([
        ("name", .text(result.name)), ("layer", .text(layer.name)), ("part", .text(result.partName(in: model))),
        ("type", isInteger ? "int64" : "float32"), ("shape", .array(sizes.map { .number($0) })), ("per", .text(per)),
        ("axes", .text(result.shapeText(in: model))),
    ])
}

private func firstStates(ofLayer index: Int, _ model: Model) -> [JSONText] {
    let layer = model.layers[index]
    return zip(model.stateNames(ofLayer: index), layer.operation.stateSlots).map { name, slot in
        .object([
            ("name", .text(name)), ("layer", .text(layer.name)),
            ("shape", .array([.number(slot.states), .number(slot.size)])),
        ])
    }
}

private func layer(_ index: Int, _ model: Model) -> JSONText {
    let layer = model.layers[index]
    return .object([
        ("name", .text(layer.name)), ("kind", .text(layer.operation.kind.word)),
        ("inputs", .array(layer.inputs.map { .text(model.name(of: $0)) })),
        ("gives", .text(layer.output.text(batchFirst: model.batchFirst))),
        ("shape", .array(layer.output.sizes.map { .number($0) })),
        ("cost", json(layer.cost, bytes: model.weightBytes(ofLayer: index))),
        ("line", .number(layer.location.line)),
    ])
}

private func json(_ cost: Cost, bytes: Int) -> JSONText {
    .object([
        ("parameters", .number(cost.parameters)), ("weight_bytes", .number(bytes)),
        ("macs_per_step", .number(cost.macsPerStep)), ("state_floats", .number(cost.stateFloats)),
    ])
}
