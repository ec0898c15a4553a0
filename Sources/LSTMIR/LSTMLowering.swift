// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension Lowering {
    /// Every rule of torch.nn.LSTM's constructor.
    mutating func lowerLSTM(_ options: LSTMOptions, entry: LayerEntry, flow: inout Flow) -> Layer.Operation? {
        checkJoin(options.inputSize, key: "input_size", layer: entry, given: flow.size)
        let inputSize = flow.size
        let hiddenSize = size(options.hiddenSize, "hidden_size")
        let numLayers = options.numLayers.isAbsent ? 1 : limitedNumLayers(options.numLayers)
        let projSize = options.projSize.isAbsent ? 0 : projection(options.projSize, hiddenSize: options.hiddenSize)
        checkDropout(options.dropout, numLayers: numLayers)
        let initialState = firstState(options)
        let bidirectional = options.bidirectional.value(default: false)

        let factor =
            (projSize ?? 0) > 0
            ? SizeFactor("proj_size", options.projSize) : SizeFactor("hidden_size", options.hiddenSize)
        var outputSize: Int?
        if let hiddenSize, let projSize, let bidirectional {
            outputSize = checkedProduct(projSize > 0 ? projSize : hiddenSize, bidirectional ? 2 : 1)
            if outputSize == nil, let location = entry.options?.location {
                reportOverflow(
                    "the output of layer \(quoted(entry.name.value ?? ""))", at: location,
                    factors: [factor].compactMap(\.self))
            }
        }
        flow = .sequence(outputSize)
        var origin = factor
        if let outputSize { origin?.value = outputSize }
        setOrigin(of: outputSize, entry, "sizes", at: factor?.location, origin)
        guard let inputSize, let hiddenSize, let numLayers, let projSize, let bidirectional, outputSize != nil,
            let bias = options.bias.value(default: true), !options.dropout.isInvalid
        else { return nil }
        return .lstm(
            LSTM(
                inputSize: inputSize, hiddenSize: hiddenSize, numLayers: numLayers, bias: bias,
                bidirectional: bidirectional, projSize: projSize, initialState: initialState))
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
    private mutating func projection(_ field: Field<Int>, hiddenSize: Field<Int>) -> Int? {
        guard let value = size(field, "proj_size", minimum: 0), let location = field.location else { return nil }
        if let hidden = hiddenSize.located, hidden.value >= 1, value >= hidden.value {
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

    /// Both names or neither, each after the checkpoint's prefix.
    private mutating func firstState(_ options: LSTMOptions) -> LSTM.InitialState? {
        let prefix = document.weights.value?.prefix.value ?? ""
        switch (options.initialH, options.initialC) {
        case (.present(let h), .present(let c)):
            return LSTM.InitialState(h: prefix + h.value, c: prefix + c.value)
        case (.present(let h), .absent):
            report(.halfInitialState(given: "initial_h", missing: "initial_c"), at: h.location)
        case (.absent, .present(let c)):
            report(.halfInitialState(given: "initial_c", missing: "initial_h"), at: c.location)
        default: break
        }
        return nil
    }
}
