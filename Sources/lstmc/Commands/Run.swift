// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCommands
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a model on a file or on a text.",
        discussion: """
            A .npy file is x alone; a .safetensors file can hold x, h0, c0 and lengths. A .csv file is one sequence: a row \
            for each step, a column for each feature (or the token id), under a heading or none. A .wav file (one channel, \
            uncompressed) is one sequence of samples between -1 and 1. Results go to the same kinds of file; a .wav takes the \
            sample rate of the input. Without --output, their shapes and first values are printed, and where the spec has labels, a \
            last line with the first ones.

            With --text, a model with a vocabulary reads the vocabulary's longest entries one after another; where the spec has labels, \
            each one's label is printed, or the segments where it has segment_starts.

            Examples:
              lstmc run Specs/SeedEncoder.lstm.yaml --input mels.npy --output embeddings.npy
              lstmc run Examples/Sources/drive/Drive.lstm.yaml --input dry.wav --output wet.wav
              lstmc run Specs/ThaiSegmenter.lstm.yaml --text 'สวัสดีชาวโลก'
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @OptionGroup var given: RunOptions

    @Option(
        help: ArgumentHelp(
            "The file to write: .safetensors, or .npy, .csv or .wav with one result.", valueName: "file"),
        completion: .tensors)
    var output: String?

    @OptionGroup var team: ThreadsOption

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        try refuseEmpty([("--output", output)])
        if let output, OutputFormat(path: output) == nil {
            throw ValidationError("--output takes a .npy, .safetensors, .csv or .wav file, not '\(output)'.")
        }
        if let output, fileExtension(output) == "wav", !given.input.contains(where: { fileExtension($0) == "wav" }) {
            throw ValidationError("A .wav --output takes its sample rate from a .wav --input.")
        }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        guard let model = loader.model(at: spec) else { return try loader.finish() }
        let inputs = given.inputs(for: model, &loader)
        checkOutput(model, inputs?.inputs, &loader)
        let runnable = loader.runnable(model)
        if let output { loader.refuseToOverwrite([output], or: model) }
        try loader.proceed()
        guard let inputs, let runnable else { throw ExitCode(1) }

        let results = runnable.run(
            inputs.inputs, threads: team.threads, progress: Progress.meter("running", options.diagnostics))
        if let output, let format = OutputFormat(path: output) {
            let bytes = format.bytes(of: results, to: output, model, sampleRate: inputs.sampleRate, &loader)
            try loader.write(bytes, to: output)
        } else if let pieces = inputs.pieces, !model.labels.isEmpty {
            try loader.print(lines(for: pieces, results, model))
        } else {
            try loader.print(
                results.map { summary($0.name, $0.shape, $0.values) { "\($0)" } }
                    + labelLine(results, inputs.inputs, model))
        }
        try loader.finish()
    }

    private func checkOutput(_ model: Model, _ inputs: Inputs?, _ loader: inout SpecLoader) {
        guard let output else { return }
        if let reason = obstacle(toWriting: output) { loader.reportUnwritable(output, reason: reason) }
        for mistake in OutputFormat(path: output)?.obstacles(output, for: model, inputs) ?? [] {
            loader.report(mistake, at: .init(startOf: output))
        }
    }

    /// The segments on one line, or a line for each piece and its label; for a result without a time axis its labels.
    private func lines(for pieces: [String], _ results: [ResultTensor], _ model: Model) -> [String] {
        guard let scores = results.last, let size = scores.shape.last, let result = model.results.last else {
            return []
        }
        let labelling = Labelling(model)
        let labels = labelling.best(of: scores.values, size: size)
        if !model.segmentStarts.isEmpty {
            return [labelling.segments(of: pieces, labels: labels).joined(separator: "|")]
        }
        let names = labels.map { printable(labelling.name(of: $0)) }
        guard result.hasTime(in: model) else { return names }
        return zip(pieces, names).map { printable($0) + "\t" + $1 }
    }

    /// The last result's labels, after all numbers; `-` stands for a step that is no sequence's own.
    private func labelLine(_ results: [ResultTensor], _ inputs: Inputs, _ model: Model) -> [String] {
        guard !model.labels.isEmpty, let scores = results.last else { return [] }
        let labels = Labelling(model).labels(of: scores, for: inputs)
        return [summary("labels", Array(scores.shape.dropLast()), labels) { $0.map(printable) ?? "-" }]
    }

    /// A name, a shape, and the first of its values.
    private func summary<Value>(
        _ name: String, _ shape: [Int], _ values: [Value], _ text: (Value) -> String
    ) -> String {
        let first = values.prefix(8).map(text).joined(separator: " ")
        return "\(name) \(shapeText(shape)) \(first)\(values.count > 8 ? " ..." : "")"
    }
}
