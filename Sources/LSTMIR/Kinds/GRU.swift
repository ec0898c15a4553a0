// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

extension OperationKind {
    static let gru = OperationKind(
        LayerKind(
            "gru",
            "torch.nn.GRU, or with reset_after false Keras's older gru; needs a time axis. Its results are output and h_n, its "
                + "first state h0.",
            keys: [
                Keys.inputSize.any, Keys.hiddenSize.any, Keys.numLayers.any, Keys.bias.any, Keys.bidirectional.any,
                Keys.dropout.any, Keys.resetAfter.any, Keys.activation.any, Keys.recurrentActivation.any,
                Keys.onlyInitialH.any, Keys.onlyInitial.any,
            ],
            otherWords: Keys.otherWords),
        .recurrent, takes: .init(time: .needed, vectors: true), states: ["h"]
    ) { site, lowering in
        let (functions, resetAfter) = (site.activations, site.entry[Keys.resetAfter].value(default: true))
        let gru = lowering.lowerRecurrent(
            &site, .gru(resetAfter: resetAfter ?? true), activation: functions?.activation ?? .tanh,
            recurrentActivation: functions?.recurrent ?? .sigmoid)
        return functions == nil || resetAfter == nil ? nil : gru
    }

    private typealias Keys = RecurrentKeys
}
