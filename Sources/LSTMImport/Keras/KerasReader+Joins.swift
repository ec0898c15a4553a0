// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

extension KerasReader {
    static let joinKinds: Set<String> = [
        "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate",
    ]

    /// A layer that makes one value of several.
    mutating func readJoin(_ layer: KerasLayer, _ arguments: KerasArguments) throws(KerasMistake) -> KerasValue {
        guard let listed = arguments.values(arguments.call.listed), !listed.isEmpty else {
            throw layer.mistake(.takesConstant)
        }
        let values = try listed.map { value throws(KerasMistake) in try floats(value, layer) }
        guard values.count > 1 else { return values[0] }
        if layer.kind == "Concatenate" {
            guard isLastAxis(layer, "axis", of: widest(values)) else { throw axisMistake(layer) }
            return try sideBySide(layer, values)
        }
        guard layer.kind != "Subtract" || values.count == 2 else { throw layer.mistake(.severalInputs) }
        let joined = try combined(layer, layer.kind, values)
        guard layer.kind != "Average" else {
            let isExact = values.count & (values.count - 1) == 0
            return isExact
                ? scaled(layer, joined, weight: [1 / Double(values.count)], bias: [0], name: "\(layer.name)_of")
                : divided(layer, joined, by: Double(values.count), name: "\(layer.name)_of")
        }
        return joined
    }

    /// The value with the most axes.
    private func widest(_ values: [KerasValue]) -> KerasValue {
        values.max { lastAxis(of: $0) < lastAxis(of: $1) } ?? values[0]
    }

    /// An operation of values with the same axes, or with a last axis of 1, or without time.
    mutating func combined(
        _ layer: KerasLayer, _ kind: String, _ values: [KerasValue], name: String? = nil
    ) throws(KerasMistake) -> KerasValue {
        let time = try commonTime(layer, values)
        let wide = widest(values)
        var size = 1
        for value in values {
            guard value.sizes.count == wide.sizes.count, value.sizes.dropLast() == wide.sizes.dropLast(),
                let last = value.size, last == 1 || size == 1 || last == size
            else { throw layer.mistake(.sizesDiffer) }
            size = max(size, last)
        }
        var result = wide.retimed(time).masked(try commonMask(layer, values))
        switch kind {
        case "Add", "Average": return result.renamed(append(layer, .add, from: values, name: name), size: size)
        case "Minimum":
            let negative = values.map { apply(layer, .entry(SpecEntry("negative")), to: $0, name: "negative") }
            let largest = append(layer, .entry(SpecEntry("maximum")), from: negative, name: "maximum", word: "largest")
            result = result.renamed(largest, size: size)
            return apply(layer, .entry(SpecEntry("negative")), to: result, name: name)
        case "Subtract", "Multiply", "Maximum":
            let word = kind.lowercased()
            let written = append(layer, .entry(SpecEntry(word)), from: values, name: name)
            return result.renamed(written, size: size)
        default: throw .unknownLayers(["\(quoted(layer.name)) (\(cut(layer.kind)))"])
        }
    }

    mutating func sideBySide(
        _ layer: KerasLayer, _ values: [KerasValue], name: String? = nil
    ) throws(KerasMistake) -> KerasValue {
        let time = try commonTime(layer, values)
        guard values.allSatisfy({ ($0.time == nil) == (time == nil) }) else { throw layer.mistake(.sizesDiffer) }
        var total = 0
        for value in values {
            guard value.sizes.count == values[0].sizes.count, value.sizes.dropLast() == values[0].sizes.dropLast(),
                let size = value.size
            else { throw layer.mistake(.sizesDiffer) }
            total += size
        }
        guard total < 1 << 31 else { throw layer.mistake(.sizesDiffer) }
        let written = append(layer, .entry(SpecEntry("concat")), from: values, name: name)
        return values[0].retimed(time).masked(try commonMask(layer, values)).renamed(written, size: total)
    }

    /// The one time axis of several values, those without one aside.
    private func commonTime(_ layer: KerasLayer, _ values: [KerasValue]) throws(KerasMistake) -> KerasTime? {
        var common: KerasTime?
        for case let time? in values.map(\.time) {
            guard let first = common else {
                common = time
                continue
            }
            guard first.joins(time) else { throw layer.mistake(.timesDiffer) }
            if first.count == nil { common?.count = time.count }
        }
        return common
    }

    /// The mask of several values: Keras 3 drops it where one has none, Keras 2 does not, and a concatenation never does.
    private func commonMask(_ layer: KerasLayer, _ values: [KerasValue]) throws(KerasMistake) -> Int? {
        let masks = Set(values.compactMap(\.padding))
        guard let mask = masks.first else { return nil }
        // Other values of the same steps would have to end where this one does.
        let roots = values.compactMap { $0.time?.axis.root }
        guard masks.count == 1, roots.allSatisfy({ $0 == mask }) else { throw layer.mistake(.masksDiffer) }
        let isAll = values.allSatisfy { $0.padding != nil }
        return isAll || layer.kind == "Concatenate" || (version ?? 3) < 3 ? mask : nil
    }
}
