// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// PyTorch's cases through the program, for what only the program does; the library's tests judge all of them.
@Suite("PyTorch's vectors through the program")
struct VectorTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    @Test(
        "run and verify agree with PyTorch",
        arguments: [
            "packed", "packed-bi", "packed-bf-proj", "unbatched-bi-two", "unbatched-proj", "seed-given-state",
            "grid-nobias-bf-bi-p3-l3",
        ])
    func vector(_ name: String) throws {
        let file = vectors.appendingPathComponent(name + ".safetensors")
        let (tensors, metadata) = try readSafetensors([UInt8](Data(contentsOf: file)))
        // An absolute path, and a spec in JSON, which is YAML too.
        try box.write("Vector.lstm.yaml", spec(metadata["config"] ?? "", weights: file.path))
        #expect(try box.run("check", "Vector.lstm.yaml").code == 0)

        let run = try box.run("run", "Vector.lstm.yaml", "--input", file.path, "--output", "y.safetensors")
        #expect(run.code == 0, "\(run.description)")
        #expect(run.stderr.isEmpty)
        let results = try readSafetensors(box.read("y.safetensors")).tensors
        #expect(results.keys.sorted() == ["c_n", "h_n", "output"])
        var tolerance = 0.0
        for (name, result) in results {
            let truth = try #require(tensors[name + ".f64"])
            let torch = try #require(tensors[name])
            #expect(result.shape == truth.shape)
            let allowed = 1.25 * largestError(torch.values, truth.values) + 1e-7
            #expect(largestError(result.values, truth.values) <= allowed)
            tolerance = max(tolerance, allowed)
        }
        let verify = try box.run(
            "verify", "Vector.lstm.yaml", "--against", file.path, "--tolerance", "\(tolerance)")
        #expect(verify.code == 0, "\(verify.description)")
        #expect(verify.lines.count == 4)
    }

    @Test("a large encoder, of drawn weights") func encoder() throws {
        let spec = pretrained.appendingPathComponent("SpeakerEncoder.lstm.yaml")
        try box.write("SpeakerEncoder.lstm.yaml", [UInt8](Data(contentsOf: spec)))
        try box.write("speaker-encoder.safetensors", DrawnEncoder.weights)
        #expect(try box.run("check", "SpeakerEncoder.lstm.yaml").description == "exit 0\n--- stdout\n--- stderr\n")
        // Without optimisation the naive engine takes its time: one utterance is enough to judge it by.
        try box.write("x.npy", npy(DrawnEncoder.input(steps: 160).map(Double.init), [160, 40]))
        let outcome = try box.run("run", "SpeakerEncoder.lstm.yaml", "--input", "x.npy", "--output", "y.npy")
        #expect(outcome.code == 0, "\(outcome.description)")
        let embedding = try readNpy(box.read("y.npy"))
        #expect(embedding.shape == "(256,)")
        let file = vectors.appendingPathComponent("../Fixtures/drawn-encoder.safetensors")
        let truth = try #require(try readSafetensors([UInt8](Data(contentsOf: file))).tensors["embedding.f64"])
        #expect(truth.values.count == 256)
        #expect(largestError(embedding.values, truth.values) <= 1.5e-7)
    }

    @Test("the project's examples", arguments: ["Bidirectional", "Encoder", "GivenState", "OneLayer", "TwoLayers"])
    func seeds(_ name: String) throws {
        let files = fixtureNames(in: specs, suffix: ".safetensors").filter { $0.hasPrefix("seed-") }
        let file = try #require(
            files.first {
                $0.replacingOccurrences(of: "-", with: "").lowercased() == "seed\(name).safetensors".lowercased()
            })
        let outcome = try box.run(
            "verify", specs.appendingPathComponent("Seed\(name).lstm.yaml").path, "--against",
            specs.appendingPathComponent(file).path, "--tolerance", "1e-6")
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.stderr.isEmpty)
    }

    private func spec(_ config: String, weights: String) throws -> String {
        let json = try JSONSerialization.jsonObject(with: Data(config.utf8))
        var layer = try #require(json as? [String: Any])
        var input: [String: Any] = [:]
        input["features"] = layer.removeValue(forKey: "input_size")
        input["batch_first"] = layer.removeValue(forKey: "batch_first")
        layer["lstm"] = "lstm"
        let spec: [String: Any] = [
            "lstmc": 1, "input": input, "layers": [layer],
            "weights": [
                "file": weights, "names": ["lstm": ""],
                "ignore": ["x", "h0", "c0", "lengths", "output", "h_n", "c_n", "*.f64"],
            ],
        ]
        let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try JSONSerialization.data(withJSONObject: spec, options: options), as: UTF8.self)
    }
}

private func largestError(_ ours: [Double], _ truth: [Double]) -> Double {
    #expect(ours.count == truth.count)
    return zip(ours, truth).map { abs($0 - $1) }.max() ?? 0
}
