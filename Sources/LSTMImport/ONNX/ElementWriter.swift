// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR

/// Makes a spec's layers and PyTorch's tensors of a graph of elements.
struct ElementWriter {
    let graph: ElementGraph
    let groups: [RecurrentGroup]
    var layers: [ImportedLayer] = []
    var tensors: [NamedTensor] = []
    var mistakes: [ONNXMistake] = []
    /// What values are called.
    var names: [GraphSource: String] = [:]
    var naming: LayerNaming
    /// The model's only input, which a first layer takes where it says nothing.
    private let onlyInput: String?

    /// - Parameters:
    ///   - inputs: the names of the graph inputs that are the model's.
    ///   - naming: has given those names.
    init(_ graph: ElementGraph, groups: [RecurrentGroup], inputs: [Int: String], naming: LayerNaming) {
        (self.graph, self.groups, self.naming) = (graph, groups, naming)
        onlyInput = inputs.count == 1 ? inputs.first?.value : nil
        for (index, name) in inputs { names[.input(index)] = name }
    }

    mutating func write() {
        for id in graph.order {
            let element = graph[id]
            if element.recurrent != nil {
                guard let group = groups.first(where: { $0.first == id }) else { continue }
                writeRecurrent(group)
            } else {
                write(element)
            }
        }
    }

    /// What a value is called, made first where it is only a part of another one.
    mutating func name(of source: GraphSource) -> String {
        if let name = names[source] { return name }
        if case .states(let rows) = source {
            let name = stateName(rows)
            names[source] = name
            return name
        }
        return ""
    }

    private mutating func write(_ element: GraphElement) {
        let from = element.inputs.map { name(of: $0) }
        switch element.operation {
        case .recurrent: break
        case .embedding(let table):
            let name = append(element, .embedding(embeddingDim: table.shape[1]), "embedding", from)
            add(table, "\(name).weight")
        case .linear(let weight, let bias):
            let name = append(element, .linear(outFeatures: weight.shape[0], bias: bias != nil), "linear", from)
            add(weight, "\(name).weight")
            if let bias { add(bias, "\(name).bias") }
        case .layerNorm(let eps, let scale, let bias):
            let kind = ImportedLayer.Kind.layerNorm(eps: eps, elementwiseAffine: scale != nil, bias: bias != nil)
            let name = append(element, kind, "norm", from)
            if let scale { add(scale, "\(name).weight") }
            if let bias { add(bias, "\(name).bias") }
        case .batchNorm(let eps, let views): writeBatchNorm(element, eps, views, from)
        case .scale(let scale): writeScale(element, scale, from)
        case .prelu(let slopes):
            let settings = slopes.count == 1 ? [] : [SpecEntry.Setting("num_parameters", .integer(slopes.count))]
            let name = append(element, "prelu", settings, "prelu", from)
            add(TensorView(floats: slopes, shape: [slopes.count]), "\(name).weight")
        case .conv(let conv):
            let name = append(element, conv.word, conv.settings, conv.usualName, from)
            if let weight = conv.weight { add(weight, "\(name).weight") }
            if let bias = conv.bias { add(bias, "\(name).bias") }
        case .plain(let layer): append(element, layer.word, layer.settings, layer.usualName, from)
        case .join(let word): append(element, word, [], word, from)
        case .slice(let start, let stop):
            let size = graph.element(element.inputs[0])?.sizes.last ?? nil
            let settings =
                (start == 0 ? [] : [SpecEntry.Setting("start", .integer(start))])
                + (stop == size ? [] : [SpecEntry.Setting("stop", .integer(stop))])
            append(element, "slice", settings, "slice", from)
        case .reshape(let sizes):
            let word = sizes.count == 1 ? "flatten" : "unflatten"
            append(element, word, sizes.count == 1 ? [] : [.init("shape", .sizes(sizes))], word, from)
        case .transpose: append(element, "transpose", [], "transpose", from)
        case .argmax: append(element, "argmax", [], "argmax", from)
        case .pool(let word): append(element, word, [], word, from)
        case .last: append(element, "last", [], "last", from)
        case .select(let index):
            append(element, "select", index == -1 ? [] : [.init("index", .integer(index))], "select", from)
        case .steps(let start, let stop):
            let settings =
                (start.map { [SpecEntry.Setting("start", .integer($0))] } ?? [])
                + (stop.map { [SpecEntry.Setting("stop", .integer($0))] } ?? [])
            append(element, "steps", settings, "steps", from)
        case .flip: append(element, "flip", [], "flip", from)
        case .repeated(let count):
            append(element, "repeat", [.init("steps", .integer(count))], "repeated", from)
        case .step(let step): mistakes.append(.node(element.place, .step(step.words)))
        }
    }

    // MARK: Layers

