// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.PReLU: x, and weight x below 0; one weight for all, or one for each channel.
public struct PReLU: OperationDescription {
    /// num_parameters: 1, or the channels: the size of a vector, C of (C, L).
    public let numParameters: Int
    /// The values that each weight is for, one after another: 1 of a vector, L of (C, L).
    public let positions: Int

    public var kind: OperationKind { .prelu }
    public var arguments: [Setting] { [.init("num_parameters", numParameters)] }
    public var parameters: [LocalParameter] { [LocalParameter(key: "weight", shape: [numParameters])] }
    public var cost: Cost? { Cost(parameters: numParameters, macsPerStep: 0) }
    public var overwritableInputs: Range<Int> { 0..<1 }
}

extension OperationKind {
    static let prelu = OperationKind(
        LayerKind(
            "prelu", "torch.nn.PReLU, of each value: x, and weight x below 0.", keys: [numParameters.any],
            otherWords: ["num_params": "num_parameters"]),
        .activation
    ) { site, lowering in
        site.output = site.given.flow
        guard let count = site.entry[numParameters].isAbsent ? 1 : lowering.size(site.entry, numParameters),
            let sizes = site.given.flow.knownSizes, let channels = sizes.first
        else { return nil }
        if count != 1, count != channels, let place = site.entry[numParameters].location {
            lowering.report(
                .outOfRange(
                    key: "num_parameters", value: "\(count)",
                    range: channels == 1 ? "1" : "1 or the \(channels) channels that the layer is given"), at: place)
            return nil
        }
        return .prelu(PReLU(numParameters: count, positions: sizes.dropFirst().reduce(1, *)))
    }

    private static let numParameters = LayerKey.integer(
        "num_parameters", minimum: 1, default: "1",
        "The number of weights: 1, or one for each channel (the size of a vector, C of a shape).")
}
