// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

/// Why a checkpoint does not fit a model: it changes the document until it fits, and each change is one cause.
///
/// A cause is told only where the whole module agrees with it: the sizes of all its tensors are those of one module, and the
/// changed document is lowered again, so that what follows from a cause is none itself.
struct FitDiagnosis {
    let modules: CheckpointModules
    let original: Model
    /// What the changed document comes to.
    private(set) var model: Model
    var document: Document
    private(set) var causes: [Diagnostic] = []
    /// Layers of which all is said.
    var explained: Set<Int> = []
    /// Whether the changed document could be lowered, so that what is left can be told.
    private(set) var isWhole = true
    /// Lowering takes its time where a spec is large.
    private var loweringsLeft = 64

    init(_ checkpoint: Checkpoint, _ model: Model) {
        modules = CheckpointModules(checkpoint)
        (original, self.model, document) = (model, model, model.document)
        // What counts results speaks of another thing, and is not looked at here.
        document.budget = .absent
        document.labels = .absent
        document.segmentStarts = .absent
        document.vocabulary = .absent
    }

    mutating func run() {
        guard !modules.all.isEmpty else { return }
        findModules()
        guard isWhole else { return }
        changeKeys()
        guard isWhole else { return }
        settleJoins()
    }

    mutating func report(_ mistake: FitMistake, at location: SourceLocation, notes: [String]) {
        causes.append(Diagnostic(mistake, at: location, notes: notes.map { .init($0) }))
    }

    /// Takes the changed document's model for the one to go on with.
    mutating func lowerAgain() {
        if let changed = lowered(document) { model = changed } else { isWhole = false }
    }

    private mutating func lowered(_ document: Document) -> Model? {
        loweringsLeft -= 1
        guard loweringsLeft >= 0, let changed = lower(document).model, changed.layers.count == model.layers.count
        else { return nil }
        return changed
    }

    /// The layers that have tensors under their own path.
    var owners: [Int] {
        var owners: [Int] = []
        for parameter in model.parameters where owners.last != parameter.layer {
            let own = model.layers[parameter.layer].tensorPrefix + parameter.key
            if parameter.tensorNames.first == own { owners.append(parameter.layer) }
        }
        return owners
    }

    /// The module of a layer's name; nil where there is none, or nothing can be said of it.
    func module(of layer: Int, in model: Model) -> CheckpointModules.Module? {
        guard let module = modules[prefix: model.layers[layer].tensorPrefix], !module.isDoubtful else { return nil }
        return module
    }

    // MARK: Keys

    private mutating func changeKeys() {
        let owners = Set(owners)
        for index in model.layers.indices where !explained.contains(index) {
            guard let module = module(of: index, in: model) else { continue }
            let layer = model.layers[index]
            switch LayerFit(layer.operation, module.shapes) {
            case .unclear: continue
            case .otherModule:
                guard owners.contains(index) else { continue }
                report(
                    .otherModule(layer: layer.name, kind: layer.operation.kind.word, module: module.kindText),
                    at: layer.location, notes: otherWays(for: layer, module))
                explained.insert(index)
            case .otherForm(let keys):
                guard owners.contains(index) else { continue }
                report(
                    .otherForm(layer: layer.name, tensors: keys.map { layer.tensorPrefix + $0 }), at: layer.location,
                    notes: [])
                explained.insert(index)
            case .sizes(let kind, let changes, _, _): apply(kind, changes, to: index, module)
            }
        }
        if !causes.isEmpty { lowerAgain() }
    }

    /// What makes a module of another kind fit, where something does.
    private func otherWays(for layer: Layer, _ module: CheckpointModules.Module) -> [String] {
        let tensors = module.shapes.sorted { $0.key < $1.key }.prefix(4).map { key, shape in
            "\(quoted(layer.tensorPrefix + key)) \(shapeText(shape))"
        }
        var notes = ["its tensors: " + tensors.joined(separator: ", ")]
        if layer.operation.kind.word == "linear", let weight = module.shapes["weight"], weight.count == 3,
            weight[2] == 1
        {
            notes.append("a conv1d with out_channels: \(weight[0]) and kernel_size: 1 does what the linear does")
        }
        return notes
    }

    private mutating func apply(
        _ kind: String?, _ changes: [KeyChange], to index: Int, _ module: CheckpointModules.Module
    ) {
        let layer = model.layers[index]
        let isOnly = changes.count + (kind == nil ? 0 : 1) == 1
        if let kind {
            report(
                .kind(layer: layer.name, found: layer.operation.kind.word, fitting: kind), at: layer.location,
                notes: ["module " + module.text] + evidence("weight_hh_l0", of: index, countsOthers: isOnly))
        }
        for change in changes {
            let place = entry(index).place(of: change.key)
            report(
                .key(
                    change.key, owner: "layer \(quoted(layer.name))", found: change.found.text,
                    isDefault: place == nil, fitting: change.fitting.text),
                at: place ?? layer.location, notes: evidence(change.evidence, of: index, countsOthers: isOnly))
        }
        change(index) { entry in
            if let kind = kind.flatMap(OperationKind.named) { entry.kind?.value = kind.spec }
            for change in changes {
                switch change.fitting {
                case .integer(let value): entry.replace(change.key, with: value)
                case .boolean(let value): entry.replace(change.key, with: value)
                }
            }
            // Sizes that are written twice follow the others.
            for key in ["input_size", "in_features", "in_channels"] { entry.remove(key) }
        }
    }

    func entry(_ index: Int) -> LayerEntry { (document.layers.value ?? [])[index] }

