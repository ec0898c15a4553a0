// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Lowering {
    /// One layer after another, each given what its `from` names. False where one did not come out whole.
    mutating func lowerLayers(_ entries: [LayerEntry]) -> Bool {
        entriesByName = Dictionary(entries.map { ($0.name.value ?? "", $0) }) { first, _ in first }
        for (index, entry) in entries.enumerated() {
            checkName(entry)
            guard let kindWord = entry.kind, let kind = OperationKind.named(kindWord.value.word) else {
                outcomes.append(
                    Outcome(
                        name: entry.name.value, namePlace: entry.name.location, flow: .unknown,
                        location: entry.location))
                bind(entry, index, .unknown)
                continue
            }
            let location = kindWord.location
            let inputs = given(to: entry, kind, index: index, at: location)
            var site = LayerSite(entry, index: index, kind: kind, at: location, inputs: inputs)
            let operation = lower(&site)
            outcomes.append(
                Outcome(
                    name: entry.name.value, namePlace: entry.name.location, kind: kind, operation: operation,
                    inputs: site.inputs.map(\.value), flow: site.output, location: location))
            bind(entry, index, site.output, site.origin, site.factor)
            add(operation, site)
        }
        return !document.layers.isInvalid && layers.count == entries.count && !entries.isEmpty
    }

    private mutating func bind(
        _ entry: LayerEntry, _ index: Int, _ flow: Flow, _ origin: Diagnostic.Note? = nil, _ factor: SizeFactor? = nil
    ) {
        guard let name = entry.name.located, scope[name.value] == nil else { return }
        scope[name.value] = Binding(
            value: .output(index), flow: flow, origin: origin, factor: factor, place: name.location)
    }

    private mutating func lower(_ site: inout LayerSite) -> Operation? {
        let takes = site.kind.takes
        for index in site.inputs.indices {
            let given = site.inputs[index]
            if takes.tokens {
                if given.flow.element == .float { reportMisplacedEmbedding(site) }
            } else if given.flow.element == .integer {
                report(.needsFeatures(layer: site.name, kind: site.kind.word), at: site.location)
                site.inputs[index].flow = .unknown
            }
            switch (takes.time, given.flow.time) {
            case (.needed, .absent):
                report(.needsTime(layer: site.name, kind: site.kind.word), at: site.location)
                site.inputs[index].flow = .unknown
            case (.absent, .steps):
                report(.needsNoTime(layer: site.name, kind: site.kind.word), at: site.location)
                site.inputs[index].flow = .unknown
            case (.needed, _), (.absent, _), (.either, _): break
            }
            if takes.vectors, let sizes = site.inputs[index].flow.sizes, sizes.count > 1 {
                report(.needsVectors(layer: site.name, kind: site.kind.word), at: site.location)
                site.inputs[index].flow = .unknown
            }
        }
        return site.kind.lower(&site, &self)
    }

    private mutating func reportMisplacedEmbedding(_ site: LayerSite) {
        if case .input? = site.given.value {
            report(.embeddingWithoutTokens(layer: site.name), at: site.location)
        } else {
            report(.embeddingNotFirst(layer: site.name), at: site.location)
        }
    }

    /// The layer, where everything about it is known.
    private mutating func add(_ operation: Operation?, _ site: LayerSite) {
        let values = site.values.compactMap(\.self)
        let shapes = site.inputs.compactMap(\.flow.shape)
        guard let operation, values.count == site.values.count, shapes.count == site.inputs.count,
            let output = site.output.shape, let name = site.entry.name.value,
            let prefix = tensorPrefix(of: name, operation, at: site.location)
        else { return }
        if operation.described.cost == nil {
            reportOverflow("the cost of layer \(quoted(name))", site.sizes, at: site.location)
        }
        layerFactors.append(site.sizes.largest)
        layers.append(
            Layer(
                name: name, operation: operation, inputs: values, inputShapes: shapes, output: output,
                location: site.location, tensorPrefix: prefix))
    }

    /// The text before the names of a layer's tensors; nil once all these names are too long.
    private mutating func tensorPrefix(
        of layer: String, _ operation: Operation, at place: SourceLocation
    ) -> String? {
        guard nameBytes <= Limits.nameBytes else { return nil }
        let path = modulePaths[layer] ?? layer
        let prefix = (document.weights.value?.prefix.value ?? "") + (path.isEmpty ? "" : path + ".")
        // Once for the layer itself, and with some 20 bytes more for each tensor.
        nameBytes += prefix.utf8.count + operation.described.tensorCount * (prefix.utf8.count + 20)
        guard nameBytes <= Limits.nameBytes else {
            report(.tensorNamesTooLong(limit: Limits.nameBytes), at: place)
            return nil
        }
        return prefix
    }

    private mutating func checkName(_ entry: LayerEntry) {
        guard let name = entry.name.located else { return }
        if !Names.isIdentifier(name.value) {
            report(.notAnIdentifier(what: "layer name", name: name.value), at: name.location)
        } else if Names.isReservedForLayers(name.value) {
            report(.reservedName(what: "layer name", name: name.value), at: name.location)
        }
        guard let first = scope[name.value] else { return }
        if case .input = first.value {
            report(
                .layerNamedAsInput(name.value), at: name.location,
                notes: [.init("the input \(quoted(name.value)) is here", at: first.place)])
        } else {
            report(
                .duplicateLayerName(name.value), at: name.location,
                notes: [.init("the first \(quoted(name.value)) is here", at: first.place)])
        }
    }
}

