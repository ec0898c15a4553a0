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
            x: inputs.x, results: results.map(\.values), origin: "the interpreter of lstmc \(toolVersion) gave",
            tolerance: nil)
    }

    /// The first sequence of a file that `verify` takes, and the file's results for it; nil, with the reason reported,
    /// where they are not there or too many.
    func vectors(from path: String, _ loader: inout SpecLoader) -> TestVectors? {
        guard let tensors = loader.tensors(at: path) else { return nil }
        guard let inputs = loader.inputs(tensors, from: path, for: model) else { return nil }
        let place = SourceLocation(startOf: path)
        guard let row = try? inputs.sequence(0, for: model) else { return nil }
        guard row.x.count <= VectorMistake.limit else {
            loader.report(VectorMistake.tooLarge(values: row.x.count), at: place)
            return nil
        }
        var results: [[Float]] = []
        for result in model.results {
            let names = ([result.name] + result.otherNames(in: model)).flatMap { [$0 + ".f64", $0] }
            let found = names.lazy.compactMap { name in tensors[name].map { (name, $0) } }
                .first { $1.floatSource != nil }
            if let (name, tensor) = found, let large = tensor.firstBeyondFloat32() {
                loader.report(
                    InputMistake.beyondFloat32(tensor: name, value: large.value, index: large.index), at: place)
                return nil
            }
            guard let values = found?.1.floatSource?.floats(),
                let own = inputs.part(ofRow: 0, in: values, of: result, model)
            else {
                loader.report(VectorMistake.missing(result.name), at: place)
                return nil
            }
            results.append(own)
        }
        return TestVectors(
            x: row.x, initial: initialStates(of: row), results: results, origin: "\(fileName(of: path)) holds",
            tolerance: 1e-5)
    }
}

extension Generation {
    /// The states of the lstm layers that results need, zero where only some are given.
    private func initialStates(of inputs: Inputs) -> [StateValues] {
        if inputs.initialStates.isEmpty { return [] }
        let last = model.results.map(\.layer).max() ?? 0
        return model.layers.enumerated().prefix(last + 1).compactMap { index, layer in
            layer.operation.lstm.map { lstm in
                let given = inputs.initialStates[index]
                return StateValues(
                    h: given?.h ?? .init(repeating: 0, count: lstm.stateCount * lstm.stateSize),
                    c: given?.c ?? .init(repeating: 0, count: lstm.stateCount * lstm.hiddenSize))
            }
        }
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
