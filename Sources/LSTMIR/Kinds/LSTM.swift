// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension OperationKind {
    static let lstm = OperationKind(
        LayerKind(
            "lstm",
            "torch.nn.LSTM; needs a time axis. Its results are output, h_n and c_n, its first state h0 and c0.",
            keys: [
                Keys.inputSize.any, Keys.hiddenSize.any, Keys.numLayers.any, Keys.bias.any, Keys.bidirectional.any,
                Keys.dropout.any, Keys.projSize.any, Keys.activation.any, Keys.recurrentActivation.any,
                Keys.initialH.any, Keys.initialC.any, Keys.initial.any,
            ],
            otherWords: Keys.otherWords.merging(["projection": "proj_size", "c0": "initial_c"]) { first, _ in first }),
        .recurrent, takes: .init(time: .needed, vectors: true), states: ["h", "c"]
    ) { site, lowering in
        let functions = site.activations
        let lstm = lowering.lowerRecurrent(
            &site, .lstm, activation: functions?.activation ?? .tanh,
            recurrentActivation: functions?.recurrent ?? .sigmoid)
        return functions == nil ? nil : lstm
    }

    private typealias Keys = RecurrentKeys
}

extension LayerSite {
    /// The functions that an lstm or a gru is given; nil where one is a hole.
    var activations: (activation: Recurrent.Activation, recurrent: Recurrent.Activation)? {
        guard let activation = entry[RecurrentKeys.activation].value(default: .tanh),
            let recurrent = entry[RecurrentKeys.recurrentActivation].value(default: .sigmoid)
        else { return nil }
        return (activation, recurrent)
    }
}
