// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("What run writes")
struct RunOutputTests {
    let box: Sandbox

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
        try box.write("x.npy", npy([1, 2, 3, 4, 5, 6], [2, 3]))
        try box.write("Two.lstm.yaml", twoLSTMs)
        try box.write("two.safetensors", safetensors(twoLSTMsWeights))
        try box.write("one.npy", npy([1, 2], [2, 1]))
    }

    private func run(_ spec: String, _ input: String, _ output: String) throws -> Outcome {
        let outcome = try box.run("run", spec, "--input", input, "--output", output)
        #expect(outcome.stdout.isEmpty)
        return outcome
    }

    @Test("without --output, shapes and first values") func summary() throws {
        try box.write("x.npy", npy((1...9).map(Double.init), [1, 3, 3]))
        #expect(
            try box.run("run", "Echo.lstm.yaml", "--input", "x.npy").stdout
                == "y (1, 3, 3) 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0 ...\n")
        try box.write("x.npy", npy([.nan, .infinity, 0.00001], [1, 3]))
        #expect(try box.run("run", "Echo.lstm.yaml", "--input", "x.npy").stdout == "y (1, 3) nan inf 1e-05\n")
    }

    @Test("a .npy holds one result") func oneResult() throws {
        #expect(try run("Echo.lstm.yaml", "x.npy", "y.npy").code == 0)
        let y = try readNpy(box.read("y.npy"))
        #expect(y.shape == "(2, 3)")
        #expect(y.values == [1, 2, 3, 4, 5, 6])
        let outcome = try run("Two.lstm.yaml", "one.npy", "y.npy")
        #expect(outcome.code == 1)
        #expect(
            outcome.stderr == "y.npy:1:1: error: 'y.npy' holds one tensor, but the model gives 6 (a.output, a.h_n, "
                + "a.c_n, b.output, b.h_n, b.c_n); write a .safetensors file, or name one result in 'outputs'\n")
        #expect(try readNpy(box.read("y.npy")).values == [1, 2, 3, 4, 5, 6])
    }

    @Test("a .safetensors holds any, and is read again") func safetensorsOutput() throws {
        #expect(try run("Two.lstm.yaml", "one.npy", "y.safetensors").code == 0)
        let results = try readSafetensors(box.read("y.safetensors")).tensors
        #expect(results.mapValues(\.shape)["a.output"] == [2, 1])
        #expect(results.values.allSatisfy { $0.type == "F32" })
        #expect(try run("Echo.lstm.yaml", "x.npy", "e.SafeTensors").code == 0)
        var expected = try readSafetensors(box.read("e.SafeTensors")).tensors
        expected["x"] = Tensor([1, 2, 3, 4, 5, 6], [2, 3])
        try box.write("expected.safetensors", safetensors(expected))
        let verified = try box.run(
            "verify", "Echo.lstm.yaml", "--against", "expected.safetensors", "--tolerance", "0")
        #expect(verified.code == 0, "\(verified.description)")
    }

    @Test("the same run writes the same bytes") func stable() throws {
        #expect(try run("Two.lstm.yaml", "one.npy", "a.safetensors").code == 0)
        #expect(try run("Two.lstm.yaml", "one.npy", "b.safetensors").code == 0)
        #expect(try box.read("a.safetensors") == box.read("b.safetensors"))
    }

    @Test("what cannot be written is said before the run, and nothing is left behind") func unwritable() throws {
        try FileManager.default.createDirectory(at: box.url("folder.npy"), withIntermediateDirectories: true)
        let before = try box.names()
        let reasons = [
            "folder.npy": "Is a directory", "none/y.npy": "No such file or directory", "x.npy/y.npy": "Not a directory",
            String(repeating: "y", count: 300) + ".npy": "File name too long",
        ]
        for (path, reason) in reasons {
            let outcome = try run("Echo.lstm.yaml", "x.npy", path)
            #expect(outcome.code == 1)
            #expect(
                outcome.stderr == "\(path):1:1: error: the output '\(path)' cannot be written: \(reason)\n")
        }
        #expect(try box.names() == before)
    }

    @Test("a folder that is not writable") func readOnly() throws {
        // Nothing is unwritable to root.
        guard geteuid() != 0 else { return }
        try FileManager.default.createDirectory(
            at: box.url("locked"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
        let outcome = try run("Echo.lstm.yaml", "x.npy", "locked/y.npy")
        #expect(outcome.code == 1)
        #expect(outcome.stderr.hasSuffix("cannot be written: Permission denied\n"))
    }

    @Test("names as long as the file system takes") func longName() throws {
        let name = String(repeating: "ก", count: 83) + ".npy"
        #expect(name.utf8.count == 253)
        #expect(try run("Echo.lstm.yaml", "x.npy", name).code == 0)
        #expect(try readNpy(box.read(name)).values == [1, 2, 3, 4, 5, 6])
        #expect(try !box.names().contains { $0.hasSuffix(".tmp") })
    }

    @Test("weights absent: check, describe and ir work, run says what is missing") func noWeights() throws {
        let spec = "# Later.\nlstmc: 1\nname: Bare\ninput: { features: 1 }\nlayers: [{ lstm: a, hidden_size: 1 }]\n"
        try box.write("Bare.lstm.yaml", spec)
        for command in ["check", "describe", "ir"] {
            let outcome = try box.run(command, "Bare.lstm.yaml")
            #expect(outcome.code == 0)
            #expect(outcome.stderr.isEmpty)
        }
        for arguments in [["run", "Bare.lstm.yaml", "--input"], ["verify", "Bare.lstm.yaml", "--against"]] {
            let outcome = try box.run(arguments + ["one.npy"])
            #expect(outcome.code == 1)
            #expect(outcome.stdout.isEmpty)
            #expect(
                outcome.stderr == """
                    Bare.lstm.yaml:2:1: error: the spec has no 'weights', so the model cannot be run; add 'weights: \
                    {file: ...}'
                    2 | lstmc: 1
                      | ^~~~~

                    """)
        }
    }
}
