// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR

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

    private var product: ReferenceProducts { ReferenceProducts(isQuantized: model.precision == .int8) }

    /// The model's results, with PyTorch's shapes; zero past a sequence's length.
    ///
    /// - Parameter progress: called now and then with the share done, 0 to 1.
    public func run(_ inputs: Inputs, progress: ((Double) -> Void)? = nil) -> [ResultTensor] {
        var results = model.results.map { result in
            let shape = result.shape(in: model, for: inputs)
            return ResultTensor(
                name: result.name, shape: shape, values: .init(repeating: 0, count: shape.reduce(1, *)),
                isInteger: model.shape(of: result.value).element == .integer)
        }
        for row in 0..<inputs.rows {
            let given = runRow(row, inputs) { progress?((Double(row) + $0) / Double(inputs.rows)) }
            for (index, result) in model.results.enumerated() {
                guard let value = given[result.value] else { continue }
                if case .state = result.part {
                    placeState(value, row, inputs, in: &results[index])
                } else {
                    place(value, row, model.layers[result.layer].output, inputs, in: &results[index])
                }
            }
        }
        for (index, result) in model.results.enumerated() {
            results[index].restorePadding(model.shape(of: result.value), inputs, model)
        }
        progress?(1)
        return results
    }

    private func runRow(_ row: Int, _ inputs: Inputs, progress: (Double) -> Void) -> [Value: ReferenceFlow] {
        var given: [Value: ReferenceFlow] = [:]
        var ids: [Int: [Int32]] = [:]
        for (index, input) in model.inputs.enumerated() {
            let layout = RowLayout(inputs, input.shape.steps, model)
            let count = input.shape.steps.map { inputs.axis($0).length(of: row) } ?? 1
            let places = (0..<count).map { layout.index(row: row, step: $0) }
            switch inputs.values[index] {
            case .features(let values):
                let size = input.shape.count
                given[.input(index)] = ReferenceFlow(
                    vectors: places.map { Array(values[($0 * size)..<(($0 + 1) * size)]) },
                    hasTime: input.shape.hasTime)
            case .tokens(let all): ids[index] = places.map { all[$0] }
            }
        }
        for (index, layer) in model.layers.enumerated() {
            let own = parameters[index]
            let read = layer.inputs.map { given[$0] ?? ReferenceFlow(vectors: [], hasTime: true) }
            if case .recurrent(let recurrent) = layer.operation {
                var initial = initialState(of: recurrent, at: index, row: row, inputs)
                for (slot, value) in zip(recurrent.initialSlots, read.dropFirst()) {
                    let size = recurrent.stateSlots[slot].size
                    let states = (0..<recurrent.stateCount).map {
                        Array(value.vectors[0][($0 * size)..<(($0 + 1) * size)])
                    }
                    if slot == 0 { initial.h = states } else { initial.c = states }
                }
                let result = referenceRecurrent(recurrent, own, read[0].vectors, h: initial.h, c: initial.c, product)
                given[.output(index)] = ReferenceFlow(vectors: result.output, hasTime: true)
                given[.state(layer: index, slot: 0)] = ReferenceFlow(
                    vectors: [result.h.flatMap(\.self)], hasTime: false)
                if recurrent.hasC {
                    given[.state(layer: index, slot: 1)] = ReferenceFlow(
                        vectors: [result.c.flatMap(\.self)], hasTime: false)
                }
            } else if case .embedding(let embedding) = layer.operation, case .input(let input) = layer.inputs[0] {
                given[.output(index)] = ReferenceFlow(
                    vectors: referenceEmbedding(embedding, own, ids[input] ?? []), hasTime: layer.output.hasTime)
            } else {
                given[.output(index)] = run(layer, own, read)
            }
            progress(Double(index + 1) / Double(model.layers.count))
        }
        return given
    }

    /// A layer that carries no state and reads no ids.
    private func run(_ layer: Layer, _ own: [String: [Float]], _ read: [ReferenceFlow]) -> ReferenceFlow {
        let x = read[0]
        let (size, outer) = (layer.input.size ?? 1, layer.input.vectors)
        /// On each vector of the last axis.
        func each(_ function: ([Float]) -> [Float]) -> ReferenceFlow {
            x.map { step in
                outer == 1
                    ? function(step)
                    : (0..<outer).flatMap { function(Array(step[($0 * size)..<(($0 + 1) * size)])) }
            }
        }
        switch layer.operation {
        case .recurrent, .embedding: return x  // run elsewhere
        case .linear(let linear): return each { referenceLinear(linear, own, $0, product) }
        case .layerNorm(let norm): return each { referenceLayerNorm(norm, own, $0) }
        case .pointwise(let function): return x.map { $0.map { function.reference($0) } }
        case .prelu(let prelu):
            let weight = own["weight"] ?? []
            let all = weight.count == 1 ? weight : weight.flatMap { [Float](repeating: $0, count: prelu.positions) }
            return x.map { referencePReLU($0, weight: all) }
        case .softmax(let softmax): return each(softmax.isLog ? referenceLogSoftmax : referenceSoftmax)
        case .l2Normalize(let normalize): return each { referenceL2Normalize($0, eps: normalize.eps) }
        case .dropout, .reshape: return x
        case .last(let last):
            guard let state = x.vectors.first, case .state(let recurrent, let slot) = layer.inputs[0] else { return x }
            let size = model.layers[recurrent].operation.stateSlots[slot].size
            return ReferenceFlow(vectors: [Array(state.suffix(last.directions * size))], hasTime: false)
        case .pool(let pool):
            switch pool.function {
            case .mean: return ReferenceFlow(vectors: [referenceMean(x.vectors)], hasTime: false)
            case .max: return ReferenceFlow(vectors: [referenceMax(x.vectors)], hasTime: false)
            case .sum: return ReferenceFlow(vectors: [referenceSumOverTime(x.vectors)], hasTime: false)
            }
        case .combine(let combine):
            return read.dropFirst().reduce(x) { sum, next in
                sum.joined(with: next) {
                    referenceCombine($0, $1, outer: layer.output.vectors, combine.function.reference)
                }
            }
        case .concat:
            let hasTime = layer.output.hasTime
            let steps = read.first { $0.hasTime }?.vectors.count ?? 1
            return ReferenceFlow(
                vectors: (0..<steps).map { step in
                    referenceConcat(read.map { $0.vector(at: step) }, outer: layer.output.vectors)
                }, hasTime: hasTime)
        case .slice(let slice):
            return x.map { referenceSlice($0, outer: outer, start: slice.start, stop: slice.start + slice.count) }
        case .scale(let scale):
            let first = scale.first.floats(scale.names.first) {
                FloatArray(own[$0] ?? [], shape: [(own[$0] ?? []).count])
            }
            let second = scale.second.floats(scale.names.second) {
                FloatArray(own[$0] ?? [], shape: [(own[$0] ?? []).count])
            }
            return switch scale.form {
            case .affine: x.map { referenceScale($0, weight: first, bias: second) }
            case .standardize: x.map { referenceScale($0, mean: first, std: second) }
            }
        case .select(let select):
            return ReferenceFlow(vectors: [referenceSelect(x.vectors, index: select.index)], hasTime: false)
        case .steps(let range):
            return ReferenceFlow(
                vectors: referenceSteps(x.vectors, start: range.start, stop: range.stop), hasTime: true)
        case .flip: return ReferenceFlow(vectors: referenceFlip(x.vectors), hasTime: true)
        case .repeat(let repetition):
            return ReferenceFlow(vectors: referenceRepeat(x.vector(at: 0), steps: repetition.steps), hasTime: true)
        case .argmax: return each { [Float(referenceArgmax($0))] }
        case .transpose(let transpose):
            return x.map {
                referenceTranspose($0, channels: transpose.channels, positions: transpose.positions)
            }
        case .batchNorm(let norm): return x.map { referenceBatchNorm(norm, own, $0) }
        case .conv1d(let conv):
            return x.slid(conv.over, channels: conv.inChannels) { referenceConv1d(conv, own, $0, product) }
        case .windowPool(let pool):
            return x.slid(pool.over, channels: outer) { steps in referencePool(pool, steps) }
        case .pad(let pad): return x.slid(pad.over, channels: outer) { steps in referencePad(pad, steps) }
        }
    }

    /// The state given to the run, else the checkpoint's, else zero; num_layers * directions vectors each.
    private func initialState(
        of recurrent: Recurrent, at index: Int, row: Int, _ inputs: Inputs
    ) -> (h: [[Float]], c: [[Float]]) {
        if let given = inputs.initialStates[index] {
            func vectors(_ values: [Float], _ size: Int) -> [[Float]] {
                (0..<recurrent.stateCount).map { state in
                    let start = (state * inputs.rows + row) * size
                    return Array(values[start..<(start + size)])
                }
            }
            return (vectors(given.h, recurrent.stateSize), recurrent.hasC ? vectors(given.c, recurrent.hiddenSize) : [])
        }
        func vectors(_ key: String, _ size: Int) -> [[Float]] {
            let values = parameters[index][key] ?? [Float](repeating: 0, count: recurrent.stateCount * size)
            return (0..<recurrent.stateCount).map { Array(values[($0 * size)..<(($0 + 1) * size)]) }
        }
        return (
            vectors("initial_h", recurrent.stateSize),
            recurrent.hasC ? vectors("initial_c", recurrent.hiddenSize) : []
        )
    }

    private func place(
        _ flow: ReferenceFlow, _ row: Int, _ shape: Shape, _ inputs: Inputs, in result: inout ResultTensor
    ) {
        let layout = RowLayout(inputs, shape.steps, model)
        for (step, vector) in flow.vectors.enumerated() {
            let index = shape.hasTime ? layout.index(row: row, step: step) : row
            result.values.replaceSubrange((index * vector.count)..<((index + 1) * vector.count), with: vector)
        }
    }

    /// (states * size) of one row into (states, batch, size).
    private func placeState(_ flow: ReferenceFlow, _ row: Int, _ inputs: Inputs, in result: inout ResultTensor) {
        let (states, size) = (result.shape[0], result.shape.last ?? 1)
        for (index, value) in (flow.vectors.first ?? []).enumerated() {
            let (state, element) = index.quotientAndRemainder(dividingBy: size)
            if state < states { result.values[(state * inputs.rows + row) * size + element] = value }
        }
    }
}

/// One row's values: those of each step, or of the whole sequence where there is no time axis.
struct ReferenceFlow {
    var vectors: [[Float]]
    var hasTime: Bool

    func map(_ layer: ([Float]) -> [Float]) -> ReferenceFlow {
        ReferenceFlow(vectors: vectors.map(layer), hasTime: hasTime)
    }

    /// What stands at a step: of what has no time axis, the same at each.
    func vector(at step: Int) -> [Float] { hasTime ? vectors[step] : vectors[0] }

    /// Two values step by step.
    func joined(with other: ReferenceFlow, _ join: ([Float], [Float]) -> [Float]) -> ReferenceFlow {
        let steps = hasTime ? vectors.count : other.hasTime ? other.vectors.count : 1
        return ReferenceFlow(
            vectors: (0..<steps).map { join(vector(at: $0), other.vector(at: $0)) }, hasTime: hasTime || other.hasTime)
    }
}

extension Combination.Function {
    var reference: (Float, Float) -> Float {
        switch self {
        case .add: referenceAdd
        case .subtract: referenceSubtract
        case .multiply: referenceMultiply
        case .maximum: referenceMaximum
        }
    }
}
