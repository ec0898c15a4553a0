// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

/// What a checkpoint is held against: a model's parameters, and what its spec says about weights.
package struct ParameterDemand {
    package var parameters: [Parameter]
    /// By layer index.
    package var layerNames: [String]
    package var prefix = ""
    /// Glob patterns of tensors that need not be used.
    package var ignore: [String] = []
    /// Layers whose mistakes are told already; then any tensor can be one of theirs, and none counts as unused.
    package var explained: Set<Int> = []
    /// The place of every diagnostic, but for those of `weights.precision`.
    package var location: SourceLocation
    /// The place of `weights.precision`, where the spec has it.
    package var precisionLocation: SourceLocation?

    package init(parameters: [Parameter], layerNames: [String], location: SourceLocation) {
        self.parameters = parameters
        self.layerNames = layerNames
        self.location = location
    }
}

/// Finds every one of the demanded parameters in the checkpoint; all mistakes in one run.
///
/// Each tensor that begins with the prefix must be used, or matched by a pattern. `parameters` is nil where anything is
/// wrong.
package func reconcile(
    _ checkpoint: Checkpoint, with demand: ParameterDemand
) -> (parameters: ModelParameters?, diagnostics: [Diagnostic]) {
    var reconciliation = Reconciliation(checkpoint: checkpoint, demand: demand)
    for parameter in demand.parameters { reconciliation.find(parameter) }
    reconciliation.reportMissing()
    reconciliation.reportUnused()
    let diagnostics = reconciliation.diagnostics
    return (diagnostics.hasErrors ? nil : reconciliation.parameters, diagnostics)
}

private struct Reconciliation {
    private static let limit = CheckpointLimits.mistakes
    private static let nearestLimit = 8

    let checkpoint: Checkpoint
    let demand: ParameterDemand
    var parameters = ModelParameters()
    var diagnostics: [Diagnostic] = []
    private var used: Set<String> = []
    private var missing: [Parameter] = []
    /// Tensors that are there and of no use to the parameter that wants them.
    private var unfit = 0
    /// Tensors whose values are looked through already; two parameters can be the same tensor.
    private var examined: Set<String> = []

    init(checkpoint: Checkpoint, demand: ParameterDemand) {
        self.checkpoint = checkpoint
        self.demand = demand
    }

    private func layerName(_ parameter: Parameter) -> String {
        demand.layerNames.indices.contains(parameter.layer) ? demand.layerNames[parameter.layer] : ""
    }

    private mutating func report(
        _ mistake: CheckpointMistake, at place: SourceLocation? = nil, notes: [String] = []
    ) {
        diagnostics.append(mistake.diagnostic(at: place ?? demand.location, notes: notes))
    }

    private mutating func reportUnfit(
        _ mistake: CheckpointMistake, at place: SourceLocation? = nil, notes: [String] = []
    ) {
        unfit += 1
        if unfit <= Self.limit { report(mistake, at: place, notes: notes) }
    }

    mutating func find(_ parameter: Parameter) {
        for name in parameter.tensorNames {
            if let tensor = checkpoint.tensors[name] {
                used.insert(name)
                return take(tensor, name, for: parameter)
            }
            if let mistake = checkpoint.unreadable[name] {
                if used.insert(name).inserted { reportUnfit(mistake) }
                return
            }
        }
        if !demand.explained.contains(parameter.layer) { missing.append(parameter) }
    }

    private mutating func take(_ tensor: StoredTensor, _ name: String, for parameter: Parameter) {
        guard !demand.explained.contains(parameter.layer) else { return }
        let layer = layerName(parameter)
        guard let fitting = fit(tensor, to: parameter) else {
            return reportUnfit(
                .wrongShape(tensor: name, shape: tensor.shape, layer: layer, expected: parameter.shape))
        }
        guard let source = fitting.floatSource else {
            return reportUnfit(.integerParameter(tensor: name, type: tensor.elementType, layer: layer))
        }
        if examined.insert(name).inserted, let bad = nonFiniteValues(of: source) {
            if let large = tensor.firstBeyondFloat32() {
                return reportUnfit(.beyondFloat32(tensor: name, value: large.value, index: large.index))
            }
            let index = indices(of: bad.first, shape: source.shape)
            reportUnfit(
                .nonFinite(tensor: name, count: bad.count, firstIndex: index),
                notes: ["the \(bad.count == 1 ? "one" : "first of them") is at index \(shapeText(index))"])
        }
        if let beyond = firstBeyond(parameter.precision, source) {
            let index = indices(of: beyond.index, shape: source.shape)
            return reportUnfit(
                .beyondPrecision(tensor: name, value: beyond.value, index: index, parameter.precision),
                at: demand.precisionLocation)
        }
        parameters[layer: parameter.layer, key: parameter.key] = source.kept(for: parameter)
    }

