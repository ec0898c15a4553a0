// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMFiles
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

private typealias Shapes = [String: [Int]]

/// The tensors of a torch.nn.LSTM (gates 4), GRU (3) or RNN (1).
private func recurrent(
    _ path: String, gates: Int = 4, _ input: Int = 1, _ hidden: Int = 5, layers: Int = 1, both: Bool = false,
    bias: Bool = true, proj: Int = 0
) -> Shapes {
    var shapes: Shapes = [:]
    let size = proj > 0 ? proj : hidden
    for layer in 0..<layers {
        for suffix in ["_l\(layer)"] + (both ? ["_l\(layer)_reverse"] : []) {
            shapes["\(path).weight_ih\(suffix)"] = [gates * hidden, layer == 0 ? input : size * (both ? 2 : 1)]
            shapes["\(path).weight_hh\(suffix)"] = [gates * hidden, size]
            if bias { shapes["\(path).bias_ih\(suffix)"] = [gates * hidden] }
            if bias { shapes["\(path).bias_hh\(suffix)"] = [gates * hidden] }
            if proj > 0 { shapes["\(path).weight_hr\(suffix)"] = [proj, hidden] }
        }
    }
    return shapes
}

private func matrix(_ path: String, _ weight: [Int], bias: Bool = true) -> Shapes {
    var shapes = ["\(path).weight": weight]
    if bias { shapes["\(path).bias"] = [weight[0]] }
    return shapes
}

private func batchNorm(_ path: String, _ size: Int, affine: Bool = true) -> Shapes {
    var shapes = ["\(path).running_mean": [size], "\(path).running_var": [size]]
    for key in affine ? ["weight", "bias"] : [] { shapes["\(path).\(key)"] = [size] }
    return shapes
}

extension Shapes {
    fileprivate static func + (a: Self, b: Self) -> Self { a.merging(b) { $1 } }
    fileprivate func under(_ prefix: String) -> Self {
        Dictionary(uniqueKeysWithValues: map { (prefix + $0.key, $0.value) })
    }
}

/// A recurrent layer and a head.
private func spec(
    _ keys: String = "", kind: String = "lstm", weights: String = "", head: String = "", out: Int = 1
) -> String {
    """
    lstmc: 1
    input: { features: 1 }
    weights: { file: w.safetensors\(weights) }
    layers:
      - { \(kind): lstm, hidden_size: 5\(keys) }
      - { linear: head, out_features: \(out)\(head) }

    """
}

private func layers(_ input: String, _ layers: [String]) -> String {
    "lstmc: 1\ninput: { \(input) }\nweights: { file: w.safetensors }\nlayers:\n"
        + layers.map { "  - { \($0) }\n" }.joined()
}

private let head = matrix("head", [1, 5])
private let whole = recurrent("lstm") + head
private let words = ["embedding: emb, embedding_dim: 4", "lstm: lstm, hidden_size: 5"]
private let conv = ["conv1d: conv, out_channels: 6, kernel_size: 3", "gru: rnn, hidden_size: 5"]
private let norms = ["layer_norm: norm", "batch_norm: bn", "rnn: rnn, hidden_size: 5"]
private let normTensors = matrix("norm", [4]) + batchNorm("bn", 4) + recurrent("rnn", gates: 1, 4)

