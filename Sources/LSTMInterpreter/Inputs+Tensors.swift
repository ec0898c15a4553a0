// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

extension Inputs {
    /// Takes the inputs by name, `h0`, `c0` and `lengths` out of a file's tensors.
    ///
    /// Tensors called after a result, or `RESULT.f64`, or a parameter of the model are passed over; any other is in
    /// `warnings`. Where a state is given in part, the rest is zero. Inputs that do not share their steps have lengths of
    /// their own, `NAME.lengths`.
    ///
    /// - Throws: `InputMistakes` with everything that does not fit the model.
    public static func reading(
        _ tensors: [String: StoredTensor], for model: Model
    ) throws(InputMistakes) -> (inputs: Inputs, warnings: [InputMistake]) {
        var reader = TensorReader(tensors: tensors, model: model)
        let given = reader.inputs()
        let inputs = try reader.inputs(given, areElsewhere: false)
        return (inputs, reader.unused.map { .unusedTensor($0, nearest: reader.nearestInput(to: $0)) })
    }
}

extension Inputs {
    /// The same of tensors that a program gives, each for the model: one that it does not read is a mistake, too.
    ///
    /// - Parameter shapes: where the inputs' values stand elsewhere, and have been looked at: the shape of each; else nil,
    ///   and `tensors` has them.
    /// - Throws: `InputMistakes` with everything that does not fit the model.
    package static func given(
        _ tensors: [String: StoredTensor], shapes: [[Int]]?, for model: Model
    ) throws(InputMistakes) -> Inputs {
        var reader = TensorReader(tensors: tensors, model: model)
        let given = shapes.map { reader.inputs(ofShapes: $0) } ?? reader.inputs()
        let inputs = try reader.inputs(given, areElsewhere: shapes != nil)
        let unread = tensors.keys.filter { !reader.used.contains($0) }.sorted()
        if !unread.isEmpty {
            throw InputMistakes(unread.map { .unusedTensor($0, nearest: reader.nearestInput(to: $0)) })
        }
        return inputs
    }
}

/// One input as it is given, before it is held against the others.
public struct GivenInput: Sendable {
    /// The input's values.
    public var values: InputValues
    /// 1 where there is no time axis.
    public var steps: Int
    /// nil where there is no batch axis.
    public var batch: Int?

    public init(_ values: InputValues, steps: Int, batch: Int?) {
        (self.values, self.steps, self.batch) = (values, steps, batch)
    }

    /// The input in a file's tensor.
    ///
    /// - Throws: `InputMistakes` where its shape or its elements are not the input's.
    public init(_ tensor: StoredTensor, as input: Model.Input, of model: Model) throws(InputMistakes) {
        var reader = TensorReader(tensors: [:], model: model)
        guard let given = reader.read(input, tensor) else { throw InputMistakes(reader.mistakes) }
        self = given
    }
}

extension Inputs {
    /// Inputs that were given one by one, in the order of `Model.inputs`. Of those without a batch axis, what has one value
    /// a sequence is taken for every row.
    ///
    /// - Throws: `InputMistakes` with everything that does not fit.
    public init(_ given: [GivenInput], for model: Model) throws(InputMistakes) {
        let batch = given.compactMap(\.batch).first
        let repeated = zip(given, model.inputs).map { given, input -> GivenInput in
            guard let batch, given.batch == nil, !input.shape.hasTime, case .features(let values) = given.values else {
                return given
            }
            let rows = Array(repeating: values, count: batch).flatMap(\.self)
            return GivenInput(.features(rows), steps: 1, batch: batch)
        }
        var reader = TensorReader(tensors: [:], model: model)
        let rows = reader.batch(repeated)
        if !reader.mistakes.isEmpty { throw InputMistakes(reader.mistakes) }
        try self.init(repeated.map(\.values), steps: repeated.map(\.steps), batch: rows, for: model)
    }
}

private struct TensorReader {
    let tensors: [String: StoredTensor]
    let model: Model
    var mistakes: [InputMistake] = []
    private(set) var used: Set<String> = []

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

    mutating func inputs() -> [GivenInput?] {
        model.inputs.map { input in
            guard let tensor = tensors[input.name] else {
                mistakes.append(.missingInput(input.name, known: tensors.keys.sorted()))
                return nil
            }
            used.insert(input.name)
            return read(input, tensor)
        }
    }

    /// Inputs whose values stand elsewhere.
    mutating func inputs(ofShapes shapes: [[Int]]) -> [GivenInput?] {
        used.formUnion(model.inputs.map(\.name))
        return zip(model.inputs, shapes).map { input, shape in
            axes(input, shape).map { GivenInput(.features([]), steps: $0.steps, batch: $0.batch) }
        }
    }

    /// All of the inputs, with what else is given.
    mutating func inputs(_ given: [GivenInput?], areElsewhere: Bool) throws(InputMistakes) -> Inputs {
        let batch = batch(given)
        if given.contains(where: { $0 == nil }) { throw InputMistakes(mistakes) }
        let lengths = lengths(batch: batch)
        let states = initialStates(batch: batch)
        if !mistakes.isEmpty { throw InputMistakes(mistakes) }
        let whole = given.compactMap(\.self)
        if areElsewhere {
            return try Inputs(
                elsewhere: whole.map(\.steps), batch: batch, lengths: lengths, initialStates: states, for: model)
        }
        return try Inputs(
            whole.map(\.values), steps: whole.map(\.steps), batch: batch, lengths: lengths, initialStates: states,
            for: model)
    }

    mutating func read(_ input: Model.Input, _ tensor: StoredTensor) -> GivenInput? {
        guard let axes = axes(input, tensor.shape), let values = values(of: tensor, input) else { return nil }
        return GivenInput(values, steps: axes.steps, batch: axes.batch)
    }

