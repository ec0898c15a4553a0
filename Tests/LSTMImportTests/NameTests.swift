// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMImport
import LSTMSpec
import TestSupport
import Testing

/// State dictionaries of zeros, by their modules' names and sizes.
private enum Module {
    case lstm(Int, Int)
    case linear(Int, Int)
    case embedding(Int, Int)
    case norm(Int)

    var shapes: [(String, [Int])] {
        switch self {
        case .lstm(let size, let hidden):
            [("weight_ih_l0", [4 * hidden, size]), ("weight_hh_l0", [4 * hidden, hidden])]
        case .linear(let size, let out): [("weight", [out, size]), ("bias", [out])]
        case .embedding(let tokens, let size): [("weight", [tokens, size])]
        case .norm(let size): [("weight", [size]), ("bias", [size])]
        }
    }
}

private func json(_ modules: [(String, Module)]) -> [UInt8] {
    func zeros(_ shape: ArraySlice<Int>) -> String {
        guard let size = shape.first else { return "0" }
        return "[" + [String](repeating: zeros(shape.dropFirst()), count: size).joined(separator: ",") + "]"
    }
    let members = modules.flatMap { path, module in
        module.shapes.map { "\"\(path).\($0.0)\": \(zeros($0.1[...]))" }
    }
    return Array("{\(members.joined(separator: ","))}".utf8)
}

private func safetensors(_ modules: [(String, Module)]) -> [UInt8] {
    safetensorsBytes(
        modules.flatMap { path, module in
            module.shapes.map { shape in
                NamedTensor(
                    "\(path).\(shape.0)", floats: .init(repeating: 0, count: shape.1.reduce(1, *)), shape: shape.1)
            }
        })
}

private func failure(_ bytes: [UInt8], _ file: String) -> [String] {
    do throws(ImportFailure) {
        _ = try importModel(bytes, path: file)
        return []
    } catch {
        return error.diagnostics.map { "\($0.mistake.code): \($0.message)" }
    }
}

@Suite("Names of modules")
struct NameTests {
    private static let against: [(String, [(String, Module)], String)] = [
        (
            "encoder, out, decoder", [("encoder", .lstm(3, 4)), ("out", .linear(4, 3)), ("decoder", .lstm(3, 4))],
            "decoder"
        ),
        ("enc and dec", [("enc.rnn", .lstm(3, 4)), ("dec.rnn", .lstm(4, 4)), ("fc", .linear(4, 3))], "dec.rnn"),
        ("a prefix", [("m.encoder_lstm", .lstm(3, 4)), ("m.decoderLSTM", .lstm(4, 4))], "m.encoder_lstm"),
        ("attention", [("lstm", .lstm(3, 4)), ("attn", .linear(4, 4)), ("fc", .linear(4, 2))], "attn"),
        ("query", [("lstm", .lstm(3, 4)), ("query", .linear(4, 4)), ("key", .linear(4, 4))], "query"),
        (
            "mu and logvar", [("lstm", .lstm(3, 4)), ("fc_mu", .linear(4, 4)), ("fc_logvar", .linear(4, 4))],
            "fc_logvar"
        ),
        ("mean and log_std", [("lstm", .lstm(3, 4)), ("mean", .linear(4, 4)), ("log_std", .linear(4, 2))], "log_std"),
        (
            "actor and critic", [("lstm", .lstm(3, 4)), ("actor.0", .linear(4, 4)), ("critic.0", .linear(4, 1))],
            "critic.0"
        ),
        ("policy and value", [("lstm", .lstm(3, 4)), ("policy", .linear(4, 4)), ("value", .linear(4, 1))], "value"),
        ("two directions", [("lstm_fwd", .lstm(4, 4)), ("lstm_bwd", .lstm(4, 4)), ("fc", .linear(4, 1))], "lstm_bwd"),
        ("forward, backward", [("forward_lstm", .lstm(4, 4)), ("backward_lstm", .lstm(4, 4))], "backward_lstm"),
        ("GAN", [("generator.lstm", .lstm(3, 3)), ("discriminator.lstm", .lstm(3, 1))], "generator.lstm"),
        ("siamese", [("left.lstm", .lstm(3, 3)), ("right.lstm", .lstm(3, 1))], "left.lstm"),
        ("letters", [("lstm", .lstm(3, 4)), ("head_a", .linear(4, 4)), ("head_b", .linear(4, 2))], "head_a"),
        ("capitals", [("lstm", .lstm(3, 4)), ("fcA", .linear(4, 4)), ("fcB", .linear(4, 2))], "fcB"),
        (
            "kinds of head", [("lstm", .lstm(3, 4)), ("pitch_head", .linear(4, 4)), ("onset_head", .linear(4, 2))],
            "onset_head"
        ),
        ("numbered heads", [("lstm", .lstm(3, 4)), ("head1", .linear(4, 4)), ("head2", .linear(4, 2))], "head2"),
        ("recurrent heads", [("head1_lstm", .lstm(3, 3)), ("head2_lstm", .lstm(3, 3))], "head2_lstm"),
        ("heads", [("lstm", .lstm(3, 4)), ("heads.0", .linear(4, 4)), ("heads.1", .linear(4, 2))], "heads.1"),
        ("an ensemble", [("models.0.lstm", .lstm(3, 3)), ("models.1.lstm", .lstm(3, 3))], "models.1.lstm"),
        ("skip", [("lstm", .lstm(3, 4)), ("skip", .linear(4, 4)), ("fc", .linear(4, 2))], "skip"),
        (
            "residual", [("lstm", .lstm(3, 4)), ("residual_proj", .linear(4, 4)), ("fc", .linear(4, 2))],
            "residual_proj"
        ),
        ("shortcut", [("shortcut.0", .linear(3, 3)), ("lstm", .lstm(3, 4))], "shortcut.0"),
        ("gate", [("lstm", .lstm(3, 4)), ("gate", .linear(4, 4)), ("fc", .linear(4, 2))], "gate"),
        ("teacher", [("teacher.lstm", .lstm(3, 3)), ("student.lstm", .lstm(3, 3))], "teacher.lstm"),
        ("ema", [("lstm", .lstm(3, 3)), ("ema_lstm", .lstm(3, 3))], "ema_lstm"),
        ("first state", [("init_h", .linear(3, 3)), ("lstm", .lstm(3, 4))], "init_h"),
        ("output first", [("output", .linear(3, 4)), ("lstm", .lstm(4, 5))], "output"),
        ("characters and words", [("char_lstm", .lstm(3, 4)), ("word_lstm", .lstm(4, 5))], "word_lstm"),
        ("numbers", [("net.1", .linear(3, 4)), ("net.0", .lstm(4, 5))], "net.1"),
        ("a stranger", [("net.0", .linear(3, 4)), ("lstm", .lstm(4, 5)), ("net.2", .linear(5, 2))], "lstm"),
    ]

