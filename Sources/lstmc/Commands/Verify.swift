// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a model on a file's inputs and compare with the file's results.",
        discussion: """
            The file is a .safetensors with x (and h0, c0, lengths) and the expected results under their names; \
            NAME.f64 is taken before NAME. Fails on a missing result, another shape, a NaN that only one side has, and \
            on an error above --tolerance.

            Example:
              lstmc verify Specs/SeedTwoLayers.lstm.yaml --against Specs/seed-two-layers.safetensors --tolerance 1e-6
            """)

    @Argument(help: "The spec file.", completion: .spec)
    var spec: String

    @Option(help: ArgumentHelp("The file with inputs and expected results.", valueName: "file"), completion: .tensors)
    var against: String

    @Option(help: "The largest absolute error that passes.")
    var tolerance: Double?

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
            throw ValidationError("--tolerance must be a finite number, at least 0.")
        }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        guard let model = loader.model(at: spec) else { return try loader.finish() }
        let tensors = loader.tensors(at: against)
        let inputs = tensors.flatMap { loader.inputs($0, from: against, for: model) }
        let runnable = loader.runnable(model)
        try loader.proceed()
        guard let tensors, let inputs, let runnable else { throw ExitCode(1) }

        let results = runnable.run(inputs, progress: Progress.meter("running", options.diagnostics))
        let comparisons = zip(model.results, results).map { result, values in
            Comparison(values, otherNames: result.otherNames(in: model), with: tensors)
        }
        try loader.print(tableLines(comparisons, loader.style.resultPaint))
        for comparison in comparisons {
            if let mistake = mistake(in: comparison) {
                loader.report(mistake, at: .init(path: against, line: 1, column: 1))
            }
        }
        try loader.finish()
    }

    /// A line for each result that could be compared, under a heading.
    private func tableLines(_ comparisons: [Comparison], _ paint: Paint) -> [String] {
        var table = Table([.left, .left, .right, .right, .right, .left])
        table.addHeading("result", "against", "largest error", "mean error", "ulp", "at")
        for comparison in comparisons {
            guard case .compared(let largest, let mean, let index, let ulps) = comparison.outcome else { continue }
            table.add(
                comparison.result, comparison.tensor, scientific(largest), scientific(mean), scientific(ulps),
                shapeText(index))
        }
        return table.rows.count > 1 ? table.lines(paint) : []
    }

    private func mistake(in comparison: Comparison) -> VerifyMistake? {
        let name = comparison.tensor
        switch comparison.outcome {
        case .missing: return .missing(comparison.result)
        case .differentShape(let found, let expected): return .shape(name, found: found, expected: expected)
        case .notFloats: return .notFloats(name)
        case .oneSidedNaN(let index): return .oneSidedNaN(comparison.result, name, index: index)
        case .compared(let largest, _, let index, _):
            guard let tolerance, !(largest <= tolerance) else { return nil }
            return .aboveTolerance(comparison.result, error: largest, index: index, tolerance: tolerance)
        }
    }
}

/// Three significant digits, as 1.23e-07.
func scientific(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var digits = Int((mantissa * 100).rounded())
    if digits == 1000 { (digits, exponent) = (100, exponent + 1) }
    let fraction = digits % 100
    let sign = value < 0 ? "-" : ""
    let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
    return "\(sign)\(digits / 100).\(fraction < 10 ? "0" : "")\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
}

/// Why a comparison fails.
enum VerifyMistake: Mistake {
    case missing(String)
    case shape(String, found: [Int], expected: [Int])
    case notFloats(String)
    case oneSidedNaN(String, String, index: [Int])
    case aboveTolerance(String, error: Double, index: [Int], tolerance: Double)

    var code: String { "verify" }

    var message: String {
        switch self {
        case .missing(let result): "the file has no tensor \(quoted(result)) to compare the model's result with"
        case .shape(let tensor, let found, let expected):
            "tensor \(quoted(tensor)) has shape \(shapeText(found)), but the result has \(shapeText(expected))"
        case .notFloats(let tensor): "tensor \(quoted(tensor)) holds no floating-point values"
        case .oneSidedNaN(let result, let tensor, let index):
            "of result \(quoted(result)) and tensor \(quoted(tensor)) only one is NaN at \(shapeText(index))"
        case .aboveTolerance(let result, let error, let index, let tolerance):
            "result \(quoted(result)) is off by \(scientific(error)) at \(shapeText(index)), "
                + "more than the tolerance of \(scientific(tolerance))"
        }
    }
}