    @discardableResult
    private mutating func append(
        _ element: GraphElement, _ word: String, _ settings: [SpecEntry.Setting], _ usual: String, _ from: [String]
    ) -> String {
        if !SpecLanguage.has(word) { mistakes.append(.node(element.place, .notInSpecs("a \(word)"))) }
        return append(element, kind(word, settings, usual), usual, from)
    }

    /// The kinds that every importer has, and the others as they are written.
    private func kind(_ word: String, _ settings: [SpecEntry.Setting], _ usual: String) -> ImportedLayer.Kind {
        switch (word, settings.first?.value) {
        case ("relu", _): .relu
        case ("tanh", _): .tanh
        case ("sigmoid", _): .sigmoid
        case ("softmax", _): .softmax
        case ("log_softmax", _): .logSoftmax
        case ("mean", _): .mean
        case ("max", _): .max
        case ("gelu", let form): .gelu(form == nil ? .none : .tanh)
        case ("l2_normalize", let eps): .l2Normalize(eps: eps?.double)
        default: .entry(SpecEntry(word, settings, usualName: usual))
        }
    }

    @discardableResult
    private mutating func append(
        _ element: GraphElement, _ kind: ImportedLayer.Kind, _ word: String, _ from: [String]
    ) -> String {
        let name = append(element.name ?? word, kind, word, from)
        names[.element(element.id)] = name
        return name
    }

    @discardableResult
    mutating func append(
        _ wanted: String, _ kind: ImportedLayer.Kind, _ word: String, _ from: [String]
    ) -> String {
        let name = naming.name(for: wanted, kind: word)
        var layer = ImportedLayer(name: name, kind: kind)
        layer.from = isStandard(from) ? [] : from
        layers.append(layer)
        return name
    }

    /// What stands right before an entry is what it takes.
    func isStandard(_ from: [String]) -> Bool {
        from.count == 1 && from[0] == (layers.last?.name ?? onlyInput)
    }

    mutating func add(_ view: TensorView, _ name: String) {
        if let tensor = view.named(name) { tensors.append(tensor) }
    }

    /// A number, a short list, or a tensor of the checkpoint.
    private mutating func operand(_ values: [Float], _ name: String) -> SpecEntry.Value {
        if values.count == 1 { return .float(values[0]) }
        if values.count <= 8 { return .numbers(values.map { shortest(Double($0)) }) }
        add(TensorView(floats: values, shape: [values.count]), name)
        return .text(name)
    }

    private mutating func writeScale(_ element: GraphElement, _ scale: ScaleElement, _ from: [String]) {
        let isAffine = scale.form == .affine
        let keys = isAffine ? ("weight", "bias") : ("mean", "std")
        // Its name is needed for its tensors' names.
        let name = append(element, "scale", [], "scale", from)
        var settings: [SpecEntry.Setting] = []
        if scale.first != (isAffine ? [1] : [0]) {
            settings.append(.init(keys.0, operand(scale.first, "\(name).\(keys.0)")))
        }
        if scale.second != (isAffine ? [0] : [1]) {
            settings.append(.init(keys.1, operand(scale.second, "\(name).\(keys.1)")))
        }
        if settings.isEmpty { settings.append(.init(keys.0, .float(scale.first[0]))) }
        layers[layers.count - 1].kind = .entry(SpecEntry("scale", settings))
    }

    /// A batch_norm, or the two scales that it is.
    private mutating func writeBatchNorm(
        _ element: GraphElement, _ eps: Double, _ views: [TensorView], _ from: [String]
    ) {
        if SpecLanguage.has("batch_norm") {
            let settings = eps == 1e-5 ? [] : [SpecEntry.Setting("eps", .number(eps))]
            let name = append(element, "batch_norm", settings, "norm", from)
            for (key, view) in zip(["weight", "bias", "running_mean", "running_var"], views) {
                add(view, "\(name).\(key)")
            }
            return
        }
        let parts = views.map { $0.stored?.doubles() ?? [] }
        let channels = parts[0].count
        let sizes = element.sizes.compactMap(\.self)
        guard element.sizes.count == 1, sizes == [channels] else {
            mistakes.append(.node(element.place, .notInSpecs("a batch_norm over channels")))
            return
        }
        let std = parts[3].map { Float(($0 + eps).squareRoot()) }
        guard std.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            mistakes.append(.node(element.place, .attribute("variance", "that is not positive")))
            return
        }
        var first = element
        first.name = element.name.map { $0 + "Standard" }
        writeScale(first, ScaleElement(form: .standardize, first: parts[2].map { Float($0) }, second: std), from)
        let name = layers.last?.name ?? ""
        layers[layers.count - 1].comments.append("A batch_norm, as the two scales that it is.")
        let (weight, bias) = (parts[0].map { Float($0) }, parts[1].map { Float($0) })
        if weight.allSatisfy({ $0 == 1 }), bias.allSatisfy({ $0 == 0 }) { return }
        writeScale(element, ScaleElement(form: .affine, first: weight, second: bias), [name])
    }
}
