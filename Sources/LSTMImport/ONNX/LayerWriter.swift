// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint

/// Makes a spec's layers and PyTorch's tensors of a chain.
struct LayerWriter {
    private(set) var layers: [ImportedLayer] = []
    private(set) var tensors: [NamedTensor] = []
    /// The layer's name for an element's identifier.
    private(set) var names: [Int: String] = [:]
    private var naming = LayerNaming()

    mutating func write(_ chain: [ChainElement], groups: [LSTMGroup]) throws(ONNXMistake) {
        for (position, element) in chain.enumerated() {
            switch element.operation {
            case .lstm:
                guard let group = groups.first(where: { $0.positions.lowerBound == position }) else { continue }
                writeLSTM(group.positions.map { chain[$0] })
                for id in group.ids { names[id] = layers.last?.name }
            case .embedding(let table):
                let name = append(element, .embedding(embeddingDim: table.shape[1]), "embedding")
                add(table, "\(name).weight")
            case .linear(let weight, let bias):
                let name = append(element, .linear(outFeatures: weight.shape[0], bias: bias != nil), "linear")
                add(weight, "\(name).weight")
                if let bias { add(bias, "\(name).bias") }
            case .layerNorm(let eps, let scale, let bias):
                let kind = ImportedLayer.Kind.layerNorm(eps: eps, elementwiseAffine: scale != nil, bias: bias != nil)
                let name = append(element, kind, "norm")
                if let scale { add(scale, "\(name).weight") }
                if let bias { add(bias, "\(name).bias") }
            case .plain(let kind): append(element, kind, kind.usualName)
            }
        }
    }

    @discardableResult
    private mutating func append(_ element: ChainElement, _ kind: ImportedLayer.Kind, _ word: String) -> String {
        let name = naming.name(for: element.name ?? word, kind: word)
        layers.append(ImportedLayer(name: name, kind: kind))
        names[element.id] = name
        return name
    }

    private mutating func add(_ view: TensorView, _ name: String) {
        if let tensor = view.named(name) { tensors.append(tensor) }
    }

    /// The same layer of PyTorch in another's order of gates: i, o, f, c becomes i, f, g, o.
    private mutating func writeLSTM(_ elements: [ChainElement]) {
        let cells = elements.compactMap { element in
            if case .lstm(let lstm) = element.operation { lstm } else { nil }
        }
        guard let first = cells.first, let element = elements.first else { return }
        let name = naming.name(for: element.name ?? "lstm", kind: "lstm")
        var lstm = ImportedLayer.LSTM(inputSize: first.inputSize, hiddenSize: first.hiddenSize)
        lstm.numLayers = cells.count
        lstm.bias = first.bias != nil
        lstm.bidirectional = first.isBidirectional
        for (layer, cell) in cells.enumerated() {
            for direction in 0..<cell.directions {
                let suffix = "l\(layer)" + (direction == 1 ? "_reverse" : "")
                let hidden = cell.hiddenSize
                addGates(cell.weights, direction, 0, hidden, "\(name).weight_ih_\(suffix)")
                addGates(cell.recurrent, direction, 0, hidden, "\(name).weight_hh_\(suffix)")
                guard let bias = cell.bias else { continue }
                addGates(bias, direction, 0, hidden, "\(name).bias_ih_\(suffix)")
                addGates(bias, direction, 4 * hidden, hidden, "\(name).bias_hh_\(suffix)")
            }
        }
        if cells.contains(where: \.hasConstantState) {
            lstm.initialH = "\(name).initial_h"
            lstm.initialC = "\(name).initial_c"
            addState(cells.map(\.initialH), first, "\(name).initial_h")
            addState(cells.map(\.initialC), first, "\(name).initial_c")
        }
        layers.append(ImportedLayer(name: name, kind: .lstm(lstm)))
    }

    private mutating func addGates(_ view: TensorView, _ direction: Int, _ start: Int, _ hidden: Int, _ name: String) {
        guard let rows = view.selected(0, direction) else { return }
        let gates = [0, 2, 3, 1].compactMap { gate in
            rows.sliced(0, (start + gate * hidden)..<(start + (gate + 1) * hidden))
        }
        if let stacked = TensorView(stacking: gates) { add(stacked, name) }
    }

    /// Every layer's state one after another, zeros where a layer has none.
    private mutating func addState(_ states: [InitialState], _ lstm: LSTMElement, _ name: String) {
        let shape = [lstm.directions, lstm.hiddenSize]
        let type = states.lazy.compactMap { state in
            if case .constant(let constant) = state { constant.view.type } else { nil }
        }.first
        let views = states.compactMap { state in
            if case .constant(let constant) = state { return constant.view }
            let type = type ?? .float32
            let zeros = [UInt8](repeating: 0, count: type.byteCount(shape: shape) ?? 0)
            return TensorView(zeros, in: 0..<zeros.count, type: type, shape: shape)
        }
        if let stacked = TensorView(stacking: views) { add(stacked, name) }
    }
}

extension LSTMElement {
    fileprivate var hasConstantState: Bool {
        if case .constant = initialH { return true }
        if case .constant = initialC { return true }
        return false
    }
}
