// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// A function of one value, in PyTorch's words.
public enum Pointwise: OperationDescription {
    case relu
    case tanh
    case sigmoid
    case gelu(GELUApproximation)
    case leakyReLU(negativeSlope: Float)
    case elu(alpha: Float)
    case selu
    case silu
    case softplus(beta: Float, threshold: Float)
    case softsign
    case hardtanh(minVal: Float, maxVal: Float)
    case relu6
    case hardsigmoid
    case hardswish
    case mish
    case abs
    case square
    case sqrt
    case exp
    case log
    case negative
    case reciprocal

    public var kind: OperationKind {
        switch self {
        case .relu: Kinds.relu
        case .tanh: Kinds.tanh
        case .sigmoid: Kinds.sigmoid
        case .gelu: Kinds.gelu
        case .leakyReLU: Kinds.leakyReLU
        case .elu: Kinds.elu
        case .selu: Kinds.selu
        case .silu: Kinds.silu
        case .softplus: Kinds.softplus
        case .softsign: Kinds.softsign
        case .hardtanh: Kinds.hardtanh
        case .relu6: Kinds.relu6
        case .hardsigmoid: Kinds.hardsigmoid
        case .hardswish: Kinds.hardswish
        case .mish: Kinds.mish
        case .abs: Kinds.abs
        case .square: Kinds.square
        case .sqrt: Kinds.sqrt
        case .exp: Kinds.exp
        case .log: Kinds.log
        case .negative: Kinds.negative
        case .reciprocal: Kinds.reciprocal
        }
    }

    public var arguments: [Setting] {
        switch self {
        case .gelu(let approximation): [.init("approximate", .text(approximation.rawValue))]
        case .leakyReLU(let slope): [.init("negative_slope", slope)]
        case .elu(let alpha): [.init("alpha", alpha)]
        case .softplus(let beta, let threshold): [.init("beta", beta), .init("threshold", threshold)]
        case .hardtanh(let least, let most): [.init("min_val", least), .init("max_val", most)]
        case .relu, .tanh, .sigmoid, .selu, .silu, .softsign, .relu6, .hardsigmoid, .hardswish, .mish, .abs, .square,
            .sqrt, .exp, .log, .negative, .reciprocal:
            []
        }
    }

    public var overwritableInputs: Range<Int> { 0..<1 }

    /// Its function in LSTMRuntime's `Elementwise`: the spec's word in camel case.
    public var runtimeName: String {
        switch self {
        case .gelu(.tanh): "geluTanh"
        case .leakyReLU: "leakyReLU"
        case .relu, .tanh, .sigmoid, .gelu(.none), .elu, .selu, .silu, .softplus, .softsign, .hardtanh, .relu6,
            .hardsigmoid, .hardswish, .mish, .abs, .square, .sqrt, .exp, .log, .negative, .reciprocal:
            kind.word
        }
    }

    /// The numbers that function takes, under its labels.
    public var numbers: [(label: String, value: Float)] {
        switch self {
        case .leakyReLU(let slope): [("negativeSlope", slope)]
        case .elu(let alpha): [("alpha", alpha)]
        case .softplus(let beta, let threshold): [("beta", beta), ("threshold", threshold)]
        case .hardtanh(let least, let most): [("minVal", least), ("maxVal", most)]
        case .relu, .tanh, .sigmoid, .gelu, .selu, .silu, .softsign, .relu6, .hardsigmoid, .hardswish, .mish, .abs,
            .square, .sqrt, .exp, .log, .negative, .reciprocal:
            []
        }
    }

    /// The kinds that stand first in the documentation, and the others.
    static let first = [Pointwise.relu, .tanh, .sigmoid, .gelu(.none)]
    static let further: [Pointwise] = [
        .leakyReLU(negativeSlope: 0), .elu(alpha: 0), .selu, .silu, .softplus(beta: 0, threshold: 0), .softsign,
        .hardtanh(minVal: 0, maxVal: 0), .relu6, .hardsigmoid, .hardswish, .mish, .abs, .square, .sqrt, .exp, .log,
        .negative, .reciprocal,
    ]
}

/// The two forms of torch.nn.GELU, in its words.
public enum GELUApproximation: String, CaseIterable, Hashable, Sendable {
    /// 0.5 x (1 + erf(x / sqrt(2))).
    case none
    /// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
    case tanh
}

