// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMInterpreter
import LSTMSpec
import TestSupport
import Testing

private let mistakes: [InputMistake] = [
    .missingInput("x", known: []), .missingInput("knobs", known: ["y", "z"]),
    .inputCount(found: 1, expected: ["a", "b"]),
    .elementType(tensor: "x", found: "I64", expected: .floats), .shape(tensor: "x", found: [3], expected: "(time, 4)"),
    .count(tensor: "h0", found: 3, expected: 4), .count(tensor: "x", found: 3, expected: nil),
    .empty(tensor: "x", steps: 0, batch: 2), .tooLarge(limit: 1000), .needsTokens, .needsFeatures,
    .tokenOutOfRange(id: 9, at: 3, count: 9), .lengthsWithoutBatch, .lengthOutOfRange(length: 7, row: 1, steps: 5),
    .differentSteps(first: "a", steps: 3, second: "b", other: 4), .differentBatches(first: "a", second: "b"),
    .differentLengths(first: "a", second: "b"), .tooFewSteps(layer: "tail", row: 2, steps: 1, needed: 3),
    .paddingAlone(tensor: "x", row: 1), .paddingInside(tensor: "x", row: 1, step: 4), .stateOfNoLSTM(layer: 2),
    .unusedTensor("y", nearest: nil),
    .unusedTensor("lenghts", nearest: "lengths"),
]

/// Every message about the tensors that a model is run on, in one committed file.
@Test("the words for every mistake in an input") func messages() throws {
    let place = LSTMSpec.SourceLocation(path: "x.safetensors", line: 1, column: 1)
    let text = mistakes.map { "[\($0.code)] " + render([Diagnostic($0, at: place)], sources: [:]) }.joined()
    try assertSnapshot(
        text, at: repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures/messages.txt"))
}
