// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMIR
import LSTMSpec

/// The option every command that reads a spec has.
struct DiagnosticsOptions: ParsableArguments {
    @Option(help: "How mistakes are written to stderr.")
    var diagnostics = DiagnosticsFormat.text
}

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check specs, their vocabularies and their weights.",
        discussion: """
            Reports every mistake of every file with its place, and writes nothing else.

            Example:
              lstmc check Specs/ThaiSegmenter.lstm.yaml
            """)

    @Argument(help: "The spec files.")
    var specs: [String]

    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader()
        for spec in specs {
            guard let model = loader.model(at: spec) else { continue }
            _ = loader.vocabulary(of: model)
            _ = loader.parameters(of: model)
        }
        try loader.finish(options.diagnostics)
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

    @Argument(help: "The spec file.")
    var spec: String

    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader()
        let model = loader.model(at: spec)
        try loader.finish(options.diagnostics)
        if let model { Console.print(model.descriptionLines) }
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

    @Argument(help: "The spec file.")
    var spec: String

    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader()
        let model = loader.model(at: spec)
        try loader.finish(options.diagnostics)
        if let model { Console.write(model.text) }
    }
}
