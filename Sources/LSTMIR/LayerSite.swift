// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// An entry being lowered: what it takes, and what it turns out to give.
struct LayerSite {
    /// A value that a layer takes.
    struct Given {
        /// nil where the name means nothing.
        var value: Value?
        var flow: Flow
        /// Where the value's size was decided, for the note of a mismatch.
        var origin: Diagnostic.Note?
        /// The number that decided it.
        var factor: SizeFactor?
        /// As the spec calls it.
        var name: String
        /// Where the spec names it; the kind word where it does not.
        var place: SourceLocation
    }

    let entry: LayerEntry
    let index: Int
    /// Empty where it is a hole.
    let name: String
    let kind: OperationKind
    /// The kind word's.
    let location: SourceLocation
    var inputs: [Given]
    /// The values it takes in the end: `last` takes a state.
    var values: [Value?]
    var output = Flow.unknown
    var origin: Diagnostic.Note?
    var factor: SizeFactor?
    /// What the operation's counts come from.
    var sizes = SizeFactors()

    init(
        _ entry: LayerEntry, index: Int, kind: OperationKind, at location: SourceLocation, inputs: [Given]
    ) {
        (self.entry, self.index, self.kind, self.location, self.inputs) = (entry, index, kind, location, inputs)
        name = entry.name.value ?? ""
        values = inputs.map(\.value)
        origin = inputs.first?.origin
        factor = inputs.first?.factor
        // What has a number of its own for each value counts by what it is given.
        let given = inputs.first
        if let size = given?.flow.size { sizes = SizeFactors(factors: [given?.factor], values: [size], smallest: [1]) }
    }

    /// The only value, or the first.
    var given: Given { inputs.first ?? Given(flow: .unknown, name: "", place: location) }

    mutating func give(_ sizes: [Int?], time: Flow.Time) { output = .floats(sizes, time) }

    /// Notes where the size that flows from here on was decided: in `what` of this layer.
    mutating func setOrigin(_ size: Int?, _ what: String, at location: SourceLocation?, _ factor: SizeFactor? = nil) {
        self.factor = factor
        origin = size.map {
            .init("\(quoted(name)) gives \(counted($0, "value")), from its \(what) here", at: location)
        }
    }
}

extension Lowering {
    /// An integer of at least what the key's description says.
    mutating func size(_ entry: LayerEntry, _ key: LayerKey<Int>) -> Int? {
        var minimum = 1
        if case .integer(let least?, _) = key.description.value { minimum = least }
        return size(entry[key], key.name, minimum: minimum)
    }

    /// Sizes of at least 1; nil for a hole, or where one is less.
    mutating func sizes(_ field: Field<[Located<Int>]>, _ key: String) -> [Int]? {
        guard let items = field.located, let place = field.location else { return nil }
        guard items.value.count <= 2 else {
            report(.tooManyAxes(key: key, count: items.value.count), at: place)
            return nil
        }
        let sizes = items.value.map { size(.present($0), key) }
        let known = sizes.compactMap(\.self)
        guard known.count == sizes.count else { return nil }
        guard let count = checkedProduct(known), checkedProduct(count, 4) != nil else {
            report(.sizeOverflow(what: "the shape \(known)", key: nil), at: place)
            return nil
        }
        return known
    }

    /// A number that is finite as float32, or the default; nil for a hole, or where it is not.
    mutating func float(_ entry: LayerEntry, _ key: LayerKey<Double>, default standard: Float) -> Float? {
        let field = entry[key]
        guard let located = field.located else { return field.isAbsent ? standard : nil }
        return float(located, key.name)
    }

    /// A number that is finite as float32; nil, and reported, where it is not.
    mutating func float(_ number: Located<Double>, _ key: String) -> Float? {
        let value = Float(number.value)
        guard value.isFinite else {
            report(
                .outOfRange(key: key, value: "\(number.value)", range: "finite as float32"), at: number.location)
            return nil
        }
        return value
    }

    /// Compares a declared size with what the layer is given: the size of the last axis, or `size`.
    mutating func checkJoin(_ key: LayerKey<Int>, _ site: LayerSite, with size: Int? = nil) {
        let declared = site.entry[key]
        guard let located = declared.located, let value = self.size(declared, key.name),
            let given = size ?? site.given.flow.size, value != given
        else { return }
        report(
            .sizeMismatch(layer: site.name, key: key.name, declared: value, given: given),
            at: located.location, notes: site.given.origin.map { [$0] } ?? [])
    }

