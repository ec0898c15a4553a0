// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMCommands
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

/// What a model is to be run on, from a file of any kind that is read.
struct FileInputs {
    var inputs: Inputs
    /// Samples a second, where the file was sound.
    var sampleRate: Int?
    /// A text's pieces, one for each token.
    var pieces: [String]?
}

/// The last extension of a path in lower case, without the dot.
func fileExtension(_ path: String) -> String {
    let name = fileName(of: path).unicodeScalars
    return name.lastIndex(of: ".").map { String(name[$0...].dropFirst()).lowercased() } ?? ""
}

extension SpecLoader {
    /// A CSV file's text, whose lines errors can show; nil, with the reason reported, where it cannot be read.
    mutating func csvSource(_ path: String) -> SourceFile? {
        guard let bytes = bytes(of: "the input", at: path, limit: FileLimits.csvBytes) else { return nil }
        let source = SourceFile(path: path, bytes: bytes)
        // To show the lines of a larger one would take as long as to read it.
        if bytes.count <= FileLimits.excerptBytes { addSource(source) }
        return source
    }

    /// The inputs in a .npy, .safetensors, .csv or .wav file; nil, with the reasons reported, where they do not fit.
    mutating func fileInputs(_ path: String, _ model: Model) -> FileInputs? {
        switch fileExtension(path) {
        case "csv":
            guard let source = csvSource(path) else { return nil }
            let read = Inputs.reading(csv: source, for: model)
            report(read.diagnostics)
            return read.inputs.map { FileInputs(inputs: $0) }
        case "wav":
            let bytes = bytes(of: "the input", at: path, limit: FileLimits.inputBytes)
            return bytes.flatMap { waveInputs($0, path, model) }
        default:
            guard let tensors = tensors(at: path, others: " or, for one sequence, .csv or .wav") else { return nil }
            return inputs(tensors, from: path, for: model).map { FileInputs(inputs: $0) }
        }
    }

    private mutating func waveInputs(_ bytes: [UInt8], _ path: String, _ model: Model) -> FileInputs? {
        guard let wave = wave(bytes, path, as: model.inputs[0]) else { return nil }
        do {
            return FileInputs(inputs: try Inputs([wave.given], for: model), sampleRate: wave.sampleRate)
        } catch {
            report(error, at: SourceLocation(startOf: path))
            return nil
        }
    }

    /// The samples of a .wav file as an input of one feature.
    mutating func wave(_ bytes: [UInt8], _ path: String, as input: Model.Input) -> (given: GivenInput, sampleRate: Int)?
    {
        let place = SourceLocation(startOf: path)
        if let features = input.features, features != 1 { report(WaveMistake.features(features), at: place) }
        if input.tokens != nil { report(WaveMistake.tokens, at: place) }
        do {
            let wave = try WaveFile(bytes)
            guard input.features == 1 else { return nil }
            return (GivenInput(.features(wave.samples), steps: wave.samples.count, batch: nil), wave.sampleRate)
        } catch {
            report(error, at: place)
            return nil
        }
    }
}
