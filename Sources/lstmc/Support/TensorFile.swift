// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMRuntime
import LSTMSpec

extension SpecLoader {
    /// The tensors of an input file: a .npy's one as `x`, a .safetensors' under their names.
    ///
    /// - Parameter others: what the message about another extension says beside `.npy or .safetensors`.
    mutating func tensors(at path: String, others: String = "") -> [String: StoredTensor]? {
        let place = SourceLocation(path: path, line: 1, column: 1)
        do {
            let bytes = try fileBytes(at: path, limit: FileLimits.inputBytes)
            return try readTensors(bytes, fileName: path)
        } catch let error as FileError {
            report(FileMistake(what: "the input", path: path, error: error), at: place)
        } catch CheckpointMistake.unknownTensorFile(let name) {
            report(UnknownInput(fileName: name, others: others), at: place)
        } catch let error as any Mistake {
            report(error, at: place)
        } catch {}
        return nil
    }
}

/// An input file of a kind that is not read.
private struct UnknownInput: Mistake {
    let fileName: String
    let others: String

    private var mistake: CheckpointMistake { .unknownTensorFile(fileName: fileName) }
    var code: String { mistake.code }
    var message: String { mistake.message + others }
}
