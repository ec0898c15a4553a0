// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMRuntime

/// A model run in plain Swift that reads like the equations: the twin that the kernels are judged by.
///
/// It takes one row of the batch after another, each over its own steps alone, so that a row can depend on nothing but
/// itself, and packed-sequence semantics need no further thought. The order of additions is that of `ReferenceMath`.
public struct ReferenceModel: Sendable {
    /// What is run.
    public let model: Model
    /// By layer, then by PyTorch's name inside the layer.
    private let parameters: [[String: [Float]]]

    public init(_ model: Model, parameters source: some ParameterSource) {
        self.model = model
        var parameters = [[String: [Float]]](repeating: [:], count: model.layers.count)
        for parameter in model.parameters {
            parameters[parameter.layer][parameter.key] = source.source(of: parameter).floats()
        }
        self.parameters = parameters
    }

    /// The model's results, with PyTorch's shapes; zero past a sequence's length.
    ///
    /// - Parameter progress: called now and then with the share done, 0 to 1.
    public func run(_ inputs: Inputs, progress: ((Double) -> Void)? = nil) -> [ResultTensor] {
        let layout = RowLayout(inputs, model)
        var results = model.results.map { result in
            let shape = result.shape(in: model, for: inputs)
            return ResultTensor(name: result.name, shape: shape, values: .init(repeating: 0, count: shape.reduce(1, *)))
        }
        for row in 0..<inputs.rows {
            let given = runRow(row, inputs, layout) { progress?((Double(row) + $0) / Double(inputs.rows)) }
            for (index, result) in model.results.enumerated() {
                let values = given[result.layer]
                switch result.part {
                case .output: place(values.flow, row, layout, in: &results[index])
                case .hN: placeState(values.h, row, layout, in: &results[index])
                case .cN: placeState(values.c, row, layout, in: &results[index])
                }
            }
        }
        progress?(1)
        return results
    }

    /// What one layer made of one row.
    private struct RowValues {
        var flow: ReferenceFlow
        /// num_layers * directions vectors; empty for a layer that is no lstm.
        var h: [[Float]] = []
        var c: [[Float]] = []
    }

    private func runRow(
        _ row: Int, _ inputs: Inputs, _ layout: RowLayout, progress: (Double) -> Void
    ) -> [RowValues] {
        let steps = (0..<(inputs.lengths?[row] ?? inputs.steps)).map { layout.index(row: row, step: $0) }
        var flow = ReferenceFlow(vectors: [])
        if case .features(let values) = inputs.x, case .features(let size) = model.input {
            flow.vectors = steps.map { Array(values[($0 * size)..<(($0 + 1) * size)]) }
        }
        var given: [RowValues] = []
        for (index, layer) in model.layers.enumerated() {
            var values = RowValues(flow: flow)
            let own = parameters[index]
            switch layer.operation {
            case .lstm(let lstm):
                let initial = initialState(of: lstm, at: index, row: row, inputs)
                let result = referenceLSTM(lstm, own, flow.vectors, h: initial.h, c: initial.c)
                values = RowValues(flow: ReferenceFlow(vectors: result.output), h: result.h, c: result.c)
            case .embedding(let embedding):
                if case .tokens(let ids) = inputs.x {
                    values.flow.vectors = referenceEmbedding(embedding, own, steps.map { ids[$0] })
                }
            case .linear(let linear): values.flow.transform { referenceLinear(linear, own, $0) }
            case .layerNorm(let norm): values.flow.transform { referenceLayerNorm(norm, own, $0) }
            case .relu: values.flow.transform { $0.map(referenceReLU) }
            case .tanh: values.flow.transform { $0.map(referenceTanh) }
            case .sigmoid: values.flow.transform { $0.map(referenceSigmoid) }
            case .gelu(.none): values.flow.transform { $0.map(referenceGELU) }
            case .gelu(.tanh): values.flow.transform { $0.map(referenceGELUTanh) }
            case .softmax: values.flow.transform(referenceSoftmax)
            case .logSoftmax: values.flow.transform(referenceLogSoftmax)
            case .dropout: break
            case .last(let lstm):
                let h = given[lstm].h
                let directions = model.layers[lstm].directions
                values.flow = ReferenceFlow(vectors: [h.suffix(directions).flatMap(\.self)])
            case .mean: values.flow = ReferenceFlow(vectors: [referenceMean(flow.vectors)])
            case .max: values.flow = ReferenceFlow(vectors: [referenceMax(flow.vectors)])
            case .l2Normalize(let eps): values.flow.transform { referenceL2Normalize($0, eps: eps) }
            }
            flow = values.flow
            given.append(values)
            progress(Double(index + 1) / Double(model.layers.count))
        }
        return given
    }

    /// The state given to the run, else the checkpoint's, else zero; num_layers * directions vectors each.
    private func initialState(
        of lstm: LSTM, at index: Int, row: Int, _ inputs: Inputs
    ) -> (h: [[Float]], c: [[Float]]) {
        if let given = inputs.initialStates[index] {
            func vectors(_ values: [Float], _ size: Int) -> [[Float]] {
                (0..<lstm.stateCount).map { state in
                    let start = (state * inputs.rows + row) * size
                    return Array(values[start..<(start + size)])
                }
            }
            return (vectors(given.h, lstm.stateSize), vectors(given.c, lstm.hiddenSize))
        }
        func vectors(_ key: String, _ size: Int) -> [[Float]] {
            let values = parameters[index][key] ?? [Float](repeating: 0, count: lstm.stateCount * size)
            return (0..<lstm.stateCount).map { Array(values[($0 * size)..<(($0 + 1) * size)]) }
        }
        return (vectors("initial_h", lstm.stateSize), vectors("initial_c", lstm.hiddenSize))
    }

    private func place(_ flow: ReferenceFlow, _ row: Int, _ layout: RowLayout, in result: inout ResultTensor) {
        let hasTime = result.shape.count > (layout.isBatched ? 2 : 1)
        for (step, vector) in flow.vectors.enumerated() {
            let index = hasTime ? layout.index(row: row, step: step) : row
            result.values.replaceSubrange((index * vector.count)..<((index + 1) * vector.count), with: vector)
        }
    }

    private func placeState(_ state: [[Float]], _ row: Int, _ layout: RowLayout, in result: inout ResultTensor) {
        for (index, vector) in state.enumerated() {
            let start = (index * layout.rows + row) * vector.count
            result.values.replaceSubrange(start..<(start + vector.count), with: vector)
        }
    }
}

/// One row between two layers: a vector for each step, or a single one where the time axis has ended.
struct ReferenceFlow {
    var vectors: [[Float]]

    mutating func transform(_ layer: ([Float]) -> [Float]) {
        vectors = vectors.map(layer)
    }
}
