// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMDrawing
import LSTMGeneration
import LSTMIR
import LSTMSpec

/// What a graph is written as.
enum GraphFormat: String, ExpressibleByArgument, CaseIterable {
    case svg
    case dot
}

struct Graph: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw a model's layers, shapes and cost.",
        discussion: """
            Data flows upwards: layers, the shapes between them, both directions and the loops of the state, with each \
            layer's parameters and multiply-adds a step. Needs no weights. The same spec always gives the same bytes.

            Examples:
              lstmc graph Specs/ThaiSegmenter.lstm.yaml -o model.svg
              lstmc graph Specs/SpeakerEncoder.lstm.yaml --format dot | dot -Tpdf -o model.pdf
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @Option(help: "svg opens in any browser, light or dark; dot is Graphviz's language.")
    var format = GraphFormat.svg

    @OptionGroup var drawing: DrawingOptions
    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let model = loader.model(at: spec)
        if let path = drawing.path { loader.refuseToOverwrite([path], or: model) }
        try loader.proceed()
        if let model { try drawing.write(format == .svg ? model.graphSVG : model.graphDot, &loader) }
        try loader.finish()
    }
}

/// Where a drawing goes.
struct DrawingOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; stdout where it is left out or '-'.", valueName: "file"),
        completion: .file(extensions: ["svg", "dot"]))
    var output: String?

    func validate() throws { try refuseEmpty([("--output", output)]) }

    /// The file's path; nil for stdout.
    var path: String? { output == "-" ? nil : output }

    func write(_ text: String, _ loader: inout SpecLoader) throws {
        guard let path else { return try loader.print(text) }
        try loader.write(Array(text.utf8), to: path)
    }
}
