// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Walks a graph in its order and makes a graph of elements of it.
///
/// Every value is known by what it means: constants and shapes are computed as the exporter meant them, and a value that
/// depends on an input is what an element gives, with a meaning for each axis. So a Transpose or Reshape around an LSTM
/// only changes axes. A node that no spec can say is reported, and what follows from it is left out: so every node is
/// reported that is wrong by itself.
struct GraphWalk {
    let model: ONNXModel
    let bytes: [UInt8]
    let companions: [String: [UInt8]]
    /// How to understand the inputs, where the graph says so only later.
    let reading: InputReading

    var values: [String: GraphValue] = [:]
    var initializers: [String: ONNXTensor]
    var atoms = AtomTable()
    var elements: [GraphElement] = []
    /// The elements without weights, by what they do: the same one twice is one.
    var known: [ElementKey: Int] = [:]
    /// Of each graph input that carries values: its outer axes and what a step holds.
    var inputs: [Int: InputAxes] = [:]
    /// Graph inputs that only give recurrent nodes their first states.
    var firstStates: Set<Int> = []
    /// The inputs that are looked up in tables, with the number of rows.
    var tokens: [Int: Int] = [:]
    /// The graph input with the sequences' lengths.
    var lengthsInput: Int?

    private(set) var mistakes: [ONNXMistake] = []
    private var unknown: [ONNXPlace] = []
    var assumptions: [String] = []
    /// Bytes of constants that may still be used: a graph can take, and double, one again and again.
    private var copiesLeft: Int
    private var visitsLeft = ImportLimits.graphNodes

    /// What an input's axes are.
    struct InputAxes {
        var outer: [Atom]
        var inner: [Atom]
    }

    init(_ model: ONNXModel, _ bytes: [UInt8], companions: [String: [UInt8]], reading: InputReading) {
        (self.model, self.bytes, self.companions, self.reading) = (model, bytes, companions, reading)
        initializers = model.graph.initializers
        let size = companions.values.reduce(bytes.count) { $0 + $1.count }
        copiesLeft = 4 * size + (1 << 16)
    }

    /// Throws only for what the walk begins anew after, and for what ends it: damage and limits.
    mutating func walk() throws(ONNXMistake) {
        try defineInputs()
        let needed = try neededNodes()
        for (index, node) in model.graph.nodes.enumerated() where needed[index] { try take(node) }
        if !unknown.isEmpty {
            mistakes.insert(.unknownOperators(Array(unknown.prefix(8)), more: max(0, unknown.count - 8)), at: 0)
        }
    }

    /// One node; a mistake of it is kept, and what it gives is missing from then on.
    mutating func take(_ node: ONNXNode) throws(ONNXMistake) {
        visitsLeft -= 1
        guard visitsLeft >= 0 else { throw .tooManyNodes(limit: ImportLimits.graphNodes) }
        do throws(ONNXMistake) {
            try visit(node)
        } catch {
            switch error {
            case .consequence: break
            case .node, .tensorType, .tensorSize, .externalData, .externalPath, .externalSize: report(error)
            case .unknownOperators(let places, _): unknown += places
            case .notONNX, .damaged, .tooManyNodes, .tooManyValues, .tooManyLayers, .tooMuchFolding, .sparseInitializer,
                .duplicateValue, .noOutput, .noLSTM, .unrolled, .output, .inputFeatures, .inputAxes, .setting, .again:
                throw error
            }
            for output in node.outputs where !output.isEmpty { values[output] = .missing }
        }
    }

    mutating func report(_ mistake: ONNXMistake) {
        if mistakes.count < ImportLimits.mistakes, !mistakes.contains(mistake) { mistakes.append(mistake) }
    }

    /// Which nodes the graph's outputs come of; the others are of no use, whatever they are.
    private func neededNodes() throws(ONNXMistake) -> [Bool] {
        let graph = model.graph
        var producers: [String: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            for output in node.outputs where !output.isEmpty {
                guard values[output] == nil, initializers[output] == nil,
                    producers.updateValue(index, forKey: output) == nil
                else { throw .duplicateValue(output, offset: node.offset) }
            }
        }
        var needed = [Bool](repeating: false, count: graph.nodes.count)
        var left = graph.outputs.map(\.name)
        while let name = left.popLast() {
            guard let index = producers[name], !needed[index] else { continue }
            needed[index] = true
            left += graph.nodes[index].allInputs
        }
        return needed
    }

    // MARK: What the operators use

