// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// What is wrong with the zip file that a .pt or .npz checkpoint is.
public enum ZipMistake: Error, Hashable, Sendable {
    case notZip
    case severalDisks
    case malformedDirectory
    case malformedMember(name: String)
    case unreadableName
    case duplicateMember(name: String)
    case overlappingMember(name: String)
    case encryptedMember(name: String)
    case compressedMember(name: String)
    case wrongChecksum(name: String)
    /// More bytes when opened than all members of such a file may have.
    case largeMember(name: String, size: Int)

    var message: String {
        switch self {
        case .notZip: "it is not a zip file, or its end is missing"
        case .severalDisks: "it is one part of a zip file in several"
        case .malformedDirectory: "the zip file's directory is damaged"
        case .malformedMember(let name): "the zip file's entry \(quoted(name)) is damaged"
        case .unreadableName: "the zip file has a name that is not UTF-8"
        case .duplicateMember(let name): "the zip file has the entry \(quoted(name)) twice"
        case .overlappingMember(let name): "the zip file's entry \(quoted(name)) overlaps another one"
        case .encryptedMember(let name): "the zip file's entry \(quoted(name)) is encrypted; save it without a password"
        case .compressedMember(let name): "the zip file's entry \(quoted(name)) is compressed; store it uncompressed"
        case .wrongChecksum(let name): "the zip file's entry \(quoted(name)) is damaged: its checksum is wrong"
        case .largeMember(let name, let size):
            "the zip file's entry \(quoted(name)) has \(grouped(size)) bytes when opened, too many for a file of this size; "
                + "store it uncompressed"
        }
    }
}
