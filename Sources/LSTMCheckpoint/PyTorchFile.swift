// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

/// Opens what torch.save writes: a zip of one pickle and the storages it names.
func readPyTorch(_ bytes: [UInt8], key: String?) throws(CheckpointMistake) -> Checkpoint.Contents {
    guard !isLegacyPyTorch(bytes) else { throw .legacyPyTorch }
    var file = try PyTorchFile(bytes)
    let graph = try file.unpickle()
    let found = try StateDictionarySearch(graph: graph).find(key: key)
    let items = found.items
    var contents = Checkpoint.Contents()
    contents.elsewhere = found.elsewhere
    // As in Python, the last value of a name is its value. By reference first: a short pickle can have one long name a
    // million times, and each look at a name takes its length.
    var values: [PickleReference: PickleReference] = [:]
    for item in items { values[item.key] = item.value }
    for item in items {
        guard let value = values.removeValue(forKey: item.key) else { continue }
        guard let name = graph.string(item.key) else {
            // No state_dict has such a key; a tensor under one is not lost in silence.
            let form = graph.form(of: value)
            let shown = graph.integer(item.key).map { "[\($0)]" } ?? "[a key that is no text]"
            if form?.isArray ?? true { contents.unreadable[shown] = .tensorWithoutName(key: shown) }
            continue
        }
        contents.order.append(name)
        contents.tensors[name] = nil
        contents.unreadable[name] = nil
        switch graph[value] {
        case .tensor(let tensor):
            switch try file.tensor(tensor, name: name) {
            case .success(let stored): contents.tensors[name] = stored
            case .failure(let mistake): contents.unreadable[name] = mistake
            }
        case .malformedTensor: contents.unreadable[name] = .malformedTensor(name: name)
        default: contents.unreadable[name] = .notATensor(name: name, graph.form(of: value) ?? .other)
        }
    }
    return contents
}

/// The format before PyTorch 1.6 (a pickled magic number first), or the tar files before that.
private func isLegacyPyTorch(_ bytes: [UInt8]) -> Bool {
    let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    return bytes.first == 0x80 && bytes.dropFirst(2).starts(with: magic)
        || bytes.dropFirst(257).starts(with: "ustar".utf8)
}

private struct PyTorchFile {
    private let archive: ZipArchive
    /// The folder all members are in, with its slash.
    private let root: String
    private var isBigEndian = false
    /// Storages whose checksum is verified; nil for those that are not there.
    private var storages: [String: Range<Int>?] = [:]

    init(_ bytes: [UInt8]) throws(CheckpointMistake) {
        do { archive = try ZipArchive(bytes) } catch { throw .zip(error) }
        let pickles = archive.members.lazy.map(\.name).filter { name in
            name == "data.pkl" || name.hasSuffix("/data.pkl") && name.utf8.count { $0 == UInt8(ascii: "/") } == 1
        }
        guard let pickle = pickles.first else { throw .notPyTorch }
        root = String(pickle.dropLast("data.pkl".count))
        guard try member("constants.pkl") == nil else { throw .torchScript }
        guard let order = try member("byteorder") else { return }
        switch String(decoding: bytes[order].prefix(8), as: UTF8.self) {
        case "little": break
        case "big": isBigEndian = true
        default: throw .unknownByteOrder
        }
    }

    func unpickle() throws(CheckpointMistake) -> PickleGraph {
        guard let range = try member("data.pkl") else { throw .notPyTorch }
        var unpickler = Unpickler(archive.bytes, in: range)
        do { return try unpickler.run() } catch { throw .pickle(error) }
    }

    /// The tensor, or what is wrong with it.
    ///
    /// Throws where the file's storage itself is damaged.
    mutating func tensor(
        _ tensor: PickleTensor, name: String
    ) throws(CheckpointMistake) -> Result<StoredTensor, CheckpointMistake> {
        let key = tensor.storage.key
        let found: Range<Int>?
        if let known = storages[key] {
            found = known
        } else {
            found = try member("data/\(key)")
            storages[key] = .some(found)
        }
        guard let range = found, range.count >= tensor.storage.byteCount else {
            return .failure(.missingStorage(tensor: name))
        }
        guard tensor.type.bitCount % 8 == 0, tensor.type.isFloat || tensor.type.isInteger else {
            return .failure(.unsupportedType(tensor: name, type: tensor.type))
        }
        let stored = StoredTensor(
            bytes: archive.bytes, storage: range.lowerBound..<(range.lowerBound + tensor.storage.byteCount),
            elementType: tensor.type, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset,
            isBigEndian: isBigEndian, isNegated: tensor.isNegated)
        guard let stored else { return .failure(.viewOutsideStorage(tensor: name, shape: tensor.shape)) }
        return .success(stored)
    }

    private func member(_ name: String) throws(CheckpointMistake) -> Range<Int>? {
        do {
            return try archive.data(of: root + name, mayLackChecksum: true)
        } catch .compressedMember {
            throw .compressedPyTorch
        } catch {
            throw .zip(error)
        }
    }
}
