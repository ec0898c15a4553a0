// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

/// Walks a graph in its order and finds the one chain of layers that it is.
///
/// Every value is known by what it means: constants and shapes are computed as the exporter meant them, and a value that
/// depends on the input is the result of a chain's element with a meaning for each axis. So a Transpose or Reshape
/// around an LSTM only changes axes, and what changes anything else than axes is a layer, or a mistake with its node.
struct GraphWalk {
    let model: ONNXModel
    let bytes: [UInt8]
    var values: [String: GraphValue] = [:]
    var chain: [ChainElement] = []
    /// The identifiers of the `last`s that states became.
    private var lasts: [[StateRow]: Int] = [:]
    private var nextID = 0

    /// The graph input that the chain begins with.
    var mainInput: Int?
    var inputFeatures: Int?
    /// What the LSTMs say of the axes; `batchAxis` stays nil where there is none.
    var timeAxis: AxisID?
    var batchAxis: AxisID?
    /// The graph input with the sequences' lengths.
    var lengthsInput: Int?
    var assumptions: [String] = []
    /// Bytes of constants that may still be used: a graph can take, and double, one again and again.
    private var copiesLeft: Int

    init(_ model: ONNXModel, _ bytes: [UInt8]) {
        self.model = model
        self.bytes = bytes
        copiesLeft = 4 * bytes.count + (1 << 16)
    }

    mutating func walk() throws(ONNXMistake) {
        try defineInputs()
        let needed = try neededNodes()
        let unknown = model.nodes.indices.filter { needed[$0] && !Self.isKnown(model.nodes[$0]) }
        guard unknown.isEmpty else {
            let nodes = unknown.prefix(8).map { model.nodes[$0] }
            throw .unknownOperators(nodes.map(\.place), more: unknown.count - nodes.count)
        }
        for (index, node) in model.nodes.enumerated() where needed[index] { try visit(node) }
    }

    /// Which nodes the graph's outputs come of; the others are of no use, whatever they are.
    private func neededNodes() throws(ONNXMistake) -> [Bool] {
        var producers: [String: Int] = [:]
        for (index, node) in model.nodes.enumerated() {
            for output in node.outputs where !output.isEmpty {
                guard values[output] == nil, model.initializers[output] == nil,
                    producers.updateValue(index, forKey: output) == nil
                else { throw .duplicateValue(output, offset: node.offset) }
            }
        }
        var needed = [Bool](repeating: false, count: model.nodes.count)
        var left = model.outputs.map(\.name)
        while let name = left.popLast() {
            guard let index = producers[name], !needed[index] else { continue }
            needed[index] = true
            left += model.nodes[index].inputs
        }
        return needed
    }

    private mutating func defineInputs() throws(ONNXMistake) {
        for (index, input) in model.inputs.enumerated() where model.initializers[input.name] == nil {
            guard values[input.name] == nil else { throw .duplicateValue(input.name, offset: input.offset) }
            guard let shape = input.shape, shape.count <= 4 else { continue }
            let isFloat = input.elementType.map { [1, 10, 11, 16].contains($0) } ?? true
            var axes: [GraphAxis] = shape.enumerated().map { axis, size in
                .outer(AxisID(input: index, axis: axis), fixed: size)
            }
            if isFloat, shape.count >= 2 { axes[shape.count - 1] = .features(shape[shape.count - 1]) }
            values[input.name] = .signal(GraphSignal(content: .input(index), axes: axes))
        }
        guard !model.outputs.isEmpty else { throw .noOutput }
    }

    // MARK: What the operators use

    /// An input of a node; throws where it is left out, or nothing has given it yet.
    mutating func value(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> GraphValue {
        guard let value = try optionalValue(node, index) else { throw .node(node.place, .missingInput(index)) }
        return value
    }

    mutating func optionalValue(_ node: ONNXNode, _ index: Int) throws(ONNXMistake) -> GraphValue? {
        guard let name = node.input(index) else { return nil }
        if let value = values[name] { return value }
        if let tensor = model.initializers[name] {
            let value = GraphValue.constant(try tensor.view(in: bytes, named: name))
            values[name] = value
            return value
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

    /// A value's axes in words, for a message.
    func text(_ signal: GraphSignal) -> String {
        "(" + signal.axes.map(describe).joined(separator: ", ") + ")"
    }

    func describe(_ axis: GraphAxis) -> String {
        if case .outer(let id, _) = axis, id == timeAxis { return "time" }
        if case .outer(let id, _) = axis, id == batchAxis { return "batch" }
        return axis.description
    }

    // MARK: The chain

    /// The value as the input of the chain's next element; a state becomes a `last`.
    mutating func taken(_ signal: GraphSignal, by node: ONNXNode) throws(ONNXMistake) -> GraphSignal {
        switch signal.content {
        case .input(let input):
            guard chain.isEmpty, mainInput == nil || mainInput == input else {
                throw .node(node.place, .severalInputs(model.inputs[input].name))
            }
            mainInput = input
            if case .features(let count?) = signal.axes.last { inputFeatures = count }
            return signal
        case .result(let id):
            guard chain.last?.id == id else { throw .node(node.place, .branch) }
            return signal
        case .states(let rows):
            if lasts[rows] == nil {
                guard let id = try appendLast(of: rows, by: node) else { throw .node(node.place, .stateNotLast) }
                lasts[rows] = id
            }
            return try taken(resolved(signal), by: node)
        case .inputRows: throw .node(node.place, .firstStateElsewhere)
        case .step: throw .node(node.place, .stepElsewhere)
        }
    }

    /// A state that a `last` was made of, as that one's result.
    func resolved(_ signal: GraphSignal) -> GraphSignal {
        guard case .states(let rows) = signal.content, let id = lasts[rows] else { return signal }
        return GraphSignal(content: .result(id), axes: signal.axes.map { $0 == .rows(1) ? .one : $0 })
    }

    /// Appends a `last` where `rows` are what it gives; nil where they are not.
    mutating func appendLast(of rows: [StateRow], by node: ONNXNode) throws(ONNXMistake) -> Int? {
        guard let id = rows.first?.element else { return nil }
        guard let element = chain.last, element.id == id, case .lstm(let lstm) = element.operation else {
            throw .node(node.place, .branch)
        }
        let all = (0..<lstm.directions).map { StateRow(kind: .h, element: id, direction: $0) }
        guard rows == all else { return nil }
        return try append(.plain(.last), node, features: element.features)
    }

    /// Adds an element and gives its identifier.
    @discardableResult
    mutating func append(
        _ operation: ChainElement.Operation, _ node: ONNXNode, name: String? = nil, features: Int?
    ) throws(ONNXMistake) -> Int {
        guard chain.count < ImportLimits.layers else { throw .tooManyLayers(limit: ImportLimits.layers) }
        defer { nextID += 1 }
        chain.append(
            ChainElement(id: nextID, operation: operation, place: node.place, name: name, features: features))
        return nextID
    }

    /// A new identifier for an element that was changed.
    mutating func renew(_ position: Int) -> Int {
        defer { nextID += 1 }
        chain[position].id = nextID
        return nextID
    }
}
