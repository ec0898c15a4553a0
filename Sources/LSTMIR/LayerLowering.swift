// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Lowering {
    /// One layer after another, each given what the last one makes. False where one did not come out whole.
    mutating func lowerLayers(_ entries: [LayerEntry], given input: Flow) -> Bool {
        var flow = input
        var firstPlaces: [String: SourceLocation] = [:]
        for (index, entry) in entries.enumerated() {
            checkName(entry, among: &firstPlaces)
            guard let options = entry.options else {
                flow = .unknown
                precedingLSTM = nil
                outcomes.append(Outcome(name: entry.name.value, flow: .unknown, location: entry.location))
                continue
            }
            let given = flow
            let factor = sizeFactor
            let lowered = lowerLayer(options, entry: entry, index: index, given: &flow)
            outcomes.append(outcome(of: entry, options, lowered, flow: flow))
            if let lowered, let input = given.shape, let output = flow.shape, let name = entry.name.value,
                let prefix = tensorPrefix(of: name, lowered, at: options.location)
            {
                let layer = Layer(
                    name: name, operation: lowered, input: input, output: output, location: options.location,
                    tensorPrefix: prefix)
                if lowered.cost == nil {
                    reportOverflow("the cost of layer \(quoted(name))", of: lowered, options, given: factor)
                }
                layerFactors.append(largestFactor(of: lowered, options.value, given: factor))
                layers.append(layer)
            }
        }
        return !document.layers.isInvalid && layers.count == entries.count && !entries.isEmpty
    }

    /// The operation where all its numbers are known; `flow` goes from what the layer is given to what it makes.
    private mutating func lowerLayer(
        _ options: Located<LayerOptions>, entry: LayerEntry, index: Int, given flow: inout Flow
    ) -> Layer.Operation? {
        let name = entry.name.value ?? ""
        if !options.value.readsTokens, flow == .tokens {
            report(.needsFeatures(layer: name, kind: options.value.kind.rawValue), at: options.location)
            flow = .unknown
        }
        if options.value.needsTime, case .vector = flow {
            report(.needsTime(layer: name, kind: options.value.kind.rawValue), at: options.location)
            flow = .unknown
        }
        let followsLSTM = precedingLSTM
        if case .dropout = options.value {} else { precedingLSTM = nil }
        switch options.value {
        case .lstm(let lstm):
            precedingLSTM = index
            return lowerLSTM(lstm, entry: entry, flow: &flow)
        case .embedding(let embedding):
            return lowerEmbedding(embedding, entry: entry, index: index, flow: &flow)
        case .linear(let linear): return lowerLinear(linear, entry: entry, flow: &flow)
        case .layerNorm(let norm): return lowerLayerNorm(norm, flow: flow)
        case .relu: return .relu
        case .tanh: return .tanh
        case .sigmoid: return .sigmoid
        case .gelu(let gelu): return gelu.approximate.value(default: .none).map { .gelu($0) }
        case .softmax: return .softmax
        case .logSoftmax: return .logSoftmax
        case .dropout(let dropout): return lowerDropout(dropout)
        case .last: return lowerLast(entry: entry, at: options.location, lstm: followsLSTM, flow: &flow)
        case .mean: return lowerPooling(.mean, flow: &flow)
        case .max: return lowerPooling(.max, flow: &flow)
        case .l2Normalize(let normalize): return epsilon(normalize.eps, default: 1e-12).map { .l2Normalize(eps: $0) }
        }
    }

    private func outcome(
        of entry: LayerEntry, _ options: Located<LayerOptions>, _ lowered: Layer.Operation?, flow: Flow
    ) -> Outcome {
        var outcome = Outcome(name: entry.name.value, isLSTM: false, flow: flow, location: options.location)
        if case .lstm = options.value { outcome.isLSTM = true }
        if case .lstm(let lstm) = lowered {
            outcome.stateSize = lstm.stateSize
            outcome.hiddenSize = lstm.hiddenSize
        }
        return outcome
    }

    /// The text before the names of a layer's tensors; nil once all these names are too long.
    private mutating func tensorPrefix(
        of layer: String, _ operation: Layer.Operation, at place: SourceLocation
    ) -> String? {
        guard nameBytes <= Limits.nameBytes else { return nil }
        let path = modulePaths[layer] ?? layer
        let prefix = (document.weights.value?.prefix.value ?? "") + (path.isEmpty ? "" : path + ".")
        // Once for the layer itself, and with some 20 bytes more for each tensor.
        nameBytes += prefix.utf8.count + operation.tensorCount * (prefix.utf8.count + 20)
        guard nameBytes <= Limits.nameBytes else {
            report(.tensorNamesTooLong(limit: Limits.nameBytes), at: place)
            return nil
        }
        return prefix
    }

    private mutating func checkName(_ entry: LayerEntry, among firstPlaces: inout [String: SourceLocation]) {
        guard let name = entry.name.located else { return }
        if !Names.isIdentifier(name.value) {
            report(.notAnIdentifier(what: "layer name", name: name.value), at: name.location)
        } else if Names.isReservedForLayers(name.value) {
            report(.reservedName(what: "layer name", name: name.value), at: name.location)
        }
        if let first = firstPlaces[name.value] {
            report(
                .duplicateLayerName(name.value), at: name.location,
                notes: [.init("the first \(quoted(name.value)) is here", at: first)])
        } else {
            firstPlaces[name.value] = name.location
        }
    }

    /// Notes where the size that flows from here on was decided: in `what` of this layer.
    mutating func setOrigin(
        of size: Int?, _ layer: LayerEntry, _ what: String, at location: SourceLocation?, _ factor: SizeFactor?
    ) {
        sizeFactor = factor
        let name = quoted(layer.name.value ?? "")
        sizeOrigin = size.map { .init("\(name) gives \(counted($0, "value")), from its \(what) here", at: location) }
    }

    /// Compares a declared size with what the layer is given; true where they agree or one is not known.
    mutating func checkJoin(_ declared: Field<Int>, key: String, layer: LayerEntry, given: Int?) {
        guard let located = declared.located, let value = size(declared, key), let given, value != given else { return }
        report(
            .sizeMismatch(layer: layer.name.value ?? "", key: key, declared: value, given: given),
            at: located.location, notes: sizeOrigin.map { [$0] } ?? [])
    }
}

extension LayerOptions {
    /// The word the entry begins with.
    var kind: LayerKind {
        switch self {
        case .lstm: .lstm
        case .embedding: .embedding
        case .linear: .linear
        case .layerNorm: .layerNorm
        case .relu: .relu
        case .tanh: .tanh
        case .sigmoid: .sigmoid
        case .gelu: .gelu
        case .softmax: .softmax
        case .logSoftmax: .logSoftmax
        case .dropout: .dropout
        case .last: .last
        case .mean: .mean
        case .max: .max
        case .l2Normalize: .l2Normalize
        }
    }

    fileprivate var readsTokens: Bool { if case .embedding = self { true } else { false } }

    fileprivate var needsTime: Bool {
        switch self {
        case .lstm, .mean, .max: true
        case .embedding, .linear, .layerNorm, .relu, .tanh, .sigmoid, .gelu, .softmax, .logSoftmax, .dropout, .last,
            .l2Normalize:
            false
        }
    }
}
