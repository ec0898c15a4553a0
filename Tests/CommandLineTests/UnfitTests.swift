// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("Checkpoints in the wrong place, or of another model")
struct UnfitTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    private func linear(out: Int) -> String {
        """
        lstmc: 1
        input: { features: 1 }
        weights: { file: w.safetensors }
        layers:
          - linear: f
            out_features: \(out)

        """
    }

    @Test("every command that reads weights says what would fit") func commands() throws {
        try box.write(
            "w.safetensors", safetensors(["f.weight": Tensor([1, 2], [2, 1]), "f.bias": Tensor([1, 2], [2])]))
        try box.write("A.lstm.yaml", linear(out: 3))
        try box.write("x.npy", npy([1], [1, 1]))
        let commands = [
            ["check", "A.lstm.yaml"], ["run", "A.lstm.yaml", "--input", "x.npy"],
            ["generate", "A.lstm.yaml", "--output", "out"], ["verify", "A.lstm.yaml", "--torch"],
            ["bench", "A.lstm.yaml"],
        ]
        for command in commands {
            let outcome = try box.run(command)
            #expect(outcome.code == 1 && outcome.stdout.isEmpty, "\(command): \(outcome)")
            #expect(
                outcome.stderr == """
                    A.lstm.yaml:6:19: error: out_features of layer 'f' is 3, but 2 would fit the checkpoint
                    6 |     out_features: 3
                      |                   ^
                    note: tensor 'f.weight' has shape (2, 1), but layer 'f' needs (3, 1)
                    note: 1 more of the layer's tensors does not fit

                    """, "\(command)")
        }
        try box.write("A.lstm.yaml", linear(out: 2))
        #expect(try box.run("check", "A.lstm.yaml").code == 0)
    }

    @Test(
        "a model's file in place of a spec, whatever its name",
        arguments: [
            ("LSTMCheckpointTests/Fixtures/plain.pt", "a PyTorch file"),
            ("LSTMCheckpointTests/Fixtures/legacy.pt", "a PyTorch file"),
            ("LSTMCheckpointTests/Fixtures/plain.safetensors", "a safetensors file"),
            ("LSTMCheckpointTests/Fixtures/plain.npz", "a NumPy archive"),
            ("LSTMCheckpointTests/Fixtures/compressed.npz", "a NumPy archive"),
        ])
    func foreign(_ file: String, _ what: String) throws {
        let bytes = try [UInt8](Data(contentsOf: repositoryRoot.appendingPathComponent("Tests/" + file)))
        try box.write("A.lstm.yaml", bytes)
        for command in [
            ["check", "A.lstm.yaml"], ["describe", "A.lstm.yaml"], ["generate", "A.lstm.yaml", "--output", "out"],
            ["run", "A.lstm.yaml", "--text", "a"],
        ] {
            let outcome = try box.run(command)
            #expect(outcome.code == 1)
            #expect(
                outcome.stderr
                    == "A.lstm.yaml:1:1: error: this is \(what), and no spec; lstmc import 'A.lstm.yaml' writes a spec for it\n",
                "\(command)")
        }
    }

    @Test("the same by a few bytes, and of files too long for a spec") func heads() throws {
        func zip(_ name: String) -> [UInt8] {
            [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8)
                + [0, 0]
        }
        let long = [UInt8](repeating: 0, count: 2 << 20)
        let tensors = try safetensors(["w": Tensor([Double](repeating: 0, count: 1 << 19), [1 << 19])])
        let heads: [(bytes: [UInt8], what: String)] = [
            (zip("net/data.pkl"), "a PyTorch file"), (zip("net/data.pkl") + long, "a PyTorch file"),
            (zip("w.npy") + long, "a NumPy archive"), (zip("metadata.json") + long, "a Keras or HDF5 file"),
            (tensors, "a safetensors file"),
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] + long, "a Keras or HDF5 file"),
            ([0x08, 0x09, 0x12, 0x07] + long, "an ONNX model"), ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
            (zip("a.txt"), "a zip file"), ([0x80, 0x04, 0x95], "a Python pickle"),
            (Array("RIFF\0\0\0\0WAVE".utf8), "a WAV file"),
            (Array("{\"model_data\": {\"hidden_size\": 20}, \"state_dict\": {}}".utf8), "a model in JSON"),
            (Array("{\"in_shape\": [null, null, 1], \"layers\": []}".utf8), "a model in JSON"),
        ]
        for (bytes, what) in heads {
            try box.write("A.lstm.yaml", bytes)
            let outcome = try box.run("check", "A.lstm.yaml")
            #expect(outcome.code == 1)
            #expect(
                outcome.stderr.hasPrefix("A.lstm.yaml:1:1: error: this is \(what), and no spec; "), "\(outcome.stderr)")
            #expect(outcome.stderr.contains("lstmc import") && outcome.stderr.split(separator: "\n").count == 1)
        }
        // A spec can be JSON, too.
        try box.write(
            "A.lstm.yaml",
            "{\"lstmc\": 1, \"input\": {\"features\": 1}, \"layers\": [{\"linear\": \"architecture\", \"out_features\": 1}]}"
        )
        #expect(try box.run("check", "A.lstm.yaml").code == 0)
    }
}
