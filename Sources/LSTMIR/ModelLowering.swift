// SPDX-License-Identifier: Apache-2.0

import LSTMLayout
import LSTMSpec

extension Lowering {
    /// `name`, or the file name up to its first dot.
    mutating func typeName() -> String? {
        if document.name.isAbsent {
            let file = fileName(of: document.source.path)
            let stem = String(file.prefix { $0 != "." })
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

    mutating func modelVocabulary() -> Model.Vocabulary? {
        guard let entry = document.vocabulary.value, let place = document.vocabulary.location else { return nil }
        let tokens = inputs.compactMap(\.tokens)
        if let count = tokens.first {
            if tokens.count > 1 { report(.vocabularyOfSeveral, at: place) }
            if let unknown = entry.unknown.located, !(0..<count).contains(unknown.value) {
                report(.unknownIdOutOfRange(id: unknown.value, tokens: count), at: unknown.location)
            }
        } else if !inputs.isEmpty, inputs.count == clocks.count {
            report(.vocabularyWithoutTokens, at: place)
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
            file: file, placement: entry.placement.value ?? .embedded, precision: entry.precision.located,
            prefix: entry.prefix.value ?? "",
            key: entry.key.value, ignore: entry.ignore.value ?? [])
    }

    /// `weights.names` speaks of layers that exist and have parameters.
    mutating func checkNamesOfModules(_ entries: [LayerEntry]) {
        guard let names = document.weights.value?.names.value else { return }
        let known = entries.compactMap(\.name.value)
        let byName = Dictionary(entries.map { ($0.name.value, $0) }) { first, _ in first }
        for (layer, _) in names {
            guard byName[layer.value] != nil else {
                // A layer whose own name is a hole may be the one that is meant.
                guard entries.allSatisfy({ $0.name.value != nil }) else { continue }
                report(
                    .unknownLayerInNames(layer.value, nearest: meant(by: layer.value, among: known)),
                    at: layer.location)
                continue
            }
            let outcome = outcomes.first { $0.name == layer.value }
            if let operation = outcome?.operation, operation.described.tensorCount == 0 {
                report(.layerWithoutParameters(layer.value), at: layer.location)
            }
        }
    }

    /// The model's sums fit in an Int and in its budget.
    mutating func checkTotals() -> Bool {
        let costs = layers.map(\.operation.described.cost)
        guard costs.allSatisfy({ $0 != nil }) else { return false }
        let tensors = layers.reduce(0) { $0 + $1.operation.described.tensorCount }
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
        let parameters = layers.enumerated().flatMap { $1.parameters(at: $0, precision) }
        checkWidths(parameters)
        guard let budget = document.budget.value else { return true }
        check(budget.parameters, "parameters", total.parameters)
        check(budget.weightBytes, "bytes of weights", parameters.reduce(0) { $0 + $1.byteCount })
        check(budget.macsPerStep, "multiply-adds a step", total.macsPerStep)
        return true
    }

    /// Sums of products of int8 have a largest size; the first matrix that is too wide stands for all.
    private mutating func checkWidths(_ parameters: [Parameter]) {
        guard let place = document.weights.value?.precision.location else { return }
        let limit = Int(LSTMC_MOST_BYTE_INPUTS)
        for parameter in parameters where parameter.precision == .int8 {
            let count = parameter.shape.dropFirst().reduce(1, *)
            guard count > limit, let name = parameter.tensorNames.first else { continue }
            return report(.tooManyInputsForInt8(tensor: name, count: count, limit: limit), at: place)
        }
    }

    /// `budget.max_error`: a positive number.
    mutating func modelMaxError() -> Located<Double>? {
        guard let error = document.budget.value?.maxError.located else { return nil }
        guard error.value > 0, error.value.isFinite else {
            report(
                .outOfRange(key: "max_error", value: "\(error.value)", range: "a finite number, more than 0"),
                at: error.location)
            return nil
        }
        return error
    }

    private mutating func check(_ budget: Field<Int>, _ what: String, _ actual: Int) {
        guard let budget = budget.located, actual > budget.value else { return }
        report(.overBudget(what: what, budget: budget.value, actual: actual), at: budget.location)
    }
}
