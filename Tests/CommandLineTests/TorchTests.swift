// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// A Python with torch, where the machine that tests has one to offer.
let pythonWithTorch = ProcessInfo.processInfo.environment["LSTMC_TEST_PYTHON"]

@Suite("verify --torch")
struct TorchTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
        try FileManager.default.createDirectory(at: box.url("scratch"), withIntermediateDirectories: true)
    }

    /// Runs the program with a temporary folder of its own, which must be empty afterwards.
    private func verify(_ arguments: [String], python: String? = nil) throws -> Outcome {
        var environment = ["TMPDIR": box.url("scratch").path, "LSTMC_PYTHON": ""]
        if let python { environment["LSTMC_PYTHON"] = python }
        let outcome = try box.run(["verify"] + arguments, environment: environment)
        #expect(try FileManager.default.contentsOfDirectory(atPath: box.url("scratch").path) == [])
        return outcome
    }

    /// A program that is taken for Python.
    private func fake(_ script: String) throws -> String {
        try box.writeProgram("python", "#!/bin/sh\n\(script)\n")
    }

    @Test(
        "a wrong command line",
        arguments: [
            ["Echo.lstm.yaml"], ["Echo.lstm.yaml", "--against", "a", "--python", "p"],
            ["Echo.lstm.yaml", "--against", "a", "--input", "b"],
            ["Echo.lstm.yaml", "--torch", "--against", "a", "--input", "b"],
        ])
    func usage(_ arguments: [String]) throws {
        #expect(try verify(arguments).code == 64)
    }

    @Test("no such Python: what to install") func noPython() throws {
        let outcome = try verify(["Echo.lstm.yaml", "--torch", "--python", "no-such-python"])
        #expect(outcome.code == 1)
        #expect(outcome.stdout.isEmpty)
        #expect(
            outcome.stderr == "--torch:1:1: error: 'no-such-python' cannot be run: No such file or directory; install "
                + "Python and PyTorch (pip install torch), and name that Python with --python PATH or LSTMC_PYTHON\n")
    }

    @Test("no torch: what to install") func noTorch() throws {
        let python = try fake("echo \"No module named 'torch'\" >&2; exit 3")
        let outcome = try verify(["Echo.lstm.yaml", "--torch"], python: python)
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("has no PyTorch; install it ("))
        #expect(outcome.stderr.hasSuffix("note: it says: No module named 'torch'\n"))
    }

    @Test("a Python that fails, dies, or gives nothing or nonsense") func failures() throws {
        let scripts = [
            "echo first; echo 'Error: \u{1B}[2Jlast' >&2; exit 7": "failed with exit code 7",
            "kill -KILL $$": "was ended by signal 9", "exit 0": "gave no results that can be read: cannot be opened",
            "echo hello > \"$3\"": "gave no results that can be read: this is no valid safetensors file",
            "mkfifo \"$3\"": "gave no results that can be read: is not a regular file",
        ]
        for (script, reason) in scripts {
            let outcome = try verify(["Echo.lstm.yaml", "--torch", "--python", fake(script)])
            #expect(outcome.code == 1)
            #expect(outcome.stdout.isEmpty)
            #expect(outcome.stderr.contains(reason), "\(outcome)")
            #expect(!outcome.stderr.contains("\u{1B}"))
        }
    }

    @Test("results that are not the model's") func wrongResults() throws {
        try box.write("other.safetensors", safetensors(["y": Tensor([1], [1, 1]), "y.f64": Tensor([1], [1], "F64")]))
        let outcome = try verify(["Echo.lstm.yaml", "--torch"], python: fake("cp other.safetensors \"$3\""))
        #expect(outcome.code == 1)
        #expect(outcome.stdout.isEmpty)
        #expect(
            outcome.stderr.contains("--torch:1:1: error: tensor 'y.f64' has shape (1,), but the result has (16, 3, 3)"))
    }

    @Test("PyTorch's own float32 error stands beside ours") func ownError() throws {
        try box.write("x.csv", "1,2,3\n")
        let given = ["y": Tensor([1.5, 2, 3], [1, 3]), "y.f64": Tensor([1, 2.25, 3], [1, 3], "F64")]
        try box.write("other.safetensors", safetensors(given))
        let python = try fake("cp other.safetensors \"$3\"")
        let outcome = try verify(["Echo.lstm.yaml", "--torch", "--input", "x.csv"], python: python)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(
            outcome.stdout == """
                result  against          largest error  PyTorch's own  mean error       ulp  at
                y       PyTorch float64       2.50e-01       5.00e-01    8.33e-02  1.05e+06  (0, 1)
                y       PyTorch float32       5.00e-01              -    1.67e-01  4.19e+06  (0, 0)

                """)
        let json = try verify(
            ["Echo.lstm.yaml", "--torch", "--input", "x.csv", "--format", "json"], python: python)
        #expect(
            json.stdout.contains(
                "\"index\": [0, 1], \"pytorch_largest_error\": 0.5, \"pytorch_mean_error\": 0.25}"), "\(json)")
    }

    @Test("the hand-over is a safetensors file with a plan, and a script that Python reads") func handOver() throws {
        let python = try fake("cp \"$1\" run.py; cp \"$2\" in.safetensors; exit 1")
        try box.write("x.csv", "1,2,3\n4,5,6\n")
        #expect(try verify(["Echo.lstm.yaml", "--torch", "--input", "x.csv"], python: python).code == 1)
        let (tensors, metadata) = try readSafetensors(box.read("in.safetensors"))
        #expect(tensors["x.0"]?.values == [1, 2, 3, 4, 5, 6])
        #expect(tensors["x.0"]?.shape == [2, 3])
        #expect(
            metadata["plan"] == "{\"batched\": false, \"batch_first\": false, \"inputs\": [true], "
                + "\"layers\": [{\"kind\": \"relu\", \"options\": {}, \"inputs\": [\"x0\"], "
                + "\"axes\": [[\"input\", 0]], \"axis\": [\"input\", 0], \"shape\": [3]}], "
                + "\"results\": [{\"name\": \"y\", \"value\": \"y0\", \"is_state\": false, "
                + "\"axis\": [\"input\", 0], \"scores\": null}]}")
        #expect(String(decoding: try box.read("run.py"), as: UTF8.self).hasPrefix("# SPDX-License-Identifier: "))
    }

    @Test("a signal ends the child too, and the folder goes away", arguments: ["INT", "TERM", "HUP"])
    func signals(_ name: String) throws {
        let python = try fake("echo $$ > \"\(box.url("pid").path)\"; kill -\(name) $PPID; exec sleep 600")
        let outcome = try verify(["Echo.lstm.yaml", "--torch"], python: python)
        #expect(outcome.code < 0, "\(outcome)")
        let pid = try #require(Int32(String(decoding: box.read("pid"), as: UTF8.self).dropLast()))
        #expect(kill(pid, 0) != 0)
    }

    @Test("a model too large for random sequences") func tooLarge() throws {
        try box.write(
            "Large.lstm.yaml", "{ lstmc: 1, input: { features: 4611686018427387904 }, layers: [{ relu: y }] }")
        let outcome = try verify(["Large.lstm.yaml", "--torch"])
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("would take more than"))
    }

    @Test("a temporary folder that is not there") func noFolder() throws {
        let environment = ["TMPDIR": box.url("none").path]
        let outcome = try box.run(["verify", "Echo.lstm.yaml", "--torch"], environment: environment)
        #expect(outcome.code == 1)
        #expect(outcome.stderr.contains("no files can be handed to Python in the temporary folder: No such file"))
    }

    /// Each golden spec without its weights: together they have every layer kind and option.
    private static var goldenSpecs: [String] {
        fixtureNames(in: repositoryRoot.appendingPathComponent("Tests/GoldenModels/Specs"), suffix: ".lstm.yaml")
    }

    @Test("PyTorch agrees on every layer kind and option", .enabled(if: pythonWithTorch != nil), arguments: goldenSpecs)
    func agrees(_ name: String) throws {
        let file = repositoryRoot.appendingPathComponent("Tests/GoldenModels/Specs/\(name)")
        let spec = try String(contentsOf: file, encoding: .utf8)
        try box.write(name, spec.replacing(#/(?m)^weights:.*\n(?:  .*\n)*/#, with: ""))
        let outcome = try verify([name, "--torch", "--tolerance", "2e-6"], python: pythonWithTorch)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.stdout.contains("PyTorch float64") && outcome.stdout.contains("PyTorch float32"))
    }

    @Test(
        "PyTorch agrees on a file's inputs, in every layout", .enabled(if: pythonWithTorch != nil),
        arguments: [false, true], [false, true])
    func layouts(batchFirst: Bool, isBatched: Bool) throws {
        try box.write(
            "Wide.lstm.yaml",
            """
            lstmc: 1
            input: { features: 2, batch_first: \(batchFirst) }
            layers:
              - lstm: a
                hidden_size: 3
                bidirectional: true
                num_layers: 2
                proj_size: 2
              - last: l
              - softmax: s
            outputs: [a, s]

            """)
        let rows = isBatched ? [3] : []
        let x = batchFirst ? rows + [4, 2] : [4] + rows + [2]
        func ramp(_ shape: [Int]) -> Tensor {
            Tensor((0..<shape.reduce(1, *)).map { Double($0 % 7) / 4 - 0.75 }, shape)
        }
        var tensors = ["x": ramp(x), "h0": ramp([4] + rows + [2]), "c0": ramp([4] + rows + [3])]
        if isBatched { tensors["lengths"] = Tensor([2, 4, 1], [3], "I64") }
        try box.write("in.safetensors", safetensors(tensors))
        let outcome = try verify(
            ["Wide.lstm.yaml", "--torch", "--input", "in.safetensors", "--tolerance", "1e-6", "--format", "json"],
            python: pythonWithTorch)
        #expect(outcome.code == 0, "\(outcome)")
        let json = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: [[String: Any]]]
        #expect(json?["results"]?.count == 8)
    }

    @Test("a file and PyTorch at once", .enabled(if: pythonWithTorch != nil)) func both() throws {
        let against = specs.appendingPathComponent("seed-given-state.safetensors").path
        let outcome = try verify(
            [
                specs.appendingPathComponent("SeedGivenState.lstm.yaml").path, "--against", against, "--torch",
                "--tolerance", "1e-6",
            ], python: pythonWithTorch)
        #expect(outcome.code == 0, "\(outcome)")
        #expect(outcome.lines.count == 10)
    }
}
