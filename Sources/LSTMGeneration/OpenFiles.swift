// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMIR
import LSTMSpec

extension SpecLoader {
    /// The model's parameters from its checkpoint; nil where it has none, or where something is wrong with it.
    package mutating func parameters(of model: Model) -> ModelParameters? {
        guard let weights = model.weights, let checkpoint = checkpoint(weights.file, key: weights.key) else {
            return nil
        }
        let reconciled = reconcile(checkpoint, with: model)
        report(reconciled.diagnostics)
        return reconciled.parameters
    }

    /// A checkpoint; nil, with the reason reported at `file`, where it cannot be read.
    package mutating func checkpoint(_ file: Located<String>, key: String?) -> Checkpoint? {
        let path = resolve(file)
        let limit = FileLimits.checkpointBytes
        guard let bytes = bytes(of: "the checkpoint", at: path, limit: limit, reportedAt: file.location) else {
            return nil
        }
        do {
            return try Checkpoint(bytes, fileName: path, key: key)
        } catch {
            report([error.diagnostic(at: file.location)])
            return nil
        }
    }

    /// The model's vocabulary; nil where it has none, or where something is wrong with it.
    package mutating func vocabulary(of model: Model) -> Vocabulary? {
        guard let entry = model.vocabulary, let tokens = model.inputs.compactMap(\.tokens).first else { return nil }
        return vocabulary(entry.file, tokens: tokens, unknown: entry.unknown)
    }

    /// A vocabulary; nil, with the reason reported at `file`, where it cannot be read.
    package mutating func vocabulary(_ file: Located<String>, tokens: Int, unknown: Int) -> Vocabulary? {
        let path = resolve(file)
        let limit = FileLimits.vocabularyBytes
        guard let bytes = bytes(of: "the vocabulary", at: path, limit: limit, reportedAt: file.location) else {
            return nil
        }
        let read = readVocabulary(bytes, path: path, tokens: tokens, unknown: unknown, at: file.location)
        report(read.diagnostics)
        return read.vocabulary
    }
}
