// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMCommands
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

extension Generation {
    /// A short sequence of plain numbers, and what the interpreter gives for it.
    var ownVectors: TestVectors? {
        let sizes = model.inputs.compactMap { $0.shape.hasTime ? $0.features : nil }
        // One step would say nothing of weight_hh, which meets a state of zero there.
        let shortest = max(3, min(4, 128 / max(sizes.max() ?? 1, 1)))
        for steps in [sizes.isEmpty ? 8 : shortest, 16, 64, 256] {
            let given = model.inputs.map { input -> GivenInput in
                let count = input.shape.hasTime ? steps : 1
                switch input.kind {
                case .features:
                    // Sixteenths print short, and are exact.
                    let values = (0..<(count * input.shape.count)).map { Float(($0 * 29 + 7) % 41 - 20) / 16 }
                    return GivenInput(.features(values), steps: count, batch: nil)
                case .tokens(let tokens):
                    return GivenInput(
                        .tokens((0..<count).map { Int32(($0 * 7 + 3) % tokens) }), steps: count, batch: nil)
                }
            }
            // A `select` may ask for more steps.
            if let inputs = try? Inputs(given, for: model) { return vectors(of: inputs) }
        }
        return nil
    }

    private func vectors(of inputs: Inputs) -> TestVectors {
        let results = InterpretedModel(model, parameters: parameters).run(inputs)
        return TestVectors(
            inputs: inputs.values, results: results.map(\.values),
            origin: "the interpreter of lstmc \(toolVersion) gave",
            tolerance: nil)
    }

    /// The first sequence of a file that `verify` takes, and the file's results for it; nil, with the reason reported,
    /// where they are not there or too many.
    func vectors(from path: String, _ loader: inout SpecLoader) -> TestVectors? {
        guard let tensors = loader.tensors(at: path) else { return nil }
        guard let inputs = loader.inputs(tensors, from: path, for: model) else { return nil }
        let place = SourceLocation(startOf: path)
        guard let row = try? inputs.sequence(0, for: model) else { return nil }
        let count = row.values.reduce(0) { $0 + $1.count }
        guard count <= VectorMistake.limit else {
            loader.report(VectorMistake.tooLarge(values: count), at: place)
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
            inputs: row.values, initial: initialStates(of: row), results: results,
            origin: "\(fileName(of: path)) holds",
            tolerance: 1e-5)
    }
}

extension Generation {
    /// The states of the recurrent layers that results need, zero where only some are given.
    private func initialStates(of inputs: Inputs) -> [StateValues] {
        if inputs.initialStates.isEmpty { return [] }
        let running = Plan(whole: model).runningLayers
        return model.startedIndices.filter(running.contains).map { index in
            let slots = model.layers[index].operation.stateSlots
            let given = inputs.initialStates[index]
            let zeros = slots.map { [Float](repeating: 0, count: $0.count) }
            return StateValues(h: given?.h ?? zeros[0], c: given?.c ?? (zeros.count > 1 ? zeros[1] : []))
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
