// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMRuntime
import LSTMSpec

/// Reads an ONNX file: a chain of layers around LSTM nodes, as PyTorch's exporters write them.
///
/// The weights are converted to PyTorch's names and gate order, bit for bit. Time and memory are bounded by the file's
/// size. Throws for the first thing that no spec can say, with its node, its tensor or its byte.
func readONNX(_ bytes: [UInt8]) throws(ONNXMistake) -> ImportedModel {
    var walk = GraphWalk(try ONNXModel(bytes), bytes)
    try walk.walk()
    return try walk.importedModel()
}

extension GraphWalk {
    /// The chain as layers, once every output of the graph is one of their results.
    fileprivate mutating func importedModel() throws(ONNXMistake) -> ImportedModel {
        guard chain.contains(where: \.isLSTM) else { throw .noLSTM }
        var outputs: [GraphOutput] = []
        for output in model.outputs { outputs.append(try result(of: output)) }
        let lstms = chain.indices.filter { chain[$0].isLSTM }
        let groups = try lstmGroups(lstms, outputs)
        var writer = LayerWriter()
        try writer.write(chain, groups: groups)

        var imported = ImportedModel(
            input: try input(), batchFirst: batchFirst, layers: writer.layers, weights: .converted(writer.tensors))
        imported.outputs = try names(of: outputs, groups, writer)
        imported.assumptions = fixedSizes + unusedInputs + givenInputs + assumptions
        return imported
    }

    private func input() throws(ONNXMistake) -> ImportedModel.Input {
        if case .embedding(let table)? = chain.first?.operation { return .tokens(table.shape[0]) }
        guard let inputFeatures else {
            throw .inputFeatures(mainInput.map { model.inputs[$0].name } ?? "")
        }
        return .features(inputFeatures)
    }

    /// nil where the model takes one sequence: then both layouts are the same.
    private var batchFirst: Bool? {
        guard let batchAxis, let timeAxis else { return nil }
        return batchAxis.axis < timeAxis.axis
    }

    // MARK: Outputs

    private mutating func result(of output: ONNXValueInfo) throws(ONNXMistake) -> GraphOutput {
        guard let value = values[output.name] else { throw .output(output.name, .notComputed) }
        guard case .signal(var signal) = value, !signal.isInput else { throw .output(output.name, .constant) }
        if case .states(let rows) = signal.content {
            if signal.axes.contains(.rows(rows.count)), let use = stateUse(rows, signal) { return .states(use) }
            // A state without an axis for its layers is what a `last` gives.
            guard let position = chain.lastIndex(where: { $0.id == rows.first?.element }),
                signal.realAxes == signal.axes,
                let id = try? appendLast(of: rows, at: chain[position].place)
            else { throw .output(output.name, .states) }
            signal.content = .result(id)
        }
        if case .step = signal.content { throw .output(output.name, .step) }
        guard case .result(let id) = signal.content else { throw .output(output.name, .constant) }
        guard let position = chain.firstIndex(where: { $0.id == id }) else { throw .output(output.name, .branch) }
        let expected = axes(after: position)
        guard signal.axes.map(describe) == expected else {
            throw .output(output.name, .axes(found: text(signal), expected: "(\(expected.joined(separator: ", ")))"))
        }
        return .layer(id)
    }

    /// Whole LSTM nodes' states, in the chain's order, with axes as nn.LSTM has them.
    private func stateUse(_ rows: [StateRow], _ signal: GraphSignal) -> StateUse? {
        guard let kind = rows.first?.kind else { return nil }
        var elements: [Int] = []
        for row in rows where row.direction == 0 { elements.append(row.element) }
        var expected: [StateRow] = []
        for id in elements {
            guard let element = chain.first(where: { $0.id == id }), case .lstm(let lstm) = element.operation else {
                return nil
            }
            expected += (0..<lstm.directions).map { StateRow(kind: kind, element: id, direction: $0) }
        }
        var shape: [GraphAxis] = [.rows(rows.count)]
        if let batch = signal.axes.first(where: { if case .outer = $0 { true } else { false } }) { shape.append(batch) }
        guard rows == expected, signal.axes.dropLast() == shape[...] else { return nil }
        return StateUse(kind: kind, elements: elements)
    }

