// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
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
    /// Sizes and integers that an ONNX file leaves open, by the names that it has for them.
    public var settings: [String: Int] = [:]
    /// What is decided of that which the file leaves open; a mistake where the file says it itself.
    public var reading = ImportReading()

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
    let model = try openModel(bytes, path: path, options: options)
    if let mistake = model.contradiction(to: options.reading) { throw ImportFailure(mistake, in: path) }
    return model.read(as: options.reading)
}

/// The file of a model's inputs and results: safetensors or npz, compressed too, by what its bytes are.
///
/// Throws where it is neither.
public func readProofFile(_ bytes: [UInt8], fileName: String) throws(CheckpointMistake) -> Checkpoint {
    guard let format = Checkpoint.Format(bytes: bytes, fileName: fileName), format != .pytorch else {
        throw .unknownTensorFile(fileName: fileName)
    }
    return try Checkpoint(bytes, fileName: fileName, key: nil, inflate: { inflate($0, $1, size: $2) })
}

/// The model with everything still open that the file leaves open.
private func openModel(
    _ bytes: [UInt8], path: String, options: ImportOptions
) throws(ImportFailure) -> ImportedModel {
    guard let format = ImportFormat(bytes: bytes, fileName: path) else {
        throw ImportFailure(.unknownEnding(path), in: path)
    }
    if options.key != nil, format != .checkpoint { throw ImportFailure(.keyNotApplicable, in: path) }
    if !options.settings.isEmpty, format != .onnx { throw ImportFailure(.setNotApplicable, in: path) }
    if !options.ignore.isEmpty, format == .onnx || format == .keras {
        throw ImportFailure(.ignoreNotApplicable, in: path)
    }
    switch format {
    case .checkpoint: return try importCheckpoint(bytes, path: path, options: options)
    case .json: return try importJSON(bytes, path: path, options: options)
    case .nam: return try importNAM(bytes, path: path, options: options)
    case .onnx:
        do {
            return try readONNX(bytes, companions: options.companions, settings: options.settings)
        } catch {
            throw ImportFailure(error.mistakes, in: path)
        }
    case .keras:
        do { return try readKeras(bytes) } catch { throw ImportFailure(error.mistakes, in: path) }
    }
}
