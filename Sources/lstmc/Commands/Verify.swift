// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCommands
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a model and compare with a file's results, or with PyTorch's.",
        discussion: """
            The file is a .safetensors with x (and h0, c0, lengths) and the expected results under their names; \
            NAME.f64 is taken before NAME. With --torch, PyTorch runs the same layers with the same weights in float64 and \
            float32: on the file's inputs, on those of --input, or on seeded random ones. Beside our error against \
            float64 stands PyTorch's own, of its float32. It needs a Python with torch: python3, LSTMC_PYTHON or \
            --python. A spec without weights gets seeded random ones then.

            Results of integers (argmax) are compared as integers: an index that differs is an error of 1. With --torch it \
            is none where PyTorch's scores at both indices are the same but for 1e-5 of the larger (a tie).

            Fails on a missing result, another shape, a NaN that only one side has, an error above --tolerance, and one \
            above the spec's budget of max_error. Of PyTorch's results the budget is held to those in float64.

            Examples:
              lstmc verify Specs/SeedTwoLayers.lstm.yaml --against Specs/seed-two-layers.safetensors --tolerance 1e-6
              lstmc verify Specs/SeedEncoder.lstm.yaml --torch --tolerance 1e-6
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @Option(help: ArgumentHelp("The file with inputs and expected results.", valueName: "file"), completion: .tensors)
    var against: String?

    @Flag(help: "Compare with what PyTorch gives.")
    var torch = false

    @Option(
        help: ArgumentHelp(
            "With --torch, the file to run on, or each input as NAME=FILE or NAME=0.3,0.7.", valueName: "file"),
        completion: .tensors)
    var input: [String] = []

    @Option(help: ArgumentHelp("With --torch, the Python to run.", valueName: "path"), completion: .file())
    var python: String?

    @Option(help: "The largest absolute error that passes.")
    var tolerance: Double?

    @Option(help: "How the figures are written.")
    var format = FiguresFormat.text

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        try refuseEmpty([("--against", against), ("--python", python)] + input.map { ("--input", $0) })
        guard against != nil || torch else { throw ValidationError("Give --against FILE, --torch or both.") }
        for (name, value) in [("--input", input.first), ("--python", python)] where value != nil && !torch {
            throw ValidationError("\(name) goes with --torch.")
        }
        if against != nil, !input.isEmpty {
            throw ValidationError("Give --against FILE or --input FILE: either has the inputs.")
        }
        if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
            throw ValidationError("--tolerance must be a finite number, at least 0.")
        }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        guard let model = loader.model(at: spec) else { return try loader.finish() }
        let tensors = against.flatMap { loader.tensors(at: $0) }
        let inputs = inputs(for: model, tensors, &loader)
        let parameters = parameters(of: model, &loader)
        try loader.proceed()
        guard let inputs, let parameters else { throw ExitCode(1) }

        let runnable = InterpretedModel(model, parameters: parameters)
        let results = runnable.run(inputs, progress: Progress.meter("running", options.diagnostics))
        var report = ComparisonReport()
        if let against, let tensors {
            report.compare(results, of: model, with: tensors, inFile: against)
        }
        if torch {
            let found = loader.torchResults(model, parameters, inputs, python: pythonPath)
            if let found { report.compare(results, of: model, withTorch: found) }
        }
        let lines = format == .text ? report.tableLines(loader.style.resultPaint) : [report.json]
        try loader.print(lines)
        report.reportMistakes(tolerance, budget: model.maxError, to: &loader)
        try loader.finish()
    }

    private var pythonPath: String {
        python ?? getenv("LSTMC_PYTHON").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "python3"
    }

    private func inputs(
        for model: Model, _ tensors: [String: StoredTensor]?, _ loader: inout SpecLoader
    ) -> Inputs? {
        if let against { return tensors.flatMap { loader.inputs($0, from: against, for: model) } }
        if !input.isEmpty { return loader.inputs(input, for: model)?.inputs }
        return loader.drawnSequences(for: model)
    }

    private func parameters(of model: Model, _ loader: inout SpecLoader) -> (any ParameterSource)? {
        if model.weights != nil || model.parameters.isEmpty || !torch { return loader.runnableParameters(model) }
        if model.cost.parameters > Inputs.floatLimit {
            loader.report(BenchMistake.tooLarge(limit: Inputs.floatLimit), at: model.location)
            return nil
        }
        return RandomParameters(for: model)
    }
}
