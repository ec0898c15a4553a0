// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMGeneration
import LSTMSpec

extension SpecLoader {
    /// The tensors of an input file: a .npy's one as `x`, a .safetensors' under their names.
    ///
    /// - Parameter others: what the message about another extension says beside `.npy or .safetensors`.
    mutating func tensors(at path: String, others: String = "") -> [String: StoredTensor]? {
        guard let bytes = bytes(of: "the input", at: path, limit: FileLimits.inputBytes) else { return nil }
        let place = SourceLocation(startOf: path)
        do {
            return try readTensors(bytes, fileName: path)
        } catch .unknownTensorFile(let name) {
            report(UnknownInput(fileName: name, others: others), at: place)
        } catch {
            report(error, at: place)
        }
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
