// SPDX-License-Identifier: Apache-2.0

/// Whose file it is that is imported.
public enum ImportFormat: Sendable, CaseIterable {
    /// Tensors under PyTorch's names: safetensors, what torch.save writes, npz.
    case checkpoint
    /// JSON: RTNeural's layers, or a PyTorch state_dict.
    case json
    /// Neural Amp Modeler.
    case nam
    /// ONNX, as PyTorch exports it.
    case onnx
    /// Keras' .keras archives and whole models in HDF5.
    case keras

    /// The endings that are understood, as a message lists them.
    package static let endings = [
        ".safetensors", ".pt", ".pth", ".npz", ".json", ".aidax", ".nam", ".onnx", ".keras", ".h5", ".hdf5",
    ]

    /// What the bytes are; what the name says where they are nothing that is known, so that a damaged file is told what it
    /// lacks.
    public init?(bytes: [UInt8], fileName: String) {
        let named = ImportFormat(fileName: fileName)
        if Checkpoint.Format(bytes: bytes) != nil {
            self = .checkpoint
        } else if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) || isKerasArchive(bytes) {
            self = .keras
        } else if beginsAsObject(bytes) {
            self = named == .nam ? .nam : .json
        } else if isONNX(bytes) {
            self = .onnx
        } else if let named {
            self = named
        } else {
            return nil
        }
    }

    /// Whether a mistake in such a file can stand at a line of its own.
    public var isText: Bool {
        switch self {
        case .json, .nam: true
        case .checkpoint, .onnx, .keras: false
        }
    }

    /// The format that a file name's ending stands for, whatever its case; nil for an unknown one.
    public init?(fileName: String) {
        if Checkpoint.Format(fileName: fileName) != nil {
            self = .checkpoint
            return
        }
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        switch fileName[dot...].lowercased() {
        case ".json", ".aidax": self = .json
        case ".nam": self = .nam
        case ".onnx": self = .onnx
        case ".keras", ".h5", ".hdf5": self = .keras
        default: return nil
        }
    }
}

/// A zip file with a model's configuration and weights.
private func isKerasArchive(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: "PK".utf8), let archive = try? ZipArchive(bytes) else { return false }
    return archive.members.contains { $0.name == "config.json" || $0.name == "model.weights.h5" }
}

/// A brace, after a byte-order mark and white space.
private func beginsAsObject(_ bytes: [UInt8]) -> Bool {
    let start = bytes.prefix(1024).drop { [0xEF, 0xBB, 0xBF, 0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return start.first == UInt8(ascii: "{")
}

/// A protobuf message that begins with a small version, then another of a model's fields.
private func isONNX(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 2, bytes[0] == 0x08, bytes[1] < 0x20 else { return false }
    return [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42].contains(bytes[2])
}