    /// The steps, 1 where there is no time axis, and the rows, nil where there is no batch axis.
    private mutating func axes(_ input: Model.Input, _ shape: [Int]) -> (steps: Int, batch: Int?)? {
        let sizes = input.shape.sizes
        let axes = shape.dropLast(sizes.count)
        guard shape.count >= sizes.count, Array(shape.suffix(sizes.count)) == sizes,
            input.shape.hasTime ? axes.count == 1 || axes.count == 2 : axes.count <= 1
        else { return wrongShape(input.name, shape, input.expectedShape(batchFirst: model.batchFirst)) }
        if !input.shape.hasTime { return (1, axes.first) }
        let batch = axes.count == 2 ? (model.batchFirst ? axes[0] : axes[1]) : nil
        return (axes.count == 2 && model.batchFirst ? axes[1] : axes[0], batch)
    }

    /// The number of sequences that all inputs have; nil where they have no batch axis.
    mutating func batch(_ given: [GivenInput?]) -> Int? {
        guard let first = given.first, let batch = first?.batch ?? nil, let name = model.inputs.first?.name else {
            for (other, input) in zip(given, model.inputs) where (other?.batch ?? nil) != nil {
                mistakes.append(.differentBatches(first: model.inputs[0].name, second: input.name))
            }
            return nil
        }
        for (other, input) in zip(given, model.inputs) {
            if let other, other.batch != batch {
                mistakes.append(.differentBatches(first: name, second: input.name))
            }
        }
        return batch
    }

    private mutating func values(of tensor: StoredTensor, _ input: Model.Input) -> InputValues? {
        switch input.kind {
        case .features:
            return floats(input.name, tensor).map { .features($0) }
        case .tokens(let count):
            guard let ids = integers(of: tensor) else { return wrongType(input.name, tensor, .integers) }
            if let index = ids.firstIndex(where: { $0 < 0 || $0 >= count }) {
                mistakes.append(.tokenOutOfRange(id: Int(ids[index]), at: index, count: count))
                return nil
            }
            return .tokens(ids.map { Int32(truncatingIfNeeded: $0) })
        }
    }

    mutating func lengths(batch: Int?) -> [Int: [Int]] {
        var lengths: [Int: [Int]] = [:]
        let roots = Set(model.inputs.compactMap { $0.shape.steps?.root })
        for (index, input) in model.inputs.enumerated() {
            guard let root = input.shape.steps?.root else { continue }
            let own = input.name + ".lengths"
            // Where all inputs share their steps, `lengths` is for all.
            let name = tensors[own] == nil && roots.count == 1 && root == index ? "lengths" : own
            guard let tensor = tensors[name] else { continue }
            used.insert(name)
            guard batch != nil else {
                mistakes.append(.lengthsWithoutBatch)
                continue
            }
            if let read = self.lengths(name, tensor) { lengths[index] = read }
        }
        return lengths
    }

    private mutating func lengths(_ name: String, _ tensor: StoredTensor) -> [Int]? {
        guard tensor.shape.count == 1 else { return wrongShape(name, tensor.shape, "(batch,)") }
        guard let lengths = integers(of: tensor) else { return wrongType(name, tensor, .integers) }
        return lengths.map { Int($0) }
    }

    mutating func initialStates(batch: Int?) -> [Int: Inputs.State] {
        var states: [Int: Inputs.State] = [:]
        let rows = batch.map { [$0] } ?? []
        for index in model.startedIndices {
            let slots = model.layers[index].operation.stateSlots
            var given: [[Float]?] = []
            for (name, slot) in zip(model.stateNames(ofLayer: index), slots) {
                let long = model.layers[index].name + ".\(slot.name)0"
                let found = [name, long].first { tensors[$0] != nil }
                given.append(found.flatMap { state($0, [slot.states] + rows + [slot.size]) })
            }
            guard given.contains(where: { $0 != nil }) else { continue }
            // What is not given is zero.
            let values = zip(given, slots).map { values, slot in
                values ?? [Float](repeating: 0, count: slot.count * (batch ?? 1))
            }
            states[index] = Inputs.State(h: values[0], c: values.count > 1 ? values[1] : [])
        }
        return states
    }

    private mutating func state(_ name: String, _ shape: [Int]) -> [Float]? {
        guard let tensor = tensors[name] else { return nil }
        used.insert(name)
        guard tensor.shape == shape else { return wrongShape(name, tensor.shape, shapeText(shape)) }
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
        let states = model.startedIndices.flatMap { model.stateNames(ofLayer: $0) }
        let missing = (["lengths"] + states).filter { !used.contains($0) }
        return missing.first { $0.hasSuffix("." + name) } ?? nearest(to: name, among: missing)
    }

    private mutating func wrongShape<T>(_ name: String, _ shape: [Int], _ expected: String) -> T? {
        mistakes.append(.shape(tensor: name, found: shape, expected: expected))
        return nil
    }

    private mutating func wrongType<T>(_ name: String, _ tensor: StoredTensor, _ expected: InputMistake.Elements) -> T?
    {
        mistakes.append(.elementType(tensor: name, found: tensor.elementType.rawValue, expected: expected))
        return nil
    }
}

extension Model.Input {
    /// The shapes that a tensor may have, in words.
    public func expectedShape(batchFirst: Bool) -> String {
        let inner = shape.sizes.map { ", \($0)" }.joined()
        if !shape.hasTime { return "(batch\(inner)) or (\(inner.dropFirst(2)))" }
        return "(\(batchFirst ? "batch, time" : "time, batch")\(inner)) or (time\(inner.isEmpty ? "," : inner))"
    }
}