    /// The number of token ids of the input that a layer reads; nil where it is not known.
    func tokens(of site: LayerSite) -> Int? {
        guard case .input(let index)? = site.given.value else { return nil }
        return inputTokens[index]
    }

    /// The values' common shape where they have the same last axes, or a last axis of 1, or no time; nil, and reported,
    /// where they have not.
    mutating func broadcast(_ site: LayerSite) -> Flow? {
        guard let time = commonTime(site) else { return nil }
        guard var first = site.inputs.first else { return nil }
        for given in site.inputs.dropFirst() {
            guard let sizes = first.flow.knownSizes, let others = given.flow.knownSizes else { return nil }
            if sizes == others { continue }
            let outer = sizes.dropLast() == others.dropLast() && sizes.count == others.count
            guard outer, sizes.last == 1 || others.last == 1 else {
                reportMismatch(given, first, site)
                return nil
            }
            if sizes.last == 1 { first = given }
        }
        return first.flow.knownSizes.map { .floats($0, time) }
    }

    /// The values side by side along the last axis; nil, and reported, where their other axes differ.
    mutating func sideBySide(_ site: LayerSite) -> Flow? {
        guard let time = commonTime(site), let first = site.inputs.first, let sizes = first.flow.knownSizes else {
            return nil
        }
        var total = 0
        for given in site.inputs {
            guard let others = given.flow.knownSizes, let size = others.last else { return nil }
            guard others.count == sizes.count, others.dropLast() == sizes.dropLast() else {
                reportMismatch(given, first, site)
                return nil
            }
            guard let sum = checkedSum([total, size]) else {
                reportOverflow(
                    "the output of layer \(quoted(site.name))", at: site.location,
                    factors: site.inputs.compactMap(\.factor))
                return nil
            }
            total = sum
        }
        return .floats(sizes.dropLast() + [total], time)
    }

    /// The time axis that several values have, those without one aside; nil, and reported, where they have several.
    private mutating func commonTime(_ site: LayerSite) -> Flow.Time? {
        var common: (steps: Steps, given: LayerSite.Given)?
        for given in site.inputs {
            switch given.flow.time {
            case .unknown: return nil
            case .absent: continue
            case .steps(let steps):
                guard let known = common else {
                    common = (steps, given)
                    continue
                }
                if unify(known.steps, steps) { continue }
                report(
                    .stepsDiffer(layer: site.name, first: known.given.name, second: given.name), at: given.place,
                    notes: known.given.place == given.place
                        ? [] : [.init("\(quoted(known.given.name)) is here", at: known.given.place)])
                return nil
            }
        }
        return common.map { .steps(canonical($0.steps)) } ?? .absent
    }

    private mutating func reportMismatch(_ second: LayerSite.Given, _ first: LayerSite.Given, _ site: LayerSite) {
        report(
            .shapesDiffer(
                layer: site.name, first: first.name, firstSizes: first.flow.knownSizes ?? [], second: second.name,
                secondSizes: second.flow.knownSizes ?? []),
            at: second.place, notes: [first.origin, second.origin].compactMap(\.self))
    }

    /// The recurrent layer whose output a `last` follows; only dropout may stand between them.
    func recurrentLayer(of site: LayerSite) -> (index: Int, operation: Operation, size: Int?)? {
        var value = site.given.value
        while case .output(let index)? = value {
            guard let operation = outcomes[index].operation else { return nil }
            if !operation.stateSlots.isEmpty { return (index, operation, outcomes[index].flow.size) }
            guard case .dropout = operation else { return nil }
            value = outcomes[index].inputs.first ?? nil
        }
        return nil
    }

    /// True where what a `last` follows has mistakes, so that it may be a recurrent layer.
    func mayBeRecurrent(_ site: LayerSite) -> Bool {
        var value = site.given.value
        while case .output(let index)? = value {
            let outcome = outcomes[index]
            guard let kind = outcome.kind else { return true }
            if kind.isRecurrent { return true }
            guard kind == .dropout else { return false }
            value = outcome.inputs.first ?? nil
        }
        return value == nil && !site.inputs.isEmpty && site.given.name.isEmpty == false && site.index > 0
    }
}
