// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

/// Makes layers and tensors of a model, one call after another.
struct KerasReader {
    var weights: KerasWeights
    let model: KerasModel
    let version: Int?
    var layers: [ImportedLayer] = []
    var tensors: [NamedTensor] = []
    var assumptions: [String]
    var naming = LayerNaming()
    var inputs: [KerasInput] = []
    /// True inside TimeDistributed, where the time axis cannot be seen.
    var isDistributed = false
    /// Every layer that reads a time axis as a whole: what it reads it from, and whether it leaves the paddings out.
    var timeReaders: [(layer: KerasLayer, root: Int, skipsPadding: Bool)] = []
    /// Layers that no kind of a spec is.
    var unknown: [KerasLayer] = []
    /// Everything else that stands in the way.
    var mistakes: [KerasMistake] = []
    /// The recurrent layers' names.
    var recurrent: Set<String> = []
    /// What is computed in another type than float32.
    private var otherTypes: Set<String> = []
    private let isWeightsAlone: Bool

    init(_ file: KerasFile) {
        isWeightsAlone = file.isWeightsAlone
        (weights, model, version, assumptions) = (file.weights, file.model, file.version, file.assumptions)
    }

    mutating func imported() throws(KerasFailure) -> ImportedModel {
        let results: [KerasValue?]
        do throws(KerasMistake) {
            results = try run(model, with: nil, in: KerasScope(weights, model))
            if unknown.isEmpty, mistakes.isEmpty { try checkPaddings() }
            if unknown.isEmpty, mistakes.isEmpty, recurrent.isEmpty { throw .noLSTM }
        } catch {
            throw KerasFailure(found + [error])
        }
        guard found.isEmpty else { throw KerasFailure(found) }
        let named: [ImportedModel.NamedInput]
        let outputs: [String]
        do throws(KerasMistake) {
            named = try inputs.map { input throws(KerasMistake) in try input.named() }
            outputs = try resultNames(results.compactMap(\.self))
        } catch {
            throw KerasFailure(error)
        }
        removePlainSources(named)
        if isWeightsAlone { describeWeightsAlone() }
        var imported = ImportedModel(inputs: named, batchFirst: true, layers: layers, weights: .converted(tensors))
        imported.outputs = outputs
        if isWeightsAlone, outputs.isEmpty { imported.open = weightsAloneChoices }
        describeTypes()
        describePaddings(named)
        imported.assumptions = assumptions
        return imported
    }

    /// All of a file's mistakes, those about unknown layers in one.
    private var found: [KerasMistake] {
        let names = unknown.map { "\(quoted($0.name)) (\(cut($0.kind)))" }
        let first: [KerasMistake] = names.isEmpty ? [] : [.unknownLayers(names)]
        return Array((first + mistakes).prefix(ImportLimits.mistakes))
    }

    /// `from` is for what does not take what stands before it.
    private mutating func removePlainSources(_ inputs: [ImportedModel.NamedInput]) {
        for index in layers.indices where layers[index].from.count == 1 {
            let before = index > 0 ? layers[index - 1].name : inputs.count == 1 ? inputs[0].name : nil
            if layers[index].from[0] == before { layers[index].from = [] }
        }
    }

    /// Notes a layer's type, where a layer computes in another than float32.
    mutating func note(_ layer: KerasLayer) {
        if let type = layer.otherType { otherTypes.insert(type) }
    }

    private mutating func describeTypes() {
        for type in otherTypes.sorted() {
            assumptions.append(
                "Keras computes this model in \(type), and a spec in float32: Keras' own results differ by \(type)'s "
                    + "rounding")
        }
    }

    // MARK: What calls write

    /// Adds an entry that takes these values, and gives its name.
    @discardableResult
    mutating func append(
        _ owner: KerasLayer, _ kind: ImportedLayer.Kind, from values: [KerasValue], name: String? = nil,
        word: String? = nil
    ) -> String {
        let name = naming.name(for: name ?? owner.name, kind: word ?? kind.usualName)
        var layer = ImportedLayer(name: name, kind: kind)
        layer.from = values.map(\.reference)
        layers.append(layer)
        if let lack = SpecLanguage.lack(of: kind) { report(owner.mistake(.lacking(lack))) }
        return name
    }

    /// Adds an entry that gives what it takes, in other numbers.
    mutating func apply(
        _ owner: KerasLayer, _ kind: ImportedLayer.Kind, to value: KerasValue, name: String? = nil, word: String? = nil
    ) -> KerasValue {
        value.renamed(append(owner, kind, from: [value], name: name, word: word))
    }

    /// Once each.
    mutating func report(_ mistake: KerasMistake) {
        if !mistakes.contains(mistake), mistakes.count < ImportLimits.mistakes { mistakes.append(mistake) }
    }

    mutating func add(_ view: TensorView?, _ name: String) {
        if let tensor = view?.named(name) { tensors.append(tensor) }
    }

    /// A weight with the shape that it must have; nil there for any size.
    mutating func weight(
        _ layer: KerasLayer, _ place: WeightPlace, _ index: Int, _ shape: [Int?]
    ) throws(KerasMistake) -> TensorView {
        let view = try weights.tensor(layer, place, index: index)
        guard view.shape.count == shape.count, zip(view.shape, shape).allSatisfy({ $1 == nil || $0 == $1 }),
            view.elementCount > 0
        else {
            let expected = "(" + shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ") + ")"
            throw .weight(
                path: weights.path(place, index: index), layer: layer.name, .shape(view.shape, expected: expected))
        }
        guard view.type.isFloat else {
            throw .weight(path: weights.path(place, index: index), layer: layer.name, .type)
        }
        return view
    }
}
