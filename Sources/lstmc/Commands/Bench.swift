// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
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
              lstmc bench Specs/SpeakerEncoder.lstm.yaml --steps 160 --rate 100 --format json
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Argument(help: "The spec file.")
    var spec: String

    @Option(help: "Sequences in a pass.")
    var batch = 1

    @Option(help: "Steps of each sequence.")
    var steps = 100

    @Option(help: "Threads that share the sequences of a pass.")
    var threads = 1

    @Option(help: "Seconds to measure for, about.")
    var seconds = 2.0

    @Flag(help: "Pass the same steps one call at a time.")
    var streaming = false

    @Option(help: "Steps in a second of real time, for the real-time factor.")
    var rate: Double?

    @Option(help: "How the figures are written.")
    var format = Format.text

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        for (name, value) in [("--batch", batch), ("--steps", steps), ("--threads", threads)] where value < 1 {
            throw ValidationError("\(name) must be at least 1, not \(value).")
        }
        guard seconds > 0, seconds <= 3600 else {
            throw ValidationError("--seconds must be more than 0, at most 3600.")
        }
        if let rate, !(rate > 0 && rate.isFinite) { throw ValidationError("--rate must be more than 0.") }
        if streaming, threads > 1 { throw ValidationError("--streaming runs on one thread.") }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let model = loader.model(at: spec)
        if let model { check(model, &loader) }
        try loader.proceed()
        guard let model, let interpreted = interpreted(model, &loader) else { return try loader.finish() }
        try loader.proceed()
        let pass = try pass(over: interpreted)
        let timing = Timing(seconds: seconds, pass)
        let figures = BenchFigures(self, model: model, timing: timing)
        switch format {
        case .text: try loader.print(figures.lines)
        case .json: try loader.print([figures.json])
        }
        try loader.finish()
    }

    /// What would not fit in memory, or cannot stream.
    private func check(_ model: Model, _ loader: inout SpecLoader) {
        if streaming, let layer = model.layerAgainstStreaming {
            loader.report(BenchMistake.cannotStream(layer: layer.name), at: layer.location)
        }
        let limit = Inputs.floatLimit
        let floats = model.floatsHeld(steps: steps, rows: batch) ?? .max
        if model.cost.parameters > limit || floats > limit {
            loader.report(BenchMistake.tooLarge(limit: limit), at: model.location)
        }
    }

    private func interpreted(_ model: Model, _ loader: inout SpecLoader) -> InterpretedModel? {
        if model.weights == nil { return InterpretedModel(model, parameters: RandomParameters(for: model)) }
        return loader.parameters(of: model).map { InterpretedModel(model, parameters: $0) }
    }

    /// One pass over steps x batch.
    private func pass(over interpreted: InterpretedModel) throws -> () -> Void {
        if streaming { return try streamingPass(interpreted) }
        let share = (batch + threads - 1) / threads
        let jobs = try stride(from: 0, to: batch, by: share).map { first in
            let rows = min(share, batch - first)
            let inputs = try randomInputs(for: interpreted.model, steps: steps, batch: rows, seed: UInt64(first + 2))
            return BenchJob(session: InterpreterSession(interpreted, steps: steps, batch: rows), inputs: inputs)
        }
        if jobs.count == 1, let job = jobs.first { return { job.session.run(job.inputs) } }
        let team = ThreadTeam(jobs.map { job in { job.session.run(job.inputs) } })
        return { team.run() }
    }

    private func streamingPass(_ interpreted: InterpretedModel) throws -> () -> Void {
        let inputs = try randomInputs(for: interpreted.model, steps: steps, batch: batch)
        guard let stream = InterpreterStream(interpreted) else { throw ExitCode(1) }
        let count = steps * batch
        switch (inputs.x, interpreted.model.input) {
        case (.features(let values), .features(let size)):
            return {
                values.withUnsafeBufferPointer { x in
                    guard let base = x.baseAddress else { return }
                    for step in 0..<count { _ = stream.step(base + step * size) }
                }
            }
        case (.tokens(let ids), _):
            let nothing = AlignedFloats(count: 1)
            return { for id in ids { _ = stream.step(nothing.pointer, id: id) } }
        default: return {}
        }
    }
}

/// One thread's part of a pass. Only that thread touches the session while a pass runs.
private struct BenchJob: @unchecked Sendable {
    let session: InterpreterSession
    let inputs: Inputs
}

enum BenchMistake: Mistake {
    case cannotStream(layer: String)
    case tooLarge(limit: Int)

    var code: String { "bench" }

    var message: String {
        switch self {
        case .cannotStream(let layer):
            "layer \(quoted(layer)) needs the whole sequence, so the model cannot take one step at a time"
        case .tooLarge(let limit):
            "the weights or one pass would take more than \(grouped(limit)) floats; use fewer steps or a smaller batch"
        }
    }
}
