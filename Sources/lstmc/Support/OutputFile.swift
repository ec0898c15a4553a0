// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// A file that results are written to, by its name's ending.
enum OutputFormat: String {
    case npy
    case safetensors
    case csv
    case wav

    init?(path: String) {
        self.init(rawValue: fileExtension(path))
    }

    /// What keeps this model's results from being written to such a file; `inputs` where they are known.
    func obstacles(_ path: String, for model: Model, _ inputs: Inputs?) -> [OutputMistake] {
        guard self != .safetensors else { return [] }
        guard model.results.count == 1, let result = model.results.first else {
            return [.oneResultNeeded(path: path, results: model.results.map(\.name))]
        }
        if self == .csv, let shape = inputs.map({ result.shape(in: model, for: $0) }), shape.count > 2 {
            return [.noTable(path: path, result: result.name, shape: shape)]
        }
        let size = result.size(in: model.layers[result.layer])
        guard self == .wav, size != 1 || !result.hasTime(in: model) else { return [] }
        return [.noSound(path: path, result: result.name, shape: result.shapeText(in: model))]
    }

    /// The file's bytes; what is lost in them is reported.
    func bytes(
        of results: [ResultTensor], to path: String, _ model: Model, sampleRate: Int?, _ loader: inout SpecLoader
    ) -> [UInt8] {
        guard let first = results.first else { return [] }
        switch self {
        case .npy: return npyBytes(of: first.values, shape: first.shape)
        case .safetensors:
            return safetensorsBytes(
                results.map {
                    $0.isInteger
                        ? NamedTensor($0.name, integers: $0.values.map { Int64($0) }, shape: $0.shape)
                        : NamedTensor($0.name, floats: $0.values, shape: $0.shape)
                })
        case .csv: return Array(csvText(of: first, heading: model.labels).utf8)
        case .wav:
            let wave = WaveFile.bytes(of: first.values, sampleRate: sampleRate ?? 0)
            if wave.clipped + wave.nans > 0 {
                let warning = WaveMistake.clipped(wave.clipped, nans: wave.nans, of: first.values.count)
                loader.report(warning, at: .init(startOf: path))
            }
            return wave.bytes
        }
    }
}

/// What stands in the way of writing results.
enum OutputMistake: Mistake {
    case oneResultNeeded(path: String, results: [String])
    case noTable(path: String, result: String, shape: [Int])
    case noSound(path: String, result: String, shape: String)

    var code: String { "output" }

    var message: String {
        switch self {
        case .oneResultNeeded(let path, let results):
            "\(quoted(path)) holds one tensor, but the model gives \(results.count) (\(results.joined(separator: ", "))); "
                + "write a .safetensors file, or name one result in 'outputs'"
        case .noTable(let path, let result, let shape):
            "\(quoted(path)) holds a table, but result \(quoted(result)) has shape \(shapeText(shape)); "
                + "write a .npy or .safetensors file, or run one sequence at a time"
        case .noSound(let path, let result, let shape):
            "\(quoted(path)) holds one value a step, but result \(quoted(result)) is \(shape); "
                + "write a .csv, .npy or .safetensors file"
        }
    }
}
