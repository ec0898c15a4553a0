// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMSpec

/// What can be wrong with the tensors a model is run on.
public enum InputMistake: Mistake, Hashable {
    case missingInput(String, known: [String])
    case inputCount(found: Int, expected: [String])
    case elementType(tensor: String, found: String, expected: Elements)
    case shape(tensor: String, found: [Int], expected: String)
    case count(tensor: String, found: Int, expected: Int?)
    /// A finite float64 that float32 has no place for.
    case beyondFloat32(tensor: String, value: Double, index: [Int])
    case empty(tensor: String, steps: Int, batch: Int)
    case differentSteps(first: String, steps: Int, second: String, other: Int)
    case differentBatches(first: String, second: String)
    case differentLengths(first: String, second: String)
    case tooFewSteps(layer: String, row: Int, steps: Int, needed: Int)
    case paddingAlone(tensor: String, row: Int)
    case paddingInside(tensor: String, row: Int, step: Int)
    case tooLarge(limit: Int)
    case needsTokens
    case needsFeatures
    case tokenOutOfRange(id: Int, at: Int, count: Int)
    case lengthsWithoutBatch
    case lengthOutOfRange(length: Int, row: Int, steps: Int)
    case stateOfNoLSTM(layer: Int)
    case unusedTensor(String, nearest: String?)

    public var code: String {
        switch self {
        case .missingInput, .inputCount: "missing-input"
        case .elementType, .needsTokens, .needsFeatures: "input-type"
        case .beyondFloat32: "input-value"
        case .shape, .count, .empty, .tooLarge, .differentSteps, .differentBatches: "input-shape"
        case .tokenOutOfRange: "token-out-of-range"
        case .lengthsWithoutBatch, .lengthOutOfRange, .differentLengths, .tooFewSteps: "input-lengths"
        case .paddingAlone, .paddingInside: "input-padding"
        case .stateOfNoLSTM: "input-state"
        case .unusedTensor: "unused-input"
        }
    }

    public var severity: Severity { if case .unusedTensor = self { .warning } else { .error } }

    public var message: String {
        switch self {
        case .inputCount(let found, let expected):
            "the model has \(counted(expected.count, "input")) (\(listed(expected))), but \(found) are given"
        case .missingInput(let name, let known):
            "there is no tensor \(quoted(name)) to run on"
                + (known.isEmpty ? "" : "; the file has " + listedFew(known))
        case .elementType(let tensor, let found, let expected):
            "tensor \(quoted(tensor)) holds \(found) values, but \(expected.rawValue)"
        case .shape(let tensor, let found, let expected):
            "tensor \(quoted(tensor)) has shape \(shapeText(found)), but \(expected) is needed"
        case .count(let tensor, let found, let expected):
            "\(quoted(tensor)) has \(found) values, but "
                + (expected.map { "\($0) are needed" } ?? "its sizes overflow 64 bits")
        case .beyondFloat32(let tensor, let value, let index):
            "tensor \(quoted(tensor)) holds \(value) at index \(shapeText(index)), which is too large for float32"
        case .differentSteps(let first, let steps, let second, let other):
            "\(quoted(first)) has \(counted(steps, "step")) and \(quoted(second)) has \(other), but they meet in the model"
        case .differentBatches(let first, let second):
            "\(quoted(first)) and \(quoted(second)) have different numbers of sequences"
        case .differentLengths(let first, let second):
            "\(quoted(first)) and \(quoted(second)) have different lengths, but they meet in the model"
        case .tooFewSteps(let layer, let row, let steps, let needed):
            "row \(row) has \(counted(steps, "step")) at layer \(quoted(layer)), which needs \(needed)"
        case .paddingAlone(let tensor, let row):
            "row \(row) of \(quoted(tensor)) is padding alone; a sequence needs at least one step"
        case .paddingInside(let tensor, let row, let step):
            "row \(row) of \(quoted(tensor)) has padding inside the sequence, at step \(step); padding stands before and after"
        case .empty(let tensor, let steps, let batch):
            "a sequence needs at least one step and one row, but \(quoted(tensor)) has \(counted(steps, "step")) "
                + "and \(counted(batch, "row"))"
        case .tooLarge(let limit):
            "the model would hold more than \(grouped(limit)) floats for so many steps and rows; run fewer at a time"
        case .needsTokens: "the model reads token ids (integers), not features"
        case .needsFeatures: "the model reads features (floats), not token ids"
        case .tokenOutOfRange(let id, let index, let count):
            "token id \(id) at position \(index) is not in 0 to \(count - 1)"
        case .lengthsWithoutBatch: "'lengths' needs a batch axis, but the sequence has none"
        case .lengthOutOfRange(let length, let row, let steps):
            "the length \(length) of row \(row) is not in 1 to \(steps), the number of steps of 'x'"
        case .stateOfNoLSTM(let layer): "layer \(layer) is no lstm, so it has no first state"
        case .unusedTensor(let name, let nearest):
            "tensor \(quoted(name)) is not used by the model"
                + (nearest.map { "; did you mean \(quoted($0))?" } ?? "")
        }
    }
}

extension InputMistake {
    /// What a tensor's elements must be, and what to do where they are not.
    public enum Elements: String, Sendable {
        case floats = "floating-point ones are needed; save it as float32"
        case integers = "int32 or int64 ones (I32, I64) are needed; save it as int64"
    }
}

/// All that is wrong with one run's inputs.
public typealias InputMistakes = Mistakes<InputMistake>
