// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// The file that ``torchScript`` reads: the model as a plan, its parameters as they are used, and what it runs on.
func torchInput(_ model: Model, _ parameters: any ParameterSource, _ inputs: Inputs) -> [UInt8] {
    var tensors = model.parameters.map { parameter in
        NamedTensor(
            "\(parameter.layer).\(parameter.key)", floats: parameters.source(of: parameter).floats(),
            shape: parameter.shape)
    }
    let rows = inputs.batch.map { [$0] } ?? []
    let axes = model.batchFirst ? rows + [inputs.steps] : [inputs.steps] + rows
    switch (inputs.x, model.input) {
    case (.features(let values), .features(let size)):
        tensors.append(NamedTensor("x", floats: values, shape: axes + [size]))
    case (.features(let values), .tokens): tensors.append(NamedTensor("x", floats: values, shape: axes))
    case (.tokens(let ids), _): tensors.append(NamedTensor("x", integers: ids.map(Int64.init), shape: axes))
    }
    if let lengths = inputs.lengths {
        tensors.append(NamedTensor("lengths", integers: lengths.map(Int64.init), shape: [lengths.count]))
    }
    for (index, state) in inputs.initialStates {
        guard case .lstm(let lstm) = model.layers[index].operation else { continue }
        let states = [lstm.stateCount] + rows
        tensors.append(NamedTensor("h0.\(index)", floats: state.h, shape: states + [lstm.stateSize]))
        tensors.append(NamedTensor("c0.\(index)", floats: state.c, shape: states + [lstm.hiddenSize]))
    }
    return safetensorsBytes(tensors, metadata: ["plan": plan(of: model, isBatched: inputs.batch != nil)])
}

/// JSON: each layer as its kind and PyTorch's arguments, each result as its name, layer and part.
private func plan(of model: Model, isBatched: Bool) -> String {
    let layers = model.layers.map { "[\(jsonString($0.operation.kind.rawValue)), \(options(of: $0.operation, model))]" }
    let results = model.results.map { "[\(jsonString($0.name)), \($0.layer), \(jsonString($0.part.name))]" }
    return "{\"batched\": \(isBatched), \"batch_first\": \(model.batchFirst), "
        + "\"layers\": [\(layers.joined(separator: ", "))], \"results\": [\(results.joined(separator: ", "))]}"
}

private func options(of operation: Layer.Operation, _ model: Model) -> String {
    switch operation {
    case .lstm(let lstm):
        "{\"input_size\": \(lstm.inputSize), \"hidden_size\": \(lstm.hiddenSize), \"num_layers\": \(lstm.numLayers), "
            + "\"bias\": \(lstm.bias), \"bidirectional\": \(lstm.bidirectional), \"proj_size\": \(lstm.projSize)}"
    case .layerNorm(let norm): "{\"eps\": \(Double(norm.eps))}"
    case .l2Normalize(let eps): "{\"eps\": \(Double(eps))}"
    case .last(let index): "{\"lstm\": \(index), \"directions\": \(directions(ofLSTM: index, model))}"
    case .embedding, .linear, .relu, .tanh, .sigmoid, .softmax, .logSoftmax, .dropout, .mean, .max: "{}"
    }
}

private func directions(ofLSTM index: Int, _ model: Model) -> Int {
    if case .lstm(let lstm) = model.layers[index].operation { lstm.directions } else { 1 }
}
