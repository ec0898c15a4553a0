// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMDrawing
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// Everything that is made of a model, which no model may stop.
func checkTexts(of model: Model) throws(Violation) {
    try checkPrintable(model.text, "the IR")
    try checkPrintable(model.descriptionLines().joined(separator: "\n"), "a description")
    let graph = model.graphSVG
    try require(graph.hasPrefix("<svg") && graph.hasSuffix("</svg>\n"), "a graph is a whole SVG file")
    try require(graph.unicodeScalars.allSatisfy(isAllowedInXML), "a graph is XML")
    try require(model.graphDot.hasSuffix("}\n"), "a graph is a whole dot file")
    var options = SourceOptions(toolVersion: "0", fingerprint: "0")
    options.vocabulary = model.vocabulary.map { _ in Vocabulary(ids: ["a": 0, "b": 1, "d": 2], unknown: 0) }
    let source = swiftSource(for: model, weights: nil, options: options)
    try require(source == swiftSource(for: model, weights: nil, options: options), "one model gives one source")
    try require(declares(source, model.name), "a source has its type")
}

/// True where the source has the type, in backticks where its name is a word of Swift's.
func declares(_ source: String, _ name: String) -> Bool {
    [name, "`\(name)`"].contains { source.contains("struct \($0): Swift.Sendable") }
}

private func isAllowedInXML(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
    default: false
    }
}

/// Runs a model that is small enough on the kernels and in plain Swift: the same bits, whatever the weights.
func checkRun(of model: Model, _ parameters: some ParameterSource) throws(Violation) {
    let (steps, batch) = (3, 2)
    guard model.cost.parameters <= 20_000, (model.floatsHeld(steps: steps, rows: batch) ?? .max) <= 1 << 16,
        let inputs = try? randomInputs(for: model, steps: steps, batch: batch)
    else { return }
    let fast = InterpretedModel(model, parameters: parameters).run(inputs)
    let naive = ReferenceModel(model, parameters: parameters).run(inputs)
    try require(fast.count == naive.count && fast.count == model.results.count, "every result is there")
    for (a, b) in zip(fast, naive) {
        try require(a.name == b.name && a.shape == b.shape, "results have one shape")
        try require(a.values.count == a.shape.reduce(1, *), "results fill their shape")
        let isSame = zip(a.values, b.values).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
        try require(isSame && a.values.count == b.values.count, "kernels and reference agree on \(a.name)")
    }
}
