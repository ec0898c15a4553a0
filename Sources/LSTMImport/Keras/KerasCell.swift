// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// A recurrent cell: its configuration, and where its weights are.
struct KerasCell {
    /// The spec's word: lstm, gru, rnn.
    let word: String
    /// The cell, or the layer that has its keys.
    let config: KerasLayer
    let place: WeightPlace
    let units: Int
    let bias: Bool
    let resetAfter: Bool

    /// The letters of its state.
    var states: [String] { word == "lstm" ? ["h", "c"] : ["h"] }
    var gates: Int { word == "lstm" ? 4 : word == "gru" ? 3 : 1 }

    init(_ word: String, _ config: KerasLayer, _ place: WeightPlace) throws(KerasMistake) {
        (self.word, self.config, self.place) = (word, config, place)
        units = try config.size("units")
        guard units < 1 << 24 else { throw .malformed(place: "\(config.place).config.units", expected: "smaller") }
        bias = try config.flag("use_bias", true)
        resetAfter = try config.flag("reset_after", false)
        try config.refuse("time_major")
        guard config.config["lora_rank"]?.integer == nil else { throw config.mistake(.setting("lora_rank", "")) }
    }

    /// Whether the two can be the two directions of one layer of a spec.
    func isLike(_ other: KerasCell) -> Bool {
        func activation(_ key: String, _ cell: KerasCell) -> String? { cell.config.config[key]?.string }
        return word == other.word && units == other.units && bias == other.bias && resetAfter == other.resetAfter
            && ["activation", "recurrent_activation"].allSatisfy { activation($0, self) == activation($0, other) }
    }
}

/// One pass over a sequence: a layer's cells, one on the other, and what it returns.
struct KerasPass {
    var cells: [KerasCell]
    var goesBackwards: Bool
    var returnsSequences: Bool
    var returnsState: Bool
    var isStateful: Bool

    var stateCount: Int { cells.reduce(0) { $0 + $1.states.count } }
    var weightCount: Int { cells.reduce(0) { $0 + ($1.bias ? 3 : 2) } }

    /// - Parameter owner: the layer, or the Bidirectional that it is in.
    init(_ layer: KerasLayer, _ place: WeightPlace, owner: KerasLayer) throws(KerasMistake) {
        guard !layer.isCustom else { throw owner.mistake(.setting("layer", layer.kind)) }
        switch layer.kind {
        case "LSTM": cells = [try KerasCell("lstm", layer, place.inside(["cell"]))]
        case "GRU": cells = [try KerasCell("gru", layer, place.inside(["cell"]))]
        case "SimpleRNN": cells = [try KerasCell("rnn", layer, place.inside(["cell"]))]
        case "RNN": cells = try Self.cells(try layer.inner("cell"), place.inside(["cell"]), owner)
        default: throw owner.mistake(.setting("layer", layer.kind))
        }
        goesBackwards = try layer.flag("go_backwards", false)
        returnsSequences = try layer.flag("return_sequences", false)
        returnsState = try layer.flag("return_state", false)
        isStateful = try layer.flag("stateful", false)
        try layer.refuse("time_major")
    }

    private static let words = ["LSTMCell": "lstm", "GRUCell": "gru", "SimpleRNNCell": "rnn"]

    private static func cells(
        _ cell: KerasLayer, _ place: WeightPlace, _ owner: KerasLayer
    ) throws(KerasMistake) -> [KerasCell] {
        guard !cell.isCustom else { throw owner.mistake(.setting("cell", cell.kind)) }
        if let word = words[cell.kind] { return [try KerasCell(word, cell, place)] }
        guard cell.kind == "StackedRNNCells", let entries = cell.config["cells"]?.elements,
            1...ImportLimits.layers ~= entries.count
        else { throw owner.mistake(.setting("cell", cell.kind)) }
        try cell.refuse("reverse_state_order")
        var cells: [KerasCell] = []
        var counts: [String: Int] = [:]
        var start = 0
        for (index, entry) in entries.enumerated() {
            let inner = try KerasLayer(entry, place: "\(cell.place).config.cells[\(index)]")
            guard let word = words[inner.kind], !inner.isCustom else {
                throw owner.mistake(.setting("cell", inner.kind))
            }
            let stem = snakeCase(inner.kind)
            let count = counts[stem, default: 0]
            counts[stem] = count + 1
            let path = ["cells", count == 0 ? stem : "\(stem)_\(count)"]
            let made = try KerasCell(word, inner, place.inside(path, legacyStart: start))
            cells.append(made)
            start += made.bias ? 3 : 2
        }
        return cells
    }
}

