// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMSpec

/// Everything that `check` would say of a spec and its weights, before either is written.
///
/// - Parameters:
///   - text: the spec, which is to be at `path`.
///   - weights: the bytes of the file that the spec names.
///   - source: the imported file, where what is wrong is reported: the spec is no file yet.
public func checkImport(
    _ text: String, path: String, weights: [UInt8], source: String
) -> [Diagnostic] {
    let parsed = parse(SourceFile(path: path, bytes: Array(text.utf8)))
    var diagnostics = parsed.diagnostics
    if let document = parsed.document {
        let lowered = lower(document)
        diagnostics += lowered.diagnostics
        if let model = lowered.model, let entry = model.weights {
            do {
                let checkpoint = try Checkpoint(weights, fileName: entry.file.value, key: entry.key)
                diagnostics += reconcile(checkpoint, with: model).diagnostics
            } catch {
                diagnostics.append(error.diagnostic(at: entry.file.location))
            }
        }
    }
    let place = SourceLocation(startOf: source)
    return diagnostics.map { found in
        Diagnostic(found.mistake, at: place, notes: found.notes.map { Diagnostic.Note($0.message) })
    }
}
