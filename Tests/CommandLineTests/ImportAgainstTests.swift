// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("import --against")
struct ImportAgainstTests {
    let box: Sandbox
    private static let snapshots = repositoryRoot.appendingPathComponent("Tests/CommandLineTests/Fixtures")

    init() throws { box = try Sandbox() }

    private func spec(_ name: String) throws -> String { String(decoding: try box.read(name), as: UTF8.self) }

    @Test(
        "writes the reading that gives the numbers, whatever inputs and results are called",
        arguments: ["every", "last", "select"], [true, false])
    func found(_ read: String, _ batchFirst: Bool) throws {
        let proof = "speech-\(read)-\(batchFirst ? "batch" : "time")-first.safetensors"
        try placeImported(["Recognised/speech-model.pt", "Proof/\(proof)"], in: box)
        let outcome = try box.run("import", "speech-model.pt", "--against", proof)
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome.description)")
        #expect(outcome.stdout.contains("checked against '\(proof)': 'outputLayer' is within "))
        #expect(outcome.stdout.contains("readings this one gives its numbers: batch_first \(batchFirst), "))
        #expect(!outcome.stdout.contains("every step, and not on"))
        let text = try spec("SpeechModel.lstm.yaml")
        #expect(text.contains("\n  batch_first: \(batchFirst)\n"))
        #expect(text.contains("\n  - last: last\n") == (read == "last"))
        #expect(text.contains("\n  - select: select\n") == (read == "select"))
        #expect(try box.run("check", "SpeechModel.lstm.yaml").code == 0)
    }

    @Test("what it prints") func printed() throws {
        try placeImported(["Recognised/speech-model.pt", "Proof/speech-last-batch-first.safetensors"], in: box)
        let outcome = try box.run("import", "speech-model.pt", "--against", "speech-last-batch-first.safetensors")
        // The last bits of a difference are the machine's.
        let text = outcome.stdout.replacing(/\d\.\d\de-0\d of/, with: "DIFFERENCE of")
        try assertSnapshot(text, at: Self.snapshots.appendingPathComponent("import-against.txt"))
    }

    @Test("a flag beside it leaves fewer readings") func restricted() throws {
        let proof = "speech-last-batch-first.safetensors"
        try placeImported(["Recognised/speech-model.pt", "Proof/\(proof)"], in: box)
        #expect(try box.run("import", "speech-model.pt", "--against", proof, "--last").code == 0)
        let wrong = try box.run("import", "speech-model.pt", "--against", proof, "--select", "--output", "wrong")
        #expect(wrong.code == 1 && wrong.stderr.contains(" from 'y', whose largest value is "), "\(wrong.description)")
    }

    @Test("fills a gap, and takes a result that lacks an axis of size 1") func gap() throws {
        try placeImported(["Proof/chain.pt", "Proof/chain-tanh.npz"], in: box)
        let open = try box.run("import", "chain.pt", "--output", "open")
        #expect(open.stderr.contains("warning: 'head.1' is not in the file"))
        let outcome = try box.run("import", "chain.pt", "--against", "chain-tanh.npz")
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome.description)")
        #expect(outcome.stdout.contains("batch_first true, h_n (last), tanh in the place of 'head.1'\n"))
        let text = try spec("Chain.lstm.yaml")
        #expect(text.contains("  # in the place of 'head.1', as the results that were given show\n  - tanh: tanh\n"))
        #expect(!text.contains("OPEN"))
    }

    @Test("fills more gaps than there are ways to try") func gaps() throws {
        try placeImported(["Recognised/gaps.pt", "Proof/gaps-filled.npz"], in: box)
        let outcome = try box.run("import", "gaps.pt", "--against", "gaps-filled.npz")
        #expect(outcome.code == 0 && outcome.stderr.isEmpty, "\(outcome.description)")
        let text = try spec("Gaps.lstm.yaml")
        #expect(text.contains("\n  - tanh: tanh\n") && text.contains("\n  - relu: relu3\n") && !text.contains("relu4"))
        #expect(!text.contains("OPEN"))
    }

    @Test("one sequence alone leaves the axes open, in a compressed archive too") func alone() throws {
        try placeImported(["Recognised/speech-model.pt", "Proof/speech-alone.npz"], in: box)
        let outcome = try box.run("import", "speech-model.pt", "--against", "speech-alone.npz")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.stdout.contains("  - batch_first is false, as it is by default in PyTorch\n"))
    }

    @Test("weights of Keras alone leave open what follows the last recurrent layer") func weightsAlone() throws {
        try placeImported(["Recognised/weights-alone.h5", "Expected/weights-alone.h5.safetensors"], in: box)
        let assumed = "read its last step alone, Keras' default"
        #expect(try box.run("import", "weights-alone.h5", "--output", "open").stdout.contains(assumed))
        let told = try box.run("import", "weights-alone.h5", "--last", "--output", "told")
        #expect(told.code == 0 && !told.stdout.contains(assumed), "\(told.description)")
        let proven = try box.run(
            "import", "weights-alone.h5", "--against", "weights-alone.h5.safetensors", "--output", "proven")
        #expect(proven.code == 0 && !proven.stdout.contains(assumed), "\(proven.description)")
        #expect(try spec("proven/WeightsAlone.lstm.yaml").contains("\n  - last: last\n"))
    }

    @Test("readings that the numbers do not tell apart are said") func tied() throws {
        try placeImported(["Recognised/speech-model.pt", "Proof/speech-one-step.npz"], in: box)
        let outcome = try box.run("import", "speech-model.pt", "--against", "speech-one-step.npz")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(
            outcome.stdout.contains(
                "  - 'speech-one-step.npz' gives the same numbers with batch_first true, every step; batch_first false, "
                    + "h_n (last); batch_first true, h_n (last); and 2 more: batch_first false, every step is a choice\n"
            ),
            "\(outcome.stdout)")
    }

    @Test("where no reading gives the numbers, it says the nearest and writes nothing") func none() throws {
        try placeImported(["Recognised/speech-model.pt", "Proof/speech-mean.npz"], in: box)
        let outcome = try box.run("import", "speech-model.pt", "--against", "speech-mean.npz")
        #expect(outcome.code == 1 && outcome.stdout.isEmpty)
        let text = outcome.stderr.replacing(/\d\.\d\de-0\d/, with: "FIGURE")
        try assertSnapshot(text, at: Self.snapshots.appendingPathComponent("import-against-none.txt"))
        #expect(try box.names() == ["speech-mean.npz", "speech-model.pt"])
    }

    @Test(
        "a file that leaves nothing open is checked as well",
        arguments: ["every-step.keras", "two-script.onnx", "amp.nam", "graph-two-inputs.keras", "argmax-script.onnx"])
    func closed(_ name: String) throws {
        let isJudged = name != "argmax-script.onnx"
        try placeImported(
            ["Recognised/\(name)", "Expected/\(isJudged ? name : "last-step-script.onnx").safetensors"], in: box)
        if isJudged {
            let outcome = try box.run("import", name, "--against", "\(name).safetensors", "--name", "M")
            #expect(outcome.code == 0 && outcome.stdout.contains("checked against '\(name).safetensors': "))
            #expect(!outcome.stdout.contains("readings"))
            #expect(try spec("M.lstm.yaml").contains("# checked against '\(name).safetensors': "))
        } else {
            let outcome = try box.run("import", name, "--against", "last-step-script.onnx.safetensors")
            #expect(outcome.code == 1 && outcome.stdout.isEmpty, "\(outcome.description)")
        }
    }

    @Test("of a file that leaves nothing open, other numbers are an error") func closedWrong() throws {
        try placeImported(["Recognised/every-step.keras", "Expected/every-step.keras.safetensors"], in: box)
        let tensors = try readSafetensors(box.read("every-step.keras.safetensors")).tensors
        let expected = try #require(tensors["head.f64"])
        let x = try #require(tensors["x"])
        try box.write(
            "wrong.safetensors",
            safetensors(["x": x, "head": Tensor(expected.values.map { $0 * 1.01 }, expected.shape, "F64")]))
        let outcome = try box.run("import", "every-step.keras", "--against", "wrong.safetensors")
        #expect(outcome.code == 1 && outcome.stdout.isEmpty)
        #expect(
            outcome.stderr.hasPrefix(
                "wrong.safetensors:1:1: error: the import does not give the file's numbers: 'head' is off by "),
            "\(outcome.stderr)")
    }

    @Test("files that are none of inputs and results") func bad() throws {
        try placeImported(["Recognised/speech-model.pt", "Proof/speech-last-batch-first.safetensors"], in: box)
        try box.write("text.txt", "x")
        try box.write("broken.npz", "PK")
        let x = Tensor([Double](repeating: 0.5, count: 60), [2, 5, 6], "F32")
        let odd = Tensor([Double](repeating: 0.5, count: 70), [2, 5, 7], "F32")
        try box.write("no-x.safetensors", safetensors(["features": odd, "y": odd]))
        try box.write("odd-x.safetensors", safetensors(["x": odd, "y": x]))
        try box.write("no-result.safetensors", safetensors(["x": x]))
        try box.write("odd-result.safetensors", safetensors(["x": x, "y": odd]))
        for (file, words) in [
            ("missing.npz", "the file of inputs and results 'missing.npz' "),
            ("text.txt", "'text.txt' is no file of tensors: --against takes .safetensors and .npz"),
            ("speech-model.pt", "'speech-model.pt' is no file of tensors"),
            ("broken.npz", "the checkpoint cannot be opened: "),
            (
                "no-x.safetensors",
                "the file has no input: no tensor is called 'x' or has its shape, (time, batch, 6) or (time, 6); "
                    + "it has 'features (2, 5, 7)', 'y (2, 5, 7)'\n"
            ),
            ("odd-x.safetensors", "tensor 'x' has shape (2, 5, 7), but (time, batch, 6) or (time, 6) is needed\n"),
            ("no-result.safetensors", "the file has no result to hold the import against: none of its tensors"),
            (
                "odd-result.safetensors",
                "the file has no result to hold the import against: none of its tensors has the name or the shape of "
                    + "'outputLayer (2, 5, 3)', 'outputLayer (5, 3)' or 'outputLayer (2, 3)'; beside the inputs it has "
                    + "'y (2, 5, 7)'\n"
            ),
        ] {
            let outcome = try box.run("import", "speech-model.pt", "--against", file)
            #expect(outcome.code == 1 && outcome.stdout.isEmpty, "\(file)")
            #expect(outcome.stderr.hasPrefix("\(file):1:1: error: \(words)"), "\(outcome.stderr)")
        }
        #expect(try !box.names().contains("SpeechModel.lstm.yaml"))
    }

    @Test("the file is not written over") func kept() throws {
        try placeImported(["Recognised/amp.nam", "Expected/amp.nam.safetensors"], in: box)
        let proof = try box.read("amp.nam.safetensors")
        try box.write("Amp.safetensors", proof)
        let outcome = try box.run("import", "amp.nam", "--against", "Amp.safetensors", "--force")
        #expect(outcome.code == 1 && outcome.stderr.contains("would replace the file of inputs and results"))
        #expect(try box.read("Amp.safetensors") == proof)
    }
}
