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
            Data flows down the page: layers, the shapes between them, both directions and the loops of the state, with each \
            layer's parameters and multiply-adds a step. Needs no weights. The same spec always gives the same bytes.

            A .svg file opens in any browser, light or dark. A .png file is made of it by rsvg-convert, resvg, Inkscape or \
            CairoSVG, whichever is there first. A .dot file is for Graphviz.

            Examples:
              lstmc graph Specs/ThaiSegmenter.lstm.yaml -o model.svg
              lstmc graph Specs/SeedEncoder.lstm.yaml --format dot | dot -Tpdf -o model.pdf
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @Option(help: "What is written; by default what the file's name ends in, and svg where there is none.")
    var format: GraphFormat?

    @OptionGroup var drawing: DrawingOptions
    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let model = loader.model(at: spec)
        let picture = drawing.format(format.map { $0 == .svg ? .svg : .dot }, orOneOf: [.svg, .png, .dot], &loader)
        if let path = drawing.path { loader.refuseToOverwrite([path], or: model) }
        try loader.proceed()
        if let model, let picture {
            try drawing.write(picture == .dot ? model.graphDot : model.graphSVG, as: picture, &loader)
        }
        try loader.finish()
    }
}

/// Where a drawing goes.
struct DrawingOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The file to write, .svg or .png; SVG to stdout where it is left out or '-'.", valueName: "file"),
        completion: .file(extensions: ["svg", "png", "dot"]))
    var output: String?

    func validate() throws { try refuseEmpty([("--output", output)]) }

    /// The file's path; nil for stdout.
    var path: String? { output == "-" ? nil : output }

    /// What the drawing is written as, so that no file is called what it is not; nil, with the reason reported, where
    /// that cannot be had.
    ///
    /// - Parameters:
    ///   - asked: what the command line says; nil where the file's name does.
    ///   - formats: what that can be.
    func format(
        _ asked: PictureFormat?, orOneOf formats: [PictureFormat], _ loader: inout SpecLoader
    ) -> PictureFormat? {
        guard let path else { return asked ?? .svg }
        let place = SourceLocation(startOf: path)
        let ending = fileExtension(path)
        let named = PictureFormat(ending: ending)
        if let asked {
            if ending.isEmpty || named == asked || named == nil && !PictureFormat.others.contains(ending) {
                return asked
            }
            loader.report(PictureMistake.otherFormat(path, format: asked.rawValue), at: place)
            return nil
        }
        guard let named, formats.contains(named) else {
            loader.report(PictureMistake.unknownEnding(path, formats: formats.map { ".\($0.rawValue)" }), at: place)
            return nil
        }
        if named == .png, Converter.found().isEmpty {
            loader.report(PictureMistake.noConverter(path), at: place)
            return nil
        }
        return named
    }

    func write(_ text: String, as format: PictureFormat, _ loader: inout SpecLoader) throws {
        guard let path else { return try loader.print(text) }
        switch format {
        case .svg, .dot: try loader.write(Array(text.utf8), to: path)
        case .png: if let bytes = loader.png(of: text, at: path) { try loader.write(bytes, to: path) }
        }
    }
}
