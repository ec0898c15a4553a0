// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMIR

/// One result held against the value that a file gives for it.
public struct Comparison: Sendable {
    /// What came of it.
    public enum Outcome: Sendable {
        /// `index` is that of the largest error; `ulps` counts float32 steps between the two values there, of floats.
        case compared(largest: Double, mean: Double, index: [Int], ulps: Double?)
        case missing
        case differentShape(found: [Int], expected: [Int])
        /// Holds no numbers of the result's kind.
        case notFloats
        case notIntegers
        /// Only one of the two sides is NaN at this index.
        case oneSidedNaN(index: [Int])
    }

    /// The name of the result.
    public let result: String
    /// The tensor compared with: `RESULT.f64` where there is one, else `RESULT`.
    public let tensor: String
    /// What came of it.
    public let outcome: Outcome

    /// Compares in float64 with the expected tensor as it is stored.
    ///
    /// Integers are indices of the largest of some scores: one that differs is an error of 1, but for a tie in `NAME.scores`,
    /// a tensor of the expected one's name, which has the scores on a last axis.
    public init(_ result: ResultTensor, otherNames: [String], with tensors: [String: StoredTensor]) {
        self.result = result.name
        let names = Self.tensorNames(of: result.name, otherNames)
        tensor = names.first { tensors[$0] != nil } ?? result.name
        guard let expected = tensors[tensor] else {
            outcome = .missing
            return
        }
        guard expected.shape == result.shape else {
            outcome = .differentShape(found: expected.shape, expected: result.shape)
            return
        }
        if result.isInteger {
            let scores = tensors[tensor + ".scores"]?.doubles()
            outcome = expected.integers().map { Self.compare(result, $0, scores: scores ?? []) } ?? .notIntegers
        } else {
            outcome = expected.doubles().map { Self.compare(result, $0) } ?? .notFloats
        }
    }

    /// What a result's tensor may be called; the first that is there is taken.
    public static func tensorNames(of result: String, _ otherNames: [String]) -> [String] {
        let plain = [result] + otherNames
        return plain.map { $0 + ".f64" } + plain
    }

    /// Scores that differ by less than this share of the larger tie.
    public static let tie = 1e-5

    private static func compare(_ result: ResultTensor, _ expected: [Int64], scores: [Double]) -> Outcome {
        let size = expected.isEmpty ? 0 : scores.count / expected.count
        func ties(_ row: Int, _ first: Int, _ second: Int) -> Bool {
            guard (0..<size).contains(first), (0..<size).contains(second) else { return false }
            let (a, b) = (scores[row * size + first], scores[row * size + second])
            return a == b || a.isNaN && b.isNaN || abs(a - b) <= tie * max(abs(a), abs(b))
        }
        let wrong = expected.indices.filter { index in
            let ours = Int(result.values[index])
            return ours != expected[index] && !ties(index, ours, Int(expected[index]))
        }
        return .compared(
            largest: wrong.isEmpty ? 0 : 1, mean: expected.isEmpty ? 0 : Double(wrong.count) / Double(expected.count),
            index: indices(of: wrong.first ?? 0, shape: result.shape), ulps: nil)
    }

    private static func compare(_ result: ResultTensor, _ expected: [Double]) -> Outcome {
        var largest = 0.0
        var sum = 0.0
        var worst = 0
        for (index, (ours, theirs)) in zip(result.values, expected).enumerated() {
            if ours.isNaN != theirs.isNaN { return .oneSidedNaN(index: indices(of: index, shape: result.shape)) }
            // Equal infinities and two NaNs differ by nothing.
            let error = ours.isNaN || Double(ours) == theirs ? 0 : abs(Double(ours) - theirs)
            sum += error
            if error > largest { (largest, worst) = (error, index) }
        }
        let count = result.values.count
        // The step of the larger one: next to an exact zero every other number would be millions of steps away.
        // Past float32 its largest number stands for it, whose step is the last that there is.
        let theirs = min(abs(expected[worst]), Double(Float.greatestFiniteMagnitude))
        let scale = largest == 0 ? 1 : max(result.values[worst].magnitude, Float(theirs))
        return .compared(
            largest: largest, mean: count == 0 ? 0 : sum / Double(count),
            index: indices(of: worst, shape: result.shape), ulps: largest / Double(scale.ulp))
    }
}
