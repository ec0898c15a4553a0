// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMRuntime
import LSTMSpec

/// What the user decides about an import.
public struct ImportOptions: Sendable {
    /// Where in a .pt file's dictionary the state_dict is; nil finds it.
    public var key: String?
    /// Glob patterns of tensors that the model does without.
    public var ignore: [String] = []
    /// Write the tensors of a checkpoint to a safetensors file, also where a spec can name the checkpoint itself.
    public var converts = false
    /// Leave out a sum of the model's input and its output, which no spec can write.
    public var ignoresSkip = false

    /// The files beside the imported one that its tensors are in, by the names that it calls them.
    public var companions: [String: [UInt8]] = [:]

    public init() {}
}

/// Everything that stands in the way of an import.
public struct ImportFailure: Error, Sendable {
    /// At least one, each with its place in the imported file.
    public var diagnostics: [Diagnostic]

    public init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    /// Mistakes about a file as a whole.
    init(_ mistakes: [any Mistake], in path: String) {
        diagnostics = mistakes.map { Diagnostic($0, at: .init(startOf: path)) }
    }

    init(_ mistake: ImportMistake, in path: String, notes: [String] = []) {
        let place = SourceLocation(startOf: path)
        diagnostics = [Diagnostic(mistake, at: place, notes: notes.map { Diagnostic.Note($0) })]
    }
}

/// Reads somebody's model by what its bytes are; `path` is where mistakes are reported.
///
/// Time and memory are bounded by the file's size. Throws every mistake that was found.
public func importModel(
    _ bytes: [UInt8], path: String, options: ImportOptions = ImportOptions()
) throws(ImportFailure) -> ImportedModel {
    guard let format = ImportFormat(bytes: bytes, fileName: path) else {
        throw ImportFailure(.unknownEnding(path), in: path)
    }
    if options.key != nil, format != .checkpoint { throw ImportFailure(.keyNotApplicable, in: path) }
    if !options.ignore.isEmpty, format == .onnx || format == .keras {
        throw ImportFailure(.ignoreNotApplicable, in: path)
    }
    switch format {
    case .checkpoint: return try importCheckpoint(bytes, path: path, options: options)
    case .json: return try importJSON(bytes, path: path, options: options)
    case .nam: return try importNAM(bytes, path: path, options: options)
    case .onnx:
        do {
            return try readONNX(bytes, companions: options.companions)
        } catch {
            throw ImportFailure(error.mistakes, in: path)
        }
    case .keras:
        do { return try readKeras(bytes) } catch { throw ImportFailure(error.mistakes, in: path) }
    }
}
