// SPDX-License-Identifier: Apache-2.0

extension ElementWriter {
    /// The same layer of PyTorch in another's order of gates.
    mutating func writeRecurrent(_ group: RecurrentGroup) {
        let element = graph[group.first]
        let cells = group.members.compactMap { graph[$0].recurrent }
        let word = cells[0].cell.word
        let from = element.inputs.map { self.name(of: $0) }
        if !SpecLanguage.has(word) {
            mistakes.append(.node(element.place, .notInSpecs("a \(word)")))
            return
        }
        let initial = initialStates(cells[0], element)
        let name = naming.name(for: element.name ?? word, kind: word)
        var layer = ImportedLayer(name: name, kind: kind(cells, name, initial))
        layer.from = isStandard(from) ? [] : from
        layers.append(layer)
        for id in group.members { names[.element(id)] = name }
        for (layer, cell) in cells.enumerated() {
            for direction in 0..<cell.directions {
                addCell(cell, direction, "\(name).", "l\(layer)" + (direction == 1 ? "_reverse" : ""))
            }
        }
        if cells.contains(where: \.hasConstantState) {
            addState(cells.map(\.initialH), cells[0], "\(name).initial_h")
            if cells[0].cell == .lstm { addState(cells.map(\.initialC), cells[0], "\(name).initial_c") }
        }
    }

    private func kind(_ cells: [RecurrentElement], _ name: String, _ initial: FirstValues?) -> ImportedLayer.Kind {
        let first = cells[0]
        var layer = ImportedLayer.LSTM(inputSize: first.inputSize, hiddenSize: first.hiddenSize)
        layer.numLayers = cells.count
        layer.bias = first.bias != nil
        layer.bidirectional = first.isBidirectional
        switch first.cell {
        case .lstm: break
        case .gru(let resetAfter): layer.cell = .gru(resetAfter: resetAfter)
        case .rnn(let nonlinearity):
            layer.cell = .rnn
            layer.activation = nonlinearity == "tanh" ? nil : nonlinearity
        }
        if let (gates, values) = first.activations {
            layer.activation = values == "tanh" ? nil : values
            layer.recurrentActivation = gates == "sigmoid" ? nil : gates
        }
        layer.initial = initial
        if cells.contains(where: \.hasConstantState) {
            layer.initialH = "\(name).initial_h"
            layer.initialC = first.cell == .lstm ? "\(name).initial_c" : nil
        }
        return .lstm(layer)
    }

    /// `{ h: NAME, c: NAME }` where the first states come of other layers.
    private mutating func initialStates(_ cell: RecurrentElement, _ element: GraphElement) -> FirstValues? {
        var parts: [String?] = []
        for state in [cell.initialH, cell.initialC] {
            if case .value(let source) = state { parts.append(name(of: source)) } else { parts.append(nil) }
        }
        guard parts[0] != nil || parts[1] != nil else { return nil }
        if !SpecLanguage.has(cell.cell.word, key: "initial") {
            mistakes.append(
                .node(element.place, .notInSpecs("a \(cell.cell.word) whose first state another layer gives")))
        }
        if cell.hasConstantState || cell.hasGivenState || parts[0] == nil {
            mistakes.append(.node(element.place, .notInSpecs("a first state of which another layer gives only a part")))
        }
        return FirstValues(h: parts[0] ?? "", c: parts[1])
    }

    private mutating func addCell(_ cell: RecurrentElement, _ direction: Int, _ path: String, _ suffix: String) {
        let gates = cell.cell.gates
        let hidden = cell.hiddenSize
        func gathered(_ view: TensorView, from start: Int) -> TensorView? {
            guard let rows = view.selected(0, direction) else { return nil }
            let parts = gates.compactMap { gate in
                rows.sliced(0, (start + gate * hidden)..<(start + (gate + 1) * hidden))
            }
            return TensorView(stacking: parts)
        }
        func put(_ view: TensorView, from start: Int, _ key: String) {
            if let view = gathered(view, from: start) { add(view, path + key + "_" + suffix) }
        }
        put(cell.weights, from: 0, "weight_ih")
        put(cell.recurrent, from: 0, "weight_hh")
        guard let bias = cell.bias else { return }
        put(bias, from: 0, "bias_ih")
        put(bias, from: gates.count * hidden, "bias_hh")
    }

    /// Every layer's state one after another, zeros where a layer has none.
    private mutating func addState(_ states: [InitialState], _ cell: RecurrentElement, _ name: String) {
        let constants = states.map { state in if case .constant(let view) = state { view } else { nil as TensorView? } }
        let types = Set(constants.compactMap { $0?.type })
        let shape = [cell.directions, cell.hiddenSize]
        let zeros = [UInt8](repeating: 0, count: (types.first ?? .float32).byteCount(shape: shape) ?? 0)
        let views = constants.compactMap { view in
            // Of several types, all become float32.
            if let view { return types.count == 1 ? view : view.floats.map { TensorView(floats: $0, shape: shape) } }
            return types.count == 1
                ? TensorView(zeros, in: 0..<zeros.count, type: types.first ?? .float32, shape: shape)
                : TensorView(floats: [Float](repeating: 0, count: shape[0] * shape[1]), shape: shape)
        }
        if let stacked = TensorView(stacking: views) { add(stacked, name) }
    }
}

extension RecurrentElement {
    /// Whether an input of the graph is a first state.
    fileprivate var hasGivenState: Bool {
        if case .given = initialH { return true }
        if case .given = initialC { return true }
        return false
    }

    var hasConstantState: Bool {
        if case .constant = initialH { return true }
        if case .constant = initialC { return true }
        return false
    }
}
