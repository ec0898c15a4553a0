// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMSpec

/// A file that is no spec by its bytes, whatever its name.
package struct ForeignFile: Mistake {
    /// What it is: `a PyTorch file`.
    package let what: String
    package let path: String
    /// Whether `lstmc import` reads its kind.
    package let isImported: Bool

    /// Nil where the bytes may be a spec's.
    package init?(_ bytes: [UInt8], path: String) {
        let found: (what: String, isImported: Bool)
        switch Checkpoint.Format(bytes: bytes) {
        case .safetensors: found = ("a safetensors file", true)
        case .pytorch: found = ("a PyTorch file", true)
        case .npz: found = ("a NumPy archive", true)
        case nil:
            switch ImportFormat(bytes: bytes, fileName: "") {
            case .keras: found = ("a Keras or HDF5 file", true)
            case .onnx: found = ("an ONNX model", true)
            case .json, .nam:
                guard isForeignJSON(bytes) else { return nil }
                found = ("a model in JSON", true)
            case .checkpoint, nil:
                if let what = kindByHead(bytes) {
                    found = (what, true)
                } else if let what = foreignKind(bytes) {
                    found = (what, false)
                } else {
                    return nil
                }
            }
        }
        (what, isImported, self.path) = (found.what, found.isImported, path)
    }

    package var code: String { "not-a-spec" }
    package var message: String {
        "this is \(what), and no spec; "
            + (isImported
                ? "lstmc import \(quoted(path)) writes a spec for it"
                : "a spec is a YAML file, which lstmc import writes for a model's file, and lstmc init to begin with")
    }
}

/// By the first bytes alone: of a file past a spec's limit, the rest is not read.
private func kindByHead(_ bytes: [UInt8]) -> String? {
    // A header of less than 100 MB, as safetensors has it, and its object.
    if bytes.count > 10, bytes[4..<8].allSatisfy({ $0 == 0 }), bytes[3] < 6,
        bytes[8...9].elementsEqual(Array("{\"".utf8))
    {
        return "a safetensors file"
    }
    guard bytes.count > 30, bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return nil }
    let length = Int(bytes[26]) | Int(bytes[27]) << 8
    let name = String(decoding: bytes[30...].prefix(length), as: UTF8.self)
    if name.hasSuffix("/data.pkl") { return "a PyTorch file" }
    if name.hasSuffix(".npy") { return "a NumPy archive" }
    return ["metadata.json", "config.json", "model.weights.h5"].contains(name) ? "a Keras or HDF5 file" : nil
}

/// Other binary files that people have beside their models.
private func foreignKind(_ bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) { return "a NumPy array" }
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return "a zip file" }
    if bytes.starts(with: [0x1F, 0x8B]) { return "a gzip file" }
    if bytes.starts(with: Array("RIFF".utf8)) { return "a WAV file" }
    // A pickle's protocol.
    if bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]) { return "a Python pickle" }
    return nil
}

/// A JSON object with the keys of RTNeural's, GuitarML's or Neural Amp Modeler's files or a state_dict, and without a
/// spec's own, which can be written as JSON, too.
private func isForeignJSON(_ bytes: [UInt8]) -> Bool {
    let head = bytes.prefix(1 << 16)
    func has(_ word: String) -> Bool { head.firstRange(of: Array("\"\(word)\"".utf8)) != nil }
    guard head.firstRange(of: Array("lstmc".utf8)) == nil else { return false }
    return ["state_dict", "in_shape", "model_data", "architecture"].contains(where: has)
}
