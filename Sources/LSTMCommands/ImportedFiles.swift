// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMGeneration
import LSTMImport
import LSTMSpec

/// What an import writes: a spec, the tensors where they need a file of their own, and the vocabulary.
package struct ImportedFiles {
    package let spec: (path: String, text: String)
    /// nil where the spec names the imported file itself.
    private let weights: (path: String, bytes: [UInt8])?
    /// nil where the model has none.
    private let vocabulary: (path: String, text: String)?
    private let source: String
    private let sourceBytes: [UInt8]
    /// What the file does not say.
    package let assumptions: [String]
    /// What a file of results said.
    package let proof: [String]
    /// What the spec certainly lacks.
    let warnings: [Diagnostic]

    init(_ model: ImportedModel, source: String, sourceBytes: [UInt8], name: String?, folder: String) {
        let folder = folder == "." ? "" : folder
        let name = name ?? typeName(forFile: source)
        let file: String
        switch model.weights {
        case .inPlace:
            weights = nil
            file = relativePath(to: source, from: folder)
        case .converted(let tensors):
            file = name + ".safetensors"
            weights = (path(in: folder, file), safetensorsBytes(tensors))
        }
        let vocabularyFile = name + ".vocabulary.json"
        vocabulary = model.vocabulary.map { (path(in: folder, vocabularyFile), $0.json) }
        let text = specText(
            model, name: name, weightsFile: file, vocabularyFile: vocabularyFile,
            heading: "Imported by lstmc from \(fileName(of: source)).")
        spec = (path(in: folder, name + ".lstm.yaml"), text)
        self.source = source
        self.sourceBytes = sourceBytes
        let layout = model.batchFirst == nil ? ["batch_first is false, as it is by default in PyTorch"] : []
        assumptions = model.assumptions + layout
        proof = model.proof
        warnings = model.warnings(source: source)
    }

    /// The files to write.
    var paths: [String] { [spec.path] + [weights?.path, vocabulary?.path].compactMap(\.self) }

    /// Everything that would be wrong with the files, and what stands in the way of writing them.
    func mistakes(force: Bool) -> [Diagnostic] {
        var mistakes = checkImport(
            spec.text, path: spec.path, weights: weights?.bytes ?? sourceBytes, source: source)
        for path in paths where exists(path) {
            let place = SourceLocation(startOf: path)
            if isSameFile(path, source) {
                mistakes.append(Diagnostic(ImportOutputMistake.overwritesSource(path), at: place))
            } else if !force {
                mistakes.append(Diagnostic(ImportOutputMistake.exists(path), at: place))
            } else if let reason = obstacle(toWriting: path) {
                mistakes.append(Diagnostic(ImportOutputMistake.unwritable(path, reason: reason), at: place))
            }
        }
        return mistakes
    }

    /// The tensors, the vocabulary and the spec, or none of them.
    func write(_ loader: inout SpecLoader) throws {
        let tensors = weights.map { Output(path: $0.path, bytes: $0.bytes) }
        let words = vocabulary.map { Output(path: $0.path, text: $0.text) }
        try loader.write([tensors, words, Output(path: spec.path, text: spec.text)].compactMap(\.self))
        try loader.proceed()
        try loader.print(proof.map(printable))
        if !assumptions.isEmpty {
            let lines = assumptions.map { "  - \(printable($0))" }
            try loader.print(["assumed, since the file does not say it, and good to know:"] + lines)
        }
        try loader.print(["next: lstmc generate \(shellWord(spec.path)) --output Sources"])
    }
}

/// What stands in the way of writing an import.
enum ImportOutputMistake: Mistake {
    case exists(String)
    case overwritesSource(String)
    case unwritable(String, reason: String)

    var code: String { "output" }

    var message: String {
        switch self {
        case .exists(let path):
            "the file '\(printable(path))' is there already: choose another --name or --output, "
                + "or write over it with --force"
        case .overwritesSource(let path):
            "the file '\(printable(path))' is the one that is imported: choose another --name or --output"
        case .unwritable(let path, let reason): "the output '\(printable(path))' cannot be written: \(reason)"
        }
    }
}
