// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

private let importable = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures")

@Suite("import")
struct ImportTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    private func place(_ file: String, in folder: String = "Recognised", as name: String? = nil) throws {
        try box.write(
            name ?? file, [UInt8](Data(contentsOf: importable.appendingPathComponent("\(folder)/\(file)"))))
    }

    /// The files of Expected: one for each recognised fixture with results.
    private static let judged = fixtureNames(in: importable.appendingPathComponent("Expected"), suffix: ".safetensors")

    @Test("gives what the source framework gives, in float64", arguments: judged)
    func equals(_ name: String) throws {
        let source = String(name.dropLast(".safetensors".count))
        try place(source)
        try place(name, in: "Expected", as: "expected.safetensors")
        let imported = try box.run("import", source, "--name", "Fixture", "--output", "specs/new")
        #expect(imported.code == 0, "\(imported.description)")
        #expect(imported.stderr.isEmpty)
        let checked = try box.run("check", "specs/new/Fixture.lstm.yaml")
        #expect(checked.code == 0, "\(checked.description)")
        let verified = try box.run(
            "verify", "specs/new/Fixture.lstm.yaml", "--against", "expected.safetensors", "--tolerance", "1e-6")
        #expect(verified.code == 0, "\(verified.description)")
    }

    @Test(
        "and generate give the types that are compiled and run in ImportedModels",
        arguments: [
            ("ImportedPt", "speech-model.pt"), ("ImportedSafetensors", "speech-model.safetensors"),
            ("ImportedNpz", "speech-model.npz"), ("ImportedRTNeural", "rtneural.json"), ("ImportedAida", "aida.json"),
            ("ImportedProteus", "proteus.json"), ("ImportedNAM", "amp.nam"),
            ("ImportedONNX", "two-layers-both-head-dynamo.onnx"), ("ImportedKeras", "both-directions.keras"),
            ("ImportedKerasHDF5", "both-directions.h5"),
        ])
    func generated(_ type: String, _ source: String) throws {
        try place(source)
        #expect(try box.run("import", source, "--name", type).code == 0)
        let outcome = try box.run("generate", "\(type).lstm.yaml", "--output", ".")
        #expect(outcome.code == 0, "\(outcome.description)")
        try assertSnapshot(
            String(decoding: try box.read("\(type).swift"), as: UTF8.self),
            at: repositoryRoot.appendingPathComponent("Tests/ImportedModels/\(type).swift"))
    }

    @Test("--print writes the spec to stdout, and no file") func printed() throws {
        try place("amp.nam")
        let printed = try box.run("import", "amp.nam", "--print", "--name", "Amp")
        #expect(printed.code == 0 && printed.stderr.isEmpty)
        #expect(try box.names() == ["amp.nam"])
        #expect(try box.run("import", "amp.nam", "--name", "Amp").code == 0)
        #expect(try box.read("Amp.lstm.yaml") == Array(printed.stdout.utf8))
        #expect(try box.names() == ["Amp.lstm.yaml", "Amp.safetensors", "amp.nam"])
        // What is there already does not matter where nothing is written.
        #expect(try box.run("import", "amp.nam", "--print", "--name", "Amp").code == 0)
    }

    @Test("a .nam file may be called .json") func renamed() throws {
        try place("amp.nam")
        try place("amp.nam", as: "amp.json")
        let names = ["amp.nam", "amp.json"]
        let specs = try names.map { try box.run("import", $0, "--print").stdout.replacing($0, with: "FILE") }
        #expect(specs[0] == specs[1] && specs[0].contains("initial_h: lstm.initial_h"))
    }

    @Test("says what it assumed and what to do next") func assumptions() throws {
        try place("cell.pth")
        let outcome = try box.run("import", "cell.pth", "--output", "a b")
        #expect(
            outcome.stdout == """
                wrote a b/Cell.lstm.yaml
                assumed, since the file does not say it, and good to know:
                  - nothing without weights stands between the layers: no activation, no pooling, no normalisation
                  - batch_first is false, as it is by default in PyTorch
                next: lstmc generate 'a b/Cell.lstm.yaml' --output Sources

                """)
    }

    @Test("writes over a file only where it is told to") func force() throws {
        try place("amp.nam")
        try box.write("Amp.safetensors", "mine")
        let refused = try box.run("import", "amp.nam")
        #expect(refused.code == 1 && refused.stdout.isEmpty)
        #expect(
            refused.stderr == "Amp.safetensors:1:1: error: the file 'Amp.safetensors' is there already: choose another "
                + "--name or --output, or write over it with --force\n")
        #expect(try box.names() == ["Amp.safetensors", "amp.nam"])
        #expect(try box.read("Amp.safetensors") == Array("mine".utf8))
        #expect(try box.run("import", "amp.nam", "--force").code == 0)
        #expect(try box.run("check", "Amp.lstm.yaml").code == 0)
    }

    @Test("never writes over what it imports") func source() throws {
        try place("speech-model.safetensors", as: "SpeechModel.safetensors")
        let before = try box.read("SpeechModel.safetensors")
        let outcome = try box.run(
            "import", "SpeechModel.safetensors", "--safetensors", "--force", "--output",
            "../\(box.folder.lastPathComponent)")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("is the one that is imported"))
        #expect(try box.read("SpeechModel.safetensors") == before)
        #expect(try box.names() == ["SpeechModel.safetensors"])
    }

    @Test("--safetensors gives the same results from a file of the spec's own") func converted() throws {
        try place("tagger.pt")
        try place("tagger.pt.safetensors", in: "Expected", as: "expected.safetensors")
        #expect(try box.run("import", "tagger.pt", "--safetensors", "--output", "own").code == 0)
        try FileManager.default.removeItem(at: box.url("tagger.pt"))
        // Weights in a file of the app need this format.
        let spec = String(decoding: try box.read("own/Tagger.lstm.yaml"), as: UTF8.self)
        try box.write(
            "own/Tagger.lstm.yaml", spec.replacing("Tagger.safetensors", with: "Tagger.safetensors\n  placement: file"))
        let verified = try box.run(
            "verify", "own/Tagger.lstm.yaml", "--against", "expected.safetensors", "--tolerance", "1e-6")
        #expect(verified.code == 0, "\(verified.description)")
    }

    @Test("--set gives an integer that is an input, and a size that is open") func settings() throws {
        try place("rate.onnx", in: "Refused")
        let open = try box.run("import", "rate.onnx")
        #expect(open.code == 1)
        #expect(open.stderr.contains("--set sr=NUMBER"))
        for (rate, size) in [("16000", 5), ("8000", 3)] {
            let set = try box.run(
                "import", "rate.onnx", "--set", "sr=\(rate)", "--set", "time=6", "--name", "At\(rate)")
            #expect(set.code == 0, "\(set.description)")
            #expect(set.stdout.contains("the input 'sr' is \(rate), as --set has it"))
            let spec = String(decoding: try box.read("At\(rate).lstm.yaml"), as: UTF8.self)
            #expect(spec.contains("out_features: \(size)\n"))
        }
        let unknown = try box.run("import", "rate.onnx", "--set", "rate=1")
        #expect(unknown.code == 1)
        #expect(unknown.stderr.contains("no integer as an input of that name"))
        #expect(try box.run("import", "rate.onnx", "--set", "sr").code == 64)
        #expect(try box.run("import", "rate.onnx", "--set", "sr=1", "--set", "sr=2").code == 64)
    }

    @Test("--key chooses a dictionary, and --ignore leaves modules out") func choices() throws {
        try place("two-dictionaries.pt", in: "Refused")
        #expect(try box.run("import", "two-dictionaries.pt", "--key", "c").stderr.contains("has no key 'c'"))
        #expect(try box.run("import", "two-dictionaries.pt", "--key", "b").code == 0)
        #expect(try box.run("check", "TwoDictionaries.lstm.yaml").code == 0)
        try place("many.pt", in: "Refused")
        let patterns = ["conv.*", "image.*", "bn.*", "attention.*", "act.*", "bilinear.*"]
        let outcome = try box.run(["import", "many.pt"] + patterns.flatMap { ["--ignore", $0] })
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(try box.run("check", "Many.lstm.yaml").code == 0)
        try place("amp.nam")
        for option in [["--key", "a"], ["--ignore", "a"]] {
            let outcome = try box.run(["import", "amp.nam"] + option)
            #expect(outcome.code == 1 && outcome.stderr.hasPrefix("amp.nam:1:1: error: \(option[0]) is for "))
        }
    }

    @Test("--ignore-skip leaves the sum with the input to the program, and says so") func skip() throws {
        try place("proteus-skip.json", in: "Recognised")
        let outcome = try box.run("import", "proteus-skip.json", "--ignore-skip")
        #expect(outcome.code == 0)
        #expect(outcome.stdout.contains("THE PROGRAM HAS TO ADD THE INPUT"))
        let spec = String(decoding: try box.read("ProteusSkip.lstm.yaml"), as: UTF8.self)
        #expect(spec.contains("# - the sum of input and output ('model_data.skip') is left out"))
    }

    @Test("names and folders that cannot be") func wrongOutput() throws {
        try place("cell.pth")
        for name in ["Swift", "class", "a b", "../up", "1st", "LSTMRuntime"] {
            let outcome = try box.run("import", "cell.pth", "--name", name, "--output", "out")
            #expect(outcome.code == 1, "\(name): \(outcome.description)")
            #expect(outcome.stderr.hasPrefix("cell.pth:1:1: error: "))
        }
        let file = try box.run("import", "cell.pth", "--output", "cell.pth")
        #expect(file.code == 1 && file.stderr.contains("cannot be written: "), "\(file.description)")
        #expect(try box.names() == ["cell.pth"])
    }

    @Test(
        "the weights' path is written from the spec's folder", arguments: ["deep/er/x", "deep/../../NAME/other", "/"])
    func paths(_ folder: String) throws {
        try FileManager.default.createDirectory(at: box.url("deep"), withIntermediateDirectories: true)
        try place("cell.pth", as: "models/cell.pth")
        let folder = folder.replacing("NAME", with: box.folder.lastPathComponent)
        if folder == "/" {
            let spec = try box.run("import", "models/cell.pth", "--output", "/", "--print").stdout
            let path = box.folder.resolvingSymlinksInPath().path.dropFirst()
            #expect(
                spec.contains("\n  file: \(path)/models/cell.pth\n") || spec.contains("\(path)/models/cell.pth\"\n"))
            return
        }
        #expect(try box.run("import", "models/cell.pth", "--output", folder).code == 0)
        let checked = try box.run("check", folder + "/Cell.lstm.yaml")
        #expect(checked.code == 0, "\(checked.description)")
    }

    @Test("machines get their diagnostics as JSON") func json() throws {
        try place("no-lstm.pt", in: "Refused")
        let outcome = try box.run("import", "no-lstm.pt", "--diagnostics", "json")
        #expect(outcome.code == 1 && outcome.stdout.isEmpty)
        let list = try JSONSerialization.jsonObject(with: Data(outcome.stderr.utf8)) as? [[String: Any]]
        #expect(list?.map { $0["code"] as? String } == ["import-no-lstm"])
    }
}
