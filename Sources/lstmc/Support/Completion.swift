// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What a shell offers for an argument that names a file.
extension CompletionKind {
    static let spec = CompletionKind.file(extensions: ["yaml", "yml"])
    static let tensors = CompletionKind.file(extensions: ["npy", "safetensors", "csv", "wav"])
    static let proof = CompletionKind.file(extensions: ["safetensors", "npz"])
    static let imported = CompletionKind.file(
        extensions: ["safetensors", "pt", "pth", "npz", "json", "nam", "onnx", "keras", "h5", "hdf5"])
}
