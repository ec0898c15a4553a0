// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Lowering {
    /// `name`, or the file name up to its first dot.
    mutating func typeName() -> String? {
        if document.name.isAbsent {
            let file = fileName(of: document.source.path)
            let stem = String(file.unicodeScalars.prefix { $0 != "." })
            if Names.isIdentifier(stem), !Names.isReservedForModels(stem) { return stem }
            report(.fileNameIsNoIdentifier(stem), at: document.location)
            return nil
        }
        guard let name = document.name.located else { return nil }
        if !Names.isIdentifier(name.value) {
            report(.notAnIdentifier(what: "model name", name: name.value), at: name.location)
        } else if Names.isReservedForModels(name.value) {
            report(.reservedName(what: "model name", name: name.value), at: name.location)
        }
        return name.value
    }

    /// The input where it is known, and what flows from it.
    mutating func modelInput() -> (input: Model.Input?, flow: Flow) {
        guard let entry = document.input.value else { return (nil, .unknown) }
        switch (entry.features, entry.tokens) {
        case (.present(let features), .absent):
            let features = Located(size(entry.features, "features"), at: features.location)
            sizeFactor = SizeFactor("features", entry.features)
            sizeOrigin = features.value.map { .init("the input has \($0) features here", at: features.location) }
            return (features.value.map { .features($0) }, .sequence(features.value))
        case (.absent, .present):
            return (size(entry.tokens, "tokens").map { .tokens($0) }, .tokens)
        default:
            // Neither, both or a wrong one: `parse` has said so.
            return (nil, entry.tokens.isInvalid && entry.features.isAbsent ? .tokens : .unknown)
        }
    }

    mutating func modelVocabulary(_ input: Model.Input?) -> Model.Vocabulary? {
        guard let entry = document.vocabulary.value, let place = document.vocabulary.location else { return nil }
        switch input {
        case .features: report(.vocabularyWithoutTokens, at: place)
        case .tokens(let tokens):
            if let unknown = entry.unknown.located, !(0..<tokens).contains(unknown.value) {
                report(.unknownIdOutOfRange(id: unknown.value, tokens: tokens), at: unknown.location)
            }
        case nil: break
        }
        guard let file = entry.file.located, let unknown = entry.unknown.value else { return nil }
        return Model.Vocabulary(file: file, unknown: unknown)
    }

    mutating func modelWeights() -> Model.Weights? {
        guard let entry = document.weights.value, let file = entry.file.located else { return nil }
        if let placement = entry.placement.located, placement.value == .file, !file.value.hasSuffix(".safetensors") {
            report(.placementNeedsSafetensors(file: file.value), at: placement.location)
        }
        return Model.Weights(
            file: file, placement: entry.placement.value ?? .embedded, prefix: entry.prefix.value ?? "",
            key: entry.key.value, ignore: entry.ignore.value ?? [])
    }

    /// `weights.names` speaks of layers that exist and have parameters.
    mutating func checkNamesOfModules(_ entries: [LayerEntry]) {
        guard let names = document.weights.value?.names.value else { return }
        let known = entries.compactMap(\.name.value)
        let byName = Dictionary(entries.map { ($0.name.value, $0) }) { first, _ in first }
        for (layer, _) in names {
            guard let entry = byName[layer.value] else {
                // A layer whose own name is a hole may be the one that is meant.
                guard entries.allSatisfy({ $0.name.value != nil }) else { continue }
                report(
                    .unknownLayerInNames(layer.value, nearest: meant(by: layer.value, among: known)),
                    at: layer.location)
                continue
            }
            if let options = entry.options?.value, !options.hasParameters {
                report(.layerWithoutParameters(layer.value), at: layer.location)
            }
        }
    }

    /// The model's sums fit in an Int and in its budget.
    mutating func checkTotals() -> Bool {
        let costs = layers.map(\.operation.cost)
        guard costs.allSatisfy({ $0 != nil }) else { return false }
        let tensors = layers.reduce(0) { $0 + $1.operation.tensorCount }
        guard tensors <= Limits.tensors else {
            report(
                .tooManyTensors(count: tensors, limit: Limits.tensors),
                at: document.layers.location ?? document.location)
            return false
        }
        guard let total = Cost(summing: costs.compactMap(\.self)) else {
            reportTotalOverflow(costs.compactMap(\.self))
            return false
        }
        guard let budget = document.budget.value else { return true }
        check(budget.parameters, "parameters", total.parameters)
        check(budget.weightBytes, "bytes of weights", total.weightBytes)
        check(budget.macsPerStep, "multiply-adds a step", total.macsPerStep)
        return true
    }

    private mutating func check(_ budget: Field<Int>, _ what: String, _ actual: Int) {
        guard let budget = budget.located, actual > budget.value else { return }
        report(.overBudget(what: what, budget: budget.value, actual: actual), at: budget.location)
    }
}

extension LayerOptions {
    fileprivate var hasParameters: Bool {
        switch self {
        case .lstm, .embedding, .linear: true
        case .layerNorm(let norm): norm.elementwiseAffine.value != false
        case .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last, .mean, .max, .l2Normalize: false
        }
    }
}
