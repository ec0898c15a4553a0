// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time a model: one pass over steps x batch, many times.",
        discussion: """
            A spec without weights gets seeded random ones. Times are those of the passes alone; a machine that others \
            use is noisy, so the minimum says more than the median.

            Examples:
              lstmc bench Specs/SeedTwoLayers.lstm.yaml --batch 10 --steps 24
              lstmc bench Specs/SeedEncoder.lstm.yaml --steps 160 --rate 100 --format json
              lstmc bench Specs/SeedEncoder.lstm.yaml --input mels.npy
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @Option(help: "Sequences in a pass (default: 1).")
    var batch: Int?

    @Option(help: "Steps of each sequence (default: 100).")
    var steps: Int?

    @OptionGroup var team: ThreadsOption

    @Option(
        help: ArgumentHelp("Sequences to pass in place of random ones: .npy or .safetensors.", valueName: "file"),
        completion: .tensors)
    var input: [String] = []

    @Option(help: "Seconds to measure for, about (default: 2).")
    var seconds: Double?

    @Option(help: "Exactly this many passes and no warm-up, in place of --seconds: for counting instructions.")
    var passes: Int?

    @Flag(help: "Pass the same steps one call at a time.")
    var streaming = false

    @Option(help: "Steps in a second of real time, for the real-time factor.")
    var rate: Double?

    @Option(help: "How the figures are written.")
    var format = FiguresFormat.text

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        try refuseEmpty(input.map { ("--input", $0) })
        for case let (name, value?) in [("--batch", batch), ("--steps", steps)] where value < 1 {
            throw ValidationError("\(name) must be at least 1, not \(value).")
        }
        if let seconds, !(seconds > 0 && seconds <= 3600) {
            throw ValidationError("--seconds must be more than 0, at most 3600.")
        }
        if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate must be more than 0.") }
        if let passes, !(1...1_000_000).contains(passes) {
            throw ValidationError("--passes must be 1 to 1,000,000, not \(passes).")
        }
        if streaming, team.threads > 1 { throw ValidationError("--streaming runs on one thread.") }
        for (name, value) in [("--batch", batch), ("--steps", steps)] where !input.isEmpty && value != nil {
            throw ValidationError("--input has its own steps and sequences; leave \(name) out.")
        }
        if seconds != nil, passes != nil { throw ValidationError("Give --seconds or --passes, not both.") }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let model = loader.model(at: spec)
        let given = model.flatMap { model in input.isEmpty ? nil : fileInputs(model, &loader) }
        let size = BenchSize(steps: given?.steps ?? steps ?? 100, batch: given?.rows ?? batch ?? 1)
        if let model { check(model, size, &loader) }
        try loader.proceed()
        guard let model, let interpreted = interpreted(model, &loader) else { return try loader.finish() }
        try loader.proceed()
        let pass = try pass(over: interpreted, given, size)
        let timing = passes.map { Timing(passes: $0, pass) } ?? Timing(seconds: seconds ?? 2, pass)
        let figures = BenchFigures(self, size, model: model, timing: timing)
        switch format {
        case .text: try loader.print(figures.lines)
        case .json: try loader.print([figures.json])
        }
        try loader.finish()
    }

    private func fileInputs(_ model: Model, _ loader: inout SpecLoader) -> Inputs? {
        guard let inputs = loader.inputs(input, for: model)?.inputs else { return nil }
        if streaming, inputs.rows > 1 || inputs.lengths != nil || !inputs.initialStates.isEmpty {
            loader.report(BenchMistake.oneSequenceStreams, at: .init(startOf: input[0]))
        }
        return inputs
    }

    /// What would not fit in memory, or cannot stream.
    private func check(_ model: Model, _ size: BenchSize, _ loader: inout SpecLoader) {
        if streaming, let obstacle = model.streamObstacle, let words = model.streamObstacleWords {
            loader.report(BenchMistake.cannotStream(words), at: model.layers[obstacle.layer].location)
        }
        let limit = Inputs.floatLimit
        let floats = model.floatsHeld(steps: size.steps, rows: size.batch) ?? .max
        if model.cost.parameters > limit || floats > limit {
            loader.report(BenchMistake.tooLarge(limit: limit), at: model.location)
        }
    }

    private func interpreted(_ model: Model, _ loader: inout SpecLoader) -> InterpretedModel? {
        if model.weights == nil { return InterpretedModel(model, parameters: RandomParameters(for: model)) }
        return loader.parameters(of: model).map { InterpretedModel(model, parameters: $0) }
    }

    /// One pass over the sequences: the file's, or random ones.
    private func pass(over interpreted: InterpretedModel, _ given: Inputs?, _ size: BenchSize) throws -> () -> Void {
        let model = interpreted.model
        let (steps, batch) = (size.steps, size.batch)
        if streaming {
            let inputs = try given ?? randomInputs(for: model, steps: steps, batch: batch)
            return try streamingPass(over: inputs, interpreted)
        }
        let inputs = try given ?? randomInputs(for: model, steps: steps, batch: batch, seed: 2)
        let session = InterpreterSession(interpreted, inputs, threads: team.threads)
        return { session.run(inputs) }
    }

    /// All steps of all sequences one after another, the state carried on.
    private func streamingPass(over inputs: Inputs, _ interpreted: InterpretedModel) throws -> () -> Void {
        guard let stream = InterpreterStream(interpreted) else { throw ExitCode(1) }
        let count = inputs.steps * inputs.rows
        let model = interpreted.model
        // Each input's values as they lie in memory, and how many there are at each step.
        let memory = inputs.values.map { values -> AlignedFloats in
            switch values {
            case .features(let floats): return AlignedFloats(FloatArray(floats, shape: [floats.count]))
            case .tokens(let ids):
                let bits = ids.map { Float(bitPattern: UInt32(bitPattern: $0)) }
                return AlignedFloats(FloatArray(bits, shape: [bits.count]))
            }
        }
        let strides = model.inputs.map { $0.shape.hasTime ? $0.shape.count : 0 }
        let starts = memory.map { UnsafePointer($0.pointer) }
        return {
            withExtendedLifetime(memory) {
                for step in 0..<count { _ = stream.step { starts[$0] + step * strides[$0] } }
            }
        }
    }
}

/// What one pass is over.
struct BenchSize {
    var steps: Int
    var batch: Int
}

enum BenchMistake: Mistake {
    case cannotStream(String)
    case oneSequenceStreams
    case tooLarge(limit: Int)

    var code: String { "bench" }

    var message: String {
        switch self {
        case .cannotStream(let words): "\(words), so the model cannot take one step at a time"
        case .oneSequenceStreams:
            "--streaming takes one sequence, from its spec's first state and without lengths; the file has more than that"
        case .tooLarge(let limit):
            "the weights or one pass would take more than \(grouped(limit)) floats; use fewer steps or a smaller batch"
        }
    }
}
