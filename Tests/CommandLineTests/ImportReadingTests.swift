// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let fixtures = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures")

/// Copies fixtures of the importers into a box.
func placeImported(_ files: [String], in box: Sandbox) throws {
    for file in files {
        let name = String(file.split(separator: "/").last ?? "")
        try box.write(name, [UInt8](Data(contentsOf: fixtures.appendingPathComponent(file))))
    }
}

@Suite("import with flags")
struct ImportReadingTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    @Test(
        "reads as it is told, and does not call that an assumption",
        arguments: [
            ("every-time-first", [], true, true), ("every-batch-first", ["--batch-first"], true, false),
            ("last-time-first", ["--last"], false, true),
            ("last-batch-first", ["--last", "--batch-first"], false, false),
            ("select-time-first", ["--select"], false, true),
            ("select-batch-first", ["--batch-first", "--select"], false, false),
        ] as [(String, [String], Bool, Bool)])
    func told(_ name: String, _ flags: [String], _ assumesHead: Bool, _ assumesAxes: Bool) throws {
        try placeImported(["Recognised/speech-model.pt", "Proof/speech-\(name).safetensors"], in: box)
        let outcome = try box.run(["import", "speech-model.pt", "--output", "told"] + flags)
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome.description)")
        #expect(outcome.stdout.contains("run on every step, and not on the last one alone") == assumesHead)
        #expect(outcome.stdout.contains("batch_first is false, as it is by default") == assumesAxes)
        // The spec but for its comments is the one that the numbers of PyTorch lead to.
        let spec = String(decoding: try box.read("told/SpeechModel.lstm.yaml"), as: UTF8.self)
        #expect(spec.contains("The file does not say; true for batches") == assumesAxes)
        #expect(spec.contains("# - last: NAME") == assumesHead)
        let proven = try box.run(
            ["import", "speech-model.pt", "--output", "proven", "--against", "speech-\(name).safetensors"])
        #expect(proven.code == 0, "\(proven.description)")
        let both = try ["told", "proven"].map { folder in
            let text = String(decoding: try box.read("\(folder)/SpeechModel.lstm.yaml"), as: UTF8.self)
            return text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
        }
        #expect(both[0] == both[1])
    }

    @Test("puts the layer in front of what follows the last recurrent one") func placed() throws {
        try placeImported(["Recognised/speech-model.pt"], in: box)
        let printed = try box.run("import", "speech-model.pt", "--last", "--batch-first", "--print")
        #expect(
            printed.stdout.hasSuffix(
                """
                  batch_first: true
                weights:
                  file: speech-model.pt
                  names:
                    outputLayer: output
                layers:
                  - lstm: rnn
                    input_size: 6
                    hidden_size: 4
                    num_layers: 2
                    bidirectional: true
                  # what follows reads h_n, which the file does not say
                  - last: last
                  # eps is not stored: PyTorch's default, 1e-5, is taken
                  - layer_norm: norm
                  - linear: outputLayer
                    out_features: 3

                """), "\(printed.description)")
    }

    @Test(
        "a file that says it itself refuses the flag, and says what it says",
        arguments: [
            (
                "every-step.keras", "--batch-first",
                "--batch-first is for files that leave this open, and this one says it: 'x' is (batch, time, features)"
            ),
            (
                "every-step.keras", "--last",
                "--last is for files that leave this open, and this one says it: "
                    + "lstm 'lstm', relu 're_lu', linear 'head'"
            ),
            (
                "last-step-script.onnx", "--select",
                "--select is for files that leave this open, and this one says it: lstm 'lstm', last 'last', relu 'relu', "
                    + "linear 'head'"
            ),
            (
                "time-first-script.onnx", "--batch-first",
                "--batch-first is for files that leave this open, and this one says it: 'x' is (time, batch, features)"
            ),
            ("amp.nam", "--last", "--last is for files that leave this open, and this one says it: lstm 'lstm'"),
            ("rtneural.json", "--batch-first", "--batch-first is for files that leave this open"),
            (
                "proteus.json", "--batch-first",
                "--batch-first is for files that leave this open, and this one says it: 'x' is (time, batch, features)"
            ),
            ("proteus-skip.json", "--last", "--last contradicts 'model_data.skip'"),
            (
                "cell.pth", "--last",
                "--last has nothing to apply to: no layer follows 'lstm', whose h_n is a result already"
            ),
            (
                "cell.pth", "--select",
                "--select has nothing to apply to: no layer follows 'lstm', whose output is a result already"
            ),
        ])
    func refused(_ file: String, _ flag: String, _ words: String) throws {
        try placeImported(["Recognised/\(file)"], in: box)
        let outcome = try box.run("import", file, flag)
        #expect(outcome.code == 1 && outcome.stdout.isEmpty)
        #expect(outcome.stderr.hasPrefix("\(file):1:1: error: \(words)"), "\(outcome.stderr)")
        #expect(outcome.stderr.hasSuffix("; leave it out\n"))
        #expect(try box.names() == [file])
    }
}