    /// What a spec's result has after the element at `position`, in words.
    private func axes(after position: Int) -> [String] {
        let hasTime = chain[...position].allSatisfy { element in
            if case .plain(let kind) = element.operation { ![.last, .mean, .max].contains(kind) } else { true }
        }
        let outer = [(batchAxis, "batch"), (hasTime ? timeAxis : nil, "time")].compactMap { id, word in
            id.map { ($0.axis, word) }
        }
        let features = chain[position].features.map { "\($0) features" } ?? "features"
        return outer.sorted { $0.0 < $1.0 }.map(\.1) + [features]
    }

    private func names(
        of outputs: [GraphOutput], _ groups: [LSTMGroup], _ writer: LayerWriter
    ) throws(ONNXMistake) -> [String] {
        var names: [String] = []
        for (output, info) in zip(outputs, model.outputs) {
            let group: LSTMGroup?
            let result: String
            switch output {
            case .layer(let id):
                group = groups.first { $0.ids.last == id }
                guard group != nil || writer.names[id] != nil else { throw .output(info.name, .branch) }
                result = group == nil ? "" : "output"
                if group == nil, let name = writer.names[id] { names.append(name) }
            case .states(let use):
                group = groups.first { $0.ids == use.elements }
                guard group != nil else { throw .output(info.name, .states) }
                result = use.kind == .h ? "h_n" : "c_n"
            }
            if let group, let name = group.ids.first.flatMap({ writer.names[$0] }) {
                names.append(groups.count > 1 ? "\(name).\(result)" : result)
            }
        }
        // Two outputs of a graph can be one value, and what the last layer gives is the default.
        var seen: Set<String> = []
        names = names.filter { seen.insert($0).inserted }
        let isDefault = names.count == 1 && names.first == writer.layers.last?.name
        return isDefault ? [] : names
    }

    // MARK: What the file says otherwise than a spec

    private var fixedSizes: [String] {
        guard let mainInput, let shape = model.inputs[mainInput].shape else { return [] }
        let words = [(batchAxis, "sequences"), (timeAxis, "steps")].compactMap { id, word in
            id.flatMap { shape.indices.contains($0.axis) ? shape[$0.axis] : nil }.map { "\($0) \(word)" }
        }
        return words.isEmpty ? [] : ["the file is for \(words.joined(separator: " of ")): the spec takes any number"]
    }

    private var givenInputs: [String] {
        var sentences: [String] = []
        if let lengthsInput {
            sentences.append(
                "the input \(quoted(model.inputs[lengthsInput].name)) is 'lengths'; past a sequence's length every "
                    + "result is zero")
        }
        var given: [Int: String] = [:]
        for element in chain {
            guard case .lstm(let lstm) = element.operation else { continue }
            if case .given(let input, _) = lstm.initialH { given[input] = "h0" }
            if case .given(let input, _) = lstm.initialC { given[input] = "c0" }
        }
        for (input, name) in given.sorted(by: { $0.key < $1.key }) {
            sentences.append("the input \(quoted(model.inputs[input].name)) is '\(name)', zero where it is not given")
        }
        return sentences
    }

    private var unusedInputs: [String] {
        var used: Set<Int?> = [mainInput, lengthsInput]
        for case .lstm(let lstm) in chain.map(\.operation) {
            if case .given(let input, _) = lstm.initialH { used.insert(input) }
            if case .given(let input, _) = lstm.initialC { used.insert(input) }
        }
        let names = model.inputs.indices.filter {
            !used.contains($0) && model.initializers[model.inputs[$0].name] == nil
        }
        return names.prefix(8).map { "the input \(quoted(model.inputs[$0].name)) is not used by the graph's outputs" }
    }
}