    /// An input of a node; throws where it is left out, or nothing has given it yet.
    mutating func value(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> GraphValue {
        guard let value = try optionalValue(node, index) else { throw .node(node.place, .missingInput(index)) }
        return value
    }

    mutating func optionalValue(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> GraphValue? {
        guard let name = node.input(index) else { return nil }
        return try value(named: name, for: node)
    }

    mutating func value(named name: String, for node: ONNXNode) throws(ONNXMistake) -> GraphValue {
        if let value = values[name] {
            if case .missing = value { throw .consequence }
            return value
        }
        if let tensor = initializers[name] {
            do throws(ONNXMistake) {
                let value = GraphValue.constant(try tensor.view(in: bytes, named: name, companions: companions))
                values[name] = value
                return value
            } catch {
                values[name] = .missing
                throw error
            }
        }
        throw .node(node.place, .undefinedInput(name))
    }

    mutating func signal(_ node: ONNXNode, _ index: Int = 0) throws(ONNXMistake) -> GraphSignal {
        guard case .signal(let signal) = try value(node, index) else { throw .node(node.place, .constantInput(index)) }
        return signal
    }

    /// A weight: a constant of floats.
    mutating func weight(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> TensorView {
        guard case .constant(let view) = try value(node, index) else {
            throw .node(node.place, .variableWeight(node.inputs[index]))
        }
        guard view.type.isFloat else { throw .node(node.place, .integerWeight(node.inputs[index])) }
        try chargeCopy(view.byteCount)
        return view
    }

    mutating func set(_ node: ONNXNode, _ value: GraphValue, output: Int = 0) {
        guard node.outputs.indices.contains(output), !node.outputs[output].isEmpty else { return }
        values[node.outputs[output]] = value
    }

    mutating func chargeCopy(_ count: Int) throws(ONNXMistake) {
        copiesLeft -= min(copiesLeft + 1, count)
        guard copiesLeft >= 0 else { throw .tooMuchFolding }
    }

    // MARK: Elements

    /// Adds an element, or finds the one that does the same; gives its value.
    mutating func add(
        _ operation: ElementOperation, _ inputs: [GraphSource], _ node: ONNXNode, name: String? = nil,
        outer: Set<Atom>, sizes: [Int?], time: Atom? = nil
    ) throws(ONNXMistake) -> GraphSource {
        for case .firstState(let input, _) in inputs {
            throw .node(node.place, .firstStateElsewhere(model.graph.inputs[input].name))
        }
        let key = ElementKey(operation, inputs)
        if let key, let id = known[key] { return .element(id) }
        guard elements.count < ImportLimits.elements else { throw .tooManyLayers(limit: ImportLimits.elements) }
        let id = elements.count
        elements.append(
            GraphElement(
                id: id, operation: operation, inputs: inputs, place: node.place, name: name, outer: outer, sizes: sizes,
                time: time))
        if let key { known[key] = id }
        return .element(id)
    }

    /// Batch and time, as far as a value has them.
    func outer(_ source: GraphSource) -> Set<Atom> {
        switch source {
        case .input(let index): Set(inputs[index]?.outer ?? [])
        case .firstState: []
        case .element(let id): elements[id].outer
        case .states(let rows):
            rows.first.map { elements[$0.element].outer.filter { $0 != elements[rows[0].element].time } } ?? []
        }
    }

    func outer(_ sources: [GraphSource]) -> Set<Atom> { sources.reduce(into: []) { $0.formUnion(outer($1)) } }

    /// The sizes inside a step.
    func sizes(_ source: GraphSource) -> [Int?] {
        switch source {
        case .input(let index): inputs[index]?.inner.map { atoms.size($0) } ?? []
        case .firstState: []
        case .element(let id): elements[id].sizes
        case .states(let rows):
            [rows.first.flatMap { elements[$0.element].recurrent?.hiddenSize }.map { $0 * rows.count }]
        }
    }
}

/// What tells two elements without weights apart.
struct ElementKey: Hashable {
    private let words: String
    private let inputs: [GraphSource]

    /// Nil for an element that is always its own.
    init?(_ operation: ElementOperation, _ inputs: [GraphSource]) {
        switch operation {
        case .recurrent, .embedding, .linear, .layerNorm, .batchNorm, .prelu, .conv: return nil
        case .scale(let scale): words = "scale \(scale.form) \(scale.first) \(scale.second)"
        case .plain(let layer): words = "\(layer.word) \(layer.settings.map { "\($0.key) \($0.value.text)" })"
        case .join, .slice, .reshape, .transpose, .argmax, .pool, .last, .select, .steps, .flip, .repeated, .step:
            words = "\(operation)"
        }
        self.inputs = inputs
    }
}

/// Readings of inputs that the graph shows only where it uses them: then the walk begins anew.
struct InputReading: Hashable {
    /// Inputs whose last axis is batch or time, and not what a step holds.
    var withoutFeatures: Set<Int> = []
    /// Inputs that are one step each.
    var oneStep: Set<Int> = []
}

extension ONNXGraph {
    /// The nodes, those of branches too.
    var allNodes: [ONNXNode] {
        nodes.flatMap { node in
            // Nearly no node has a graph, and every attribute of every node is looked at.
            let graphs = node.operation == "If" ? node.attributes.values.compactMap(\.graph) : []
            return [node] + graphs.flatMap(\.allNodes)
        }
    }
}

extension ONNXNode {
    /// Operators whose first input's values are their outputs', in another order or a part of them.
    static let movers: Set = [
        "Slice", "Squeeze", "Unsqueeze", "Transpose", "Reshape", "Gather", "Split", "Identity", "Cast", "Flatten",
    ]

    /// The names that it takes, those in its branches too.
    var allInputs: [String] {
        inputs
            + attributes.values.compactMap(\.graph).flatMap { graph in
                graph.nodes.flatMap(\.allInputs) + graph.outputs.map(\.name)
            }
    }
}
