// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMRuntime

/// One result held against the value that a file gives for it.
public struct Comparison: Sendable {
    /// What came of it.
    public enum Outcome: Sendable {
        /// `index` is that of the largest error; `ulps` counts float32 steps between the two values there.
        case compared(largest: Double, mean: Double, index: [Int], ulps: Double)
        case missing
        case differentShape(found: [Int], expected: [Int])
        case notFloats
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
    public init(_ result: ResultTensor, otherNames: [String], with tensors: [String: StoredTensor]) {
        self.result = result.name
        let plain = [result.name] + otherNames
        let names = plain.map { $0 + ".f64" } + plain
        tensor = names.first { tensors[$0] != nil } ?? result.name
        guard let expected = tensors[tensor] else {
            outcome = .missing
            return
        }
        guard expected.shape == result.shape else {
            outcome = .differentShape(found: expected.shape, expected: result.shape)
            return
        }
        outcome = expected.doubles().map { Self.compare(result, $0) } ?? .notFloats
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
