// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCommands
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// The comparisons of one run, and where each one's expected values are from.
struct ComparisonReport {
    struct Entry {
        var comparison: Comparison
        /// What the values were compared with, for people.
        var against: String
        /// `file` or `pytorch`.
        var source: String
        /// Where its mistakes are reported.
        var place: SourceLocation
        /// Whether the spec's budget is held to it: PyTorch's float32 has errors of its own.
        var isJudge = true
        /// The largest and the mean error of PyTorch's own float32 against the same float64.
        var torchError: (largest: Double, mean: Double)?
    }

    var entries: [Entry] = []

    /// Adds the results' comparisons with those of a file.
    mutating func compare(
        _ results: [ResultTensor], of model: Model, with tensors: [String: StoredTensor], inFile path: String
    ) {
        for (result, values) in zip(model.results, results) {
            let comparison = Comparison(values, otherNames: result.otherNames(in: model), with: tensors)
            entries.append(
                Entry(
                    comparison: comparison, against: comparison.tensor, source: "file",
                    place: .init(startOf: path)))
        }
    }

    /// Adds the results' comparisons with PyTorch's, first in float64, then in float32.
    mutating func compare(_ results: [ResultTensor], of model: Model, withTorch tensors: [String: StoredTensor]) {
        let place = SourceLocation(startOf: "--torch")
        for isDouble in [true, false] {
            let these = tensors.filter { $0.key.contains(".f64") == isDouble }
            let against = isDouble ? "PyTorch float64" : "PyTorch float32"
            for values in results {
                let comparison = Comparison(values, otherNames: [], with: these)
                entries.append(
                    Entry(
                        comparison: comparison, against: against, source: "pytorch", place: place, isJudge: isDouble,
                        torchError: isDouble ? torchError(of: values.name, in: tensors) : nil))
            }
        }
    }

    /// How far PyTorch's float32 is from its float64; nil where one is missing, of another shape or has a NaN of its own.
    private func torchError(of result: String, in tensors: [String: StoredTensor]) -> (largest: Double, mean: Double)? {
        guard let single = tensors[result], let values = single.floatSource?.floats() else { return nil }
        let comparison = Comparison(
            ResultTensor(name: result, shape: single.shape, values: values), otherNames: [], with: tensors)
        guard case .compared(let largest, let mean, _, _) = comparison.outcome else { return nil }
        return (largest, mean)
    }

    /// A line for each result that could be compared, under a heading; PyTorch's own error beside ours where it is known.
    func tableLines(_ paint: Paint) -> [String] {
        let hasTorch = entries.contains { $0.torchError != nil }
        var table = Table([.left, .left, .right] + (hasTorch ? [.right] : []) + [.right, .right, .left])
        let own = hasTorch ? ["PyTorch's own"] : []
        table.addHeading(["result", "against", "largest error"] + own + ["mean error", "ulp", "at"])
        for entry in entries {
            guard case .compared(let largest, let mean, let index, let ulps) = entry.comparison.outcome else {
                continue
            }
            let own = hasTorch ? [entry.torchError.map { scientific($0.largest) } ?? "-"] : []
            table.add(
                [printable(entry.comparison.result), printable(entry.against), scientific(largest)] + own
                    + [scientific(mean), ulps.map(scientific) ?? "-", shapeText(index)])
        }
        return table.rows.count > 1 ? table.lines(paint) : []
    }

    /// One object on one line: `{"results": [...]}`, with an object for each result that could be compared.
    var json: String {
        let results = entries.compactMap { entry -> JSONText? in
            guard case .compared(let largest, let mean, let index, let ulps) = entry.comparison.outcome else {
                return nil
            }
            let own = entry.torchError.map {
                [("pytorch_largest_error", JSONText.number($0.largest)), ("pytorch_mean_error", .number($0.mean))]
            }
            return .object(
                [
                    ("result", .text(entry.comparison.result)), ("against", .text(entry.comparison.tensor)),
                    ("source", .text(entry.source)), ("largest_error", .number(largest)), ("mean_error", .number(mean)),
                    ("ulp", ulps.map(JSONText.number) ?? .literal("null")),
                    ("index", .array(index.map(JSONText.number))),
                ] + (own ?? []))
        }
        return JSONText.object([("results", .array(results))]).line
    }

    /// Reports what fails, whatever the tolerance, and what is above it; then each result that is above the budget.
    func reportMistakes(_ tolerance: Double?, budget: Located<Double>?, to loader: inout SpecLoader) {
        for entry in entries {
            if let mistake = mistake(in: entry.comparison, tolerance) { loader.report(mistake, at: entry.place) }
        }
        guard let budget else { return }
        var worst: [String: (error: Double, index: [Int])] = [:]
        var results: [String] = []
        for entry in entries where entry.isJudge {
            guard case .compared(let error, _, let index, _) = entry.comparison.outcome, !(error <= budget.value)
            else { continue }
            let name = entry.comparison.result
            if worst[name] == nil { results.append(name) }
            if !(error <= worst[name]?.error ?? 0) { worst[name] = (error, index) }
        }
        for name in results {
            guard let (error, index) = worst[name] else { continue }
            let mistake = VerifyMistake.aboveBudget(name, error: error, index: index, budget: budget.value)
            loader.report(mistake, at: budget.location)
        }
    }

    private func mistake(in comparison: Comparison, _ tolerance: Double?) -> VerifyMistake? {
        let name = comparison.tensor
        switch comparison.outcome {
        case .missing: return .missing(comparison.result)
        case .differentShape(let found, let expected): return .shape(name, found: found, expected: expected)
        case .notFloats: return .notFloats(name)
        case .notIntegers: return .notIntegers(name)
        case .oneSidedNaN(let index): return .oneSidedNaN(comparison.result, name, index: index)
        case .compared(let largest, _, let index, _):
            guard let tolerance, !(largest <= tolerance) else { return nil }
            return .aboveTolerance(comparison.result, error: largest, index: index, tolerance: tolerance)
        }
    }
}
