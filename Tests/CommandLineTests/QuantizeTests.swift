// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMFiles
import ProgramTestSupport
import TestSupport
import Testing

@Suite("quantize")
struct QuantizeTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Amp.lstm.yaml", Self.spec)
        var numbers = SeededRandom(seed: 4)
        func tensor(_ shape: [Int]) -> Tensor {
            Tensor((0..<shape.reduce(1, *)).map { _ in Double(numbers.float(in: -0.5...0.5)) }, shape)
        }
        let tensors = [
            "lstm.weight_ih_l0": tensor([12, 2]), "lstm.weight_hh_l0": tensor([12, 3]),
            "lstm.bias_ih_l0": tensor([12]), "lstm.bias_hh_l0": tensor([12]), "head.weight": tensor([1, 3]),
            "head.bias": tensor([1]),
        ]
        try box.write("w.safetensors", safetensors(tensors))
    }

    private static let spec = """
        lstmc: 1
        name: Amp
        input: { features: 2 }   # left and right
        weights:
          file: w.safetensors  # from training
          # The rest.
        layers:
          - lstm: lstm
            hidden_size: 3
          - linear: head
            out_features: 1

        """

    private func quantize(_ arguments: String...) throws -> Outcome { try box.run(["quantize"] + arguments) }

    @Test("writes the same text with the precision beside the spec, and says what it costs") func writes() throws {
        let outcome = try quantize("Amp.lstm.yaml", "--precision", "float16")
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome)")
        #expect(outcome.lines.first == "float16 from float32, on inputs drawn from seed 2:")
        #expect(outcome.lines.contains("weights: 352 bytes as float32, 226 as kept"), "\(outcome)")
        #expect(outcome.lines.last == "wrote Amp.float16.lstm.yaml")
        let text = String(decoding: try box.read("Amp.float16.lstm.yaml"), as: UTF8.self)
        #expect(
            text
                == Self.spec.replacing(
                    "from training\n", with: "from training\n  precision: float16\n"))
        #expect(String(decoding: try box.read("Amp.lstm.yaml"), as: UTF8.self) == Self.spec)
        #expect(try box.run("ir", "Amp.float16.lstm.yaml").stdout.contains("weight_bytes 226\n"))
        // Another precision takes the place of this one.
        #expect(
            try quantize("Amp.float16.lstm.yaml", "--precision", "bfloat16", "--output", "B.lstm.yaml").code == 0)
        #expect(
            String(decoding: try box.read("B.lstm.yaml"), as: UTF8.self)
                == text.replacing("precision: float16", with: "precision: bfloat16"))
        #expect(
            try quantize("B.lstm.yaml", "--precision", "float32").lines.contains {
                $0.contains("head") && $0.hasSuffix(" 0")
            })
    }

    @Test(
        "in every way that weights are written",
        arguments: [
            ("weights: { file: w.safetensors }", "weights: { file: w.safetensors, precision: bfloat16 }"),
            (
                "weights: {file: 'w.safetensors', prefix: ''} # x",
                "weights: {file: 'w.safetensors', precision: bfloat16, prefix: ''} # x"
            ),
            (
                "weights: { precision: float16, file: w.safetensors }",
                "weights: { precision: bfloat16, file: w.safetensors }"
            ),
            (
                "weights:\n    prefix: \"\"\n    file: w.safetensors",
                "weights:\n    prefix: \"\"\n    file: w.safetensors\n    precision: bfloat16"
            ),
            (
                "description: &f w.safetensors\nweights:\n  file: *f",
                "description: &f w.safetensors\nweights:\n  file: *f\n  precision: bfloat16"
            ),
        ])
    func edits(_ before: String, _ after: String) throws {
        let weights = "weights:\n  file: w.safetensors  # from training\n  # The rest."
        try box.write("Amp.lstm.yaml", Self.spec.replacing(weights, with: before))
        let outcome = try quantize("Amp.lstm.yaml", "--precision", "bfloat16")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(
            String(decoding: try box.read("Amp.bfloat16.lstm.yaml"), as: UTF8.self)
                == Self.spec.replacing(weights, with: after))
    }

    @Test("lines keep their ends", arguments: ["\r\n", "\r"]) func lineEnds(_ end: String) throws {
        func ended(_ text: String) -> String {
            text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: end)
        }
        try box.write("Amp.lstm.yaml", ended(Self.spec))
        #expect(try quantize("Amp.lstm.yaml", "--precision", "float16").code == 0)
        let expected = Self.spec.replacing("from training\n", with: "from training\n  precision: float16\n")
        #expect(try box.read("Amp.float16.lstm.yaml") == Array(ended(expected).utf8))
    }

    @Test("what cannot be edited is an error, and nothing is written") func uneditable() throws {
        let weights = "weights:\n  file: w.safetensors  # from training\n  # The rest."
        let text = "weights:\n  file: >-\n    w.safetensors"
        try box.write("Amp.lstm.yaml", Self.spec.replacing(weights, with: text))
        let outcome = try quantize("Amp.lstm.yaml", "--precision", "float16")
        #expect(outcome.code == 1 && outcome.stderr.contains("write 'precision: float16' in it by hand"), "\(outcome)")
        #expect(try !box.names().contains("Amp.float16.lstm.yaml"))
    }

    @Test("a weight file is written where the weights stay in one, in half the bytes") func weightFile() throws {
        let text = Self.spec.replacing("  # The rest.", with: "  placement: file")
        try box.write("Amp.lstm.yaml", text)
        let outcome = try quantize("Amp.lstm.yaml", "--precision", "float16")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.lines.suffix(2) == ["wrote Amp.float16.safetensors", "wrote Amp.float16.lstm.yaml"])
        let file = try SafetensorsFile(try box.read("Amp.float16.safetensors"))
        #expect(file.directory["head.weight"]?.type == .float16)
        #expect(file.directory["lstm.weight_hh_l0"]?.type == .float16)
        #expect(file.directory["head.bias"]?.type == .float32)
        let written = String(decoding: try box.read("Amp.float16.lstm.yaml"), as: UTF8.self)
        #expect(written.contains("  file: Amp.float16.safetensors  # from training\n  precision: float16\n"))
        // The two files give the same results.
        try box.write("x.csv", "1,2\n-1,0.5\n")
        try box.write("Same.lstm.yaml", text.replacing("placement: file", with: "precision: float16"))
        #expect(
            try box.run("run", "Amp.float16.lstm.yaml", "--input", "x.csv").stdout
                == box.run("run", "Same.lstm.yaml", "--input", "x.csv").stdout)
    }

    @Test("a file's results are compared before and after") func against() throws {
        try box.write("x.csv", "1,2\n-1,0.5\n")
        #expect(try box.run("run", "Amp.lstm.yaml", "--input", "x.csv", "--output", "y.safetensors").code == 0)
        let results = try SafetensorsFile(try box.read("y.safetensors"))
        let y = try results.floats("head", shape: [2, 1]).floats()
        try box.write(
            "t.safetensors",
            safetensors(["x": Tensor([1, 2, -1, 0.5], [2, 2]), "head": Tensor(y.map(Double.init), [2, 1])]))
        let outcome = try quantize(
            "Amp.lstm.yaml", "--precision", "bfloat16", "--against", "t.safetensors", "--dry-run")
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.lines.first == "bfloat16 from float32, on the file's inputs:")
        #expect(
            outcome.lines[1].split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }.filter {
                !$0.isEmpty
            }
                == ["result", "relative rms", "largest", "float32 to the file", "bfloat16 to the file"])
        let row = outcome.lines[2].split(separator: " ")
        #expect(row.count == 5 && row[3] == "0" && row[2] == row[4] && row[2] != "0", "\(outcome)")
        #expect(try box.names().filter { $0.contains("bfloat16") } == [])
        let json = try quantize(
            "Amp.lstm.yaml", "--precision", "bfloat16", "--against", "t.safetensors", "--dry-run", "--format", "json")
        #expect(
            json.stdout.hasPrefix(
                "{\"precision\": \"bfloat16\", \"seed\": null, \"float32_bytes\": 352, \"kept_bytes\": 226, "),
            "\(json)")
    }

    @Test("files that are there are kept") func keeps() throws {
        try box.write("Amp.float16.lstm.yaml", "mine")
        let refused = try quantize("Amp.lstm.yaml", "--precision", "float16")
        #expect(refused.code == 1 && refused.stderr.contains("is there already"), "\(refused)")
        #expect(try box.read("Amp.float16.lstm.yaml") == Array("mine".utf8))
        #expect(try quantize("Amp.lstm.yaml", "--precision", "float16", "--force").code == 0)
        let over = try quantize("Amp.lstm.yaml", "--precision", "float16", "--output", "Amp.lstm.yaml")
        #expect(over.code == 1 && over.stderr.contains("would replace the spec"), "\(over)")
        #expect(String(decoding: try box.read("Amp.lstm.yaml"), as: UTF8.self) == Self.spec)
        let forced = try quantize("Amp.lstm.yaml", "--precision", "float16", "--output", "Amp.lstm.yaml", "--force")
        #expect(forced.code == 0, "\(forced)")
        #expect(String(decoding: try box.read("Amp.lstm.yaml"), as: UTF8.self).contains("precision: float16"))
        let weights = try quantize("Amp.lstm.yaml", "--precision", "float16", "--output", "w.safetensors", "--force")
        #expect(weights.code == 1 && weights.stderr.contains("would replace the checkpoint"), "\(weights)")
        let elsewhere = try quantize("Amp.lstm.yaml", "--precision", "float16", "--output", "out/Amp.lstm.yaml")
        #expect(elsewhere.code == 1 && elsewhere.stderr.contains("in another folder"), "\(elsewhere)")
    }

    @Test("too large for float16 is one error at the key") func tooLarge() throws {
        try box.write("x.csv", "1\n")
        try box.write(
            "big.safetensors",
            safetensors(["y.weight": Tensor([1, 70_000], [2, 1]), "y.bias": Tensor([0, 1e5], [2])]))
        try box.write(
            "Big.lstm.yaml",
            """
            lstmc: 1
            input: { features: 1 }
            weights: { file: big.safetensors, precision: float16 }
            layers:
              - linear: y
                out_features: 2

            """)
        let outcome = try box.run("check", "Big.lstm.yaml")
        #expect(outcome.code == 1)
        #expect(
            outcome.stderr == """
                Big.lstm.yaml:3:46: error: tensor 'y.weight' holds 70000.0 at index (1, 0), which is too large for float16; set weights.precision to bfloat16 or float32
                3 | weights: { file: big.safetensors, precision: float16 }
                  |                                              ^~~~~~~

                """, "\(outcome)")
    }

    /// A byte for each weight of a matrix, and a scale for each of its rows.
    @Test("as int8") func int8() throws {
        let outcome = try quantize("Amp.lstm.yaml", "--precision", "int8")
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome)")
        #expect(outcome.lines.contains("weights: 352 bytes as float32, 263 as kept"), "\(outcome)")
        #expect(String(decoding: try box.read("Amp.int8.lstm.yaml"), as: UTF8.self).contains("\n  precision: int8\n"))
        #expect(try box.run("ir", "Amp.int8.lstm.yaml").stdout.contains("weight_bytes 263\n"))
    }

    @Test("a matrix that is too wide for int8") func tooWide() throws {
        try box.write(
            "Wide.lstm.yaml",
            "lstmc: 1\ninput: { features: 32769 }\nweights: { file: w.safetensors, precision: int8 }\n"
                + "layers:\n  - linear: head\n    out_features: 1\n")
        let outcome = try box.run("check", "Wide.lstm.yaml")
        #expect(
            outcome.code == 1
                && outcome.stderr.contains(
                    "Wide.lstm.yaml:3:44: error: a matrix of int8 multiplies at most 32768 values, and 'head.weight' multiplies "
                        + "32769; keep the weights as bfloat16 or float16"),
            "\(outcome)")
    }

    @Test("words that are none") func words() throws {
        #expect(try quantize("Amp.lstm.yaml", "--precision", "int4").code == 64)
        #expect(try quantize("Amp.lstm.yaml").code == 64)
        #expect(try quantize("Amp.lstm.yaml", "--precision", "float16", "--dry-run", "--force").code == 64)
        try box.write("None.lstm.yaml", "lstmc: 1\ninput: { features: 1 }\nlayers:\n  - relu: y\n")
        let none = try quantize("None.lstm.yaml", "--precision", "float16")
        #expect(none.code == 1 && none.stderr.contains("has no 'weights'"), "\(none)")
    }
}
