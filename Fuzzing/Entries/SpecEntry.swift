// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// A spec from its bytes to everything that is made of it.
func fuzzSpec(_ bytes: [UInt8]) throws(Violation) {
    let source = SourceFile(path: "model.lstm.yaml", bytes: bytes)
    let parsed = parse(source)
    try require(parsed.document != nil || parsed.diagnostics.hasErrors, "no document without a reason")
    let places = parsed.diagnostics.map(\.location)
    try require(places == places.sorted(), "mistakes are in the order of their places")
    guard let document = parsed.document else { return try check(parsed.diagnostics, source) }
    let lowered = lower(document)
    let all = (parsed.diagnostics + lowered.diagnostics).orderedByPlace
    try check(all, source)
    guard let model = lowered.model else { return try require(all.hasErrors, "no model without a reason") }
    // With an unknown key there can be both, and then the commands stop.
    guard !all.hasErrors else { return }
    try checkTexts(of: model)
    try checkRun(of: model, RandomParameters(for: model))
}