    @Test("that contradict a chain are refused in every order", arguments: against.indices)
    func contradictions(_ index: Int) {
        let (label, modules, name) = Self.against[index]
        for bytes in [(json(modules), "m.json"), (safetensors(modules), "m.safetensors")] {
            let found = failure(bytes.0, bytes.1)
            #expect(found.count == 1 && found[0].hasPrefix("import-names: "), "\(label): \(found)")
            #expect(found.first?.contains("'\(name)'") == true, "\(label): \(found)")
        }
    }

    private static let fine: [[(String, Module)]] = [
        // PyTorch's own language model, a head of two steps, blocks with outputs of their own.
        [("encoder", .embedding(9, 3)), ("rnn", .lstm(3, 4)), ("decoder", .linear(4, 9))],
        [("encoder.lstm", .lstm(3, 4)), ("encoder.norm", .norm(4)), ("decoder", .linear(4, 2))],
        [("input_proj", .linear(3, 4)), ("lstm", .lstm(4, 5)), ("out_proj", .linear(5, 2))],
        [("lstm1", .lstm(3, 4)), ("lstm2", .lstm(4, 4)), ("fc1", .linear(4, 4)), ("fc2", .linear(4, 2))],
        [("lstm", .lstm(3, 4)), ("fc_hidden", .linear(4, 4)), ("fc_out", .linear(4, 2))],
        [("lstm", .lstm(3, 4)), ("head.0", .linear(4, 4)), ("head.1", .linear(4, 2))],
        [("teacher.lstm", .lstm(3, 4)), ("teacher.head", .linear(4, 2))],
        [("blocks.0.lstm", .lstm(3, 4)), ("blocks.0.out", .linear(4, 3)), ("blocks.1.lstm", .lstm(3, 4))],
        [("lstms.0", .lstm(3, 4)), ("norms.0", .norm(4)), ("lstms.1", .lstm(4, 5)), ("norms.1", .norm(5))],
        [("long_short_term", .lstm(3, 4)), ("classifier", .linear(4, 2))],
    ]

    @Test("that a chain has are taken, without an open question", arguments: fine.indices)
    func taken(_ index: Int) throws {
        let modules = Self.fine[index]
        let model = try importModel(json(modules), path: "m.json")
        #expect(model.layers.count == modules.count && model.openQuestions.isEmpty)
    }

