// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCodegen
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

/// A vocabulary, a zero byte and a text: to tokens, through a model, to labels and segments.
func fuzzText(_ bytes: [UInt8]) throws(Violation) {
    let model = try tokensModel.get()
    let (json, rest) = halves(of: bytes)
    let place = SourceLocation(path: "model.lstm.yaml", line: 1, column: 1)
    let read = readVocabulary(json, path: "vocabulary.json", tokens: 16, unknown: 15, at: place)
    try check(read.diagnostics, SourceFile(path: "vocabulary.json", bytes: json))
    guard let vocabulary = read.vocabulary else {
        return try require(read.diagnostics.hasErrors, "no vocabulary without a reason")
    }
    let ids = Array(vocabulary.ids.values) + vocabulary.longer.map(\.id)
    try require(ids.allSatisfy { (0..<16).contains($0) }, "ids are in range")
    let options = SourceOptions(toolVersion: "0", fingerprint: "0", vocabulary: vocabulary)
    let source = swiftSource(for: model, weights: nil, options: options)
    try require(declares(source, model.name), "a source has its type")
    let text = String(decoding: rest.prefix(512), as: UTF8.self)
    let tokens = vocabulary.tokens(of: text)
    let pieces = vocabulary.table.pieces(of: text)
    try require(tokens.count == pieces.count, "a token for each piece")
    try require(Array(pieces.joined().utf8) == Array(text.utf8), "no scalar is lost")
    guard !tokens.isEmpty else { return }
    let inputs: Inputs
    do { inputs = try Inputs(.tokens(tokens), steps: tokens.count, batch: nil, for: model) } catch {
        throw Violation(description: "broken: every text can be read; \(error.mistakes.map(\.message))")
    }
    try checkLabels(of: pieces, inputs, model)
}

private func checkLabels(of pieces: [String], _ inputs: Inputs, _ model: Model) throws(Violation) {
    let results = InterpretedModel(model, parameters: RandomParameters(for: model)).run(inputs)
    guard let scores = results.last, let size = scores.shape.last else { return }
    let labelling = Labelling(model)
    let labels = labelling.best(of: scores.values, size: size)
    try require(labels.count == pieces.count, "a label for each piece")
    try require(labels.allSatisfy { (0..<size).contains($0) && !labelling.name(of: $0).isEmpty }, "labels have names")
    let segments = labelling.segments(of: pieces, labels: labels)
    if pieces.allSatisfy({ $0.unicodeScalars.count == 1 }) {
        let others = Scores.segments(of: pieces.joined(), labels: labels, starts: model.segmentStarts)
        try require(
            segments.map { Array($0.utf8) } == others.map { Array($0.utf8) }, "a text of characters is cut alike")
    }
    try require(Array(segments.joined().utf8) == Array(pieces.joined().utf8), "no scalar is lost")
    try require(segments.allSatisfy { !$0.isEmpty }, "no segment is empty")
}

/// A WAV file by its first bytes, else CSV.
func fuzzInputs(_ bytes: [UInt8]) throws(Violation) {
    if bytes.starts(with: "RIFF".utf8) { return try fuzzWave(bytes) }
    let source = SourceFile(path: "x.csv", bytes: bytes)
    try checkCSV(source, try featuresModel.get())
    try checkCSV(source, try tokensModel.get())
}

private func checkCSV(_ source: SourceFile, _ model: Model) throws(Violation) {
    let read = Inputs.reading(csv: source, for: model)
    try require(read.inputs != nil || read.diagnostics.hasErrors, "no inputs without a reason")
    try check(read.diagnostics, source)
}

private func fuzzWave(_ bytes: [UInt8]) throws(Violation) {
    let wave: WaveFile
    do { wave = try WaveFile(bytes) } catch {
        try require(!error.mistakes.isEmpty, "no samples without a reason")
        return try check(error.mistakes.map { Diagnostic($0, at: .init(path: "x.wav", line: 1, column: 1)) })
    }
    try require(!wave.samples.isEmpty && wave.samples.allSatisfy { -1 <= $0 && $0 < 1 }, "samples are in range")
    let written = WaveFile.bytes(of: wave.samples, sampleRate: wave.sampleRate)
    try require(written.clipped == 0 && written.nans == 0, "samples that were read can be written")
    try require((try? WaveFile(written.bytes)) == wave, "a wave is written as it was read")
}
