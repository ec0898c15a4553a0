// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension OperationKind {
    static let rnn = OperationKind(
        LayerKind(
            "rnn", "torch.nn.RNN; needs a time axis. Its results are output and h_n, its first state h0.",
            keys: [
                Keys.inputSize.any, Keys.hiddenSize.any, Keys.numLayers.any, Keys.bias.any, Keys.bidirectional.any,
                Keys.dropout.any, Keys.nonlinearity.any, Keys.onlyInitialH.any, Keys.onlyInitial.any,
            ],
            otherWords: Keys.otherWords.merging(["activation": "nonlinearity"]) { first, _ in first }),
        .recurrent, takes: .init(time: .needed, vectors: true), states: ["h"]
    ) { site, lowering in
        let nonlinearity = site.entry[Keys.nonlinearity].value(default: .tanh)
        let rnn = lowering.lowerRecurrent(&site, .rnn, activation: nonlinearity == .relu ? .relu : .tanh)
        return nonlinearity == nil ? nil : rnn
    }

    private typealias Keys = RecurrentKeys
}
