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
        guard let lstm = model.layers[index].operation.lstm else { continue }
        let states = [lstm.stateCount] + rows
        tensors.append(NamedTensor("h0.\(index)", floats: state.h, shape: states + [lstm.stateSize]))
        tensors.append(NamedTensor("c0.\(index)", floats: state.c, shape: states + [lstm.hiddenSize]))
    }
    return safetensorsBytes(tensors, metadata: ["plan": plan(of: model, isBatched: inputs.batch != nil)])
}

/// JSON: each layer as its kind and PyTorch's arguments, each result as its name, layer and part.
private func plan(of model: Model, isBatched: Bool) -> String {
    let layers = model.layers.map { layer in
        JSONText.array([.text(layer.operation.kind.rawValue), .object(options(of: layer.operation, model))])
    }
    let results = model.results.map { JSONText.array([.text($0.name), .number($0.layer), .text($0.part.name)]) }
    return JSONText.object([
        ("batched", .boolean(isBatched)), ("batch_first", .boolean(model.batchFirst)),
        ("layers", .array(layers)), ("results", .array(results)),
    ]).line
}

private func options(of operation: Layer.Operation, _ model: Model) -> [(String, JSONText)] {
    switch operation {
    case .lstm(let lstm):
        [
            ("input_size", .number(lstm.inputSize)), ("hidden_size", .number(lstm.hiddenSize)),
            ("num_layers", .number(lstm.numLayers)), ("bias", .boolean(lstm.bias)),
            ("bidirectional", .boolean(lstm.bidirectional)), ("proj_size", .number(lstm.projSize)),
        ]
    case .gelu(let approximation): [("approximate", .text(approximation.rawValue))]
    case .layerNorm(let norm): [("eps", .number(Double(norm.eps)))]
    case .l2Normalize(let eps): [("eps", .number(Double(eps)))]
    case .last(let index):
        [("lstm", .number(index)), ("directions", .number(model.layers[index].directions))]
    case .embedding, .linear, .relu, .tanh, .sigmoid, .softmax, .logSoftmax, .dropout, .mean, .max: []
    }
}