extension KerasReader {
    /// One entry of a spec for a cell, or for two that read both ways; gives its name.
    mutating func append(
        _ owner: KerasLayer, _ cells: [KerasCell], on value: inout KerasValue, _ initial: FirstValues?, name: String
    ) throws(KerasMistake) -> String {
        let cell = cells[0]
        let activation = try cellActivation(cell.config, "activation", usual: "tanh")
        let recurrent =
            try cell.word == "rnn" ? nil : cellActivation(cell.config, "recurrent_activation", usual: "sigmoid")
        var read: [KerasCellWeights] = []
        for cell in cells { read.append(try weights(of: cell, &value, owner)) }
        guard let inputSize = value.size else { throw .noInput }
        var kind = ImportedLayer.LSTM(inputSize: inputSize, hiddenSize: cell.units)
        switch cell.word {
        case "gru": kind.cell = .gru(resetAfter: cell.resetAfter)
        case "rnn":
            kind.cell = .rnn
            guard activation == nil || activation == "relu" else {
                throw owner.mistake(.setting("activation", activation ?? ""))
            }
        default: break
        }
        (kind.bias, kind.bidirectional) = (cell.bias, cells.count == 2)
        (kind.activation, kind.recurrentActivation, kind.initial) = (activation, recurrent, initial)
        let written = append(owner, .lstm(kind), from: [value], name: name, word: cell.word)
        self.recurrent.insert(written)
        for (direction, weights) in read.enumerated() {
            let suffix = direction == 1 ? "l0_reverse" : "l0"
            add(weights.ih, "\(written).weight_ih_\(suffix)")
            add(weights.hh, "\(written).weight_hh_\(suffix)")
            add(weights.biasIH, "\(written).bias_ih_\(suffix)")
            add(weights.biasHH, "\(written).bias_hh_\(suffix)")
        }
        return written
    }

    /// Keras has matrices turned, an LSTM's gates in PyTorch's order (i, f, c, o), a GRU's in another (z, r, h), and mostly
    /// one bias for PyTorch's two.
    private mutating func weights(
        of cell: KerasCell, _ value: inout KerasValue, _ owner: KerasLayer
    ) throws(KerasMistake) -> KerasCellWeights {
        let rows = cell.gates * cell.units
        let kernel = try weight(owner, cell.place, 0, [value.size, rows])
        resolve(&value, size: kernel.shape[0])
        let recurrent = try weight(owner, cell.place, 1, [cell.units, rows])
        func ordered(_ view: TensorView?) -> TensorView? {
            guard let view, cell.word == "gru" else { return view }
            let gates = [1, 0, 2].compactMap { view.sliced(0, ($0 * cell.units)..<(($0 + 1) * cell.units)) }
            return TensorView(stacking: gates)
        }
        var read = KerasCellWeights(
            ih: ordered(kernel.transposed([1, 0])), hh: ordered(recurrent.transposed([1, 0])))
        guard cell.bias else { return read }
        if cell.word == "gru", cell.resetAfter {
            let both = try weight(owner, cell.place, 2, [2, rows])
            (read.biasIH, read.biasHH) = (ordered(both.selected(0, 0)), ordered(both.selected(0, 1)))
            return read
        }
        let bias = try weight(owner, cell.place, 2, [rows])
        read.biasIH = ordered(bias)
        let zeros = [UInt8](repeating: 0, count: bias.byteCount)
        read.biasHH = TensorView(zeros, in: 0..<zeros.count, type: bias.type, shape: bias.shape)
        return read
    }
}

private struct KerasCellWeights {
    var ih: TensorView?
    var hh: TensorView?
    var biasIH: TensorView?
    var biasHH: TensorView?
}
