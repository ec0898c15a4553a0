// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let importable = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures")

/// Files that are broken or mean harm: each must end in a located error, with exit code 1 and nothing written.
@Suite("import of hostile files")
struct ImportHostileTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: importable.appendingPathComponent(path)))
    }

    /// Imports each file under a name with this ending, within 2 GB and a minute.
    func refuse(_ files: [[UInt8]], _ ending: String) throws {
        #expect(Set(files).count >= 20)
        for (index, file) in files.enumerated() {
            let name = "hostile\(index)\(ending)"
            try box.write(name, file)
            let outcome = try box.run(["import", name, "--output", "out"], megabytes: 2048)
            let what = "\(index): \(String(decoding: file.prefix(400), as: UTF8.self))\n\(outcome.description)"
            #expect(outcome.code == 1, "\(what)")
            #expect(outcome.stdout.isEmpty, "\(what)")
            let pattern = try Regex("\(name):[0-9]+:[0-9]+: error: .")
            let first = outcome.stderr.split(separator: "\n").first ?? ""
            #expect(first.starts(with: pattern), "\(what)")
            #expect(!outcome.stderr.unicodeScalars.contains("\u{1B}"))
            #expect(outcome.stderr.utf8.count < 20_000)
            #expect(try box.names() == [name])
            try FileManager.default.removeItem(at: box.url(name))
        }
    }

    /// The file cut short in several places.
    func cuts(_ file: [UInt8]) -> [[UInt8]] {
        (0...8).map { Array(file.prefix(file.count * $0 / 9)) } + [Array(file.dropLast())]
    }

    func replacing(_ old: String, _ new: String, in file: [UInt8]) -> [UInt8] {
        // Latin 1 has a character for each byte.
        let text = String(decoding: file.map { UInt16($0) }, as: UTF16.self)
        return text.replacing(old, with: new).utf16.map { UInt8(truncatingIfNeeded: $0) }
    }

    func refused(_ ending: String) throws -> [[UInt8]] {
        try fixtureNames(in: importable.appendingPathComponent("Refused"), suffix: ending).map {
            try bytes("Refused/\($0)")
        }
    }

    var nonsense: [[UInt8]] {
        [
            [UInt8](repeating: 0xFF, count: 500), Array("#!/bin/sh\necho hello\n".utf8), [0x80, 0x02, 0x2E],
            Array("PK".utf8),
        ]
    }

    @Test func pt() throws {
        let good = try bytes("Recognised/speech-model.pt")
        let edits = [("PK\u{1}\u{2}", "PK\u{9}\u{9}"), ("data.pkl", "data.pk1"), ("rnn.weight", "rnn.vveight")]
        let files = cuts(good) + nonsense + edits.map { replacing($0.0, $0.1, in: good) }
        try refuse(files + (try refused(".pt")), ".pt")
    }

    @Test func npz() throws {
        let good = try bytes("Recognised/speech-model.npz")
        let edits = [
            ("NUMPY", "NUMPX"), ("<f4", "<i4"), ("<f4", "|O8"), ("False", "True "), ("shape", "shap3"),
            ("PK\u{1}\u{2}", "PK\u{9}\u{9}"), ("PK\u{5}\u{6}", "PK\u{5}\u{7}"), (".npy", ".npz"),
        ]
        let deflated = try bytes("Recognised/speech-deflated.npz")
        let files = cuts(good) + cuts(deflated) + nonsense + edits.map { replacing($0.0, $0.1, in: good) }
        try refuse(files + (try refused(".npz")), ".npz")
    }

    private func weights(_ shape: Int..., type: String = "F32") -> Tensor {
        Tensor([Double](repeating: 0.5, count: shape.reduce(1, *)), shape, type)
    }

    /// An LSTM of 2 inputs and 3 units with something changed.
    private func lstm(_ changes: [String: Tensor?]) throws -> [UInt8] {
        var tensors = [
            "l.weight_ih_l0": weights(12, 2), "l.weight_hh_l0": weights(12, 3), "l.bias_ih_l0": weights(12),
            "l.bias_hh_l0": weights(12),
        ]
        for (name, tensor) in changes { tensors[name] = tensor }
        return try safetensors(tensors)
    }

    @Test func safetensorsFiles() throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<2000).map { ("m\($0).weight", Optional(weights(1, 1))) })
        let endless = Dictionary(uniqueKeysWithValues: (0..<400).map { ("m\($0).weight", Optional(weights(2, 3))) })
        let changes: [[String: Tensor?]] = [
            ["l.weight_ih_l0": nil], ["l.weight_hh_l0": nil], ["l.bias_hh_l0": nil],
            ["l.weight_ih_l0": weights(12)], ["l.weight_ih_l0": weights(0, 2)], ["l.weight_hh_l0": weights(12, 0)],
            ["l.weight_hh_l0": weights(13, 3)], ["l.weight_hh_l0": weights(12, 5)], ["l.bias_ih_l0": weights(11)],
            ["l.bias_ih_l0": weights(12, type: "I64")], ["l.weight_hr_l0": weights(3, 3)],
            ["l.weight_hr_l0": weights(1)], ["l.weight_ih_l1": weights(12, 3)],
            ["l.weight_ih_l99999999999999999999": weights(1)], ["l.weight_ih_l0_reverse": weights(12, 2)],
            ["\u{1B}[2J\u{202E}.weight": weights(1, 1, 1)],
            ["l.bias_hh_l0": Tensor([.nan] + .init(repeating: 0, count: 11), [12])],
            ["l.bias_hh_l0": Tensor([1e39] + .init(repeating: 0, count: 11), [12])], ["..": weights(1)],
            [String(repeating: "a.", count: 5000) + "weight": weights(1)], many, endless,
            ["h0": weights(1, 3)], ["h0": weights(1, 3), "c0": weights(1, 4)],
        ]
        try refuse(try changes.map(lstm) + cuts(try lstm([:])) + nonsense, ".safetensors")
    }

    private func edits(_ file: String, _ edits: [(old: String, new: String)]) throws -> [[UInt8]] {
        let good = try bytes("Recognised/" + file)
        return try edits.map { edit in
            let bad = replacing(edit.old, edit.new, in: good)
            #expect(bad != good, "\(edit)")
            return try #require(bad == good ? nil : bad)
        }
    }

    private var badJSON: [[UInt8]] {
        [
            "{}", "[]", "null", "3", "\"text\"", String(repeating: "[", count: 100_000), "{\"a\": 1, \"a\": 1}",
            String(repeating: "{\"layers\":", count: 500), "{\"layers\": {}}", "{\"state_dict\": 3}", "{\"a\": [NaN]}",
            "{\"\u{1B}[2J\": [[[1]]]}",
        ].map { Array($0.utf8) }
    }

    @Test func rtneural() throws {
        let bad = try edits(
            "rtneural.json",
            [
                ("\"in_shape\"", "\"inshape\""), ("\"layers\"", "\"layer\""), ("\"lstm\"", "\"gru\""),
                ("\"lstm\"", "7"), ("\"tanh\"", "\"selu\""), ("null,\n  2\n ", "null,\n  0\n "),
                ("null,\n  2\n ", "null,\n  -1\n "), ("null,\n  2\n ", "null,\n  2.5\n "), ("null,\n  2\n ", "1e30\n "),
                ("null,\n    3\n", "null,\n    4\n"), ("null,\n    3\n", "3000000\n"), ("\"weights\"", "\"weight\""),
                ("-0.0", "1e999,"), ("-0.0", "\"x\", -0.0"), ("0.1", "null, 0.1"), ("[\n", "[[\n"), ("]", "}"),
                (",", ",,"), ("\"shape\"", "\"type\""), ("softmax", "soft\\ud800"),
            ])
        try refuse(bad + cuts(try bytes("Recognised/rtneural.json")) + badJSON, ".json")
    }

    @Test func stateJSON() throws {
        let bad = try edits(
            "proteus.json",
            [
                ("\"LSTM\"", "\"GRU\""), ("\"LSTM\"", "{}"), ("\"skip\": 0", "\"skip\": {}"),
                ("\"skip\": 0", "\"skip\": [0]"), ("_ih_l0", "_ih_l1"),
                ("weight_hh", "weight"), ("rec.bias_ih_l0", "rec.bias"), ("lin.bias", "lin.running_mean"),
                ("lin.weight", "lin"), ("[[", "["), ("[[", "[[["), ("]]", "], []]"), ("[[", "[[1], ["),
                ("[[", "[[1e39, "), ("0.", "\"0\"."), ("-", "--"), ("state_dict", "state"), ("lin.", "rec."),
            ])
        try refuse(bad + cuts(try bytes("Recognised/proteus.json")) + (try refused(".json")), ".json")
    }

    @Test func nam() throws {
        let bad = try edits(
            "amp.nam",
            [
                ("\"LSTM\"", "\"WaveNet\""), ("\"LSTM\"", "null"), ("\"LSTM\"", "[\"LSTM\"]"), ("0.5.4", "0.4.0"),
                ("0.5.4", "5"), ("0.5.4", "..."), ("0.5.4", "0.99999999999999999999.0"),
                ("\"hidden_size\": 3", "\"hidden_size\": 4"), ("\"hidden_size\": 3", "\"hidden_size\": 0"),
                ("\"hidden_size\": 3", "\"hidden_size\": -3"), ("\"hidden_size\": 3", "\"hidden_size\": 1000000"),
                ("\"hidden_size\": 3", "\"hidden_size\": 9223372036854775807"), ("\"hidden_size\": 3", "\"x\": 3"),
                ("\"num_layers\": 2", "\"num_layers\": 1e6"), ("\"num_layers\": 2", "\"num_layers\": 0"),
                ("\"num_layers\": 2", "\"num_layers\": 2, \"bidirectional\": true"),
                ("\"num_layers\": 2", "\"num_layers\": 2, \"out_channels\": 2"),
                ("\"weights\"", "\"weight\""), ("\"weights\": [", "\"weights\": [1, "),
                ("\"weights\": [", "\"weights\": [[1], "), ("\"config\": {", "\"config\": 3, \"c\": {"),
                ("48000", "\"fast\""), ("\"metadata\"", "\"version\""),
            ])
        try refuse(bad + cuts(try bytes("Recognised/amp.nam")) + badJSON + (try refused(".nam")), ".nam")
    }

    @Test("a name of no known ending, or of nothing") func endings() throws {
        try box.write("model.onnxx", "x")
        let outcome = try box.run("import", "model.onnxx")
        #expect(outcome.code == 1)
        #expect(
            outcome.stderr.hasPrefix(
                "model.onnxx:1:1: error: 'model.onnxx' is no file that is known, by its bytes or its extension: lstmc "
                    + "imports "))
        let missing = try box.run("import", "none.pt")
        #expect(
            missing.stderr
                == "none.pt:1:1: error: the checkpoint 'none.pt' cannot be opened: No such file or directory\n")
        #expect(try box.names() == ["model.onnxx"])
    }
}
