// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMImport
import LSTMInterpreter
import LSTMSpec

/// Imports a file as the command does; what it would write must be a spec that passes `check`, and runs.
func checkImport(of bytes: [UInt8], path: String, converts: Bool = false) throws(Violation) {
    var options = ImportOptions()
    options.converts = converts
    let model: ImportedModel
    do {
        model = try importModel(bytes, path: path, options: options)
    } catch {
        try require(error.diagnostics.hasErrors, "no model without a reason")
        try require(error.diagnostics.allSatisfy { $0.location.path == path }, "mistakes stand in the imported file")
        return try check(error.diagnostics, SourceFile(path: path, bytes: bytes))
    }
    var (file, weights) = (path, bytes)
    if case .converted(let tensors) = model.weights {
        (file, weights) = ("M.safetensors", safetensorsBytes(tensors))
        try require(weights.count <= 8 * bytes.count + (1 << 17), "an import is in proportion to its file")
    }
    let text = specText(model, name: "M", weightsFile: file, heading: "Imported by lstmc from \(path).")
    let found = checkImport(text, path: "M.lstm.yaml", weights: weights, source: path)
    try check(found)
    // These two are left to the check that every import passes: values that are not finite, and what no spec may ask for.
    let left = ["non-finite-parameter", "over-limit"]
    let errors = found.filter { $0.severity == .error && !left.contains($0.mistake.code) }
    try require(errors.isEmpty, "an imported spec passes check: \(errors.map(\.message))\n\(text)")
    if found.isEmpty { try checkImported(text, weights) }
}

private func checkImported(_ text: String, _ weights: [UInt8]) throws(Violation) {
    let parsed = parse(SourceFile(path: "M.lstm.yaml", bytes: Array(text.utf8)))
    guard let model = parsed.document.flatMap({ lower($0).model }), let entry = model.weights,
        let checkpoint = try? Checkpoint(weights, fileName: entry.file.value, key: entry.key),
        let parameters = reconcile(checkpoint, with: model).parameters
    else { throw Violation(description: "broken: what passed check can be opened\n\(text)") }
    try checkTexts(of: model)
    try checkRun(of: model, parameters)
}

/// `.keras` and `.h5` by their first bytes; anything else is a configuration, a zero byte and the weights, which go into
/// an archive whose checksums are right: by itself, the fuzzer would hardly ever guess one.
func fuzzKeras(_ bytes: [UInt8]) throws(Violation) {
    if bytes.starts(with: "PK".utf8) { return try checkImport(of: bytes, path: "model.keras") }
    if bytes.starts(with: [0x89] + Array("HDF".utf8)) { return try checkImport(of: bytes, path: "model.h5") }
    let (config, weights) = halves(of: bytes)
    let members = [
        ("metadata.json", Array(#"{"keras_version": "3.0.0", "date_saved": "2024-01-01@00:00:00"}"#.utf8)),
        ("config.json", config), ("model.weights.h5", weights),
    ]
    try checkImport(of: storedZip(members), path: "model.keras")
}

/// What is before the first zero byte, and what is after it.
func halves(of bytes: [UInt8]) -> (first: [UInt8], second: [UInt8]) {
    let cut = bytes.firstIndex(of: 0) ?? bytes.endIndex
    return (Array(bytes[..<cut]), Array(bytes[cut...].dropFirst()))
}
