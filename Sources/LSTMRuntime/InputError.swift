// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// What an array convenience refuses, with both sides named.
public enum InputError: Error, Equatable, Sendable {
    /// `name` has another number of values than it must have.
    case count(of: String, expected: Int, found: Int)
    /// The length of a sequence is not in 1...steps.
    case length(row: Int, found: Int, steps: Int)
    /// A token id is not in 0..<tokens.
    case token(index: Int, found: Int, tokens: Int)
    /// A count that must be at least 1 is not.
    case notPositive(String, found: Int)
    /// One of h0 and c0 is given without the other.
    case halfAState
    /// A sequence has not the step, or none of the steps, that a layer takes.
    case noStep(layer: String, row: Int, steps: Int)
    /// A sequence has padding between its own steps.
    case paddingInside(input: String, row: Int, step: Int)
    /// A sequence has no step of its own.
    case paddingAlone(input: String, row: Int)
    /// Another input of the same steps has its paddings elsewhere.
    case paddingElsewhere(input: String, row: Int)
    /// A stream is not in the pool: it has left, or is another pool's.
    case noStream(index: Int)
    /// A stream is given a second time, at `index`, for one step.
    case sameStream(index: Int)
}

extension InputError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .count(let name, let expected, let found): "\(name) has \(found) values; it must have \(expected)"
        case .length(let row, let found, let steps): "the length of row \(row) is \(found); it must be in 1...\(steps)"
        case .token(let index, let found, let tokens): "token \(index) is \(found); it must be in 0..<\(tokens)"
        case .notPositive(let name, let found): "\(name) is \(found); it must be at least 1"
        case .halfAState: "h0 and c0 are given together or not at all"
        case .noStep(let layer, let row, let steps):
            "row \(row) has \(steps) steps, among which is none that layer \(quotedName(layer)) takes"
        case .paddingInside(let input, let row, let step):
            "row \(row) of \(input) has padding inside the sequence, at step \(step); padding stands before and after"
        case .paddingAlone(let input, let row):
            "row \(row) of \(input) is padding alone; a sequence has at least one step"
        case .paddingElsewhere(let input, let row):
            "row \(row) of \(input) has its paddings elsewhere than the inputs that share its steps"
        case .noStream(let index): "stream \(index) of the call is not in this pool: it has left, or joined another"
        case .sameStream(let index): "stream \(index) of the call is one before it, too; a call is one step of each"
        }
    }
}

extension InputError {
    @usableFromInline
    static func check(_ name: String, _ found: Int, is expected: Int) throws(InputError) {
        if found != expected { throw .count(of: name, expected: expected, found: found) }
    }

    @_alwaysEmitIntoClient
    static func check(lengths: [Int32], steps: Int, batch: Int) throws(InputError) {
        try check("lengths", lengths.count, is: batch)
        for (row, length) in lengths.enumerated() where length < 1 || length > steps {
            throw .length(row: row, found: Int(length), steps: steps)
        }
    }
}
