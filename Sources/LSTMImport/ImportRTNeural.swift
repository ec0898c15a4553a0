// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMSpec

/// RTNeural's own JSON, with what AIDA-X adds to it.
///
/// Layers stand in their order; an lstm's weights are Keras's: kernel (input, 4 * units), recurrent kernel
/// (units, 4 * units) and one bias, the gates in the order i, f, c, o, which is PyTorch's. A gru's have three gates in the
/// order z, r, h, and two biases, (2, 3 * units); one alone means that the reset comes before the product. A dense layer's are
/// (input, output) and a bias; its activation follows it.
func importRTNeural(_ file: JSONItem, path: String, options: ImportOptions) throws(ImportFailure) -> ImportedModel {
    guard options.ignore.isEmpty else { throw ImportFailure(.ignoreNotApplicable, in: path) }
    var reader = RTNeuralReader()
    do throws(ImportMistake) {
        var model = try reader.model(file)
        if let sentence = try skipSentence(file.optional("in_skip"), options: options) {
            model.assumptions.append(sentence)
        } else if let skip = file.optional("in_skip"), try isOn(skip) {
            model.addSkip(channels: 1)
        }
        return model
    } catch {
        throw ImportFailure(error, in: path)
    }
}

private struct RTNeuralReader {
    private var naming = LayerNaming()
    private var layers: [ImportedLayer] = []
    private var tensors: [RTNeuralTensor] = []
    private var assumptions: [String] = []
    private var size = 0
    private var hasSkip = false

    mutating func model(_ file: JSONItem) throws(ImportMistake) -> ImportedModel {
        let inputSize = try lastSize(of: try file.member("in_shape"))
        size = inputSize
        let entries = try file.member("layers").elements()
        guard 1...ImportLimits.layers ~= entries.count else {
            throw try file.member("layers").wrong("a list of 1 to \(ImportLimits.layers) layers")
        }
        for entry in entries { try read(entry) }
        guard !layers.isEmpty else { throw try file.member("layers").wrong("layers that do something") }
        hasSkip = try file.optional("in_skip")?.number() ?? 0 != 0
        try applyGains(file)
        let known: Set = [
            "in_shape", "layers", "in_skip", "in_gain", "out_gain", "metadata", "samplerate", "input_batch",
            "output_batch",
        ]
        noteUnused(file.otherNames(than: known), of: "")
        noteRate(file)
        var model = ImportedModel(
            input: .features(inputSize), batchFirst: true, layers: layers,
            weights: .converted(tensors.map { NamedTensor($0.name, floats: $0.floats, shape: $0.shape) }))
        model.summary = file.optional("metadata")?.optional("name")?.value.string.map { cut($0) }
        model.assumptions = assumptions
        return model
    }

    /// The last of a Keras shape's axes; the others, null, are the batch and the time.
    private func lastSize(of shape: JSONItem) throws(ImportMistake) -> Int {
        guard let last = try shape.elements().last else { throw shape.wrong("a shape") }
        guard try shape.elements().count <= 3 else { throw shape.unsupported("a shape of more than three axes") }
        return try last.size()
    }

    private mutating func read(_ entry: JSONItem) throws(ImportMistake) {
        let type = try entry.member("type")
        let units = try lastSize(of: try entry.member("shape"))
        switch try type.text() {
        case "lstm": try readRecurrent(entry, .lstm, units: units)
        case "gru": try readRecurrent(entry, .gru(resetAfter: true), units: units)
        case "dense", "time-distributed-dense":
            try readDense(entry, units: units)
            try readActivation(entry)
        case "activation":
            guard units == size else { throw try entry.member("shape").wrong("\(size) at its end, what comes before") }
            try readActivation(entry)
        default: throw type.unsupported(quoted(try type.text()))
        }
        let others = entry.otherNames(than: ["type", "activation", "shape", "weights", "name"])
        for name in others {
            guard let item = entry.optional(name), item.value.elements?.isEmpty == false, item.hasNumbers else {
                continue
            }
            throw item.unsupported(
                "a list of numbers", "and a layer's are in 'weights' alone; leave it out of the file")
        }
        noteUnused(others, of: entry.place + ".")
        size = units
    }

