// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMFiles
import LSTMIR
import LSTMInterpreter
import LSTMSpec
import TestSupport
import Testing

let vectors = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Vectors")

/// The cases of PyTorch, and of Keras where PyTorch has no module: one safetensors file each, with `config` in its metadata.
let vectorNames = fixtureNames(in: vectors, suffix: ".safetensors")

/// One case as a model and its inputs.
struct VectorCase {
    let model: Model
    let parameters: ModelParameters
    let inputs: Inputs
    let tensors: [String: StoredTensor]

    init(_ name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: vectors.appendingPathComponent(name)))
        let file = try SafetensorsFile(bytes)
        let config = try #require(file.directory.metadata["config"])
        model = try loadModel(spec(config: config, file: name))
        let checkpoint = try Checkpoint(bytes, fileName: name)
        tensors = checkpoint.tensors
        let reconciled = reconcile(checkpoint, with: model)
        #expect(reconciled.diagnostics.isEmpty)
        parameters = try #require(reconciled.parameters)
        inputs = try Inputs.reading(tensors, for: model).inputs
    }
}

/// A spec that says in our words what the JSON of a module's arguments says.
private func spec(config: String, file: String) throws -> String {
    let arguments = try #require(
        try JSONSerialization.jsonObject(with: Data(config.utf8)) as? [String: Any])
    var lines = ["lstmc: 1", "name: Vector", "input:", "  features: \(arguments["input_size"] ?? 0)"]
    if arguments["batch_first"] as? Bool == true { lines.append("  batch_first: true") }
    lines += [
        "weights:", "  file: \(file)", "  names: { layer: \"\" }",
        "  ignore: [x, h0, c0, lengths, output, h_n, c_n, \"*.f64\"]", "layers:",
        "  - \(arguments["cell"] ?? "lstm"): layer",
    ]
    for (key, value) in arguments.sorted(by: { $0.key < $1.key }) where !["batch_first", "cell"].contains(key) {
        let isBool = ["bias", "bidirectional", "reset_after"].contains(key)
        lines.append("    \(key): \(isBool ? "\(value as? Bool == true)" : "\(value)")")
    }
    return lines.joined(separator: "\n") + "\n"
}

/// Parses and lowers a spec that has no mistakes.
func loadModel(_ text: String, path: String = "Test.lstm.yaml") throws -> Model {
    let source = SourceFile(path: path, bytes: Array(text.utf8))
    let parsed = parse(source)
    let document = try #require(parsed.document, "\(render(parsed.diagnostics, sources: [path: source]))")
    let lowered = lower(document)
    let diagnostics = parsed.diagnostics + lowered.diagnostics
    return try #require(lowered.model, "\(render(diagnostics, sources: [path: source]))")
}

/// The real model in Specs/, with its parameters.
func loadThaiSegmenter() throws -> (model: Model, parameters: ModelParameters) {
    let weights = repositoryRoot.appendingPathComponent("Specs/thai-segmenter.safetensors")
    return try load("Specs/ThaiSegmenter.lstm.yaml", [UInt8](Data(contentsOf: weights)))
}

/// The large one in Pretrained/, with drawn parameters.
func loadDrawnEncoder() throws -> (model: Model, parameters: ModelParameters) {
    try load("Pretrained/SpeakerEncoder.lstm.yaml", DrawnEncoder.weights)
}

private func load(_ path: String, _ bytes: [UInt8]) throws -> (model: Model, parameters: ModelParameters) {
    let model = try loadModel(
        String(contentsOf: repositoryRoot.appendingPathComponent(path), encoding: .utf8), path: path)
    let file = try #require(model.weights?.file.value)
    let reconciled = reconcile(try Checkpoint(bytes, fileName: file), with: model)
    #expect(reconciled.diagnostics.isEmpty)
    return (model, try #require(reconciled.parameters))
}
