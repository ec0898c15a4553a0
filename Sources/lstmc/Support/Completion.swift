// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What a shell offers for an argument that names a file.
extension CompletionKind {
    static let spec = CompletionKind.file(extensions: ["yaml", "yml"])
    static let tensors = CompletionKind.file(extensions: ["npy", "safetensors", "csv", "wav"])
}
