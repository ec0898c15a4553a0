// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMGeneration
import LSTMImport
import LSTMSpec

/// What `lstmc import` is asked for, by whoever asks.
package struct ImportRequest {
    /// The file to import.
    package var source: String
    /// The model's name; by default from the file's.
    package var name: String?
    /// The folder for the spec.
    package var folder = "."
    /// What the file leaves open, and what of it is taken.
    package var options = ImportOptions()
    /// A file of inputs and results that says how the file is read.
    package var against: String?
    /// Whether files that are there are written over.
    package var force = false
    /// Whether the spec is printed, and no file is written.
    package var prints = false

    package init(_ source: String) { self.source = source }

    /// Reads and checks the file, and writes a spec of it; all that is to be said goes to `loader`.
    ///
    /// - Returns: what was written, or would be.
    /// - Throws: `Failure` where something is wrong, which is said.
    @discardableResult
    package func run(_ loader: inout SpecLoader) throws -> ImportedFiles {
        let imported = importedModel(&loader)
        try loader.proceed()
        guard var model = imported?.0, let bytes = imported?.1 else { throw Failure() }
        if let against {
            guard let proven = loader.proven(model, source: source, bytes: bytes, against: against) else {
                try loader.finish()
                throw Failure()
            }
            model = proven
        }
        let files = ImportedFiles(model, source: source, sourceBytes: bytes, name: name, folder: folder)
        loader.report(files.mistakes(force: force || prints))
        if !prints { loader.refuseToOverwrite(files.paths, except: source) }
        loader.report(files.warnings)
        try loader.proceed()
        if prints {
            try loader.print(
                files.spec.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init))
        } else {
            try files.write(&loader)
        }
        try loader.finish()
        return files
    }

    private func importedModel(_ loader: inout SpecLoader) -> (ImportedModel, [UInt8])? {
        var chosen = options
        guard let bytes = loader.bytes(of: "the checkpoint", at: source, limit: FileLimits.checkpointBytes) else {
            return nil
        }
        let format = ImportFormat(bytes: bytes, fileName: source)
        if format?.isText == true, bytes.count > FileLimits.importedTextBytes {
            let error = FileError.tooLarge(limit: FileLimits.importedTextBytes)
            loader.report(
                FileMistake(what: "the checkpoint", path: source, error: error), at: .init(startOf: source))
            return nil
        }
        if format == .onnx {
            chosen.companions = loader.companions(of: bytes, at: source)
        }
        do {
            return (try importModel(bytes, path: source, options: chosen), bytes)
        } catch {
            // Only a mistake of the text itself stands at a line of its own.
            if format?.isText == true, error.diagnostics.contains(where: { $0.location != .init(startOf: source) }) {
                loader.addSource(SourceFile(path: source, bytes: bytes))
            }
            loader.report(error.diagnostics)
            return nil
        }
    }
}
