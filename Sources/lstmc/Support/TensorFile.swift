// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

extension SpecLoader {
    /// The tensors of an input file: a .npy's one as `x`, a .safetensors' under their names.
    mutating func tensors(at path: String) -> [String: StoredTensor]? {
        let place = SourceLocation(path: path, line: 1, column: 1)
        do {
            let bytes = try fileBytes(at: path, limit: FileLimits.inputBytes)
            return try readTensors(bytes, fileName: path)
        } catch let error as FileError {
            report(FileMistake(what: "the input", path: path, error: error), at: place)
        } catch let error as any Mistake {
            report(error, at: place)
        } catch {}
        return nil
    }
}

/// A file that results are written to, by its name's ending.
enum OutputFormat {
    case npy
    case safetensors

    init?(path: String) {
        switch path.split(separator: ".").last?.lowercased() {
        case "npy": self = .npy
        case "safetensors": self = .safetensors
        default: return nil
        }
    }

    func bytes(of results: [ResultTensor]) -> [UInt8] {
        switch self {
        case .npy: results.first.map { npyBytes(of: $0.values, shape: $0.shape) } ?? []
        case .safetensors:
            safetensorsBytes(results.map { NamedTensor($0.name, floats: $0.values, shape: $0.shape) })
        }
    }
}

/// What stands in the way of writing results.
enum OutputMistake: Mistake {
    case oneResultNeeded(path: String, results: [String])
    case stdout(reason: String)

    var code: String { "output" }

    var message: String {
        switch self {
        case .oneResultNeeded(let path, let results):
            "\(quoted(path)) holds one tensor, but the model gives \(results.count) (\(results.joined(separator: ", "))); "
                + "write a .safetensors file, or name one result in 'outputs'"
        case .stdout(let reason): "the results cannot be written: \(reason)"
        }
    }
}
