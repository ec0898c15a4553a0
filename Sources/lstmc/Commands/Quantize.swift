// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCheckpoint
import LSTMCommands
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

extension WeightsEntry.Precision: ExpressibleByArgument {}

struct Quantize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a spec whose matrices take fewer bytes, and say what that costs.",
        discussion: """
            Writes NAME.PRECISION.lstm.yaml beside NAME.lstm.yaml: the same text with weights.precision. Where the weights \
            stay in a file (placement: file), NAME.PRECISION.safetensors is written too, and named in the spec. Each weight \
            of a matrix is rounded once to the nearest; biases, norms, embeddings and all sums stay float32. As int8 each row of a \
            matrix has a scale, and what it multiplies is rounded to 8 bits too; in a file such weights stay as they are.

            Shows, for each result, how far it is from the float32 model's: the root mean square of the differences over \
            that of the result, and the largest difference. The inputs are those of --against FILE (a .safetensors with x \
            and expected results), whose results are compared too, or drawn with --seed. Nothing is refused: a budget of \
            max_error holds 'lstmc verify' to a limit.

            Examples:
              lstmc quantize Specs/SpeakerEncoder.lstm.yaml --precision float16
              lstmc quantize Specs/SeedOneLayer.lstm.yaml --precision int8
              lstmc quantize Specs/SeedTwoLayers.lstm.yaml --precision bfloat16 --against Specs/seed-two-layers.safetensors
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @Option(help: "How matrices are kept.")
    var precision: WeightsEntry.Precision

    @Option(
        help: ArgumentHelp("The file with inputs and the results that are right.", valueName: "file"),
        completion: .tensors)
    var against: String?

    @Option(help: ArgumentHelp("Another name for the spec that is written, in the same folder.", valueName: "file"))
    var output: String?

    @Option(help: "Without --against, what the inputs are drawn from.")
    var seed: UInt64 = 2

    @Flag(help: "Write no file.")
    var dryRun = false

    @Flag(help: "Write over files that are there, also over the spec itself where --output names it.")
    var force = false

    @Option(help: "How the figures are written.")
    var format = FiguresFormat.text

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        try refuseEmpty([("--against", against), ("--output", output)])
        if dryRun, force || output != nil {
            throw ValidationError("--dry-run writes no file; leave --force and --output out.")
        }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        guard let given = loader.model(at: spec) else { return try loader.finish() }
        guard given.weights != nil else {
            loader.report(RunMistake.noWeights, at: given.location)
            return try loader.finish()
        }
        let tensors = against.flatMap { loader.tensors(at: $0) }
        let files = QuantizedFiles(given, spec: spec, precision, output: output, &loader)
        if !dryRun { files?.refuse(over: given, force: force, &loader) }
        try loader.proceed()
        guard let files, let model = given.kept(in: precision), let float = given.kept(in: .float32) else {
            throw ExitCode(1)
        }
        // Of one checkpoint: what is rounded, and what is not.
        let exact = loader.runnableParameters(float)
        try loader.proceed()
        let parameters = loader.runnableParameters(model)
        let inputs = inputs(for: model, tensors, &loader)
        try loader.proceed()
        guard let exact, let parameters, let inputs else { throw ExitCode(1) }

        let progress = Progress.meter("running", options.diagnostics)
        let before = InterpretedModel(float, parameters: exact).run(inputs, progress: progress)
        let after = InterpretedModel(model, parameters: parameters).run(inputs, progress: progress)
        let report = QuantizeReport(
            before: before, after: after, bytes: (float.weightBytes, model.weightBytes), precision: precision,
            drawnFrom: against == nil ? seed : nil,
            truth: tensors.map { tensors in
                zip(model.results, zip(before, after)).map { result, values in
                    let names = result.otherNames(in: model)
                    return (
                        Comparison(values.0, otherNames: names, with: tensors),
                        Comparison(values.1, otherNames: names, with: tensors)
                    )
                }
            })
        try loader.print(format == .text ? report.lines(loader.style.resultPaint) : [report.json])
        if !dryRun { try files.write(parameters, model, &loader) }
        try loader.finish()
    }

    private func inputs(
        for model: Model, _ tensors: [String: StoredTensor]?, _ loader: inout SpecLoader
    ) -> Inputs? {
        if let against { return tensors.flatMap { loader.inputs($0, from: against, for: model) } }
        return loader.drawnSequences(for: model, seed: seed)
    }
}
