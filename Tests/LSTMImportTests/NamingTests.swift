// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMImport
import Testing

@Suite("Names of imported models")
struct NamingTests {
    @Test(
        "a type's name comes from the file's",
        arguments: [
            "speaker-encoder.v2.pt": "SpeakerEncoderV2", "a/b.c/amp 3.nam": "Amp3", "модель_б.json": "МодельБ",
            "encoder.pt": "Encoder", "float.pt": "Float", "swift.pt": "ModelSwift",
            "Self.pt": "ModelSelf", "class.pt": "Class", "1st.npz": "Model1st",
            ".pt": "Model", "___.pt": "Model", "": "Model", "\u{1B}[2J.pt": "Model2J", "x": "X", "😀.pt": "Model",
        ])
    func type(_ file: String, _ name: String) {
        #expect(typeName(forFile: file) == name)
    }

    @Test("a tensor's name that no spec can hold is left behind: the tensors get a file of their own")
    func nul() throws {
        let tensors = [
            NamedTensor("a\0b.weight_ih_l0", floats: .init(repeating: 0, count: 8), shape: [4, 2]),
            NamedTensor("a\0b.weight_hh_l0", floats: .init(repeating: 0, count: 4), shape: [4, 1]),
        ]
        let model = try importModel(safetensorsBytes(tensors), path: "m.safetensors")
        guard case .converted(let converted) = model.weights else {
            Issue.record("the spec would have to name the tensors")
            return
        }
        let text = specText(model, name: "M", weightsFile: "M.safetensors", heading: "")
        let weights = safetensorsBytes(converted)
        #expect(checkImport(text, path: "M.lstm.yaml", weights: weights, source: "m.safetensors").isEmpty)
    }

    /// The layer names of a checkpoint with an LSTM and a chain of linear layers at these paths.
    private func layerNames(_ paths: [String]) throws -> [String] {
        func tensor(_ name: String, _ shape: Int...) -> NamedTensor {
            NamedTensor(name, floats: .init(repeating: 0, count: shape.reduce(1, *)), shape: shape)
        }
        var tensors = [tensor("lstm.weight_ih_l0", 4, 90), tensor("lstm.weight_hh_l0", 4, 1)]
        for (index, path) in paths.enumerated() {
            tensors += [tensor(path + ".weight", index + 2, index + 1), tensor(path + ".bias", index + 2)]
        }
        let model = try importModel(safetensorsBytes(tensors), path: "m.safetensors")
        let text = specText(model, name: "M", weightsFile: "m.safetensors", heading: "")
        let found = checkImport(
            text, path: "M.lstm.yaml", weights: safetensorsBytes(tensors), source: "m.safetensors")
        #expect(found.isEmpty)
        return model.layers.dropFirst().map(\.name)
    }

    @Test("layers keep the last part of their paths, as far as a spec takes it") func layers() throws {
        #expect(try layerNames(["head.out", "tail.out", "y.out"]) == ["out", "tailOut", "yOut"])
        #expect(try layerNames(["net.0", "net.3", "net.10"]) == ["linear", "linear2", "linear3"])
        #expect(
            try layerNames(["output", "class", "step", "a b", "2nd"]) == [
                "outputLayer", "classLayer", "stepLayer", "a_b", "linear_2nd",
            ])
        #expect(try layerNames(["é", "語.語", "-"]) == ["é", "語", "linear"])
        #expect(try layerNames([String(repeating: "w", count: 300)]) == [String(repeating: "w", count: 40)])
        #expect(try layerNames(["lstm2.lstm", "\"#: {}\n", "\u{202E}a"]) == ["lstm2Lstm", "linear", "_a"])
    }
}