private let cases: [(name: String, spec: String, tensors: Shapes)] = [
    ("hidden_size", spec(), recurrent("lstm", 1, 8) + matrix("head", [1, 8])),
    ("num_layers, too few", spec(), recurrent("lstm", layers: 3) + head),
    ("num_layers, too many", spec(", num_layers: 3"), whole),
    ("bidirectional where it is not", spec(), recurrent("lstm", both: true) + matrix("head", [1, 10])),
    ("not bidirectional where it is", spec(", bidirectional: true"), whole),
    ("no bias", spec(), recurrent("lstm", bias: false) + head),
    ("bias", spec(", bias: false"), whole),
    ("proj_size", spec(), recurrent("lstm", proj: 3) + matrix("head", [1, 3])),
    ("no proj_size", spec(", proj_size: 3"), whole),
    ("another proj_size", spec(", proj_size: 3"), recurrent("lstm", proj: 2) + matrix("head", [1, 2])),
    ("features", spec(), recurrent("lstm", 7) + head),
    ("a gru for an lstm", spec(), recurrent("lstm", gates: 3) + head),
    ("an rnn for an lstm", spec(), recurrent("lstm", gates: 1) + head),
    ("an lstm for a gru", spec(kind: "gru"), whole),
    ("an rnn for a gru", spec(kind: "gru"), recurrent("lstm", gates: 1) + head),
    ("an lstm for an rnn", spec(kind: "rnn"), whole),
    ("a gru for an rnn", spec(kind: "rnn"), recurrent("lstm", gates: 3) + head),
    ("a gru's hidden_size", spec(kind: "gru"), recurrent("lstm", gates: 3, 1, 8) + matrix("head", [1, 8])),
    ("an rnn's num_layers", spec(", num_layers: 2", kind: "rnn"), recurrent("lstm", gates: 1) + head),
    (
        "a cell's hidden_size", spec(),
        ["lstm.weight_ih": [32, 1], "lstm.weight_hh": [32, 8], "lstm.bias_ih": [32], "lstm.bias_hh": [32]]
            + matrix("head", [1, 8])
    ),
    ("out_features", spec(), recurrent("lstm") + matrix("head", [4, 5])),
    ("a linear without bias", spec(), recurrent("lstm") + matrix("head", [1, 5], bias: false)),
    ("a linear of another input", spec(), recurrent("lstm") + matrix("head", [1, 10])),
    ("a convolution for a linear", spec(), recurrent("lstm") + matrix("head", [1, 5, 1])),
    ("an lstm for a linear", spec(), recurrent("lstm") + recurrent("head", 5, 1)),
    ("DataParallel", spec(), whole.under("module.")),
    ("Lightning", spec(), whole.under("model.")),
    ("a prefix of two", spec(), whole.under("module.net.")),
    ("another prefix", spec(weights: ", prefix: modle."), whole.under("model.")),
    ("a prefix too many", spec(weights: ", prefix: model."), whole),
    ("a prefix that nothing has", spec(weights: ", prefix: model."), recurrent("rnn") + matrix("fc", [1, 5])),
    (
        "two prefixes, one of which fits", spec(),
        whole.under("a.") + (recurrent("lstm", 1, 8) + matrix("head", [1, 8])).under("b.")
    ),
    ("two prefixes that fit", spec(), whole.under("a.") + whole.under("b.")),
    ("a prefix and a hidden_size", spec(), (recurrent("lstm", 1, 8) + matrix("head", [1, 8])).under("module.")),
    ("a longer path", spec(), recurrent("encoder.lstm") + head),
    ("another name", spec(), recurrent("lstm") + matrix("fc", [1, 5])),
    ("other names", spec(), recurrent("rnn") + matrix("fc", [1, 5])),
    ("a wrong path in names", spec(weights: ", names: { lstm: rn }"), recurrent("rnn") + head),
    ("two that could be meant", spec(), recurrent("lstm") + matrix("left", [1, 5]) + matrix("right", [1, 5])),
    ("another name, and a gru", spec(), recurrent("rnn", gates: 3) + head),
    ("no such modules", spec(), recurrent("net", 9, 30, layers: 2) + matrix("emb", [40, 9], bias: false)),
    ("a norm without tensors", layers("features: 4", norms), batchNorm("bn", 4) + recurrent("rnn", gates: 1, 4)),
    ("a module that no layer takes", spec(), whole + recurrent("aux", 3, 4)),
    (
        "weight norm", spec(),
        recurrent("lstm") + ["head.weight_g": [1, 1], "head.weight_v": [1, 5], "head.bias": [1]]
    ),
    ("two causes in one layer", spec(), recurrent("lstm", 1, 8, layers: 2) + matrix("head", [1, 8])),
    ("two causes in two layers", spec(), recurrent("lstm", 1, 8) + matrix("head", [3, 8])),
    ("a kind and a size", spec(), recurrent("lstm", gates: 3, 1, 8) + matrix("head", [1, 8])),
    ("tokens", layers("tokens: 10", words), matrix("emb", [12, 4], bias: false) + recurrent("lstm", 4)),
    ("embedding_dim", layers("tokens: 10", words), matrix("emb", [10, 6], bias: false) + recurrent("lstm", 6)),
    ("out_channels", layers("features: 4", conv), matrix("conv", [8, 4, 3]) + recurrent("rnn", gates: 3, 8)),
    ("kernel_size", layers("features: 4", conv), matrix("conv", [6, 4, 5]) + recurrent("rnn", gates: 3, 6)),
    (
        "groups or input channels", layers("features: 4", conv),
        matrix("conv", [6, 2, 3]) + recurrent("rnn", gates: 3, 6)
    ),
    (
        "groups that are written", layers("features: 4", [conv[0] + ", groups: 2", conv[1]]),
        matrix("conv", [6, 4, 3]) + recurrent("rnn", gates: 3, 6)
    ),
    (
        "a convolution without bias", layers("features: 4", conv),
        matrix("conv", [6, 4, 3], bias: false) + recurrent("rnn", gates: 3, 6)
    ),
    ("input channels", layers("features: 4", conv), matrix("conv", [6, 5, 3]) + recurrent("rnn", gates: 3, 6)),
    (
        "a norm's size", layers("features: 4", norms),
        matrix("norm", [6]) + batchNorm("bn", 6) + recurrent("rnn", gates: 1, 6)
    ),
    (
        "elementwise_affine", layers("features: 4", ["layer_norm: norm, elementwise_affine: false"] + norms[1...]),
        normTensors
    ),
    ("a norm without bias", layers("features: 4", norms), normTensors.filter { $0.key != "norm.bias" }),
    ("affine", layers("features: 4", [norms[0], "batch_norm: bn, affine: false", norms[2]]), normTensors),
    (
        "no affine", layers("features: 4", norms),
        normTensors.filter { $0.key != "bn.weight" && $0.key != "bn.bias" }
    ),
    (
        "num_parameters", layers("features: 4", ["prelu: p", "gru: rnn, hidden_size: 5"]),
        ["p.weight": [4]] + recurrent("rnn", gates: 3, 4)
    ),
    ("a cause and a tensor by itself", spec(), recurrent("lstm", 1, 8) + matrix("head", [1, 8]) + ["scale": [1]]),
    ("no module's sizes", spec(), whole + ["lstm.weight_hh_l0": [20, 6]]),
]

