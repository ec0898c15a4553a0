// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// Somebody else's file of named tensors, opened: what is there by name, each decoded only when it is read.
public struct Checkpoint: Sendable {
    /// Which kind of file it is.
    public let format: Format
    /// By name.
    public let tensors: [String: StoredTensor]
    /// What has a name but cannot be read: a mistake only for those who want it.
    public let unreadable: [String: CheckpointMistake]
    /// The tensors' names as they stand in the file; a .pt file keeps the order in which its module has them.
    public let fileOrder: [String]
    /// Paths of tensors in a .pt file that stand outside the state_dict that was found there, 100 of them at most.
    package let elsewhere: [String]
    /// Whether the file can be read here alone, since it is compressed.
    package var isCompressed: Bool { inflatedBytes > 0 }
    /// The bytes that compressed members have when opened.
    package let inflatedBytes: Int

    /// Opens a checkpoint in memory by what its bytes are, whatever its name.
    ///
    /// - Parameters:
    ///   - bytes: the file; the tensors keep these and copy nothing.
    ///   - key: where in a .pt file's dictionary the state_dict is, with dots where it is nested; nil finds it.
    ///
    /// Throws where neither the bytes nor the extension are known, or the file is not of its format.
    public init(_ bytes: [UInt8], fileName: String, key: String? = nil) throws(CheckpointMistake) {
        try self.init(bytes, fileName: fileName, key: key, inflate: nil)
    }

    /// How the members of a compressed file are opened: its bytes, a member's range and its size when opened.
    package typealias Inflate = (_ bytes: [UInt8], _ range: Range<Int>, _ size: Int) -> [UInt8]?

    /// The same with compressed .npz files, which builds do without.
    package init(
        _ bytes: [UInt8], fileName: String, key: String?, inflate: Inflate?
    ) throws(CheckpointMistake) {
        guard let format = Format(bytes: bytes, fileName: fileName) else {
            throw .unknownExtension(fileName: fileName)
        }
        guard key == nil || format == .pytorch else { throw .keyNotApplicable }
        let contents: Contents
        switch format {
        case .safetensors: contents = try readSafetensors(bytes)
        case .pytorch: contents = try readPyTorch(bytes, key: key)
        case .npz: contents = try readNpz(bytes, inflate: inflate)
        }
        self.format = format
        tensors = contents.tensors
        unreadable = contents.unreadable
        elsewhere = contents.elsewhere
        inflatedBytes = contents.inflatedBytes
        var left = Set(contents.tensors.keys)
        fileOrder = contents.order.filter { left.remove($0) != nil }
    }

    /// The tensors' names in a stable order.
    public var names: [String] { tensors.keys.sorted() }

    /// What a format's reader gives.
    struct Contents {
        var tensors: [String: StoredTensor] = [:]
        var unreadable: [String: CheckpointMistake] = [:]
        /// Every name once, as they stand in the file.
        var order: [String] = []
        /// Paths of tensors that are in none of these.
        var elsewhere: [String] = []
        var inflatedBytes = 0
    }
}

private func readSafetensors(_ bytes: [UInt8]) throws(CheckpointMistake) -> Checkpoint.Contents {
    let file: SafetensorsFile
    do { file = try SafetensorsFile(bytes) } catch { throw .safetensors(error) }
    var contents = Checkpoint.Contents()
    for entry in file.directory.entries {
        contents.order.append(entry.name)
        if let tensor = file.tensor(entry) {
            contents.tensors[entry.name] = tensor
        } else {
            contents.unreadable[entry.name] = .unsupportedType(tensor: entry.name, type: entry.type)
        }
    }
    return contents
}

private func readNpz(
    _ bytes: [UInt8], inflate: Checkpoint.Inflate?
) throws(CheckpointMistake) -> Checkpoint.Contents {
    var contents = Checkpoint.Contents()
    let archive: ZipArchive
    do { archive = try ZipArchive(bytes) } catch { throw .zip(error) }
    // One short file must not take all memory.
    var left = CheckpointLimits.inflatedBytes(of: bytes.count)
    for member in archive.members {
        guard member.name.hasSuffix(".npy") else {
            if !member.name.hasSuffix("/") { contents.unreadable[member.name] = .npy(member: member.name, .notNpy) }
            continue
        }
        var source = bytes
        var range: Range<Int>?
        do {
            range = try archive.data(of: member.name)
        } catch .compressedMember {
            guard let inflate else { throw .compressedNpz }
            do { source = try archive.inflated(member, limit: &left, inflate) } catch { throw .zip(error) }
            range = 0..<source.count
            contents.inflatedBytes += source.count
        } catch {
            throw .zip(error)
        }
        let name = String(member.name.dropLast(4))
        contents.order.append(name)
        do {
            contents.tensors[name] = try readNpy(source, in: range)
        } catch {
            // An array of objects or strings beside the weights is nobody's business until it is asked for.
            guard case .unsupportedType = error else { throw .npy(member: name, error) }
            contents.unreadable[name] = .npy(member: name, error)
        }
    }
    return contents
}
