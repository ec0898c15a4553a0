// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// The keys of recurrent layers.
enum RecurrentKeys {
    static let inputSize = LayerKey.integer(
        "input_size", minimum: 1,
        "The number of values the layer is given; checked where it is written. Default: what comes before gives.")
    static let hiddenSize = LayerKey.integer(
        "hidden_size", minimum: 1, required: true, "The number of hidden units.")
    static let numLayers = LayerKey.integer(
        "num_layers", minimum: 1, maximum: Limits.stackedLayers, default: "1", "The number of stacked layers.")
    static let bias = LayerKey.boolean("bias", default: "true", "Whether there are bias_ih and bias_hh.")
    static let bidirectional = LayerKey.boolean(
        "bidirectional", default: "false", "Whether a second one reads the sequence from its end.")
    static let dropout = LayerKey.number(
        "dropout", minimum: 0, maximum: 1, default: "0.0",
        "The probability between stacked layers in training; does nothing at inference.")
    static let projSize = LayerKey.integer(
        "proj_size", minimum: 0, default: "0",
        "The size that h is projected to, smaller than hidden_size; 0 is no projection.")
    static let initialH = LayerKey.text(
        "initial_h",
        "The tensor in the checkpoint that is the first h, (layers * directions, size), the same for every sequence; "
            + "needs initial_c. A given h0 wins. Default: zeros.")
    static let initialC = LayerKey.text("initial_c", "The same for the first c; needs initial_h.")
    static let onlyInitialH = LayerKey.text(
        "initial_h",
        "The tensor in the checkpoint that is the first h, (layers * directions, size), the same for every sequence. A "
            + "given h0 wins. Default: zeros.")
    static let initial = LayerKey.initial(
        hasC: true,
        "The first state from other values of the model, in place of initial_h and initial_c; such a layer takes no h0 and c0. "
            + "What is not given is zero.")
    static let onlyInitial = LayerKey.initial(
        hasC: false,
        "The first state from another value of the model, in place of initial_h; such a layer takes no h0.")
    static let activation = LayerKey<Recurrent.Activation>.choice(
        "activation", default: "tanh", "The function of g and of c in an lstm, of n in a gru.")
    static let recurrentActivation = LayerKey<Recurrent.Activation>.choice(
        "recurrent_activation", default: "sigmoid",
        "The function of the other gates; hardsigmoid_0.2 is clip(0.2 x + 0.5, 0, 1), as Keras 1 and 2 have it.")
    static let resetAfter = LayerKey.boolean(
        "reset_after", default: "true",
        "Whether r multiplies what W_hn gives, as in torch.nn.GRU; false multiplies h before it, as Keras's older gru.")
    static let nonlinearity = LayerKey<Nonlinearity>.choice("nonlinearity", default: "tanh", "The function of h.")

    /// The functions of an nn.RNN.
    enum Nonlinearity: String, CaseIterable, Sendable {
        case tanh, relu
    }

    /// Words other tools use.
    static let otherWords = [
        "hidden": "hidden_size", "units": "hidden_size", "hidden_dim": "hidden_size", "layers": "num_layers",
        "depth": "num_layers", "input": "input_size", "input_dim": "input_size", "h0": "initial_h", "use_bias": "bias",
    ]
}

extension Lowering {
    /// Every rule of the constructors of torch.nn.LSTM, GRU and RNN; what a kind has no key for is its default.
    mutating func lowerRecurrent(
        _ site: inout LayerSite, _ cell: Recurrent.Cell, activation: Recurrent.Activation,
        recurrentActivation: Recurrent.Activation = .sigmoid
    ) -> Operation? {
        typealias Keys = RecurrentKeys
        let entry = site.entry
        checkJoin(Keys.inputSize, site)
        let inputSize = site.given.flow.size
        let hiddenSize = size(entry, Keys.hiddenSize)
        let numLayers = entry[Keys.numLayers].isAbsent ? 1 : limitedNumLayers(entry[Keys.numLayers])
        let projSize = entry[Keys.projSize].isAbsent ? 0 : projection(entry)
        checkDropout(entry[Keys.dropout], numLayers: numLayers)
        let initialState = firstState(entry, hasC: cell == .lstm)
        let initial = initialValues(entry)
        let bidirectional = entry[Keys.bidirectional].value(default: false)

        let factor = SizeFactor((projSize ?? 0) > 0 ? Keys.projSize : Keys.hiddenSize, entry)
        var outputSize: Int?
        if let hiddenSize, let projSize, let bidirectional {
            outputSize = checkedProduct(projSize > 0 ? projSize : hiddenSize, bidirectional ? 2 : 1)
            if outputSize == nil {
                reportOverflow(
                    "the output of layer \(quoted(site.name))", at: site.location, factors: [factor].compactMap(\.self))
            }
        }
        site.give([outputSize], time: site.given.flow.time)
        var origin = factor
        if let outputSize { origin?.value = outputSize }
        site.setOrigin(outputSize, "sizes", at: factor?.location, origin)
        guard let inputSize, let hiddenSize, let numLayers, let projSize, let bidirectional, outputSize != nil,
            let bias = entry[Keys.bias].value(default: true), !entry[Keys.dropout].isInvalid
        else { return nil }
        let initialSlots = initial.map(\.slot)
        func recurrent(_ sizes: [Int]) -> Recurrent {
            Recurrent(
                cell: cell, activation: activation, recurrentActivation: recurrentActivation, inputSize: sizes[0],
                hiddenSize: sizes[1], numLayers: sizes[2], bias: bias,
                bidirectional: bidirectional, projSize: sizes[3], initialState: initialState,
                initialSlots: initialSlots)
        }
        let sizes = [inputSize, hiddenSize, numLayers, projSize]
        site.sizes = SizeFactors(
            factors: [
                site.given.factor, SizeFactor(Keys.hiddenSize, entry), SizeFactor(Keys.numLayers, entry),
                SizeFactor(Keys.projSize, entry),
            ], values: sizes, smallest: [1, 1, 1, min(projSize, 1)], fit: { recurrent($0).cost != nil })
        for (slot, given) in initial {
            checkInitial(given, slot: recurrent(sizes).stateSlots[slot], of: site)
            site.inputs.append(given)
            site.values.append(given.value)
        }
        return entry[Keys.initial].isInvalid ? nil : .recurrent(recurrent(sizes))
    }

