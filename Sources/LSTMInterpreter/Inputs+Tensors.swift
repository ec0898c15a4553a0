// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime
import LSTMSpec

extension Inputs {
    /// Takes `x`, `h0`, `c0` and `lengths` out of a file's tensors.
    ///
    /// Tensors called after a result, or `RESULT.f64`, or a parameter of the model are passed over; any other is in
    /// `warnings`.
    ///
    /// - Throws: `InputMistakes` with everything that does not fit the model.
    public static func reading(
        _ tensors: [String: StoredTensor], for model: Model
    ) throws(InputMistakes) -> (inputs: Inputs, warnings: [InputMistake]) {
        var reader = TensorReader(tensors: tensors, model: model)
        guard let x = reader.x() else { throw InputMistakes(reader.mistakes) }
        let lengths = reader.lengths(batch: x.batch)
        let states = reader.initialStates(batch: x.batch)
        if !reader.mistakes.isEmpty { throw InputMistakes(reader.mistakes) }
        let inputs = try Inputs(
            x.values, steps: x.steps, batch: x.batch, lengths: lengths, initialStates: states, for: model)
        return (inputs, reader.unused.map { .unusedTensor($0, nearest: reader.nearestInput(to: $0)) })
    }
}

private struct TensorReader {
    let tensors: [String: StoredTensor]
    let model: Model
    var mistakes: [InputMistake] = []
    private var used: Set<String> = []

    init(tensors: [String: StoredTensor], model: Model) {
        self.tensors = tensors
        self.model = model
    }

    /// What neither the run nor a comparison reads.
    var unused: [String] {
        var known = used
        // A checkpoint can hold its own test inputs: its parameters are no stray tensors.
        for parameter in model.parameters { known.formUnion(parameter.tensorNames) }
        for result in model.everyResult { known.formUnion([result, result + ".f64"]) }
        return tensors.keys.filter { !known.contains($0) }.sorted()
    }

    mutating func x() -> (values: Inputs.Values, steps: Int, batch: Int?)? {
        guard let tensor = tensors["x"] else {
            mistakes.append(.missingX(known: tensors.keys.sorted()))
            return nil
        }
        used.insert("x")
        var axes = tensor.shape
        let expected: String
        switch model.input {
        case .features(let size):
            expected = "(\(model.batchFirst ? "batch, time" : "time, batch"), \(size)) or (time, \(size))"
            guard axes.last == size else { return wrongShape("x", tensor, expected) }
            axes.removeLast()
        case .tokens:
            expected = "(\(model.batchFirst ? "batch, time" : "time, batch")) or (time,)"
        }
        guard axes.count == 1 || axes.count == 2 else { return wrongShape("x", tensor, expected) }
        let batch = axes.count == 2 ? (model.batchFirst ? axes[0] : axes[1]) : nil
        let steps = axes.count == 2 && model.batchFirst ? axes[1] : axes[0]
        guard let values = values(of: tensor) else { return nil }
        return (values, steps, batch)
    }

    private mutating func values(of tensor: StoredTensor) -> Inputs.Values? {
        switch model.input {
        case .features:
            return floats("x", tensor).map { .features($0) }
        case .tokens(let count):
            guard let ids = integers(of: tensor) else { return wrongType("x", tensor, .integers) }
            if let index = ids.firstIndex(where: { $0 < 0 || $0 >= count }) {
                mistakes.append(.tokenOutOfRange(id: Int(ids[index]), at: index, count: count))
                return nil
            }
            return .tokens(ids.map { Int32(truncatingIfNeeded: $0) })
        }
    }

    mutating func lengths(batch: Int?) -> [Int]? {
        guard let tensor = tensors["lengths"] else { return nil }
        used.insert("lengths")
        guard batch != nil else {
            mistakes.append(.lengthsWithoutBatch)
            return nil
        }
        guard tensor.shape.count == 1 else { return wrongShape("lengths", tensor, "(batch,)") }
        guard let lengths = integers(of: tensor) else { return wrongType("lengths", tensor, .integers) }
        return lengths.map { Int($0) }
    }

    mutating func initialStates(batch: Int?) -> [Int: Inputs.State] {
        var states: [Int: Inputs.State] = [:]
        for index in model.lstmIndices {
            guard let lstm = model.layers[index].operation.lstm else { continue }
            let names = model.stateNames(ofLSTM: index)
            let long = model.layers[index].name + "."
            let rows = batch.map { [$0] } ?? []
            let hName = [names.h, long + "h0"].first { tensors[$0] != nil }
            let cName = [names.c, long + "c0"].first { tensors[$0] != nil }
            let h = hName.flatMap { state($0, [lstm.stateCount] + rows + [lstm.stateSize]) }
            let c = cName.flatMap { state($0, [lstm.stateCount] + rows + [lstm.hiddenSize]) }
            switch (hName, cName) {
            case (.some, .some): states[index] = h.flatMap { h in c.map { .init(h: h, c: $0) } }
            case (let hName?, nil): mistakes.append(.halfState(given: hName, missing: names.c))
            case (nil, let cName?): mistakes.append(.halfState(given: cName, missing: names.h))
            case (nil, nil): break
            }
        }
        return states
    }

    private mutating func state(_ name: String, _ shape: [Int]) -> [Float]? {
        guard let tensor = tensors[name] else { return nil }
        used.insert(name)
        guard tensor.shape == shape else { return wrongShape(name, tensor, shapeText(shape)) }
        return floats(name, tensor)
    }

    /// The values in float32; nil, with the reason noted, where they are no floats or one would become infinite.
    private mutating func floats(_ name: String, _ tensor: StoredTensor) -> [Float]? {
        guard let source = tensor.floatSource else { return wrongType(name, tensor, .floats) }
        if let large = tensor.firstBeyondFloat32() {
            mistakes.append(.beyondFloat32(tensor: name, value: large.value, index: large.index))
            return nil
        }
        return source.floats()
    }

    /// Of the two types that token ids and lengths are saved in.
    private func integers(of tensor: StoredTensor) -> [Int64]? {
        tensor.elementType == .int32 || tensor.elementType == .int64 ? tensor.integers() : nil
    }

    /// The input that a tensor nobody reads may have been meant to be.
    func nearestInput(to name: String) -> String? {
        let states = model.lstmIndices.map { model.stateNames(ofLSTM: $0) }
        let missing = (["lengths"] + states.flatMap { [$0.h, $0.c] }).filter { !used.contains($0) }
        return missing.first { $0.hasSuffix("." + name) } ?? nearest(to: name, among: missing)
    }

    private mutating func wrongShape<T>(_ name: String, _ tensor: StoredTensor, _ expected: String) -> T? {
        mistakes.append(.shape(tensor: name, found: tensor.shape, expected: expected))
        return nil
    }

    private mutating func wrongType<T>(_ name: String, _ tensor: StoredTensor, _ expected: InputMistake.Elements) -> T?
    {
        mistakes.append(.elementType(tensor: name, found: tensor.elementType.rawValue, expected: expected))
        return nil
    }
}