    @Test("are sorted by number, and not by digit") func numbers() throws {
        let modules = (0...11).map { ("layers.\($0)", $0 == 0 ? Module.lstm(3, 4) : .linear(4, 4)) }
        for seed in 1...5 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            var mixed = modules
            for index in mixed.indices { mixed.swapAt(index, random.integer(in: 0...index)) }
            let model = try importModel(safetensors(mixed), path: "m.safetensors")
            #expect(model.layers.dropFirst().map(\.module) == (1...11).map { "\($0)" })
            #expect(model.openQuestions.isEmpty)
        }
    }

    @Test("with gaps in their numbers are open questions") func gaps() throws {
        func open(_ modules: [(String, Module)], ignore: [String] = []) throws -> (places: [String], text: String) {
            var options = ImportOptions()
            options.ignore = ignore
            let model = try importModel(safetensors(modules), path: "m.safetensors", options: options)
            let text = specText(model, name: "M", weightsFile: "m.safetensors", heading: "")
            #expect(model.openQuestions.allSatisfy { model.assumptions.contains($0) })
            #expect(model.warnings(source: "m").map(\.severity) == model.openQuestions.map { _ in .warning })
            #expect(model.layers.flatMap(\.comments).filter { $0.hasPrefix("OPEN") }.count == model.openQuestions.count)
            return (model.openQuestions.map { String($0.prefix { $0 != "," }) }, text)
        }
        let lstm = ("lstm", Module.lstm(3, 4))
        #expect(
            try open([lstm, ("head.0", .linear(4, 4)), ("head.3", .linear(4, 2))]).places == [
                "'head.1' and 'head.2' are not in the file"
            ])
        #expect(try open([lstm, ("fc.0", .linear(4, 4)), ("fc.2", .linear(4, 2))]).places.count == 1)
        // A first number missing, in front of everything too, and before an LSTM in a Sequential.
        #expect(try open([lstm, ("head.1", .linear(4, 2))]).places == ["'head.0' is not in the file"])
        #expect(try open([("net.1", .lstm(3, 4)), ("net.2", .linear(4, 2))]).places == ["'net.0' is not in the file"])
        #expect(try open([("0", .lstm(3, 4)), ("2", .linear(4, 2))]).places == ["'1' is not in the file"])
        #expect(try open([lstm, ("h.99998", .linear(4, 2))]).places == ["'h.0' to 'h.99997' are not in the file"])
        // Nested: one at each depth.
        #expect(
            try open([("m.net.0.0", .lstm(3, 4)), ("m.net.0.2", .linear(4, 4)), ("m.net.2.0", .linear(4, 2))]).places
                == [
                    "'m.net.0.1' is not in the file", "'m.net.1' is not in the file",
                ])
        // What the user left out is no gap.
        let norm = ("head.1", Module.norm(4))
        #expect(
            try open(
                [lstm, ("head.0", .linear(4, 4)), norm, ("head.2", .linear(4, 2))], ignore: ["head.1.*"]
            ).places.isEmpty)
        let (_, text) = try open([lstm, ("head.0", .linear(4, 4)), ("head.2", .linear(4, 2))])
        let entry = try #require(text.split(separator: "layers:").last)
        #expect(entry.contains("# OPEN: 'head.1' is not in the file, so that a module without weights stands"))
        #expect(!text.contains("- nothing without weights stands between the layers"))
    }

    @Test("of scalings are no layer norms", arguments: ["bn", "batch_norm", "gn1", "scale", "affine"])
    func scalings(_ name: String) {
        let found = failure(safetensors([("lstm", .lstm(3, 4)), (name, .norm(4))]), "m.safetensors")
        #expect(found.count == 1 && found[0].contains("by its name a batch norm"))
    }

    @Test("to leave out are given all at once") func ignored() throws {
        let bare = [("similarity_weight", [1]), ("similarity_bias", [1])].map {
            NamedTensor($0.0, floats: [0], shape: $0.1)
        }
        let lstm = Module.lstm(3, 4).shapes.map {
            NamedTensor("lstm.\($0.0)", floats: .init(repeating: 0, count: $0.1.reduce(1, *)), shape: $0.1)
        }
        let found = failure(safetensorsBytes(bare + lstm), "m.safetensors")
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("--ignore 'similarity_bias' --ignore 'similarity_weight'"), "\(found)")
        let more = ["peephole_i", "peephole_o"].map { NamedTensor("lstm.\($0)", floats: [0], shape: [1]) }
        let extra = failure(safetensorsBytes(more + lstm), "m.safetensors")
        #expect(extra[0].hasSuffix("--ignore 'lstm.peephole_i' --ignore 'lstm.peephole_o'"), "\(extra)")
    }
}