    private mutating func change(_ index: Int, _ body: (inout LayerEntry) -> Void) {
        guard case .present(var layers) = document.layers else { return }
        body(&layers.value[index])
        document.layers = .present(layers)
    }

    /// What a tensor of a layer is in the checkpoint and to the spec.
    private func evidence(_ key: String, of index: Int, countsOthers: Bool) -> [String] {
        let layer = model.layers[index]
        let there = module(of: index, in: model)?.shapes ?? [:]
        let needed = original.parameters.filter { $0.layer == index }
        let isCell = there["weight_hh"] != nil
        func name(_ key: String) -> String { isCell && key.hasSuffix("_l0") ? String(key.dropLast(3)) : key }
        let own = needed.first { $0.key == key }?.shape
        let full = quoted(layer.tensorPrefix + name(key))
        var notes: [String] = []
        switch (there[name(key)], own) {
        case (let shape?, let own?) where shape != own:
            notes.append(
                "tensor \(full) has shape \(shapeText(shape)), but layer \(quoted(layer.name)) needs \(shapeText(own))")
        case (let shape?, nil): notes.append("tensor \(full) is there, of shape \(shapeText(shape))")
        case (nil, _): notes.append("there is no tensor \(full)")
        case (_?, _?): break
        }
        let keys = Set(needed.map { name($0.key) })
        let unfit = needed.count { there[name($0.key)] != $0.shape } + there.keys.count { !keys.contains($0) }
        if countsOthers, unfit > notes.count {
            let more = unfit - notes.count
            notes.append("\(more) more of the layer's tensors \(more == 1 ? "does" : "do") not fit")
        }
        return notes
    }

    // MARK: What a layer is given

    /// The size that a layer's tensors take and the one that it is given, where these differ.
    private func mismatch(_ index: Int, in model: Model) -> (needed: Int, given: Int)? {
        guard !explained.contains(index), let module = module(of: index, in: model),
            case .sizes(_, _, let needed, let given) = LayerFit(model.layers[index].operation, module.shapes),
            needed != given
        else { return nil }
        return (needed, given)
    }

    private func mismatches(in model: Model) -> [Int] {
        model.layers.indices.filter { mismatch($0, in: model) != nil }
    }

    private mutating func settleJoins() {
        while let index = mismatches(in: model).first, let (needed, given) = mismatch(index, in: model) {
            let groups = groupsThatFit(index, given: given)
            if groups == nil || entry(index).place(of: "groups") == nil,
                changeInput(for: index, needed: needed, given: given, groups: groups)
            {
                continue
            }
            if let groups, case .conv1d(let conv) = model.layers[index].operation {
                apply(
                    nil, [KeyChange("groups", conv.groups, groups, shownBy: "weight")], to: index,
                    CheckpointModules.Module(path: ""))
                lowerAgain()
                guard isWhole else { return }
                continue
            }
            report(
                .join(layer: model.layers[index].name, given: given, needed: needed),
                at: entry(index).from.location ?? model.layers[index].location,
                notes: evidence(inputEvidence(of: index), of: index, countsOthers: false))
            explained.insert(index)
        }
    }

    private func inputEvidence(of index: Int) -> String {
        switch model.layers[index].operation.kind.family {
        case .recurrent: "weight_ih_l0"
        case .table, .matrix, .norm, .activation, .pooling, .join, .shape:
            module(of: index, in: model)?.shapes["weight"] == nil ? "running_mean" : "weight"
        }
    }

    /// The groups of a conv1d that the checkpoint's weight would be right with; nil where none are.
    private func groupsThatFit(_ index: Int, given: Int) -> Int? {
        guard case .conv1d(let conv) = model.layers[index].operation,
            let weight = module(of: index, in: model)?.shapes["weight"], weight.count == 3, weight[1] > 0,
            given % weight[1] == 0, case let groups = given / weight[1], conv.outChannels % groups == 0
        else { return nil }
        return groups
    }

    /// Another size of an input with which a layer is given what it takes, and no other layer is worse off.
    private mutating func changeInput(for index: Int, needed: Int, given: Int, groups: Int?) -> Bool {
        let before = mismatches(in: model).count
        let fitting = inputChanges(needed: needed, given: given).compactMap {
            input -> (InputChange, Document, Model)? in
            var changed = document
            input.apply(&changed)
            guard let trial = lowered(changed), mismatch(index, in: trial) == nil,
                mismatches(in: trial).count < before
            else { return nil }
            return (input, changed, trial)
        }
        // Where several would do, rather one that leaves the results as they are.
        func results(_ model: Model) -> [[Int]] { model.results.map { model.layers[$0.layer].output.sizes } }
        let wanted = results(model)
        guard let (input, changed, trial) = fitting.first(where: { results($0.2) == wanted }) ?? fitting.first else {
            return false
        }
        var notes = evidence(inputEvidence(of: index), of: index, countsOthers: false)
        if let groups { notes.append("groups: \(groups) of layer \(quoted(model.layers[index].name)) would fit, too") }
        for (other, _, _) in fitting.prefix(4) where other.location != input.location {
            let owner = other.name.map { " of input \(quoted($0))" } ?? ""
            notes.append("\(other.key): \(other.fitting)\(owner) would fit, too")
        }
        report(
            .key(
                input.key, owner: input.name.map { "input \(quoted($0))" }, found: input.found, isDefault: false,
                fitting: input.fitting), at: input.location, notes: notes)
        (document, model) = (changed, trial)
        return true
    }
}