// MARK: - What a layer takes

extension Lowering {
    /// The values that an entry names, or what stands before it; as many as its kind takes, or none, and reported.
    private mutating func given(
        to entry: LayerEntry, _ kind: OperationKind, index: Int, at location: SourceLocation
    ) -> [LayerSite.Given] {
        if entry.from.isInvalid { return unknown(kind, at: location) }
        guard let names = entry.from.located else { return standard(entry, kind, index: index, at: location) }
        guard names.value.count <= Limits.inputs else {
            report(.tooManyValues(count: names.value.count, limit: Limits.inputs), at: names.location)
            return unknown(kind, at: location)
        }
        let isRight =
            switch kind.spec.inputs {
            case .one: names.value.count == 1
            case .two: names.value.count == 2
            case .twoOrMore: names.value.count >= 2
            }
        if !isRight {
            report(
                .wrongInputCount(
                    layer: entry.name.value ?? "", kind: kind.word, expected: kind.spec.inputs.words,
                    found: names.value.count), at: names.location)
        }
        let given = names.value.map { value(named: $0, for: entry) }
        return isRight ? given : unknown(kind, at: location)
    }

    private func unknown(_ kind: OperationKind, at location: SourceLocation) -> [LayerSite.Given] {
        let count = kind.spec.inputs == .one ? 1 : 2
        return Array(repeating: LayerSite.Given(flow: .unknown, name: "", place: location), count: count)
    }

    /// What stands before the entry: the layer before it, or the only input.
    private mutating func standard(
        _ entry: LayerEntry, _ kind: OperationKind, index: Int, at location: SourceLocation
    ) -> [LayerSite.Given] {
        guard kind.spec.inputs == .one else {
            report(
                .missingFrom(layer: entry.name.value ?? "", kind: kind.word, expected: kind.spec.inputs.words),
                at: location)
            return unknown(kind, at: location)
        }
        if index > 0 {
            let before = outcomes[index - 1]
            return [
                LayerSite.Given(
                    value: .output(index - 1), flow: before.flow, origin: before.name.flatMap { scope[$0]?.origin },
                    factor: before.name.flatMap { scope[$0]?.factor }, name: before.name ?? "", place: location)
            ]
        }
        guard clocks.count <= 1 else {
            report(
                .severalInputs(layer: entry.name.value ?? "", names: inputs.map(\.name)), at: location)
            return unknown(kind, at: location)
        }
        guard let (name, binding) = scope.first(where: { $0.value.value == .input(0) }) else {
            return unknown(kind, at: location)
        }
        return [
            LayerSite.Given(
                value: binding.value, flow: binding.flow, origin: binding.origin, factor: binding.factor, name: name,
                place: location)
        ]
    }

    /// What a name means; of a recurrent layer also a part, called as `outputs` calls it.
    mutating func value(named name: Located<String>, for entry: LayerEntry) -> LayerSite.Given {
        var given = LayerSite.Given(flow: .unknown, name: name.value, place: name.location)
        if let binding = scope[name.value] {
            (given.value, given.flow, given.origin) = (binding.value, binding.flow, binding.origin)
            given.factor = binding.factor
            return given
        }
        if let (value, flow) = part(named: name.value) {
            (given.value, given.flow) = (value, flow)
            return given
        }
        let layer = name.value.split(separator: ".", maxSplits: 1).first.map(String.init) ?? name.value
        if let other = entriesByName[name.value] ?? entriesByName[layer], scope[layer] == nil {
            let isItself = other.location == entry.location
            report(
                .laterLayer(name.value, isItself: isItself), at: name.location,
                notes: isItself ? [] : other.name.location.map { [.init("\(quoted(layer)) is here", at: $0)] } ?? [])
            return given
        }
        // A layer whose own name is a hole may be the one that is meant.
        guard outcomes.allSatisfy({ $0.name != nil && $0.kind != nil }), !document.layers.isInvalid,
            !document.inputs.isInvalid
        else { return given }
        let known = outcomes.flatMap { outcome in
            [outcome.name].compactMap(\.self) + outcome.slots.map { "\(outcome.name ?? "").\($0.name)_n" }
        }
        let names = inputs.map(\.name) + known
        report(.unknownValue(name.value, nearest: meant(by: name.value, among: names), known: names), at: name.location)
        return given
    }

    /// `lstm.output`, `lstm.h_n`; and `h_n` alone where there is one recurrent layer so far.
    private func part(named name: String) -> (Value, Flow)? {
        let pieces = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let index: Int
        if pieces.count == 2, case .output(let layer)? = scope[pieces[0]]?.value {
            index = layer
        } else {
            let recurrent = outcomes.indices.filter { outcomes[$0].kind?.isRecurrent == true }
            guard pieces.count == 1, recurrent.count == 1 else { return nil }
            index = recurrent[0]
        }
        guard outcomes[index].kind?.isRecurrent == true, let part = pieces.last else { return nil }
        if part == "output" { return (.output(index), outcomes[index].flow) }
        let slots = outcomes[index].slots
        guard let slot = slots.firstIndex(where: { $0.name + "_n" == part }) else {
            return outcomes[index].operation == nil && (part == "h_n" || part == "c_n")
                ? (.state(layer: index, slot: part == "h_n" ? 0 : 1), .unknown) : nil
        }
        return (.state(layer: index, slot: slot), .floats([slots[slot].count], .absent))
    }
}
