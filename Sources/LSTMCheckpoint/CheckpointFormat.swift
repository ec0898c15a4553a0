// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension Checkpoint {
    /// The kinds of file.
    public enum Format: String, CaseIterable, Sendable {
        case safetensors
        case pytorch
        case npz

        /// The format that a file name's extension stands for, whatever its case; nil for an unknown one.
        public init?(fileName: String) {
            guard let dot = fileName.lastIndex(of: ".") else { return nil }
            switch fileName[dot...].lowercased() {
            case ".safetensors": self = .safetensors
            case ".pt", ".pth": self = .pytorch
            case ".npz": self = .npz
            default: return nil
            }
        }

        /// The format that a file's first bytes, or a zip file's members, show; nil where they show none of these.
        public init?(bytes: [UInt8]) {
            if isSafetensors(bytes) {
                self = .safetensors
            } else if isLegacyPyTorch(bytes) || isTar(bytes) {
                self = .pytorch
            } else if bytes.starts(with: "PK".utf8), let archive = try? ZipArchive(bytes) {
                let names = archive.members.map(\.name)
                if names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) {
                    self = .pytorch
                } else if names.contains(where: { $0.hasSuffix(".npy") }) {
                    self = .npz
                } else {
                    return nil
                }
            } else {
                return nil
            }
        }

        /// What the bytes are; what the name says where they are nothing that is known, so that a damaged file is told
        /// what it lacks.
        public init?(bytes: [UInt8], fileName: String) {
            guard let format = Format(bytes: bytes) ?? Format(fileName: fileName) else { return nil }
            self = format
        }
    }
}

/// The header's length, then an object.
private func isSafetensors(_ bytes: [UInt8]) -> Bool {
    var cursor = ByteCursor(bytes, in: 0..<bytes.count)
    guard let length = cursor.littleEndianInt(8), length >= 2, length <= cursor.remaining else { return false }
    return cursor.next() == UInt8(ascii: "{")
}

/// The format before PyTorch 1.6: a pickled magic number first.
func isLegacyPyTorch(_ bytes: [UInt8]) -> Bool {
    let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    return bytes.first == 0x80 && bytes.dropFirst(2).starts(with: magic)
}

/// A tar file, as PyTorch wrote before that.
func isTar(_ bytes: [UInt8]) -> Bool { bytes.dropFirst(257).starts(with: "ustar".utf8) }
