// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

/// Everything that keeps an ONNX file from becoming a spec.
struct ONNXFailure: Error {
    var mistakes: [ONNXMistake]
}

/// Reads an ONNX file: layers around LSTM nodes, as exporters write them.
///
/// The weights are converted to PyTorch's names and gate order, bit for bit. Time and memory are bounded by the files'
/// sizes. Throws everything that no spec can say, each with its node, its tensor or its byte.
///
/// - Parameter companions: the files beside this one that tensors are in, by their names.
/// - Parameter settings: what the user gives of sizes and integers that the file leaves open, by their names.
func readONNX(
    _ bytes: [UInt8], companions: [String: [UInt8]] = [:], settings: [String: Int] = [:]
) throws(ONNXFailure) -> ImportedModel {
    var model: ONNXModel
    do throws(ONNXMistake) {
        model = try ONNXModel(bytes)
        try model.settle(settings)
        model.graph = withCells(model.graph)
    } catch {
        throw ONNXFailure(mistakes: [error])
    }
    var mistakes: [ONNXMistake]
    do throws(ONNXMistake) {
        let found = try importedGraph(model, bytes, companions)
        if let imported = found.0, found.1.isEmpty { return imported }
        mistakes = found.1
    } catch {
        mistakes = [error]
    }
    // What else is said of such a graph follows from this.
    if let layer = UnrolledLayer(in: model.graph) { mistakes = [.unrolled(weight: layer.weight, steps: layer.steps)] }
    throw ONNXFailure(mistakes: mistakes)
}

/// The model, or at least one mistake.
private func importedGraph(
    _ model: ONNXModel, _ bytes: [UInt8], _ companions: [String: [UInt8]]
) throws(ONNXMistake) -> (ImportedModel?, [ONNXMistake]) {
    var reading = InputReading()
    for _ in 0..<16 {
        var walk = GraphWalk(model, bytes, companions: companions, reading: reading)
        do throws(ONNXMistake) {
            try walk.walk()
        } catch {
            guard case .again(let next) = error else { throw error }
            reading = next
            continue
        }
        let results = try walk.results()
        let imported = walk.mistakes.isEmpty ? try walk.importedModel(results) : nil
        return (imported, walk.mistakes)
    }
    throw .tooMuchFolding
}

extension GraphWalk {
    /// The elements as layers, and the graph's outputs as their results.
    fileprivate mutating func importedModel(_ given: [GraphResult]) throws(ONNXMistake) -> ImportedModel? {
        let used = usedInputs(ElementGraph(elements, outputs: given.map(\.source)))
        settleRoles(used)
        var graph = ElementGraph(settledElements, outputs: given.map(\.source))
        guard graph.order.contains(where: { graph[$0].recurrent != nil }) else { throw .noLSTM }
        check(graph)
        graph.findNorms()
        graph.findActivations()
        graph.joinParts()
        graph.writeQuotients()
        graph.foldScales()
        graph.findLast()

        let results = zip(given, graph.outputs).map { GraphResult(name: $0.name, source: $1, isState: $0.isState) }
        let states = results.compactMap { result in
            if result.isState, case .states(let rows) = result.source { rows } else { nil as [StateRow]? }
        }
        let groups = graph.recurrentGroups(results: states)
        var naming = LayerNaming()
        let carriers = usedInputs(graph).sorted()
        var names: [Int: String] = [:]
        for index in carriers {
            names[index] =
                carriers.count == 1 ? "x" : naming.inputName(for: model.graph.inputs[index].name)
        }
        var writer = ElementWriter(graph, groups: groups, inputs: names, naming: naming)
        writer.write()
        let outputs = resultNames(results, graph, groups, &writer)
        for mistake in writer.mistakes { report(mistake) }
        let kinds = try carriers.map { index throws(ONNXMistake) in (index, try kind(of: index)) }
        guard !kinds.isEmpty, mistakes.isEmpty else { return nil }

        let isOne = kinds.count == 1
        var imported = ImportedModel(
            inputs: kinds.map { index, kind in
                .init(names[index] ?? "", kind, isPerSequence: !isOne && !hasTime(index))
            }, batchFirst: batchFirst, layers: writer.layers, weights: .converted(writer.tensors))
        imported.outputs = outputs
        imported.assumptions =
            settingNotes() + fixedSizes(carriers) + unusedInputs(carriers, graph) + inputNotes(carriers, names)
            + givenInputs(graph, groups, writer) + assumptions
        return imported
    }

    private func usedInputs(_ graph: ElementGraph) -> Set<Int> {
        var used: Set<Int> = []
        for id in graph.order {
            for case .input(let index) in ElementGraph.taken(graph[id]) { used.insert(index) }
        }
        return used
    }

    private func kind(of index: Int) throws(ONNXMistake) -> ImportedModel.Input {
        if let count = tokens[index] { return .tokens(count) }
        let name = model.graph.inputs[index].name
        let sizes = (inputs[index]?.inner ?? []).map { atoms.size($0) }
        let known = sizes.compactMap(\.self)
        guard !known.isEmpty, known.count == sizes.count else { throw .inputFeatures(name) }
        return known.count == 1 ? .features(known[0]) : .shape(known)
    }

    private func hasTime(_ index: Int) -> Bool {
        inputs[index]?.outer.contains { atoms.role($0) == .time } ?? true
    }

    // MARK: Results

