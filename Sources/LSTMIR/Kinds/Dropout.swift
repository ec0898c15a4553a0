// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.Dropout: nothing at inference.
public struct Dropout: OperationDescription {
    public var kind: OperationKind { .dropout }
    public var isIdentity: Bool { true }
}

extension OperationKind {
    static let dropout = OperationKind(
        LayerKind(
            "dropout", "torch.nn.Dropout: checked, and does nothing at inference.", keys: [dropoutP.any],
            otherWords: ["prob": "p", "rate": "p", "probability": "p"]),
        .activation
    ) { site, lowering in
        site.output = site.given.flow
        if site.entry[dropoutP].isAbsent { return .dropout(Dropout()) }
        return lowering.probability(site.entry[dropoutP], "p").map { _ in .dropout(Dropout()) }
    }

    private static let dropoutP = LayerKey.number(
        "p", minimum: 0, maximum: 1, default: "0.5", "The probability used in training.")
}
