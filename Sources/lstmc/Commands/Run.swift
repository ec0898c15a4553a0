// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a model on a file or on a text.",
        discussion: """
            A .npy file is x alone; a .safetensors file can hold x, h0, c0 and lengths. Without --output, the shapes and \
            first values of the results are printed. With --text, a model with a vocabulary reads one token for each \
            Unicode scalar and prints each one's label, or the segments where the spec has segment_starts.

            Examples:
              lstmc run Specs/SpeakerEncoder.lstm.yaml --input mels.npy --output embeddings.npy
              lstmc run Specs/ThaiSegmenter.lstm.yaml --text 'สวัสดีชาวโลก'
            """)

    @Argument(help: "The spec file.")
    var spec: String

    @Option(help: ArgumentHelp("The file to run on: .npy or .safetensors.", valueName: "file"))
    var input: String?

    @Option(help: "The text to run on.")
    var text: String?

    @Option(help: ArgumentHelp("The file to write: .npy (one result) or .safetensors.", valueName: "file"))
    var output: String?

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        guard (input == nil) != (text == nil) else {
            throw ValidationError("Give either --input FILE or --text TEXT.")
        }
        if let output, OutputFormat(path: output) == nil {
            throw ValidationError("--output takes a .npy or .safetensors file, not '\(output)'.")
        }
    }

    func run() throws {
        var loader = SpecLoader()
        guard let model = loader.model(at: spec) else { return try loader.finish(options.diagnostics) }
        checkOutput(model, &loader)
        let inputs = text.map { textInputs($0, model, &loader) } ?? input.flatMap { fileInputs($0, model, &loader) }
        let runnable = loader.runnable(model)
        try loader.finish(options.diagnostics)
        guard let inputs, let runnable else { throw ExitCode(1) }

        let results = runnable.run(inputs, progress: Progress.meter("running"))
        if let output, let format = OutputFormat(path: output) {
            try loader.write(format.bytes(of: results), to: output, options.diagnostics)
        } else if let text {
            Console.print(lines(for: text, results, model))
        } else {
            Console.print(results.flatMap(summaryLines))
        }
    }

    private func checkOutput(_ model: Model, _ loader: inout SpecLoader) {
        guard let output, OutputFormat(path: output) == .npy, model.results.count != 1 else { return }
        loader.report(
            OutputMistake.oneResultNeeded(path: output, results: model.results.map(\.name)),
            at: .init(path: output, line: 1, column: 1))
    }

    private func fileInputs(_ path: String, _ model: Model, _ loader: inout SpecLoader) -> Inputs? {
        guard let tensors = loader.tensors(at: path) else { return nil }
        return loader.inputs(tensors, from: path, for: model)
    }

    private func textInputs(_ text: String, _ model: Model, _ loader: inout SpecLoader) -> Inputs? {
        guard model.vocabulary != nil else {
            loader.report(TextMistake.noVocabulary, at: .init(path: spec, line: 1, column: 1))
            return nil
        }
        guard !text.isEmpty else {
            loader.report(TextMistake.empty, at: .init(path: "--text", line: 1, column: 1))
            return nil
        }
        guard let vocabulary = loader.vocabulary(of: model) else { return nil }
        let tokens = vocabulary.tokens(of: text)
        return try? Inputs(.tokens(tokens), steps: tokens.count, batch: nil, for: model)
    }

    /// The segments on one line, or a line for each scalar and its label; for a model without a time axis one label.
    private func lines(for text: String, _ results: [ResultTensor], _ model: Model) -> [String] {
        guard let scores = results.last, let size = scores.shape.last else { return [] }
        let labelling = Labelling(model)
        let labels = labelling.best(of: scores.values, size: size)
        if !model.segmentStarts.isEmpty { return [labelling.segments(of: text, labels: labels).joined(separator: "|")] }
        guard labels.count == text.unicodeScalars.count else { return labels.map(labelling.name) }
        return zip(text.unicodeScalars, labels).map { printable(String($0)) + "\t" + labelling.name(of: $1) }
    }

    private func summaryLines(of result: ResultTensor) -> [String] {
        let first = result.values.prefix(8).map { "\($0)" }.joined(separator: " ")
        return ["\(result.name) \(shapeText(result.shape)) \(first)\(result.values.count > 8 ? " ..." : "")"]
    }
}

/// What stands in the way of running on a text.
enum TextMistake: Mistake {
    case noVocabulary
    case empty

    var code: String { "text" }

    var message: String {
        switch self {
        case .noVocabulary: "--text needs a model with a 'vocabulary', which the spec does not have; use --input"
        case .empty: "the text is empty; give at least one character"
        }
    }
}
