// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// torch.nn.Softmax or torch.nn.LogSoftmax over the last axis.
public struct Softmax: OperationDescription {
    /// True for log_softmax.
    public let isLog: Bool

    public var kind: OperationKind { isLog ? .logSoftmax : .softmax }
    public var overwritableInputs: Range<Int> { 0..<1 }
}

/// torch.nn.functional.normalize over the last axis: x / max(|x|, eps).
public struct L2Normalize: OperationDescription {
    /// The least length that is divided by.
    public let eps: Float

    public var kind: OperationKind { .l2Normalize }
    public var arguments: [Setting] { [.init("eps", eps)] }
    public var overwritableInputs: Range<Int> { 0..<1 }
}

/// torch.argmax over the last axis: the index of the first largest value, as an integer.
public struct Argmax: OperationDescription {
    public var kind: OperationKind { .argmax }
}

extension OperationKind {
    static let softmax = softmax("softmax", "torch.nn.Softmax, over the last axis.", isLog: false)
    static let logSoftmax = softmax(
        "log_softmax", "torch.nn.LogSoftmax, over the last axis.", isLog: true, nicknames: ["logsoftmax"])

    private static func softmax(
        _ word: String, _ summary: String, isLog: Bool, nicknames: [String] = []
    ) -> OperationKind {
        OperationKind(LayerKind(word, summary, nicknames: nicknames), .activation) { site, _ in
            site.output = site.given.flow
            return .softmax(Softmax(isLog: isLog))
        }
    }

    static let l2Normalize = OperationKind(
        LayerKind(
            "l2_normalize", "torch.nn.functional.normalize, over the last axis.", keys: [normalizeEps.any],
            otherWords: ["epsilon": "eps"], nicknames: ["normalize", "l2"]),
        .norm
    ) { site, lowering in
        site.output = site.given.flow
        return lowering.epsilon(site.entry[normalizeEps], default: 1e-12).map { .l2Normalize(L2Normalize(eps: $0)) }
    }

    private static let normalizeEps = LayerKey.number(
        "eps", minimum: 0, default: "1e-12", "The least length that is divided by.")

    static let argmax = OperationKind(
        LayerKind(
            "argmax",
            "torch.argmax, over the last axis: the index of the first largest value. Its result is integers, which no other "
                + "layer takes."),
        .pooling
    ) { site, _ in
        site.output = site.given.flow.indices
        return .argmax(Argmax())
    }
}
