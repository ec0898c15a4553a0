// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMIR
import LSTMSpec

/// The options every command has.
struct DiagnosticsOptions: ParsableArguments {
    @Option(name: .customLong("diagnostics"), help: "How mistakes are written to stderr.")
    var format = DiagnosticsFormat.text

    @Option(help: "When mistakes and the headings of tables are coloured; auto minds the terminal and NO_COLOR.")
    var color = ColorChoice.auto

    var diagnostics: DiagnosticsStyle { DiagnosticsStyle(format: format, color: color) }
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
        var checked: Set<String> = []
        // Patterns of the shell can name a file twice; its mistakes are said once.
        for spec in specs where checked.insert(spec).inserted { loader.check(spec) }
        try loader.finish()
    }
}

struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a model's layers, shapes, cost and equations.",
        discussion: """
            Needs no weights.

            Example:
              lstmc describe Specs/SpeakerEncoder.lstm.yaml
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let model = loader.model(at: spec)
        try loader.proceed()
        if let model { try loader.print(model.descriptionLines(loader.style.resultPaint)) }
        try loader.finish()
    }
}

struct IR: ParsableCommand {
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

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let model = loader.model(at: spec)
        try loader.proceed()
        if let model { try loader.print(model.textLines) }
        try loader.finish()
    }
}
