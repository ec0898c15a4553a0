// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMRuntime

/// Whose file it is that is imported.
public enum ImportFormat: Sendable, CaseIterable {
    /// Tensors under PyTorch's names: .safetensors, .pt, .pth, .npz.
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
    static let endings = [
        ".safetensors", ".pt", ".pth", ".npz", ".json", ".aidax", ".nam", ".onnx", ".keras", ".h5", ".hdf5",
    ]

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
