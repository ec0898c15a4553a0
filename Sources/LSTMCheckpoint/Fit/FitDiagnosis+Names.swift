// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec

extension FitDiagnosis {
    /// How many layers and modules are held against one another.
    private static let layerLimit = 64
    private static let moduleLimit = 200
    private static let prefixLimit = 64

    /// Layers whose tensors begin with what none in the checkpoint does: another prefix, or other names.
    mutating func findModules() {
        var missing = missingLayers
        guard !missing.isEmpty else { return }
        if missing.count == owners.count {
            guard changePrefix(missing) else { return }
            missing = missingLayers
        }
        if !missing.isEmpty { rename(missing) }
    }

    private var missingLayers: [Int] {
        owners.filter { index in
            let prefix = model.layers[index].tensorPrefix
            return modules[prefix: prefix] == nil && (prefix.isEmpty || prefix.hasSuffix("."))
        }
    }

    private var prefix: String { document.weights.value?.prefix.value ?? "" }

    /// A layer's path after `weights.prefix`, without a dot at its end.
    private func path(of layer: Int) -> String {
        let path = model.layers[layer].tensorPrefix.dropFirst(prefix.count)
        return String(path.hasSuffix(".") ? path.dropLast() : path)
    }

    // MARK: The prefix

    /// Another prefix that has most of the layers' modules. False where several have as many, and one must be chosen.
    private mutating func changePrefix(_ missing: [Int]) -> Bool {
        let place = document.weights.value?.prefix.location
        let known = candidatePrefixes(missing)
        let scores = known.map { prefix in missing.count { modules[prefix: prefix + path(of: $0) + "."] != nil } }
        let best = scores.max() ?? 0
        guard best > 0 else {
            if let place, !modules.hasNames(beginningWith: prefix) {
                report(
                    .unknownPrefix(prefix), at: place, notes: [moduleNote(modules.all)])
                setPrefix("")
            }
            return true
        }
        var fitting = zip(known, scores).filter { $0.1 == best }.map(\.0)
        let exact = fitting.filter { prefix in
            missing.allSatisfy { index in
                guard let module = modules[prefix: prefix + path(of: index) + "."] else { return true }
                return differences(index, module) == 0
            }
        }
        if !exact.isEmpty { fitting = exact }
        report(
            .prefix(found: prefix, fitting: fitting), at: place ?? original.weights?.file.location ?? original.location,
            notes: prefixNotes(missing, fitting))
        guard fitting.count == 1 else {
            explained.formUnion(owners)
            return false
        }
        setPrefix(fitting[0])
        return isWhole
    }

    private func prefixNotes(_ missing: [Int], _ fitting: [String]) -> [String] {
        fitting.prefix(3).compactMap { prefix in
            for index in missing {
                let path = path(of: index) + "."
                guard let module = modules[prefix: prefix + path], let key = module.shapes.keys.max() else { continue }
                return "\(quoted(prefix + path + key)) is there, and the spec reads \(quoted(self.prefix + path + key))"
            }
            return nil
        }
    }

    /// What stands before a layer's path in the names of modules.
    private func candidatePrefixes(_ missing: [Int]) -> [String] {
        for path in missing.prefix(8).map(path) where !path.isEmpty {
            let prefixes = modules.all.lazy.filter { $0.path == path || $0.path.hasSuffix("." + path) }
                .map { String($0.path.dropLast(path.count)) }.filter { $0 != prefix }
            let found = Array(prefixes.prefix(Self.prefixLimit))
            if !found.isEmpty { return found }
        }
        return []
    }

    private mutating func setPrefix(_ text: String) {
        guard case .present(var weights) = document.weights else { return }
        weights.value.prefix = .present(Located(text, at: weights.value.prefix.location ?? weights.location))
        document.weights = .present(weights)
        lowerAgain()
    }

    // MARK: Names

