// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

/// Reads specs and the files they name, and gathers what is wrong with them.
struct SpecLoader {
    let style: DiagnosticsStyle
    private var diagnostics: [Diagnostic] = []
    private(set) var sources: [String: SourceFile] = [:]
    /// The files that were read, or should have been, and what each is to the command.
    private(set) var filesRead: [FileRead] = []

    init(_ style: DiagnosticsStyle) {
        self.style = style
    }

    /// The file, parsed and lowered; nil where it has mistakes, which are reported.
    mutating func model(at path: String) -> Model? { read(path).model }

    /// Everything that can be said of a spec and of the files it names, by place.
    mutating func check(_ path: String) {
        let first = diagnostics.count
        let (document, model) = read(path)
        if let model {
            _ = vocabulary(of: model)
            _ = parameters(of: model)
        } else if let document {
            openFiles(of: document)
        }
        diagnostics = diagnostics[..<first] + Array(diagnostics[first...]).orderedByPlace
    }

    private mutating func read(_ path: String) -> (document: Document?, model: Model?) {
        guard let bytes = bytes(of: "the spec", at: path, limit: Limits.fileBytes) else { return (nil, nil) }
        let source = SourceFile(path: path, bytes: bytes)
        sources[path] = source
        let parsed = parse(source)
        guard let document = parsed.document else {
            diagnostics += parsed.diagnostics
            return (nil, nil)
        }
        let lowered = lower(document)
        diagnostics += (parsed.diagnostics + lowered.diagnostics).orderedByPlace
        return (document, parsed.diagnostics.hasErrors ? nil : lowered.model)
    }

    /// Reads the files of a spec that has mistakes, as far as they can be judged without its model.
    private mutating func openFiles(of document: Document) {
        // A key that is wrong itself could be the one that finds the weights.
        if let weights = document.weights.value, let file = weights.file.located, !weights.key.isInvalid {
            _ = checkpoint(file, key: weights.key.value)
        }
        if let file = document.vocabulary.value?.file.located {
            let tokens = document.input.value?.tokens.value.flatMap { $0 > 0 ? $0 : nil }
            _ = vocabulary(file, tokens: tokens ?? .max, unknown: 0)
        }
    }

    /// The model's parameters from its checkpoint; nil where it has none, or where something is wrong with it.
    mutating func parameters(of model: Model) -> ModelParameters? {
        guard let weights = model.weights, let checkpoint = checkpoint(weights.file, key: weights.key) else {
            return nil
        }
        let reconciled = reconcile(checkpoint, with: model)
        diagnostics += reconciled.diagnostics
        return reconciled.parameters
    }

    private mutating func checkpoint(_ file: Located<String>, key: String?) -> Checkpoint? {
        let path = resolve(file)
        let limit = FileLimits.checkpointBytes
        guard let bytes = bytes(of: "the checkpoint", at: path, limit: limit, reportedAt: file.location) else {
            return nil
        }
        do {
            return try Checkpoint(bytes, fileName: path, key: key)
        } catch {
            diagnostics.append(error.diagnostic(at: file.location))
            return nil
        }
    }

    mutating func vocabulary(of model: Model) -> Vocabulary? {
        guard let entry = model.vocabulary, let tokens = model.inputs.compactMap(\.tokens).first else { return nil }
        return vocabulary(entry.file, tokens: tokens, unknown: entry.unknown)
    }

    private mutating func vocabulary(_ file: Located<String>, tokens: Int, unknown: Int) -> Vocabulary? {
        let path = resolve(file)
        let limit = FileLimits.vocabularyBytes
        guard let bytes = bytes(of: "the vocabulary", at: path, limit: limit, reportedAt: file.location) else {
            return nil
        }
        let read = readVocabulary(bytes, path: path, tokens: tokens, unknown: unknown, at: file.location)
        diagnostics += read.diagnostics
        return read.vocabulary
    }

    /// A file's bytes; nil, with the reason reported, where it cannot be read.
    ///
    /// - Parameter place: where that is reported; at the file itself by default.
    mutating func bytes(
        of what: String, at path: String, limit: Int, reportedAt place: SourceLocation? = nil
    ) -> [UInt8]? {
        filesRead.append(FileRead(what: what, path: path))
        do {
            return try fileBytes(at: path, limit: limit)
        } catch {
            report(FileMistake(what: what, path: path, error: error), at: place ?? .init(startOf: path))
            return nil
        }
    }

    mutating func report(_ mistake: some Mistake, at location: SourceLocation, notes: [Diagnostic.Note] = []) {
        diagnostics.append(Diagnostic(mistake, at: location, notes: notes))
    }

    /// A path in a spec is relative to the spec's folder.
    func resolve(_ file: Located<String>) -> String {
        if file.value.unicodeScalars.first == "/" { return file.value }
        return folderPrefix(of: file.location.path) + file.value
    }

    mutating func report(_ found: [Diagnostic]) {
        diagnostics += found
    }

    /// A text file whose lines diagnostics may show.
    mutating func addSource(_ source: SourceFile) {
        sources[source.path] = source
    }

    /// Ends the command where an error was found; else shows the warnings, before a long run and not after it.
    mutating func proceed() throws {
        // Machines get a single array, at the end.
        if diagnostics.hasErrors || style.format == .text { try finish() }
    }

    /// Writes what was found to stderr, and ends the command where there is an error.
    mutating func finish() throws {
        switch style.format {
        case .text: Console.log(render(diagnostics, sources: sources, paint: style.errorPaint))
        case .json: Console.log(renderJSON(diagnostics) + "\n")
        }
        let hasErrors = diagnostics.hasErrors
        diagnostics = []
        if hasErrors { throw ExitCode(1) }
    }

    /// Writes results to stdout, each line with its end.
    mutating func print(_ lines: [String]) throws { try print(lines.map { $0 + "\n" }.joined()) }

    /// Writes to stdout as it stands.
    mutating func print(_ text: String) throws {
        do {
            try Console.write(text)
        } catch {
            report(OutputMistake.stdout(reason: error.reason), at: .init(startOf: "stdout"))
            try finish()
        }
    }
}
