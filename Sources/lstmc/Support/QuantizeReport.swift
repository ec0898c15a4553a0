// SPDX-License-Identifier: Apache-2.0

import LSTMCommands
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// What a precision costs: errors of results, and bytes.
struct QuantizeReport {
    let before: [ResultTensor]
    let after: [ResultTensor]
    /// Of all weights, as float32 and as they are kept.
    let bytes: (before: Int, after: Int)
    let precision: WeightsEntry.Precision
    /// nil where the inputs are a file's.
    let drawnFrom: UInt64?
    /// Of each result, how far float32 and what is kept are from a file's results.
    let truth: [(before: Comparison, after: Comparison)]?

    /// The differences of one result from the float32 model's.
    private struct Difference {
        /// The root of the sum of their squares over that of the result's; for indices, the share that differs.
        let relative: Double
        let largest: Double

        init(_ before: ResultTensor, _ after: ResultTensor) {
            var (squares, norm, largest, wrong) = (0.0, 0.0, 0.0, 0)
            for (a, b) in zip(before.values, after.values) where a != b && !(a.isNaN && b.isNaN) {
                let error = abs(Double(a) - Double(b))
                squares += error * error
                largest = error.isNaN ? .infinity : max(largest, error)
                wrong += 1
            }
            for value in before.values { norm += Double(value) * Double(value) }
            self.largest = before.isInteger ? (wrong == 0 ? 0 : 1) : largest
            let share = before.values.isEmpty ? 0 : Double(wrong) / Double(before.values.count)
            relative = before.isInteger ? share : squares == 0 ? 0 : (squares / norm).squareRoot()
        }
    }

    private var differences: [Difference] { zip(before, after).map { Difference($0, $1) } }

    /// The largest error against a file; nil where the two cannot be compared.
    ///
    /// Not in line: optimised, the compiler of Swift 6.3 fails where it is.
    @inline(never)
    private func largest(_ comparison: Comparison) -> Double? {
        if case .compared(let largest, _, _, _) = comparison.outcome { largest } else { nil }
    }

    func lines(_ paint: Paint) -> [String] {
        var table = Table([.left, .right, .right] + (truth == nil ? [] : [.right, .right]))
        let file = truth == nil ? [] : ["float32 to the file", "\(precision) to the file"]
        table.addHeading(["result", "relative rms", "largest"] + file)
        for (index, difference) in differences.enumerated() {
            let pair = truth?[index]
            var own: [String] = []
            if let pair {
                own = [largest(pair.before).map(scientific) ?? "-", largest(pair.after).map(scientific) ?? "-"]
            }
            table.add(
                [printable(after[index].name), scientific(difference.relative), scientific(difference.largest)] + own)
        }
        let inputs = drawnFrom.map { "on inputs drawn from seed \($0)" } ?? "on the file's inputs"
        return ["\(precision) from float32, \(inputs):"] + table.lines(paint) + [
            "weights: \(grouped(bytes.before)) bytes as float32, \(grouped(bytes.after)) as kept"
        ]
    }

    /// One object on one line.
    var json: String {
        let results = differences.enumerated().map { index, difference -> JSONText in
            var members: [(String, JSONText)] = [
                ("result", .text(after[index].name)), ("relative_rms", .number(difference.relative)),
                ("largest_error", .number(difference.largest)),
            ]
            if let pair = truth?[index] {
                members.append(("float32_to_file", largest(pair.before).map(JSONText.number) ?? .literal("null")))
                members.append(("kept_to_file", largest(pair.after).map(JSONText.number) ?? .literal("null")))
            }
            return .object(members)
        }
        return JSONText.object([
            ("precision", .text(precision.rawValue)),
            ("seed", drawnFrom.map { .literal("\($0)") } ?? .literal("null")),
            ("float32_bytes", .number(bytes.before)), ("kept_bytes", .number(bytes.after)),
            ("results", .array(results)),
        ]).line
    }
}
