// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime
import LSTMSpec

/// What a benchmark found, as text and as JSON.
struct BenchFigures {
    private let bench: Bench
    private let size: BenchSize
    private let model: Model
    private let median: Double
    private let minimum: Double
    private let runs: Int

    init(_ bench: Bench, _ size: BenchSize, model: Model, timing: Timing) {
        self.bench = bench
        self.size = size
        self.model = model
        median = timing.median
        minimum = timing.minimum
        runs = timing.samples.count
    }

    /// Two operations a multiply-add, at the minimum.
    private var gflops: Double {
        2 * Double(model.cost.macsPerStep) * Double(size.steps) * Double(size.batch) / minimum / 1e9
    }

    private var stepsPerSecond: Double { Double(size.steps * size.batch) / minimum }
    private var sequencesPerSecond: Double { Double(size.batch) / minimum }

    /// Seconds of real time that one second of computing covers.
    private var realTimeFactor: Double? { bench.rate.map { stepsPerSecond / $0 } }

    var lines: [String] {
        var table = Table([.left, .left])
        table.add("model", "\(model.name), \(grouped(model.cost.parameters)) parameters")
        table.add(
            "pass",
            "\(size.steps) steps x \(size.batch)\(bench.streaming ? ", one call a step" : ""), "
                + "\(counted(bench.team.threads, "thread")), \(InstructionSet.current.name)")
        table.add("median", duration(median))
        table.add("minimum", duration(minimum))
        table.add("runs", grouped(runs))
        table.add("speed", "\(rounded(gflops)) GFLOP/s")
        table.add("", "\(rounded(sequencesPerSecond)) sequences a second")
        table.add("", "\(rounded(stepsPerSecond)) steps a second, \(duration(1 / stepsPerSecond)) a step")
        if let realTimeFactor { table.add("real time", "\(rounded(realTimeFactor)) times") }
        return table.lines()
    }

    /// One object on one line.
    var json: String {
        var members: [(String, JSONText)] = [
            ("median_seconds", .number(median)), ("minimum_seconds", .number(minimum)), ("runs", .number(runs)),
            ("gflops", .number(gflops)), ("steps_per_second", .number(stepsPerSecond)),
            ("sequences_per_second", .number(sequencesPerSecond)), ("steps", .number(size.steps)),
            ("batch", .number(size.batch)), ("threads", .number(bench.team.threads)),
            ("streaming", .boolean(bench.streaming)), ("isa", .text(InstructionSet.current.name)),
        ]
        if let realTimeFactor { members.append(("real_time_factor", .number(realTimeFactor))) }
        return JSONText.object(members).line
    }

    private func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<1e-6: "\(rounded(seconds * 1e9)) ns"
        case ..<1e-3: "\(rounded(seconds * 1e6)) µs"
        case ..<1: "\(rounded(seconds * 1e3)) ms"
        default: "\(rounded(seconds)) s"
        }
    }

    /// Three significant digits at least, thousands in groups.
    private func rounded(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        if value >= 100 { return grouped(Int(value.rounded())) }
        let scale = value >= 10 ? 10.0 : 100
        return "\((value * scale).rounded() / scale)"
    }
}