    private mutating func readRecurrent(
        _ entry: JSONItem, _ cell: ImportedLayer.LSTM.Cell, units: Int
    ) throws(ImportMistake) {
        // RTNeural's layer has the usual functions, whatever this says; Keras's exporter leaves it empty or says tanh.
        if let activation = entry.optional("activation"), !["", "tanh"].contains(try activation.text()) {
            throw activation.unsupported(
                quoted(try activation.text()), "and \(cell == .lstm ? "an lstm" : "a gru") has tanh")
        }
        let weights = try entry.member("weights").elements()
        guard 2...3 ~= weights.count else {
            throw try entry.member("weights").wrong("a kernel, a recurrent kernel and a bias")
        }
        var lstm = ImportedLayer.LSTM(inputSize: size, hiddenSize: units)
        lstm.bias = weights.count == 3
        lstm.cell = cell
        let gates = cell.gates * units
        var biases: [Float] = []
        if lstm.bias, cell == .lstm || weights[2].value.elements?.first?.elements == nil {
            biases = try weights[2].vector(gates) + [Float](repeating: 0, count: gates)
            if cell != .lstm { lstm.cell = .gru(resetAfter: false) }
        } else if lstm.bias {
            biases = try weights[2].matrix(2, gates)
        }
        let name = naming.name(for: cell.word, kind: cell.word)
        layers.append(ImportedLayer(name: name, kind: .lstm(lstm)))
        var own = [
            try transposed("\(name).weight_ih_l0", weights[0], rows: size, columns: gates),
            try transposed("\(name).weight_hh_l0", weights[1], rows: units, columns: gates),
        ]
        if lstm.bias {
            own.append(RTNeuralTensor("\(name).bias_ih_l0", Array(biases[..<gates]), [gates]))
            own.append(RTNeuralTensor("\(name).bias_hh_l0", Array(biases[gates...]), [gates]))
        }
        // Keras's z, r, h is PyTorch's r, z, n.
        if cell != .lstm { for index in own.indices { own[index].swapFirstGates(units) } }
        tensors += own
    }

    private mutating func readDense(_ entry: JSONItem, units: Int) throws(ImportMistake) {
        let weights = try entry.member("weights").elements()
        guard 1...2 ~= weights.count else { throw try entry.member("weights").wrong("a kernel and a bias") }
        let name = naming.name(for: "dense", kind: "linear")
        layers.append(ImportedLayer(name: name, kind: .linear(outFeatures: units, bias: weights.count == 2)))
        tensors.append(try transposed("\(name).weight", weights[0], rows: size, columns: units))
        if weights.count == 2 { tensors.append(RTNeuralTensor("\(name).bias", try weights[1].vector(units), [units])) }
    }

    private mutating func readActivation(_ entry: JSONItem) throws(ImportMistake) {
        guard let activation = entry.optional("activation") else { return }
        let kind: ImportedLayer.Kind
        switch try activation.text() {
        case "", "linear": return
        case "tanh": kind = .tanh
        case "relu": kind = .relu
        case "sigmoid": kind = .sigmoid
        case "softmax": kind = .softmax
        default: throw activation.unsupported(quoted(try activation.text()))
        }
        layers.append(ImportedLayer(name: naming.name(for: kind.word, kind: kind.word), kind: kind))
    }

    /// Keras's (input, output) as PyTorch's (output, input).
    private func transposed(
        _ name: String, _ item: JSONItem, rows: Int, columns: Int
    ) throws(ImportMistake) -> RTNeuralTensor {
        return RTNeuralTensor(name, LSTMImport.transposed(try item.matrix(rows, columns), rows: rows), [columns, rows])
    }

    private mutating func noteUnused(_ names: [String], of place: String) {
        assumptions += unusedSentences(names, of: place)
    }