private func check(_ text: String, _ tensors: Shapes) throws -> [Diagnostic] {
    let source = SourceFile(path: "M.lstm.yaml", bytes: Array(text.utf8))
    let model = try #require(SpecReading(source).model, "\(text)")
    let named = tensors.sorted { $0.key < $1.key }.map { name, shape in
        NamedTensor(name, floats: [Float](repeating: 0, count: shape.reduce(1, *)), shape: shape)
    }
    return reconcile(try Checkpoint(safetensorsBytes(named), fileName: "w.safetensors"), with: model).diagnostics
}

@Suite("One cause, one error") struct FitTests {
    @Test("every cause, in its words") func causes() throws {
        var text = ""
        for (name, spec, tensors) in cases {
            let diagnostics = try check(spec, tensors)
            let source = SourceFile(path: "M.lstm.yaml", bytes: Array(spec.utf8))
            let found = render(diagnostics, sources: ["M.lstm.yaml": source])
            #expect(!diagnostics.isEmpty, "\(name)")
            #expect(found.split(separator: "\n").count <= 10, "\(name): \(found)")
            text += "== \(name)\n\(found)\n"
        }
        try assertSnapshot(
            text, at: repositoryRoot.appendingPathComponent("Tests/LSTMCheckpointTests/Fixtures/causes.txt"))
    }

    @Test("a checkpoint that fits has no cause") func nothing() throws {
        #expect(try check(spec(), whole).isEmpty)
        #expect(try check(layers("features: 4", norms), normTensors).isEmpty)
        #expect(try check(spec(weights: ", prefix: a."), whole.under("a.")).isEmpty)
    }

    /// What a message says would fit does: the changed spec has no mistakes left.
    @Test(
        "what would fit fits",
        arguments: [
            (spec(), "hidden_size: 5", "hidden_size: 8", recurrent("lstm", 1, 8) + matrix("head", [1, 8])),
            (spec(), "hidden_size: 5", "hidden_size: 5, num_layers: 3", recurrent("lstm", layers: 3) + head),
            (spec(), "lstm: lstm", "gru: lstm", recurrent("lstm", gates: 3) + head),
            (spec(), "features: 1", "features: 7", recurrent("lstm", 7) + head),
            (spec(), "w.safetensors", "w.safetensors, prefix: module.", whole.under("module.")),
            (spec(), "w.safetensors", "w.safetensors, names: { head: fc }", recurrent("lstm") + matrix("fc", [1, 5])),
        ])
    func fits(_ spec: String, _ wrong: String, _ right: String, _ tensors: [String: [Int]]) throws {
        #expect(try check(spec, tensors).count == 1)
        let changed = try #require(spec.range(of: wrong)).lowerBound
        var text = spec
        text.replaceSubrange(changed..<text.index(changed, offsetBy: wrong.count), with: right)
        #expect(try check(text, tensors).isEmpty)
    }

    @Test("hundreds of layers that do not fit are told in a screen") func many() throws {
        let names = (0..<300).map { "f\($0)" }
        let text = layers("features: 1", names.map { "linear: \($0), out_features: 1" })
        let tensors = names.map { matrix($0, [2, 2]) }.reduce([:], +)
        let diagnostics = try check(text, tensors)
        #expect(diagnostics.count <= 22)
        #expect(diagnostics.contains { $0.message.hasSuffix("more ways") })
        let renamed = try check(text, tensors.under("other_"))
        #expect(renamed.count <= 22)
    }
}
