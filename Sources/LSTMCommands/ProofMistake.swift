// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// Why a file of inputs and results does not prove an import.
enum ProofMistake: Mistake {
    case noTensorFile(String)
    case noInput(String, expected: String, others: [String])
    case noResult(others: [String], results: [String])
    /// `nearest` describes a reading; empty where the file leaves nothing open.
    case noneFits(tried: Int, nearest: String, Difference)

    /// How far a result is from what the file has for it.
    struct Difference: Sendable {
        var result: String
        var tensor: String
        var largest: Double
        var index: [Int]
        /// The largest value of the tensor.
        var scale: Double
    }

    var code: String { "import-against" }

    var message: String {
        switch self {
        case .noTensorFile(let path):
            "\(quoted(fileName(of: path))) is no file of tensors: --against takes .safetensors and .npz, with x and the "
                + "framework's own results"
        case .noInput(let name, let expected, let others):
            "the file has no input: no tensor is called \(quoted(name)) or has its shape, \(expected)"
                + (others.isEmpty ? "" : "; it has \(listedFew(others))")
        case .noResult(let others, let results):
            "the file has no result to hold the import against"
                + (results.isEmpty
                    ? "" : ": none of its tensors has the name or the shape of \(listed(results, "or"))")
                + (others.isEmpty ? "" : "; beside the inputs it has \(listedFew(others))")
        case .noneFits(let tried, let nearest, let difference):
            (tried == 1
                ? "the import does not give the file's numbers: "
                : "none of \(tried) readings gives the file's numbers; the nearest (\(nearest)): ") + difference.words
        }
    }
}

extension ProofMistake.Difference {
    /// Of the largest value.
    static let limit = 1e-4

    /// The share of the largest value that it is; infinite where only one of the two is a number.
    var share: Double { largest == 0 ? 0 : scale > 0 && largest.isFinite ? largest / scale : .infinity }

    var words: String {
        let values = "\(quoted(tensor)), whose largest value is \(scientific(scale))"
        guard largest.isFinite else {
            return "of \(quoted(result)) and \(quoted(tensor)) only one is a number at \(shapeText(index))"
        }
        return "\(quoted(result)) is off by \(scientific(largest)) at \(shapeText(index)) from \(values)"
    }
}
