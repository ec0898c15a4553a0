// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCommands
import LSTMDrawing
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw what a model does over time.",
        discussion: """
            Runs the model on one sequence and draws its inputs and what each layer gives: heat maps over a shared time \
            axis, lines for layers of one to three values, bars or a block for what has no time axis. With --text, the \
            characters stand along the axis, and where the spec has segment_starts the text's segments are marked. A \
            text of more than 96 characters is cut (--steps chooses the part), other sequences of more than 240 steps \
            share columns; the drawing says so. The same input always gives the same bytes. A .svg file opens in any \
            browser, light or dark; a .png file is made of it as `lstmc graph` makes one.

            Examples:
              lstmc plot Specs/ThaiSegmenter.lstm.yaml --text 'สวัสดีชาวโลก' -o out.svg
              lstmc plot Specs/SeedEncoder.lstm.yaml --input mels.npy --layers lstm,embedding -o out.svg
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @OptionGroup var given: RunOptions

    @Option(
        help: ArgumentHelp(
            "The inputs and layers to draw, by name; x is an only input. All of them by default.", valueName: "a,b"))
    var layers: String?

    @Option(help: ArgumentHelp("Which sequence of a batch to draw.", valueName: "n"))
    var batchRow = 0

    @Option(help: ArgumentHelp("The steps to draw, both ends included.", valueName: "first-last"))
    var steps: StepRange?

    @OptionGroup var drawing: DrawingOptions
    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        try refuseEmpty([("--layers", layers)])
        guard batchRow >= 0 else { throw ValidationError("--batch-row counts from 0.") }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        guard let model = loader.model(at: spec) else { return try loader.finish() }
        if let path = drawing.path, let reason = obstacle(toWriting: path) {
            loader.reportUnwritable(path, reason: reason)
        }
        let picture = drawing.format(nil, orOneOf: [.svg, .png], &loader)
        let chosen = chosenLayers(of: model, &loader)
        let read = given.inputs(for: model, &loader)
        let batch = read?.inputs
        let inputs = batch.flatMap { sequence(of: $0, model, &loader) }
        let window = inputs.flatMap { self.window(of: $0, &loader) }
        let runnable = loader.runnable(model)
        if let path = drawing.path { loader.refuseToOverwrite([path], or: model) }
        try loader.proceed()
        guard let picture, let batch, let inputs, let window, let runnable else { throw ExitCode(1) }

        let shown = Array(chosen.prefix(PlotLimits.panels))
        // The last result is traced too: its labels say where the segments begin.
        let indices = shown.compactMap(\.layer) + (model.results.last.map { [$0.layer] } ?? [])
        let values = runnable.trace(inputs, layers: indices, progress: Progress.meter("running", options.diagnostics))
        let traced = Dictionary(zip(indices, values)) { first, _ in first }
        var builder = PlotBuilder(model: model, inputs: inputs, pieces: read?.pieces, window: window, traced: traced)
        if batch.batch != nil { builder.row = (batchRow, batch.rows) }
        builder.leftOut = chosen.count - shown.count
        try drawing.write(builder.plot(of: shown).svg, as: picture, &loader)
        try loader.finish()
    }

    private func sequence(of batch: Inputs, _ model: Model, _ loader: inout SpecLoader) -> Inputs? {
        let place = SourceLocation(startOf: "--batch-row")
        guard batchRow < batch.rows else {
            loader.report(PlotMistake.noSuchRow(batchRow, rows: batch.rows), at: place)
            return nil
        }
        do {
            return try batch.sequence(batchRow, for: model)
        } catch {
            loader.report(error, at: place)
            return nil
        }
    }

    /// The steps to draw.
    private func window(of inputs: Inputs, _ loader: inout SpecLoader) -> Range<Int>? {
        // A character has a column of its own.
        let most = given.text == nil ? Int.max : PlotLimits.characters
        guard let steps else { return 0..<min(inputs.steps, most) }
        guard steps.last < inputs.steps else {
            let place = SourceLocation(startOf: "--steps")
            loader.report(PlotMistake.noSuchStep(steps.last, steps: inputs.steps), at: place)
            return nil
        }
        let (start, count) = (steps.first, min(steps.last + 1 - steps.first, most))
        return start..<(start + count)
    }

    private func chosenLayers(of model: Model, _ loader: inout SpecLoader) -> [PlotBuilder.Source] {
        let inputs = model.inputs.indices.map { PlotBuilder.Source.input($0) }
        guard let layers else {
            // What gives its input unchanged is no news.
            let news = model.layers.indices.filter { !model.layers[$0].operation.described.isIdentity }
            // A text's characters stand along the axis already.
            return (given.text == nil ? inputs : []) + news.map { .layer($0) }
        }
        let known = model.inputs.map(\.name) + model.layers.map(\.name)
        let sources = inputs + model.layers.indices.map { .layer($0) }
        var chosen: [PlotBuilder.Source] = []
        for name in layers.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let index = known.firstIndex(of: name) else {
                loader.report(
                    PlotMistake.noSuchLayer(name, nearest: nearest(to: name, among: known), known: known),
                    at: .init(startOf: "--layers"))
                continue
            }
            if !chosen.contains(sources[index]) { chosen.append(sources[index]) }
        }
        return chosen
    }
}

extension PlotBuilder.Source {
    /// The layer's index; nil for an input.
    fileprivate var layer: Int? {
        switch self {
        case .input: nil
        case .layer(let index): index
        }
    }
}

/// `FIRST-LAST` on the command line.
struct StepRange: ExpressibleByArgument {
    let first: Int
    let last: Int

    init?(argument: String) {
        let ends = argument.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int(ends[0]), let last = Int(ends[1]), 0 <= first, first <= last,
            last < Int.max
        else { return nil }
        (self.first, self.last) = (first, last)
    }
}

/// What stands in the way of a plot.
enum PlotMistake: Mistake {
    case noSuchRow(Int, rows: Int)
    case noSuchStep(Int, steps: Int)
    case noSuchLayer(String, nearest: String?, known: [String])

    var code: String { "plot" }

    var message: String {
        switch self {
        case .noSuchRow(let row, let rows): "there is no row \(row): the batch has rows 0 to \(rows - 1)"
        case .noSuchStep(let step, let steps): "there is no step \(step): the sequence has steps 0 to \(steps - 1)"
        case .noSuchLayer(let name, let nearest, let known):
            "there is no layer \(quoted(name))"
                + (nearest.map { "; did you mean \(quoted($0))?" }
                    ?? "; the model has \(listedFew(known))")
        }
    }
}