    private mutating func noteRate(_ file: JSONItem) {
        guard let rate = file.optional("metadata")?.optional("samplerate") ?? file.optional("samplerate") else {
            return
        }
        switch rate.value {
        case .number(let text), .string(let text):
            assumptions.append("the audio has \(cut(text)) samples a second, the file's samplerate")
        case .object, .array, .bool, .null: break
        }
    }
}

// MARK: AIDA-X

extension RTNeuralReader {
    /// AIDA-X multiplies the first channel by `in_gain` and the result by `out_gain`, both in decibels: the same as
    /// factors in the weights of the first and the last layer.
    private mutating func applyGains(_ file: JSONItem) throws(ImportMistake) {
        if let gain = try decibels(file.optional("in_gain")) {
            guard layers.first?.kind.isWeighted == true, let input = tensors.first?.shape.last else {
                throw gain.item.unsupported("a gain", "and the first layer has no weights to hold it")
            }
            for index in stride(from: 0, to: tensors[0].floats.count, by: input) {
                tensors[0].scale(index, gain.factor)
            }
            assumptions.append(
                "'in_gain' (\(gain.value) dB) is multiplied into the weights of \(quoted(layers[0].name))")
        }
        if let gain = try decibels(file.optional("out_gain")) {
            guard let last = layers.last, case .linear(_, let bias) = last.kind else {
                throw gain.item.unsupported(
                    "a gain", "and the last layer is no dense one without activation to hold it")
            }
            for tensor in tensors.indices.suffix(bias ? 2 : 1) {
                for index in tensors[tensor].floats.indices { tensors[tensor].scale(index, gain.factor) }
            }
            assumptions.append("'out_gain' (\(gain.value) dB) is multiplied into the weights of \(quoted(last.name))")
        }
    }

    /// nil where there is no gain, or one of 0 dB.
    private func decibels(
        _ item: JSONItem?
    ) throws(ImportMistake) -> (item: JSONItem, value: String, factor: Double)? {
        guard let item else { return nil }
        let value = try item.number()
        guard value != 0 else { return nil }
        if hasSkip { throw item.unsupported("a gain", "which with in_skip holds for the input that is added, too") }
        guard abs(value) <= 200 else { throw item.wrong("a gain in decibels, at most 200") }
        return (item, value.formattedShort, tenTo(value / 20))
    }
}

/// 10 to the power `x`, for |x| of 10 at most: by its whole part and e's series, without the C library.
private func tenTo(_ x: Double) -> Double {
    let whole = x.rounded()
    // ln 10
    let rest = (x - whole) * 2.302585092994046
    var (term, sum) = (1.0, 1.0)
    for index in 1...25 {
        term *= rest / Double(index)
        sum += term
    }
    for _ in 0..<Int(abs(whole)) { sum = whole < 0 ? sum / 10 : sum * 10 }
    return sum
}

private struct RTNeuralTensor {
    let name: String
    var floats: [Float]
    let shape: [Int]

    init(_ name: String, _ floats: [Float], _ shape: [Int]) {
        self.name = name
        self.floats = floats
        self.shape = shape
    }

    /// Exchanges the first two gates, of `units` rows each.
    mutating func swapFirstGates(_ units: Int) {
        let block = units * (shape.count > 1 ? shape[1] : 1)
        floats = Array(floats[block..<(2 * block)] + floats[..<block] + floats[(2 * block)...])
    }

    mutating func scale(_ index: Int, _ factor: Double) { floats[index] = Float(Double(floats[index]) * factor) }
}

extension ImportedLayer.Kind {
    fileprivate var isWeighted: Bool {
        switch self {
        case .lstm, .linear, .embedding, .layerNorm: true
        case .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last, .mean, .max, .l2Normalize,
            .add, .slice, .entry:
            false
        }
    }
}

/// Row-major values of so many rows, column after column.
func transposed(_ values: [Float], rows: Int) -> [Float] {
    let columns = rows == 0 ? 0 : values.count / rows
    var turned: [Float] = []
    turned.reserveCapacity(values.count)
    for column in 0..<columns {
        for row in 0..<rows { turned.append(values[row * columns + column]) }
    }
    return turned
}
