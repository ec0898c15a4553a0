// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A number of the spec that counts depend on.
struct SizeFactor {
    /// The key that it stands at.
    var key: String
    /// As it is written.
    var number: Int
    /// What it comes to: twice the number where a bidirectional lstm gives it.
    var value: Int
    var location: SourceLocation

    init?(_ key: String, _ field: Field<Int>) {
        guard let located = field.located else { return nil }
        (self.key, number, value, location) = (key, located.value, located.value, located.location)
    }

    init?(_ key: LayerKey<Int>, _ entry: LayerEntry) { self.init(key.name, entry[key]) }
}

/// The numbers that an operation's counts come from.
struct SizeFactors {
    var factors: [SizeFactor?] = []
    var values: [Int] = []
    /// The values of an operation of the same kind that is as small as can be.
    var smallest: [Int] = []
    /// Whether the counts of an operation with such values fit.
    var fit: ([Int]) -> Bool = { _ in true }

    /// The largest number that the counts come from.
    var largest: SizeFactor? { factors.compactMap(\.self).max { $0.value < $1.value } }
}

extension Lowering {
    /// Reports a layer whose counts do not fit in 64 bits, at the number that makes them so large.
    mutating func reportOverflow(_ what: String, _ sizes: SizeFactors, at location: SourceLocation) {
        // The numbers that are too large each by itself; else the largest of a product, and the others in notes.
        let alone = sizes.factors.indices.filter { index in
            var values = sizes.smallest
            values[index] = sizes.values[index]
            return !sizes.fit(values)
        }
        for index in alone {
            reportOverflow(what, at: location, factors: [sizes.factors[index]].compactMap(\.self))
        }
        if alone.isEmpty { reportOverflow(what, at: location, factors: sizes.factors.compactMap(\.self)) }
    }

    /// Reports at the largest of the numbers, with notes at the others; once for each number.
    mutating func reportOverflow(_ what: String, at location: SourceLocation, factors: [SizeFactor]) {
        let sorted = factors.filter { $0.value > 1 }.sorted { ($1.value, $0.location) < ($0.value, $1.location) }
        guard let first = sorted.first else { return report(.sizeOverflow(what: what, key: nil), at: location) }
        guard overflowing.insert(first.location).inserted else { return }
        var notes: [Diagnostic.Note] = []
        var places: Set<SourceLocation> = [first.location]
        for factor in sorted.dropFirst() where notes.count < 8 && places.insert(factor.location).inserted {
            notes.append(.init("'\(factor.key)' \(factor.number) has its part in it", at: factor.location))
        }
        report(.sizeOverflow(what: what, key: "'\(first.key)' is \(first.number)"), at: first.location, notes: notes)
    }

    /// Reports a sum over the layers that does not fit, at the largest numbers of those that are too much together.
    mutating func reportTotalOverflow(_ costs: [Cost]) {
        let largest = zip(costs, layerFactors).sorted { $0.0.size > $1.0.size }
        var summed: [Cost] = []
        var factors: [SizeFactor] = []
        for (cost, factor) in largest where Cost(summing: summed) != nil {
            summed.append(cost)
            if let factor { factors.append(factor) }
        }
        reportOverflow("the model's cost", at: document.layers.location ?? document.location, factors: factors)
    }
}

extension Cost {
    /// For telling large layers from small ones.
    fileprivate var size: Int { max(weightBytes, macsPerStep, stateFloats) }
}
