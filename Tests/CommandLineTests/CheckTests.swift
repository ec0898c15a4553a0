// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("check")
struct CheckTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    private func spec(weights: String = "w.safetensors", vocabulary: String = "v.json", dim: String = "2") -> String {
        """
        lstmc: 1
        input: { tokens: 3 }
        weights: { file: "\(weights)" }
        vocabulary: { file: "\(vocabulary)", unknown: 0 }
        layers:
          - embedding: e
            embedding_dim: \(dim)

        """
    }

    private func check(_ specs: String...) throws -> Outcome {
        let outcome = try box.run(["check"] + specs)
        #expect(outcome.stdout.isEmpty)
        return outcome
    }

    @Test("paths in a spec are relative to it") func relative() throws {
        try box.write("models/weights/w.safetensors", safetensors(["e.weight": Tensor([1, 2, 3, 4, 5, 6], [3, 2])]))
        try box.write("v.json", "{}")
        try box.write(
            "models/a b/é\n語/A.lstm.yaml", spec(weights: "../../weights/w.safetensors", vocabulary: "../../../v.json"))
        let outcome = try check("models/a b/é\n語/A.lstm.yaml")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.stderr.isEmpty)
        try box.write("models/a b/é\n語/A.lstm.yaml", spec(dim: "0"))
        #expect(try check("models/a b/é\n語/A.lstm.yaml").stderr.hasPrefix("models/a b/é\\n語/A.lstm.yaml:3:18: error: "))
    }

    @Test("the files of a spec are checked in the same run as its mistakes", arguments: ["2", "zero"])
    func files(_ dim: String) throws {
        try box.write("A.lstm.yaml", spec(dim: dim))
        let outcome = try check("A.lstm.yaml")
        #expect(outcome.code == 1)
        let expected = """
            A.lstm.yaml:3:18: error: the checkpoint 'w.safetensors' cannot be opened: No such file or directory
            3 | weights: { file: "w.safetensors" }
              |                  ^~~~~~~~~~~~~~~
            A.lstm.yaml:4:21: error: the vocabulary 'v.json' cannot be opened: No such file or directory
            4 | vocabulary: { file: "v.json", unknown: 0 }
              |                     ^~~~~~~~

            """
        #expect(outcome.stderr.hasPrefix(expected))
        #expect((outcome.stderr == expected) == (dim == "2"))
        #expect(
            outcome.stderr.contains("A.lstm.yaml:7:20: error: 'embedding_dim' must be a whole number") == (dim != "2"))
    }

    @Test("ill-formed files of a spec with mistakes") func illFormed() throws {
        try box.write("w.safetensors", "not a checkpoint")
        try box.write("v.json", "{\"a\": 9, \"b\": }")
        try box.write("A.lstm.yaml", spec(dim: "-1"))
        let outcome = try check("A.lstm.yaml")
        #expect(outcome.code == 1)
        let places = outcome.stderr.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(places.map { $0.prefix(18) } == ["A.lstm.yaml:3:18: ", "A.lstm.yaml:4:21: ", "A.lstm.yaml:7:20: "])
        #expect(outcome.stderr.contains("no valid safetensors file"))
        #expect(outcome.stderr.contains("v.json:1:15: note: the problem is here"))
        try box.write("v.json", "{\"a\": 9}")
        #expect(try check("A.lstm.yaml").stderr.contains("the id of 'a' is 9, not in 0 to 2"))
    }

    @Test("several specs keep their order, and one named twice is checked once") func several() throws {
        try box.write("w.safetensors", safetensors(["e.weight": Tensor([1, 2, 3, 4, 5, 6], [3, 2])]))
        try box.write("v.json", "{}")
        try box.write("B.lstm.yaml", spec(dim: "0"))
        try box.write("A.lstm.yaml", spec())
        try box.write("C.lstm.yaml", "lstmc: 2\n")
        let outcome = try check("B.lstm.yaml", "A.lstm.yaml", "No.lstm.yaml", "C.lstm.yaml", "B.lstm.yaml")
        #expect(outcome.code == 1)
        let paths = outcome.stderr.split(separator: "\n").filter { $0.contains(": error: ") }.map { $0.prefix(1) }
        #expect(paths.prefix(2) == ["B", "N"])
        #expect(Set(paths.dropFirst(2)) == ["C"])
    }

    @Test("a warning is no failure") func warning() throws {
        try box.write(
            "Drop.lstm.yaml",
            "lstmc: 1\ninput: { features: 1 }\nlayers:\n  - lstm: a\n    hidden_size: 1\n    dropout: 0.5\n")
        for command in ["check", "describe", "ir"] {
            let outcome = try box.run(command, "Drop.lstm.yaml")
            #expect(outcome.code == 0)
            #expect(outcome.stderr.hasPrefix("Drop.lstm.yaml:6:14: warning: dropout is applied after all but the last"))
        }
    }

    @Test("a checkpoint that does not fit: each cause at its key, the rest at weights.file") func mismatch() throws {
        let tensors = [
            "e.weight": Tensor([1, 2, 3], [3, 1]), "f.weight": Tensor([1], [1]), "n.steps": Tensor([1], [], "I64"),
        ]
        try box.write("w.safetensors", safetensors(tensors))
        try box.write("v.json", "{}")
        try box.write("A.lstm.yaml", spec())
        let outcome = try check("A.lstm.yaml")
        #expect(outcome.code == 1)
        try assertSnapshot(outcome.stderr, at: fixtures.appendingPathComponent("mismatch.txt"))
    }

    @Test("the IR tells long names apart") func longNames() throws {
        let texts = try ["a", "b"].map { end in
            let prefix = String(repeating: "module.", count: 20) + end
            try box.write(
                "A.lstm.yaml",
                "{ lstmc: 1, input: { features: 1 }, weights: { file: w.npz, prefix: \(prefix) },"
                    + " layers: [{ linear: f, out_features: 1 }] }")
            return try box.run("ir", "A.lstm.yaml").stdout
        }
        #expect(texts[0] != texts[1])
        #expect(texts[0].contains("module.af.weight'"))
    }
}
