// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A graph output as a spec's result.
struct GraphResult {
    var name: String
    var source: GraphSource
    /// Whether it is a recurrent layer's h_n or c_n, and not a layer's value.
    var isState: Bool
}

extension GraphWalk {
    /// What the graph's outputs are; those that are nothing a spec gives are reported.
    mutating func results() throws(ONNXMistake) -> [GraphResult] {
        var results: [GraphResult] = []
        for output in model.graph.outputs {
            guard let value = values[output.name] else {
                report(.output(output.name, initializers[output.name] == nil ? .notComputed : .constant))
                continue
            }
            switch value {
            case .missing: continue
            case .signal(let signal):
                switch signal.source {
                case .input, .firstState: report(.output(output.name, .constant))
                case .states(let rows): results += try stateResults(output.name, signal, rows)
                case .element(let id): if let result = try result(output.name, signal, id) { results.append(result) }
                }
            case .sizes, .constant, .filled: report(.output(output.name, .constant))
            }
        }
        return results
    }

    private mutating func stateResults(
        _ name: String, _ signal: GraphSignal, _ rows: [StateRow]
    ) throws(ONNXMistake) -> [GraphResult] {
        let counts = Set(signal.order.dropLast())
        let hasRows = signal.dims.contains { $0.count == 1 && counts.contains($0[0]) }
        guard hasRows, isWhole(rows) else {
            return [GraphResult(name: name, source: .states(rows), isState: false)]
        }
        let kinds = [StateRow.Kind.h, .c].filter { kind in rows.contains { $0.kind == kind } }
        let isPlain =
            kinds.count == 1 && signal.dims.first.map { $0.allSatisfy(counts.contains) } == true
            && signal.dims.last == signal.order.suffix(1)
        if !isPlain {
            let words = kinds.map { $0 == .h ? "h_n" : "c_n" }.joined(separator: " and ")
            assumptions.append("the output \(quoted(name)), \(text(signal)) in the file, is \(words) here")
        }
        return kinds.map { kind in
            GraphResult(name: name, source: .states(rows.filter { $0.kind == kind }), isState: true)
        }
    }

    /// Whether these are all states of some nodes, each kind in the nodes' order.
    private func isWhole(_ rows: [StateRow]) -> Bool {
        for kind in [StateRow.Kind.h, .c] {
            let given = rows.filter { $0.kind == kind }
            let nodes = given.filter { $0.direction == 0 }.map(\.element)
            let all = nodes.flatMap { id in
                (0..<(elements[id].recurrent?.directions ?? 1)).map { StateRow(kind: kind, element: id, direction: $0) }
            }
            guard given == all else { return false }
        }
        return true
    }

    private mutating func result(
        _ name: String, _ signal: GraphSignal, _ id: Int
    ) throws(ONNXMistake) -> GraphResult? {
        var groups: [[Atom]] = []
        var outside: [Atom] = []
        for dim in signal.dims {
            let (inner, outer) = (innerAtoms(dim), outerAtoms(dim))
            guard inner.isEmpty || outer.isEmpty, outer.count <= 1 else {
                report(.output(name, .mixed(text(signal))))
                return nil
            }
            if !inner.isEmpty { groups.append(inner) }
            outside += outer
        }
        var node = ONNXNode()
        let place = elements[id].place
        (node.name, node.operation, node.offset, node.outputs) = (
            place.node, place.operation, place.offset, [place.output]
        )
        if sizes(signal.source).isEmpty { return GraphResult(name: name, source: signal.source, isState: false) }
        // Y with its directions becomes PyTorch's output, whose directions stand side by side.
        let isOutput = elements[id].recurrent != nil || isFlippedOutput(id)
        if isOutput, groups.flatMap(\.self) == significant(signal.order) { groups = [significant(signal.order)] }
        guard let source = try arranged(signal, groups.isEmpty ? [[]] : groups, node) else {
            report(.output(name, .mixed(text(signal))))
            return nil
        }
        describe(name, signal, outside, groups.count)
        return GraphResult(name: name, source: source, isState: false)
    }

    private func isFlippedOutput(_ id: Int) -> Bool {
        guard case .flip = elements[id].operation, let input = elements[id].inputs.first?.element else { return false }
        return elements[input].recurrent != nil
    }

    /// Says where a result has other axes than the file's output.
    private mutating func describe(_ name: String, _ signal: GraphSignal, _ outside: [Atom], _ inner: Int) {
        let own = Set(outer(signal.source).map(atoms.root))
        if let atom = outside.map(atoms.root).first(where: { !own.contains($0) }) {
            let word = atoms.role(atom)?.rawValue ?? "an axis"
            assumptions.append(
                "the output \(quoted(name)) is repeated over \(word) in the file, and is given once here")
        }
        let roles = outside.compactMap { atoms.role($0)?.rawValue }
        let here = order(of: Set(roles))
        let features = inner == 0 ? ["1"] : signal.dims.map(innerAtoms).filter { !$0.isEmpty }.map { text([$0]) }
        let words = features.map { $0.hasPrefix("(") ? String($0.dropFirst().dropLast()) : $0 }
        let hasOwnAxis = inner > 0 || signal.dims.last.map { outerAtoms($0).isEmpty } == true
        let turned = roles != here
        let isExpected = signal.dims.count == own.count + max(1, inner) && hasOwnAxis
        if turned || (!isExpected && own.allSatisfy { atoms.size($0) != 1 }) {
            let shape = (here + (inner == 1 && words.count > 1 ? ["\(words.joined(separator: " * "))"] : words))
                .joined(separator: ", ")
            assumptions.append("the output \(quoted(name)), \(text(signal)) in the file, is (\(shape)) here")
        }
    }

    /// Batch and time in the order of the spec's results.
    private func order(of roles: Set<String>) -> [String] {
        // Of two axes, one named and one not yet, the other is the other.
        let isBatchFirst =
            batchFirst
            ?? inputs.sorted { $0.key < $1.key }.lazy.compactMap { _, axes -> Bool? in
                guard axes.outer.count == 2 else { return nil }
                let named = axes.outer.map { atoms.role($0) }
                return named[0] == .batch || named[1] == .time
            }.first ?? false
        let all = isBatchFirst ? ["batch", "time"] : ["time", "batch"]
        return all.filter(roles.contains)
    }

    /// nil where the model takes one sequence: then both layouts are the same.
    var batchFirst: Bool? {
        for (_, axes) in inputs.sorted(by: { $0.key < $1.key }) {
            let roles = axes.outer.map { atoms.role($0) }
            guard let batch = roles.firstIndex(of: .batch), let time = roles.firstIndex(of: .time) else { continue }
            return batch < time
        }
        return nil
    }
}
