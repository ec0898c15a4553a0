// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMGeneration
import LSTMIR
import LSTMSpec

extension DiagnosticsFormat: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}

/// The options every command has.
struct DiagnosticsOptions: ParsableArguments {
    @Option(name: .customLong("diagnostics"), help: "How mistakes are written to stderr.")
    var format = DiagnosticsFormat.text

    @Option(help: "When mistakes and the headings of tables are coloured; auto minds the terminal and NO_COLOR.")
    var color = ColorChoice.auto

    var diagnostics: DiagnosticsStyle { DiagnosticsStyle(format: format, color: color) }
}

/// How figures are written: for people or for machines.
enum FiguresFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// What a model is run on.
struct RunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file to run on: .npy, .safetensors, .csv or .wav; of several inputs each, as NAME=FILE or NAME=0.3,0.7.",
            valueName: "file"),
        completion: .tensors)
    var input: [String] = []

    @Option(help: "The text to run on.")
    var text: String?

    func validate() throws {
        guard input.isEmpty != (text == nil) else {
            throw ValidationError("Give either --input FILE or --text TEXT.")
        }
    }

    /// What the file or the text comes to; nil, with the reasons reported, where it does not fit the model.
    func inputs(for model: Model, _ loader: inout SpecLoader) -> FileInputs? {
        if let text { return loader.inputs(text: text, for: model) }
        return loader.inputs(input, for: model)
    }
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check specs, their vocabularies and their weights.",
        discussion: """
            Reports every mistake of every file with its place, and writes nothing else.

            Example:
              lstmc check Specs/ThaiSegmenter.lstm.yaml
            """)

    @Argument(help: "The spec files.", completion: .spec)
    var specs: [String]

    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        // By the bytes: two spellings of one accented name are one String.
        var checked: Set<[UInt8]> = []
        // Patterns of the shell can name a file twice; its mistakes are said once.
        for spec in specs where checked.insert(Array(spec.utf8)).inserted { loader.check(spec) }
        try loader.finish()
    }
}

/// A command that prints something about a checked model; its weights are not looked at.
protocol PrintingCommand: ParsableCommand {
    var spec: String { get }
    var options: DiagnosticsOptions { get }
    func lines(about model: Model, _ paint: Paint) -> [String]
}

extension PrintingCommand {
    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let model = loader.model(at: spec)
        try loader.proceed()
        if let model { try loader.print(lines(about: model, loader.style.resultPaint)) }
        try loader.finish()
    }
}

struct Describe: PrintingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a model's layers, shapes, cost and equations.",
        discussion: """
            Needs no weights.

            Example:
              lstmc describe Specs/SeedEncoder.lstm.yaml
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @OptionGroup var options: DiagnosticsOptions

    func lines(about model: Model, _ paint: Paint) -> [String] { model.descriptionLines(paint) }
}

struct IR: PrintingCommand {
    static let configuration = CommandConfiguration(
        commandName: "ir",
        abstract: "Print the checked model as stable text.",
        discussion: """
            Every size, default and tensor name as lstmc understood them; the same spec always gives the same bytes.

            Example:
              lstmc ir Specs/ThaiSegmenter.lstm.yaml
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @OptionGroup var options: DiagnosticsOptions

    func lines(about model: Model, _ paint: Paint) -> [String] { model.textLines }
}
