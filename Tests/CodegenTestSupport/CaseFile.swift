// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMSpec
import TestSupport

/// Inputs drawn from a seed and what the naive reference makes of them, as a file for GeneratedCodeChecks.
///
/// - limit: how many rows and steps at most, more or less; the reference takes its time.
/// - text: the spec, which is lowered a second time to ask for the states that a stream ends with.
public func caseFile(
    for model: Model, text: String, parameters: some ParameterSource, seed: UInt64, limit: Int = 5
) throws -> [UInt8] {
    var writer = CaseWriter(model: model, random: SeededRandom(seed: seed))
    let reference = ReferenceModel(model, parameters: parameters)
    for given in model.neededLSTMs.isEmpty ? [false] : [false, true] {
        let steps = writer.random.integer(in: 1...(limit + 2))
        let batch = writer.random.integer(in: 2...limit)
        try writer.add(kind: 0, steps: steps, batch: nil, lengths: nil, given: given, reference)
        try writer.add(kind: 1, steps: steps, batch: batch, lengths: nil, given: given, reference)
        let lengths = (0..<batch).map { _ in writer.random.integer(in: 1...steps) }
        try writer.add(kind: 1, steps: steps, batch: batch, lengths: lengths, given: given, reference)
        if TypeCapability(model).canStream {
            try writer.addStream(
                steps: writer.random.integer(in: 2...(limit + 1)), given: given, reference,
                state: stateModel(of: model, text: text).map { ReferenceModel($0, parameters: parameters) })
        }
    }
    for kind in InputKind.allCases where kind != .usual {
        try writer.addEdge(kind, reference, canStream: TypeCapability(model).canStream)
    }
    return safetensorsBytes(writer.tensors)
}

/// The same model, asked for the states of all its lstm layers.
private func stateModel(of model: Model, text: String) throws -> Model? {
    let names = model.neededLSTMs.map { model.layers[$0].name }
    if names.isEmpty { return nil }
    let dropped = ["outputs:", "labels:", "segment_starts:"]
    let lines = text.split(separator: "\n").filter { line in !dropped.contains { line.hasPrefix($0) } }
    return try lowered(
        (lines + ["outputs: [\(names.joined(separator: ", "))]"]).joined(separator: "\n") + "\n",
        path: model.specFileName)
}

/// A spec's mistakes, as text.
public struct SpecFailure: Error, CustomStringConvertible {
    public var description: String
}

/// Parses and lowers a spec that has no mistakes.
public func lowered(_ text: String, path: String) throws -> Model {
    let source = SourceFile(path: path, bytes: Array(text.utf8))
    let parsed = parse(source)
    let result = parsed.document.map { lower($0) }
    if let model = result?.model { return model }
    throw SpecFailure(
        description: render(parsed.diagnostics + (result?.diagnostics ?? []), sources: [path: source]) + text)
}

extension Model {
    /// The indices of the lstm layers that some result needs: those with a state that a generated type shows.
    fileprivate var neededLSTMs: [Int] {
        let last = results.map(\.layer).max() ?? 0
        return lstmIndices.filter { $0 <= last }
    }
}

private struct CaseWriter {
    let model: Model
    var random: SeededRandom
    var tensors: [NamedTensor] = []
    private var count = 0
    private var inputs = InputKind.usual

    init(model: Model, random: SeededRandom) {
        self.model = model
        self.random = random
    }

    private mutating func add(_ name: String, _ values: [Float]) {
        tensors.append(NamedTensor("\(count).\(name)", floats: values, shape: [values.count]))
    }

    private mutating func values(_ count: Int) -> Inputs.Values {
        switch model.input {
        case .features(let size): .features(inputs.floats(count * size, &random))
        case .tokens(let tokens): .tokens((0..<count).map { _ in Int32(random.integer(in: 0...(tokens - 1))) })
        }
    }

    private mutating func states(rows: Int) -> [Int: Inputs.State] {
        var states: [Int: Inputs.State] = [:]
        for index in model.neededLSTMs {
            guard case .lstm(let lstm) = model.layers[index].operation else { continue }
            let n = lstm.numLayers * lstm.directions * rows
            states[index] = Inputs.State(
                h: inputs.floats(n * lstm.stateSize, &random), c: inputs.floats(n * lstm.hiddenSize, &random))
        }
        return states
    }

    private mutating func addInput(kind: Int, _ x: Inputs.Values, batch: Int, _ states: [Int: Inputs.State]) {
        var stepSize = 0
        if case .features(let size) = model.input { stepSize = size }
        add("meta", [Float(kind), Float(stepSize), Float(batch), Float(model.neededLSTMs.count)])
        switch x {
        case .features(let values): add("x", values)
        case .tokens(let ids): add("x", ids.map { Float($0) })
        }
        for (place, index) in model.neededLSTMs.enumerated() {
            guard let state = states[index] else { continue }
            add("given.h.\(place)", state.h)
            add("given.c.\(place)", state.c)
        }
    }

    mutating func add(
        kind: Int, steps: Int, batch: Int?, lengths: [Int]?, given: Bool, _ reference: ReferenceModel
    ) throws {
        let x = values(steps * (batch ?? 1))
        let states = given ? states(rows: batch ?? 1) : [:]
        addInput(kind: kind, x, batch: batch ?? 1, states)
        if let lengths { add("lengths", lengths.map { Float($0) }) }
        let inputs = try Inputs(
            x, steps: steps, batch: batch, lengths: lengths, initialStates: states, for: model)
        for (index, result) in reference.run(inputs).enumerated() { add("result.\(index)", result.values) }
        count += 1
    }

    /// A batch and a stream of values that not every model is made for.
    mutating func addEdge(_ kind: InputKind, _ reference: ReferenceModel, canStream: Bool) throws {
        inputs = kind
        defer { inputs = .usual }
        let steps = random.integer(in: 2...4)
        let lengths = (0..<3).map { _ in random.integer(in: 1...steps) }
        let given = !model.neededLSTMs.isEmpty && random.bool()
        try add(kind: 1, steps: steps, batch: 3, lengths: lengths, given: given, reference)
        if canStream { try addStream(steps: steps, given: given, reference, state: nil) }
    }

    /// What each step gives is the end of what the sequence up to that step gives.
    mutating func addStream(
        steps: Int, given: Bool, _ reference: ReferenceModel, state: ReferenceModel?
    ) throws {
        let x = values(steps)
        let states = given ? states(rows: 1) : [:]
        addInput(kind: 2, x, batch: 1, states)
        let stepped = model.results.indices.filter { model.results[$0].part == .output }
        var results = stepped.map { _ in [Float]() }
        for end in 1...steps {
            let part: Inputs.Values
            switch x {
            case .features(let values): part = .features(Array(values[..<(values.count / steps * end)]))
            case .tokens(let ids): part = .tokens(Array(ids[..<end]))
            }
            let inputs = try Inputs(part, steps: end, batch: nil, initialStates: states, for: model)
            let given = reference.run(inputs)
            for (place, index) in stepped.enumerated() {
                results[place] += given[index].values.suffix(given[index].shape.last ?? 0)
            }
        }
        for (place, values) in results.enumerated() { add("result.\(place)", values) }
        if let state {
            let inputs = try Inputs(x, steps: steps, batch: nil, initialStates: states, for: state.model)
            let parts = state.run(inputs)
            for place in model.neededLSTMs.indices {
                add("last.h.\(place)", parts[place * 3 + 1].values)
                add("last.c.\(place)", parts[place * 3 + 2].values)
            }
        }
        count += 1
    }
}
