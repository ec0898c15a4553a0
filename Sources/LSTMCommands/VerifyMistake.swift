// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// Why a comparison fails.
package enum VerifyMistake: Mistake {
    case missing(String)
    case shape(String, found: [Int], expected: [Int])
    case notFloats(String)
    case notIntegers(String)
    case oneSidedNaN(String, String, index: [Int])
    case aboveTolerance(String, error: Double, index: [Int], tolerance: Double)
    case aboveBudget(String, error: Double, index: [Int], budget: Double)

    package var code: String { "verify" }

    package var message: String {
        switch self {
        case .missing(let result): "the file has no tensor \(quoted(result)) to compare the model's result with"
        case .shape(let tensor, let found, let expected):
            "tensor \(quoted(tensor)) has shape \(shapeText(found)), but the result has \(shapeText(expected))"
        case .notFloats(let tensor): "tensor \(quoted(tensor)) holds no floating-point values"
        case .notIntegers(let tensor): "tensor \(quoted(tensor)) holds no integers"
        case .oneSidedNaN(let result, let tensor, let index):
            "of result \(quoted(result)) and tensor \(quoted(tensor)) only one is NaN at \(shapeText(index))"
        case .aboveTolerance(let result, let error, let index, let tolerance):
            "result \(quoted(result)) is off by \(scientific(error)) at \(shapeText(index)), "
                + "more than the tolerance of \(scientific(tolerance))"
        case .aboveBudget(let result, let error, let index, let budget):
            "result \(quoted(result)) is off by \(scientific(error)) at \(shapeText(index)), "
                + "more than the budget of \(scientific(budget))"
        }
    }
}
