// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCodegen
import LSTMIR
import LSTMInterpreter
import LSTMSpec
import TestSupport

/// Inputs drawn from a seed and what the naive reference makes of them, as a file for GeneratedCodeChecks.
///
/// - limit: how many rows and steps at most, more or less; the reference takes its time.
/// - text: the spec, which is lowered a second time to ask for the states that a stream ends with.
public func caseFile(
    for model: Model, text: String, parameters: some ParameterSource, seed: UInt64, limit: Int = 5
) throws -> [UInt8] {
    var writer = CaseWriter(model: model, random: SeededRandom(seed: seed))
    let reference = ReferenceModel(model, parameters: parameters)
    let names = TypeNames(model, isEmbedded: true)
    for given in names.lstms.isEmpty ? [false] : [false, true] {
        let batch = writer.random.integer(in: 2...limit)
        try writer.add(kind: 0, limit: limit + 1, batch: nil, hasLengths: false, given: given, reference)
        try writer.add(kind: 1, limit: limit + 1, batch: batch, hasLengths: false, given: given, reference)
        if !names.lengths.isEmpty {
            try writer.add(kind: 1, limit: limit + 1, batch: batch, hasLengths: true, given: given, reference)
        }
        if names.canStream {
            try writer.addStream(
                steps: writer.random.integer(in: 2...(limit + 1)), given: given, reference,
                state: stateModel(of: model, names, text: text).map { ReferenceModel($0, parameters: parameters) })
        }
    }
    for kind in InputKind.allCases where kind != .usual {
        try writer.addEdge(kind, reference, canStream: names.canStream)
    }
    return safetensorsBytes(writer.tensors)
}

/// The same model, asked for the states of all its lstm layers.
private func stateModel(of model: Model, _ names: TypeNames, text: String) throws -> Model? {
    let layers = names.lstmIndices.map { model.layers[$0].name }
    if layers.isEmpty { return nil }
    let dropped = ["outputs:", "labels:", "segment_starts:"]
    let lines = text.split(separator: "\n").filter { line in !dropped.contains { line.hasPrefix($0) } }
    return try lowered(
        (lines + ["outputs: [\(layers.joined(separator: ", "))]"]).joined(separator: "\n") + "\n",
        path: model.specFileName)
}

/// A spec's mistakes, as text.
public struct SpecFailure: Error, CustomStringConvertible {
    public var description: String
}

/// Parses and lowers a spec that has no mistakes.
public func lowered(_ text: String, path: String) throws -> Model {
    let source = SourceFile(path: path, bytes: Array(text.utf8))
    let parsed = parse(source)
    let result = parsed.document.map { lower($0) }
    if let model = result?.model { return model }
    throw SpecFailure(
        description: render(parsed.diagnostics + (result?.diagnostics ?? []), sources: [path: source]) + text)
}