    /// The tensor in the parameter's shape; a first state can have a batch axis of one row.
    private func fit(_ tensor: StoredTensor, to parameter: Parameter) -> StoredTensor? {
        if tensor.shape == parameter.shape { return tensor }
        let isFirstState = parameter.key == "initial_h" || parameter.key == "initial_c"
        guard isFirstState, tensor.shape.count == 3, let squeezed = tensor.removingAxis(1) else { return nil }
        return squeezed.shape == parameter.shape ? squeezed : nil
    }

    // MARK: What is left over

    mutating func reportMissing() {
        if unfit > Self.limit { report(.moreUnfitTensors(count: unfit - Self.limit)) }
        guard !missing.isEmpty else { return }
        let unused = checkpoint.names.filter { !used.contains($0) }
        for (index, parameter) in missing.prefix(Self.limit).enumerated() {
            let name = parameter.tensorNames.first ?? parameter.key
            var notes: [String] = []
            if index < Self.nearestLimit, let near = nearestNote(to: name, among: unused) { notes.append(near) }
            if index == 0 {
                let names = checkpoint.names
                notes.append(
                    names.isEmpty
                        ? "the checkpoint has no tensors" : "the tensors of the checkpoint: \(listedFew(names))")
            }
            report(.missingTensor(name: name, layer: layerName(parameter)), notes: notes)
        }
        if missing.count > Self.limit { report(.moreMissingTensors(count: missing.count - Self.limit)) }
    }

    /// The nearest present name as a note; where only a prefix lacks, what to set.
    private func nearestNote(to name: String, among unused: [String]) -> String? {
        if let longer = unused.first(where: { $0.hasSuffix(".\(name)") }) {
            let prefix = demand.prefix + longer.dropLast(name.count)
            return "\(quoted(longer)) is there: set weights.prefix to \(quoted(prefix)) if that is the one"
        }
        return nearest(to: name, among: unused.prefix(500)).map { "the nearest there is \(quoted($0))" }
    }

    mutating func reportUnused() {
        guard demand.explained.isEmpty else { return }
        let patterns = demand.ignore.map(GlobPattern.init)
        let doubtful = checkpoint.doubtful
        var unused = (checkpoint.names + doubtful.keys).sorted().filter { name in
            guard !used.contains(name), name.hasPrefix(demand.prefix) else { return false }
            // What a batch norm counts in training.
            if name.split(separator: ".").last == "num_batches_tracked" { return false }
            let short = String(name.dropFirst(demand.prefix.count))
            return !patterns.contains { $0.matches(name) || $0.matches(short) }
        }
        // A whole module is one mistake.
        let modules = Dictionary(grouping: unused.filter { checkpoint.tensors[$0] != nil }, by: modulePath)
        var told = 0
        for (path, names) in modules.sorted(by: { $0.key < $1.key }) where names.count > 1 && !path.isEmpty {
            guard names.allSatisfy({ isParameterName($0.dropFirst(path.count + 1)) }), told < Self.limit else {
                continue
            }
            told += 1
            let shapes = names.prefix(4).map { name in
                "\(quoted(name)) \(shapeText(checkpoint.tensors[name]?.shape ?? []))"
            }
            let rest = names.count > 4 ? " and \(names.count - 4) more" : ""
            report(
                .unusedModule(path: String(path)), notes: ["its tensors: " + shapes.joined(separator: ", ") + rest])
            let all = Set(names)
            unused.removeAll { all.contains($0) }
        }
        for name in unused.prefix(Self.limit) {
            let notes = checkpoint.tensors[name].map {
                ["shape in the checkpoint: \(shapeText($0.shape)), \($0.elementType.rawValue)"]
            }
            report(.unusedTensor(name: name), notes: notes ?? doubtful[name].map { [$0.message] } ?? [])
        }
        if unused.count > Self.limit { report(.moreUnusedTensors(count: unused.count - Self.limit)) }
    }
}

/// The index along each axis of the element at `position`, row-major.
package func indices(of position: Int, shape: [Int]) -> [Int] {
    var rest = position
    var indices: [Int] = []
    for size in shape.reversed() where size > 0 {
        indices.append(rest % size)
        rest /= size
    }
    return indices.reversed()
}
