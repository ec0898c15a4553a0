// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Opens a file of input or expected tensors: a .safetensors file by its names, a .npy file as one tensor `x`.
///
/// Throws where the extension is neither, or the file is not of its format.
public func readTensors(_ bytes: [UInt8], fileName: String) throws(CheckpointMistake) -> [String: StoredTensor] {
    switch fileName.lastIndex(of: ".").map({ fileName[$0...].lowercased() }) {
    case ".npy":
        do { return ["x": try readNpy(bytes)] } catch { throw .npy(member: nil, error) }
    case ".safetensors":
        return try Checkpoint(bytes, fileName: fileName).tensors
    default:
        throw .unknownTensorFile(fileName: fileName)
    }
}
