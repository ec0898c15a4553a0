// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

extension SpecLoader {
    /// What PyTorch gives for the model: each result in float32, and as `NAME.f64` in float64.
    ///
    /// Nil, with the reason reported, where there is no Python with torch, or it fails.
    mutating func torchResults(
        _ model: Model, _ parameters: any ParameterSource, _ inputs: Inputs, python: String
    ) -> [String: StoredTensor]? {
        let place = SourceLocation(startOf: "--torch")
        do {
            let folder = try ScratchFolder(files: ["run.py", "input.safetensors", "results.safetensors", "log"])
            defer { folder.remove() }
            try folder.write(PackageResources.torch_py, to: "run.py")
            try folder.write(torchInput(model, parameters, inputs), to: "input.safetensors")
            let code: Int32
            do {
                let words = ["run.py", "input.safetensors", "results.safetensors"].map(folder.path)
                code = try folder.run([python] + words, log: "log")
            } catch {
                report(TorchMistake.noPython(python, reason: error.reason), at: place)
                return nil
            }
            guard code == 0 else {
                let said = (try? fileBytes(at: folder.path("log"), limit: 1 << 20)).flatMap(lastLine)
                let mistake = code == 3 ? TorchMistake.noTorch(python) : .failed(python, code: code)
                report(mistake, at: place, notes: said.map { [.init("it says: \(cut($0))")] } ?? [])
                return nil
            }
            let bytes = try fileBytes(at: folder.path("results.safetensors"), limit: FileLimits.inputBytes)
            return try readTensors(bytes, fileName: "results.safetensors")
        } catch let error as WriteError {
            report(TorchMistake.noFolder(reason: error.reason), at: place)
        } catch {
            report(
                TorchMistake.noResults(python, reason: "\((error as? any Mistake)?.message ?? "\(error)")"), at: place)
        }
        return nil
    }
}

/// The last line that is not empty: a Python exception's own.
func lastLine(_ bytes: [UInt8]) -> String? {
    bytes.split { $0 == 0x0A || $0 == 0x0D }.last.map { String(decoding: $0, as: UTF8.self) }
}

/// Why there is nothing from PyTorch to compare with.
enum TorchMistake: Mistake {
    case noPython(String, reason: String)
    case noTorch(String)
    case failed(String, code: Int32)
    case noResults(String, reason: String)
    case noFolder(reason: String)

    var code: String { "torch" }

    var message: String {
        switch self {
        case .noPython(let python, let reason):
            "\(quoted(python)) cannot be run: \(reason); install Python and PyTorch (pip install torch), and name that "
                + "Python with --python PATH or LSTMC_PYTHON"
        case .noTorch(let python):
            "\(quoted(python)) has no PyTorch; install it (\(cut(python)) -m pip install torch), or name another Python with "
                + "--python PATH or LSTMC_PYTHON"
        case .failed(let python, let code) where code < 0:
            "\(quoted(python)) was ended by signal \(-code) while it ran the model with PyTorch"
        case .failed(let python, let code):
            "\(quoted(python)) failed with exit code \(code) while it ran the model with PyTorch"
        case .noResults(let python, let reason): "\(quoted(python)) gave no results that can be read: \(reason)"
        case .noFolder(let reason): "no files can be handed to Python in the temporary folder: \(reason)"
        }
    }
}
