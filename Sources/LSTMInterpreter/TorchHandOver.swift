// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMSpec

/// The file that `torch.py` of `lstmc verify --torch` reads: the model as a plan, its parameters as they are used, and what it
/// runs on.
package func torchInput(_ model: Model, _ parameters: any ParameterSource, _ inputs: Inputs) -> [UInt8] {
    var tensors = model.parameters.map { parameter in
        NamedTensor(
            "\(parameter.layer).\(parameter.key)", floats: parameters.source(of: parameter).floats(),
            shape: parameter.shape)
    }
    for (index, layer) in model.layers.enumerated() {
        if case .scale(let scale) = layer.operation { tensors += scale.constants(ofLayer: index) }
    }
    let rows = inputs.batch.map { [$0] } ?? []
    for (index, input) in model.inputs.enumerated() {
        let steps = input.shape.steps.map { [inputs.steps(of: $0)] } ?? []
        let shape = (model.batchFirst ? rows + steps : steps + rows) + input.shape.sizes
        switch inputs.values[index] {
        case .features(let values): tensors.append(NamedTensor("x.\(index)", floats: values, shape: shape))
        case .tokens(let ids):
            tensors.append(NamedTensor("x.\(index)", integers: ids.map(Int64.init), shape: shape))
        }
        if case .input(index)? = input.shape.steps, let steps = input.shape.steps,
            let lengths = inputs.lengths(of: steps)
        {
            tensors.append(
                NamedTensor("lengths.\(index)", integers: lengths.map(Int64.init), shape: [lengths.count]))
            if let shifts = inputs.shifts[index] {
                tensors.append(
                    NamedTensor("shifts.\(index)", integers: shifts.map(Int64.init), shape: [shifts.count]))
            }
        }
    }
    for (index, state) in inputs.initialStates {
        for (slot, values) in zip(model.layers[index].operation.stateSlots, [state.h, state.c]) {
            let shape = [slot.states] + rows + [slot.size]
            tensors.append(NamedTensor("\(slot.name)0.\(index)", floats: values, shape: shape))
        }
    }
    return safetensorsBytes(tensors, metadata: ["plan": plan(of: model, isBatched: inputs.batch != nil)])
}

/// JSON: each layer as its kind, PyTorch's arguments and what it takes; each result as its name and value.
private func plan(of model: Model, isBatched: Bool) -> String {
    let layers = model.layers.map { layer in
        JSONText.object([
            ("kind", .text(layer.operation.kind.word)), ("options", options(of: layer, model)),
            ("inputs", .array(layer.inputs.map { .text(reference($0, model)) })),
            ("axes", .array(layer.inputShapes.map { axis($0.steps) })), ("axis", axis(layer.output.steps)),
            ("shape", .array(layer.output.sizes.map { .number($0) })),
        ])
    }
    let results = model.results.map { result in
        var isState = false
        var value = reference(result.value, model)
        let layer = model.layers[result.layer]
        if case .state(let slot) = result.part {
            isState = true
            value = "\(layer.operation.stateSlots[slot].name)_n\(result.layer)"
        }
        // What indices are the largest of.
        let isIndex = model.shape(of: result.value).element == .integer
        return JSONText.object([
            ("name", .text(result.name)), ("value", .text(value)), ("is_state", .boolean(isState)),
            ("axis", axis(isState ? nil : layer.output.steps)),
            ("scores", isIndex ? .text(reference(layer.inputs[0], model)) : .literal("null")),
        ])
    }
    return JSONText.object([
        ("batched", .boolean(isBatched)), ("batch_first", .boolean(model.batchFirst)),
        ("inputs", .array(model.inputs.map { .boolean($0.shape.hasTime) })), ("layers", .array(layers)),
        ("results", .array(results)),
    ]).line
}

private func reference(_ value: Value, _ model: Model) -> String {
    switch value {
    case .input(let index): "x\(index)"
    case .output(let index): "y\(index)"
    case .state(let index, let slot): "\(model.layers[index].operation.stateSlots[slot].name)\(index)"
    }
}

private func axis(_ steps: Steps?) -> JSONText {
    switch steps {
    case nil: .literal("null")
    case .input(let index): .array([.text("input"), .number(index)])
    case .fixed(let count): .array([.text("fixed"), .number(count)])
    case .slice(let inner, let start, let stop):
        .array([.text("slice"), axis(inner), number(start), number(stop)])
    case .windows(let inner, let extent, let stride):
        .array([.text("windows"), axis(inner), .number(extent), .number(stride)])
    }
}

private func number(_ value: Int?) -> JSONText { value.map { .number($0) } ?? .literal("null") }

/// PyTorch's arguments as JSON.
private func options(of layer: Layer, _ model: Model) -> JSONText {
    var members = layer.operation.described.arguments.map { argument in (argument.name, json(argument.value)) }
    if case .last = layer.operation, case .state(let source, let slot) = layer.inputs[0] {
        members.append(("size", .number(model.layers[source].operation.stateSlots[slot].size)))
    }
    return .object(members)
}

private func json(_ value: Setting.Value) -> JSONText {
    switch value {
    case .integer(let value): .number(value)
    case .integers(let values): .array(values.map { .number($0) })
    case .number(let value): .number(Double(value))
    case .boolean(let value): .boolean(value)
    case .text(let text): .text(text)
    case .none: .literal("null")
    }
}

extension Scale {
    /// What stands in the spec itself, as tensors.
    fileprivate func constants(ofLayer index: Int) -> [NamedTensor] {
        [(names.first, first), (names.second, second)].compactMap { name, operand in
            guard case .values(let values) = operand else { return nil }
            return NamedTensor("\(index).\(name)", floats: values, shape: [values.count])
        }
    }
}
