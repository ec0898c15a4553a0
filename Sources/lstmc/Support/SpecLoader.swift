// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

/// Reads specs and the files they name, and gathers what is wrong with them.
struct SpecLoader {
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var sources: [String: SourceFile] = [:]

    /// The file, parsed and lowered; nil where it has mistakes, which are in `diagnostics`.
    mutating func model(at path: String) -> Model? {
        let bytes: [UInt8]
        do {
            bytes = try fileBytes(at: path, limit: Limits.fileBytes)
        } catch {
            report(FileMistake(what: "the spec", path: path, error: error), at: .init(path: path, line: 1, column: 1))
            return nil
        }
        let source = SourceFile(path: path, bytes: bytes)
        sources[path] = source
        let parsed = parse(source)
        guard let document = parsed.document else {
            diagnostics += parsed.diagnostics
            return nil
        }
        let lowered = lower(document)
        diagnostics += (parsed.diagnostics + lowered.diagnostics).orderedByPlace
        return parsed.diagnostics.hasErrors ? nil : lowered.model
    }

    /// The model's parameters from its checkpoint; nil where it has none, or where something is wrong with it.
    mutating func parameters(of model: Model) -> ModelParameters? {
        guard let weights = model.weights else { return nil }
        let path = resolve(weights.file)
        do {
            let bytes = try fileBytes(at: path, limit: FileLimits.checkpointBytes)
            let checkpoint = try Checkpoint(bytes, fileName: path, key: weights.key)
            let reconciled = reconcile(checkpoint, with: model)
            diagnostics += reconciled.diagnostics
            return reconciled.parameters
        } catch let error as FileError {
            report(FileMistake(what: "the checkpoint", path: path, error: error), at: weights.file.location)
        } catch let error as CheckpointMistake {
            diagnostics.append(error.diagnostic(at: weights.file.location))
        } catch {}
        return nil
    }

    mutating func vocabulary(of model: Model) -> Vocabulary? {
        guard let entry = model.vocabulary, case .tokens(let tokens) = model.input else { return nil }
        let path = resolve(entry.file)
        do {
            let bytes = try fileBytes(at: path, limit: FileLimits.vocabularyBytes)
            let read = readVocabulary(
                bytes, path: path, tokens: tokens, unknown: entry.unknown, at: entry.file.location)
            diagnostics += read.diagnostics
            return read.vocabulary
        } catch {
            report(FileMistake(what: "the vocabulary", path: path, error: error), at: entry.file.location)
            return nil
        }
    }

    mutating func report(_ mistake: some Mistake, at location: SourceLocation, notes: [Diagnostic.Note] = []) {
        diagnostics.append(Diagnostic(mistake, at: location, notes: notes))
    }

    /// A path in a spec is relative to the spec's folder.
    private func resolve(_ file: Located<String>) -> String {
        if file.value.hasPrefix("/") { return file.value }
        let spec = file.location.path
        return (spec.lastIndex(of: "/").map { String(spec[...$0]) } ?? "") + file.value
    }

    /// Writes what was found to stderr, and ends the command where there is an error.
    mutating func finish(_ format: DiagnosticsFormat) throws {
        flush(format)
        if hasFailed { throw ExitCode(1) }
    }

    /// Set once an error was written.
    private(set) var hasFailed = false

    /// Writes what was found so far.
    mutating func flush(_ format: DiagnosticsFormat) {
        hasFailed = hasFailed || diagnostics.hasErrors
        guard !diagnostics.isEmpty else { return }
        switch format {
        case .text: Console.log(render(diagnostics, sources: sources))
        case .json: Console.log(renderJSON(diagnostics) + "\n")
        }
        diagnostics = []
    }
}

/// The largest files that are read: a limit far over any LSTM, so that a sparse or endless file is an error.
enum FileLimits {
    static let checkpointBytes = 8 << 30
    static let inputBytes = 8 << 30
    static let vocabularyBytes = 64 << 20
}

/// A file that could not be read or written.
struct FileMistake: Mistake {
    var what: String
    var path: String
    var reason: String

    init(what: String, path: String, error: FileError) {
        self.init(what: what, path: path, reason: error.description)
    }

    init(what: String, path: String, reason: String) {
        self.what = what
        self.path = path
        self.reason = reason
    }

    var code: String { "file" }
    var message: String { "\(what) \(quoted(path)) \(reason)" }
}