    private mutating func resultNames(
        _ results: [GraphResult], _ graph: ElementGraph, _ groups: [RecurrentGroup], _ writer: inout ElementWriter
    ) -> [String] {
        var names: [String] = []
        for result in results {
            guard case .states(let rows) = result.source, result.isState else {
                var name = writer.name(of: result.source)
                if let id = result.source.element, graph[id].recurrent != nil {
                    name = groups.count > 1 ? "\(name).output" : "output"
                }
                if name.hasSuffix(".h_n") || name.hasSuffix(".c_n"), groups.count == 1 { name = String(name.suffix(3)) }
                names.append(name)
                continue
            }
            // All states of one layer, or of several, one after another.
            var rest = rows[...]
            while let first = rest.first {
                let group = groups.first { writer.rows(of: $0, first.kind).first == first }
                guard let group, rest.starts(with: writer.rows(of: group, first.kind)) else {
                    report(.output(result.name, .mixed("a part of the states")))
                    return []
                }
                rest = rest.dropFirst(writer.rows(of: group, first.kind).count)
                let part = first.kind == .h ? "h_n" : "c_n"
                names.append(groups.count > 1 ? "\(writer.name(of: .element(group.first))).\(part)" : part)
            }
        }
        // Two outputs of a graph can be one value, and what the last layer gives is the default.
        var seen: Set<String> = []
        names = names.filter { seen.insert($0).inserted }
        let isDefault = names.count == 1 && names.first == writer.layers.last?.name
        return isDefault ? [] : names
    }

    // MARK: What the file says otherwise than a spec

    private func fixedSizes(_ carriers: [Int]) -> [String] {
        guard let main = carriers.first, let axes = inputs[main] else { return [] }
        func size(_ role: AtomTable.Role) -> Int? {
            axes.outer.first { atoms.role($0) == role && atoms.origin($0) != nil }.flatMap { atoms.size($0) }
        }
        let words = [(size(.batch), "sequences"), (size(.time), "steps")].compactMap { size, word in
            size.map { "\($0) \(word)" }
        }
        return words.isEmpty ? [] : ["the file is for \(words.joined(separator: " of ")): the spec takes any number"]
    }

    private func inputNotes(_ carriers: [Int], _ names: [Int: String]) -> [String] {
        var notes: [String] = []
        for index in carriers {
            let name = model.graph.inputs[index].name
            if reading.withoutFeatures.contains(index), tokens[index] == nil {
                notes.append("the input \(quoted(name)) has no axis for its one feature in the file, and has one here")
            }
            if reading.oneStep.contains(index) {
                notes.append("the input \(quoted(name)) is one step in the file, and any number of them here")
            }
            let roles = inputs[index]?.outer.compactMap { atoms.role($0) } ?? []
            if let batchFirst, roles.count == 2, !reading.oneStep.contains(index),
                (roles.firstIndex(of: .batch) == 0) != batchFirst
            {
                notes.append("the input \(quoted(name)) has batch and time the other way round in the file")
            }
        }
        return notes
    }

    private func givenInputs(_ graph: ElementGraph, _ groups: [RecurrentGroup], _ writer: ElementWriter) -> [String] {
        var sentences: [String] = []
        if let lengthsInput {
            sentences.append(
                "the input \(quoted(model.graph.inputs[lengthsInput].name)) is 'lengths'; past a sequence's length every "
                    + "result is zero")
        }
        var writer = writer
        var given: [(input: Int, sentence: String)] = []
        for group in groups {
            let prefix = groups.count > 1 ? writer.name(of: .element(group.first)) + "." : ""
            let cells = group.members.compactMap { graph[$0].recurrent }
            for (state, starts) in [("h0", cells.map(\.initialH)), ("c0", cells.map(\.initialC))] {
                let parts = starts.compactMap { start in
                    if case .given(let input, let ranges) = start {
                        (input, ranges)
                    } else {
                        nil as (Int, [Range<Int>?])?
                    }
                }
                guard let (input, first) = parts.first, let last = parts.last else { continue }
                let name = model.graph.inputs[input].name
                let shape = model.graph.inputs[input].shape ?? []
                let isWhole =
                    parts.allSatisfy { $0.1.allSatisfy { $0 == nil } }
                    || (plainRows(first)?.lowerBound == 0 && plainRows(last.1)?.upperBound == shape.first ?? -1)
                let known = isWhole && shape.count == 3
                let rows = plainRows(first).flatMap { a in plainRows(last.1).map { a.lowerBound..<$0.upperBound } }
                let words =
                    known
                    ? "the input \(quoted(name)) is '\(prefix)\(state)'"
                    : rows.map {
                        "rows \($0.lowerBound) to \($0.upperBound - 1) of the input \(quoted(name)) are '\(prefix)\(state)'"
                    }
                        ?? (isWhole
                            ? "the input \(quoted(name)), with other axes, is '\(prefix)\(state)'"
                            : "a part of the input \(quoted(name)) is '\(prefix)\(state)'")
                given.append((input, words + ", zero where it is not given"))
            }
        }
        return sentences + given.sorted { $0.input < $1.input }.map(\.sentence)
    }

    private func unusedInputs(_ carriers: [Int], _ graph: ElementGraph) -> [String] {
        var used: Set<Int?> = Set(carriers)
        used.insert(lengthsInput)
        for id in graph.order {
            guard let node = graph[id].recurrent else { continue }
            for case .given(let input, _) in [node.initialH, node.initialC] { used.insert(input) }
        }
        let inputs = model.graph.inputs
        let names = inputs.indices.filter { index in
            !used.contains(index) && model.settings[inputs[index].name] == nil
                && model.graph.initializers[inputs[index].name] == nil
        }
        return names.prefix(8).map { "the input \(quoted(inputs[$0].name)) is not used by the graph's outputs" }
    }
}