private enum Kinds {
    static let relu = plain("relu", "max(x, 0), of each value.", .relu)
    static let tanh = plain("tanh", "tanh(x), of each value.", .tanh)
    static let sigmoid = plain("sigmoid", "1 / (1 + exp(-x)), of each value.", .sigmoid)
    static let selu = plain("selu", "torch.nn.SELU, of each value.", .selu)
    static let silu = plain("silu", "torch.nn.SiLU, of each value: x sigmoid(x).", .silu, nicknames: ["swish"])
    static let softsign = plain("softsign", "x / (1 + |x|), of each value.", .softsign)
    static let relu6 = plain("relu6", "torch.nn.ReLU6, of each value: x between 0 and 6.", .relu6)
    static let hardsigmoid = plain(
        "hardsigmoid", "torch.nn.Hardsigmoid, of each value: x / 6 + 0.5 between 0 and 1.", .hardsigmoid,
        nicknames: ["hard_sigmoid"])
    static let hardswish = plain(
        "hardswish", "torch.nn.Hardswish, of each value: x hardsigmoid(x).", .hardswish, nicknames: ["hard_swish"])
    static let mish = plain("mish", "torch.nn.Mish, of each value: x tanh(softplus(x)).", .mish)
    static let abs = plain("abs", "|x|, of each value.", .abs)
    static let square = plain("square", "x x, of each value.", .square)
    static let sqrt = plain("sqrt", "The square root of each value; NaN of negative ones.", .sqrt)
    static let exp = plain("exp", "e to the power x, of each value.", .exp)
    static let log = plain("log", "The natural logarithm of each value; NaN of negative ones.", .log)
    static let negative = plain("negative", "-x, of each value.", .negative, nicknames: ["neg"])
    static let reciprocal = plain("reciprocal", "1 / x, of each value.", .reciprocal)

    static let gelu = kind(
        "gelu", "torch.nn.GELU, of each value: x times the share of a normal distribution that is below x.",
        keys: [approximate.any], otherWords: ["approximation": "approximate", "approx": "approximate"]
    ) { entry, _ in entry[approximate].value(default: .none).map { .gelu($0) } }

    static let leakyReLU = kind(
        "leaky_relu", "torch.nn.LeakyReLU, of each value: x, and negative_slope x below 0.", keys: [slope.any],
        otherWords: ["alpha": "negative_slope", "slope": "negative_slope"], nicknames: ["leakyrelu"]
    ) { entry, lowering in lowering.float(entry, slope, default: 0.01).map { .leakyReLU(negativeSlope: $0) } }

    static let elu = kind("elu", "torch.nn.ELU, of each value: x, and alpha (exp(x) - 1) below 0.", keys: [alpha.any]) {
        entry, lowering in lowering.float(entry, alpha, default: 1).map { .elu(alpha: $0) }
    }

    static let softplus = kind(
        "softplus", "torch.nn.Softplus, of each value: log(1 + exp(beta x)) / beta, and x where beta x > threshold.",
        keys: [beta.any, threshold.any]
    ) { entry, lowering in
        guard let beta = lowering.float(entry, beta, default: 1),
            let limit = lowering.float(entry, threshold, default: 20)
        else { return nil }
        return .softplus(beta: beta, threshold: limit)
    }

    static let hardtanh = kind(
        "hardtanh", "torch.nn.Hardtanh, of each value: x between min_val and max_val.", keys: [minVal.any, maxVal.any],
        otherWords: ["min": "min_val", "max": "max_val"], nicknames: ["clamp", "clip"]
    ) { entry, lowering in
        guard let least = lowering.float(entry, minVal, default: -1),
            let most = lowering.float(entry, maxVal, default: 1)
        else { return nil }
        if least >= most, let place = entry[maxVal].location ?? entry[minVal].location {
            lowering.report(
                .outOfRange(key: "max_val", value: "\(most)", range: "more than min_val (\(least))"), at: place)
            return nil
        }
        return .hardtanh(minVal: least, maxVal: most)
    }

    static let approximate = LayerKey<GELUApproximation>.choice(
        "approximate", default: "none",
        "none computes 0.5 x (1 + erf(x / sqrt(2))); tanh computes 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), as "
            + "models do that were trained with it.")
    static let slope = LayerKey.number("negative_slope", default: "0.01", "What values below 0 are multiplied by.")
    static let alpha = LayerKey.number("alpha", default: "1.0", "What large negative values go to, negated.")
    static let beta = LayerKey.number("beta", default: "1.0", "How sharp the bend is.")
    static let threshold = LayerKey.number("threshold", default: "20.0", "Above it, beta x is taken as it is.")
    static let minVal = LayerKey.number("min_val", default: "-1.0", "The least value.")
    static let maxVal = LayerKey.number("max_val", default: "1.0", "The largest value.")

    private static func plain(
        _ word: String, _ summary: String, _ function: Pointwise, nicknames: [String] = []
    ) -> OperationKind {
        kind(word, summary, nicknames: nicknames) { _, _ in function }
    }

    private static func kind(
        _ word: String, _ summary: String, keys: [AnyLayerKey] = [], otherWords: [String: String] = [:],
        nicknames: [String] = [], _ function: @escaping @Sendable (LayerEntry, inout Lowering) -> Pointwise?
    ) -> OperationKind {
        OperationKind(
            LayerKind(word, summary, keys: keys, otherWords: otherWords, nicknames: nicknames), .activation
        ) { site, lowering in
            site.output = site.given.flow
            return function(site.entry, &lowering).map { .pointwise($0) }
        }
    }
}
