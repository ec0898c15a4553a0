// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

extension KerasReader {
    private func epsilon(of layer: KerasLayer) throws(KerasMistake) -> Double {
        let eps = try layer.number("epsilon", 1e-3) ?? 1e-3
        guard eps > 0 else {
            throw .malformed(place: "\(layer.place).config.epsilon", expected: "a positive number")
        }
        return eps
    }

    private mutating func add(_ floats: [Float], _ name: String) {
        tensors.append(NamedTensor(name, floats: floats, shape: [floats.count]))
    }

    mutating func readNorm(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace, name: String
    ) throws(KerasMistake) -> KerasValue {
        try layer.refuse("rms_scaling")
        guard isLastAxis(layer, "axis", of: value) else { throw axisMistake(layer) }
        let eps = try epsilon(of: layer)
        let (scales, centers) = (try layer.flag("scale", true), try layer.flag("center", true))
        let scale = scales ? try weight(layer, place, 0, [value.size]) : nil
        let center = centers ? try weight(layer, place, scales ? 1 : 0, [value.size]) : nil
        var value = value
        if let size = scale?.shape[0] ?? center?.shape[0] { resolve(&value, size: size) }
        let normed = append(
            layer, .layerNorm(eps: eps, elementwiseAffine: scales || centers, bias: centers), from: [value], name: name,
            word: "norm")
        add(scale, "\(normed).weight")
        if scale == nil, let center {
            // A spec's layer_norm has no bias without a weight.
            add([Float](repeating: 1, count: center.elementCount), "\(normed).weight")
        }
        add(center, "\(normed).bias")
        return value.renamed(normed)
    }

    /// Its order in the file is gamma, beta, the mean and the variance that training left.
    mutating func readBatchNorm(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace, name: String
    ) throws(KerasMistake) -> KerasValue {
        guard isLastAxis(layer, "axis", of: value) else { throw axisMistake(layer) }
        // Of a step with positions a spec's channels are the first axis.
        guard value.sizes.count == 1 else { throw layer.mistake(.needsVector) }
        try layer.refuse("renorm")
        let eps = try epsilon(of: layer)
        let (scales, centers) = (try layer.flag("scale", true), try layer.flag("center", true))
        let gamma = scales ? try weight(layer, place, 0, [value.size]) : nil
        let beta = centers ? try weight(layer, place, scales ? 1 : 0, [value.size]) : nil
        let first = (scales ? 1 : 0) + (centers ? 1 : 0)
        let mean = try weight(layer, place, first, [value.size])
        let variance = try weight(layer, place, first + 1, [mean.shape[0]])
        var value = value
        resolve(&value, size: mean.shape[0])
        let count = mean.shape[0]
        var settings: [(String, SpecEntry.Value)] = [("eps", .number(eps))]
        if !scales, !centers { settings.append(("affine", .boolean(false))) }
        let normed = append(
            layer, .entry(SpecEntry("batch_norm", settings)), from: [value], name: name, word: "norm")
        if scales || centers {
            // PyTorch has both or neither.
            if let gamma {
                add(gamma, "\(normed).weight")
            } else {
                add([Float](repeating: 1, count: count), "\(normed).weight")
            }
            if let beta {
                add(beta, "\(normed).bias")
            } else {
                add([Float](repeating: 0, count: count), "\(normed).bias")
            }
        }
        add(mean, "\(normed).running_mean")
        add(variance, "\(normed).running_var")
        return value.renamed(normed)
    }

    /// (x - mean) / max(sqrt(variance), 1e-7), or back again.
    mutating func readNormalization(
        _ layer: KerasLayer, _ value: KerasValue, _ place: WeightPlace, name: String
    ) throws(KerasMistake) -> KerasValue {
        let isScalar: Bool
        if case .null? = layer.config["axis"] {
            isScalar = true
        } else {
            isScalar = layer.config["axis"]?.elements?.isEmpty == true
        }
        guard isScalar || isLastAxis(layer, "axis", of: value) else { throw axisMistake(layer) }
        let means: [Double]
        let variances: [Double]
        var value = value
        if let given = try layer.numbers("mean"), let others = try layer.numbers("variance") {
            (means, variances) = (given, others)
        } else {
            let shape: [Int?] = isScalar ? [] : [value.size]
            let mean = try weight(layer, place, 0, shape)
            let variance = try weight(layer, place, 1, mean.shape.map { $0 })
            (means, variances) = (mean.doubles, variance.doubles)
        }
        let isRight =
            means.count == variances.count && (means.count == 1 || value.size == nil || means.count == value.size)
        guard isRight, !means.isEmpty else { throw layer.mistake(.setting("mean", "of \(means.count) values")) }
        if let wrong = variances.first(where: { !($0 >= 0) }) { throw layer.mistake(.variance(wrong)) }
        if means.count > 1 { resolve(&value, size: means.count) }
        let deviations = variances.map { Swift.max($0.squareRoot(), 1e-7) }
        let isInverse = try layer.flag("invert", false)
        let (first, second) = isInverse ? ("weight", "bias") : ("mean", "std")
        let numbers = isInverse ? (deviations, means) : (means, deviations)
        guard means.count > 1 else {
            let entry = SpecEntry(
                "scale", [(first, .number(numbers.0[0])), (second, .number(numbers.1[0]))])
            return apply(layer, .entry(entry), to: value, name: name)
        }
        let scaled = naming.name(for: name, kind: "scale")
        let entry = SpecEntry("scale", [(first, .text("\(scaled).\(first)")), (second, .text("\(scaled).\(second)"))])
        var written = ImportedLayer(name: scaled, kind: .entry(entry))
        written.from = [value.reference]
        layers.append(written)
        if let lack = SpecLanguage.lack(of: written.kind) { report(layer.mistake(.lacking(lack))) }
        add(numbers.0.map { Float($0) }, "\(scaled).\(first)")
        add(numbers.1.map { Float($0) }, "\(scaled).\(second)")
        return value.renamed(scaled)
    }

    mutating func readRescaling(
        _ layer: KerasLayer, _ value: KerasValue, name: String
    ) throws(KerasMistake) -> KerasValue {
        let scale = try layer.numbers("scale") ?? [1]
        let offset = try layer.numbers("offset") ?? [0]
        for (key, numbers) in [("scale", scale), ("offset", offset)] where numbers.count != 1 {
            guard numbers.count == value.size else { throw layer.mistake(.setting(key, "of \(numbers.count) values")) }
        }
        return scaled(layer, value, weight: scale, bias: offset, name: name)
    }

    /// weight x + bias.
    mutating func scaled(
        _ layer: KerasLayer, _ value: KerasValue, weight: [Double], bias: [Double], name: String? = nil
    ) -> KerasValue {
        func number(_ values: [Double]) -> SpecEntry.Value {
            values.count == 1 ? .number(values[0]) : .numbers(values)
        }
        var settings: [(String, SpecEntry.Value)] = []
        if weight != [1] { settings.append(("weight", number(weight))) }
        if bias != [0] { settings.append(("bias", number(bias))) }
        return apply(layer, .entry(SpecEntry("scale", settings)), to: value, name: name, word: "scaled")
    }

    /// x / divisor.
    mutating func divided(_ layer: KerasLayer, _ value: KerasValue, by divisor: Double, name: String? = nil)
        -> KerasValue
    {
        apply(layer, .entry(SpecEntry("scale", [("std", .number(divisor))])), to: value, name: name, word: "scaled")
    }
}

extension TensorView {
    /// Every float.
    var doubles: [Double] { stored?.doubles() ?? [] }
}