    /// What `initial` names, with the slots that begin with it; in the state's order.
    private mutating func initialValues(_ entry: LayerEntry) -> [(slot: Int, given: LayerSite.Given)] {
        typealias Keys = RecurrentKeys
        guard let initial = entry[Keys.initial].located else { return [] }
        if let (key, place) = [Keys.initialH, Keys.initialC].lazy.compactMap({ key in
            entry[key].location.map { (key, $0) }
        }).first {
            report(
                .initialTwice(key: key.name), at: max(place, initial.location),
                notes: [.init("the other is here", at: min(place, initial.location))])
        }
        var values: [(slot: Int, given: LayerSite.Given)] = []
        for (slot, name) in [initial.value.h, initial.value.c].enumerated() {
            guard let name = name.located else { continue }
            values.append((slot, value(named: name, for: entry)))
        }
        return values
    }

    /// One vector a sequence, of all the slot's states side by side.
    private mutating func checkInitial(_ given: LayerSite.Given, slot: StateSlot, of site: LayerSite) {
        if given.flow.element == .integer {
            report(.needsFeatures(layer: site.name, kind: site.kind.word), at: given.place)
        } else if case .steps = given.flow.time {
            var nearest: String?
            if case .output(let layer)? = given.value, outcomes[layer].kind?.isRecurrent == true {
                nearest = "\(given.name).\(slot.name)_n"
            }
            report(.initialWithTime(layer: site.name, name: given.name, nearest: nearest), at: given.place)
        } else if let sizes = given.flow.knownSizes, sizes != [slot.count] {
            report(
                .initialSize(
                    layer: site.name, slot: slot.name, states: slot.states, size: slot.size, name: given.name,
                    given: sizes),
                at: given.place, notes: given.origin.map { [$0] } ?? [])
        }
    }

    private mutating func limitedNumLayers(_ field: Field<Int>) -> Int? {
        guard let value = size(field, "num_layers"), let location = field.location else { return nil }
        guard value <= Limits.stackedLayers else {
            report(.tooMany(key: "num_layers", value: value, limit: Limits.stackedLayers), at: location)
            return nil
        }
        return value
    }

    /// 0 <= proj_size < hidden_size.
    private mutating func projection(_ entry: LayerEntry) -> Int? {
        let field = entry[RecurrentKeys.projSize]
        guard let value = size(field, "proj_size", minimum: 0), let location = field.location else { return nil }
        if let hidden = entry[RecurrentKeys.hiddenSize].located, hidden.value >= 1, value >= hidden.value {
            report(
                .projectionNotSmaller(projSize: value, hiddenSize: hidden.value), at: location,
                notes: [.init("hidden_size is given here", at: hidden.location)])
            return nil
        }
        return value
    }

    private mutating func checkDropout(_ field: Field<Double>, numLayers: Int?) {
        guard let value = probability(field, "dropout"), let location = field.location else { return }
        if value > 0, numLayers == 1 { report(.dropoutWithOneLayer(dropout: value), at: location) }
    }

    /// Both names or neither, each after the checkpoint's prefix; h's alone where there is no c.
    private mutating func firstState(_ entry: LayerEntry, hasC: Bool) -> Recurrent.InitialState? {
        // Beside `initial` it is one mistake, and reported there.
        guard entry[RecurrentKeys.initial].isAbsent else { return nil }
        let prefix = document.weights.value?.prefix.value ?? ""
        if !hasC {
            return entry[RecurrentKeys.onlyInitialH].value.map { Recurrent.InitialState(h: prefix + $0, c: nil) }
        }
        switch (entry[RecurrentKeys.initialH], entry[RecurrentKeys.initialC]) {
        case (.present(let h), .present(let c)):
            return Recurrent.InitialState(h: prefix + h.value, c: prefix + c.value)
        case (.present(let h), .absent):
            report(.halfInitialState(given: "initial_h", missing: "initial_c"), at: h.location)
        case (.absent, .present(let c)):
            report(.halfInitialState(given: "initial_c", missing: "initial_h"), at: c.location)
        default: break
        }
        return nil
    }
}