    /// Modules of other names for these layers, where only one can be meant.
    private mutating func rename(_ missing: [Int]) {
        let used = Set(owners.filter { !missing.contains($0) }.map { model.layers[$0].tensorPrefix })
        var pool = modules.all.filter { ($0.path + ".").hasPrefix(prefix) && !used.contains($0.path + ".") }
        pool = Array(pool.prefix(Self.moduleLimit))
        var renamed: [(layer: Int, module: CheckpointModules.Module)] = []
        var lost: [Int] = []
        var notes: [String] = []
        for index in missing {
            guard renamed.count + lost.count < Self.layerLimit else {
                lost.append(index)
                continue
            }
            switch choice(for: index, among: pool) {
            case .one(let module):
                renamed.append((index, module))
                pool.removeAll { $0.path == module.path }
            case .several(let modules):
                lost.append(index)
                let names = modules.map(\.path)
                notes.append("\(listedFew(names, limit: 4)) would fit layer \(quoted(model.layers[index].name))")
            case .none: lost.append(index)
            }
        }
        reportLost(lost, notes: notes, pool)
        guard !renamed.isEmpty else { return }
        let renamings = renamed.map { index, module in
            FitMistake.Renaming(
                layer: model.layers[index].name, path: path(of: index),
                fitting: String(module.path.dropFirst(prefix.count)))
        }
        report(
            .names(renamings), at: place(of: renamed.map(\.layer)),
            notes: renamed.prefix(2).map { "the checkpoint's module \($0.module.text)" })
        setNames(renamings)
    }

    private mutating func reportLost(_ lost: [Int], notes: [String], _ pool: [CheckpointModules.Module]) {
        guard !lost.isEmpty else { return }
        var notes = Array(notes.prefix(3))
        if notes.isEmpty { notes = [moduleNote(pool.isEmpty ? modules.all : pool)] }
        for index in lost.prefix(1) {
            switch model.layers[index].operation {
            case .layerNorm: notes.append("with elementwise_affine: false, the layer needs no tensors")
            case .recurrent, .embedding, .linear, .pointwise, .prelu, .softmax, .l2Normalize, .dropout, .last, .pool,
                .combine, .concat, .slice, .scale, .select, .steps, .flip, .repeat, .argmax, .reshape, .transpose,
                .batchNorm, .conv1d, .windowPool, .pad:
                break
            }
        }
        report(
            .missingModules(lost.map { (prefix + path(of: $0), model.layers[$0].name) }), at: place(of: lost),
            notes: notes)
        explained.formUnion(lost)
    }

    private func moduleNote(_ modules: [CheckpointModules.Module]) -> String {
        let shown = modules.prefix(6).map(\.text).joined(separator: "; ")
        return "the modules there: " + shown + (modules.count > 6 ? "; and \(modules.count - 6) more" : "")
    }

    /// One layer's name, or path in `names`; of several, where all their names are mapped.
    private func place(of layers: [Int]) -> SourceLocation {
        let file = original.weights?.file.location ?? original.location
        let names = document.weights.value?.names
        guard layers.count == 1 else { return names?.location ?? file }
        let layer = model.layers[layers[0]]
        return names?.value?.first { $0.layer.value == layer.name }?.path.location
            ?? entry(layers[0]).name.location ?? layer.location
    }

    private mutating func setNames(_ renamings: [FitMistake.Renaming]) {
        guard case .present(var weights) = document.weights else { return }
        let changed = Set(renamings.map(\.layer))
        var names = (weights.value.names.value ?? []).filter { !changed.contains($0.layer.value) }
        let place = weights.location
        names += renamings.map { (layer: Located($0.layer, at: place), path: Located($0.fitting, at: place)) }
        weights.value.names = .present(Located(names, at: place))
        document.weights = .present(weights)
        lowerAgain()
    }

    private enum Choice {
        case one(CheckpointModules.Module)
        case several([CheckpointModules.Module])
        case none
    }

    private func choice(for index: Int, among pool: [CheckpointModules.Module]) -> Choice {
        let alike = pool.compactMap { module in differences(index, module).map { (module, $0) } }
        let path = path(of: index)
        let below = alike.filter { $0.0.path == path || $0.0.path.hasSuffix("." + path) }.map(\.0)
        if below.count == 1 { return .one(below[0]) }
        let exact = alike.filter { $0.1 == 0 }.map(\.0)
        let near = exact.isEmpty ? alike.filter { $0.1 == 1 }.map(\.0) : exact
        if near.count == 1 { return .one(near[0]) }
        if let name = nearest(to: prefix + path, among: near.map(\.path)),
            let module = near.first(where: { $0.path == name })
        {
            return .one(module)
        }
        return exact.isEmpty ? .none : .several(exact)
    }

    /// In how many ways a module of a layer's kind differs from it; nil for one of another kind.
    private func differences(_ index: Int, _ module: CheckpointModules.Module) -> Int? {
        guard !module.isDoubtful else { return nil }
        switch LayerFit(model.layers[index].operation, module.shapes) {
        case .sizes(let kind, let changes, let needed, let given):
            return (kind == nil ? 0 : 1) + changes.count + (needed == given ? 0 : 1)
        case .otherModule, .otherForm, .unclear: return nil
        }
    }
}
