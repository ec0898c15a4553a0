// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

extension Generation {
    /// A short sequence of plain numbers, and what the interpreter gives for it.
    var ownVectors: TestVectors? {
        let x: Inputs.Values
        let steps: Int
        switch model.input {
        case .features(let size):
            // One step would say nothing of weight_hh, which meets a state of zero there.
            steps = max(3, min(4, 128 / size))
            // Sixteenths print short, and are exact.
            x = .features((0..<(steps * size)).map { Float(($0 * 29 + 7) % 41 - 20) / 16 })
        case .tokens(let count):
            steps = 8
            x = .tokens((0..<steps).map { Int32(($0 * 7 + 3) % count) })
        }
        guard let inputs = try? Inputs(x, steps: steps, batch: nil, for: model) else { return nil }
        let results = InterpretedModel(model, parameters: parameters).run(inputs)
        return TestVectors(
            x: inputs.testInput, results: results.map(\.values), origin: "the interpreter of lstmc \(toolVersion) gave",
            tolerance: nil)
    }

    /// The first sequence of a file that `verify` takes, and the file's results for it; nil, with the reason reported,
    /// where they are not there or too many.
    func vectors(from path: String, _ loader: inout SpecLoader) -> TestVectors? {
        guard let tensors = loader.tensors(at: path) else { return nil }
        guard let inputs = loader.inputs(tensors, from: path, for: model) else { return nil }
        let place = SourceLocation(path: path, line: 1, column: 1)
        let row = FirstRow(model: model, inputs: inputs)
        guard row.steps * (model.input.stepSize) <= VectorMistake.limit else {
            loader.report(VectorMistake.tooLarge(values: row.steps * model.input.stepSize), at: place)
            return nil
        }
        var results: [[Float]] = []
        for result in model.results {
            let names = ([result.name] + result.otherNames(in: model)).flatMap { [$0 + ".f64", $0] }
            guard let values = names.lazy.compactMap({ tensors[$0]?.floatSource?.floats() }).first,
                let own = row.values(of: result, in: values)
            else {
                loader.report(VectorMistake.missing(result.name), at: place)
                return nil
            }
            results.append(own)
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return TestVectors(
            x: row.x, initial: row.initial, results: results, origin: "\(name) holds", tolerance: 1e-5)
    }
}

extension Model.Input {
    /// Values of one step of one sequence.
    fileprivate var stepSize: Int { if case .features(let size) = self { size } else { 1 } }
}

extension Inputs {
    fileprivate var testInput: TestVectors.Input {
        switch x {
        case .features(let values): .features(values)
        case .tokens(let ids): .tokens(ids)
        }
    }
}

/// The first sequence of a batch, over its own steps.
private struct FirstRow {
    let model: Model
    let inputs: Inputs

    var steps: Int { inputs.lengths?[0] ?? inputs.steps }

    /// The vectors of `size` that stand at the row's steps.
    private func steps<T>(of values: [T], size: Int) -> [T] {
        (0..<steps).flatMap { step -> ArraySlice<T> in
            let start = (model.batchFirst ? step : step * inputs.rows) * size
            return values[start..<(start + size)]
        }
    }

    /// (states, batch, size) to (states, size).
    private func state(_ values: [Float], size: Int) -> [Float] {
        stride(from: 0, to: values.count, by: size * inputs.rows).flatMap { values[$0..<($0 + size)] }
    }

    var x: TestVectors.Input {
        switch inputs.x {
        case .features(let values): .features(steps(of: values, size: model.input.stepSize))
        case .tokens(let ids): .tokens(steps(of: ids, size: 1))
        }
    }

    /// The states of the lstm layers that results need, zero where only some are given.
    var initial: [TestVectors.State] {
        if inputs.initialStates.isEmpty { return [] }
        let last = model.results.map(\.layer).max() ?? 0
        return model.layers.enumerated().prefix(last + 1).compactMap { index, layer in
            guard case .lstm(let lstm) = layer.operation else { return nil }
            let zero = TestVectors.State(
                h: .init(repeating: 0, count: lstm.stateCount * lstm.stateSize),
                c: .init(repeating: 0, count: lstm.stateCount * lstm.hiddenSize))
            return inputs.initialStates[index].map {
                TestVectors.State(h: state($0.h, size: lstm.stateSize), c: state($0.c, size: lstm.hiddenSize))
            } ?? zero
        }
    }

    /// The row's part of a result; nil where the file's tensor has another size.
    func values(of result: Model.Result, in values: [Float]) -> [Float]? {
        let layer = model.layers[result.layer]
        let size = result.size(in: layer)
        if result.part == .output, layer.output.hasTime {
            return values.count == inputs.steps * inputs.rows * size ? steps(of: values, size: size) : nil
        }
        guard size > 0, values.count % (size * inputs.rows) == 0 else { return nil }
        return state(values, size: size)
    }
}

/// What stands in the way of a test from a file's vectors.
enum VectorMistake: Mistake {
    /// The values of x that a test's source may hold.
    static let limit = 16_384

    case tooLarge(values: Int)
    case missing(String)

    var code: String { "test-vectors" }

    var message: String {
        switch self {
        case .tooLarge(let values):
            "the first sequence of 'x' has \(values) values; a test holds at most \(Self.limit); use a shorter one"
        case .missing(let result): "the file has no tensor \(quoted(result)) of the result's size to test against"
        }
    }
}
