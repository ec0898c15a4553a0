// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// Opens what torch.save and torch.jit.save write: pickles, and the storages that they name.
func readPyTorch(_ bytes: [UInt8], key: String?) throws(CheckpointMistake) -> Checkpoint.Contents {
    guard !isTar(bytes) else { throw .legacyPyTorch }
    var file = isLegacyPyTorch(bytes) ? try PyTorchFile(legacy: bytes) : try PyTorchFile(bytes)
    let graph = file.graph
    let contents: StateDictionarySearch.Found
    if file.isScript {
        guard key == nil else { throw .keyNotApplicable }
        contents = try StateDictionarySearch.Found(parametersOf: graph)
    } else {
        contents = try StateDictionarySearch(graph: graph).find(key: key)
    }
    return try file.contents(of: contents)
}

/// The tensors of a file, wherever it has their storages.
private struct PyTorchFile {
    let graph: PickleGraph
    /// A TorchScript program, whose parameters are attributes of its modules.
    private(set) var isScript = false
    private let bytes: [UInt8]
    private var isBigEndian = false
    /// Where storages are, those of a zip file once they were asked for; nil for those that are not there.
    private var storages: [String: Range<Int>?] = [:]
    /// A zip file, and the folder that all its members are in, with its slash.
    private var archive: (zip: ZipArchive, root: String)?

    init(_ bytes: [UInt8]) throws(CheckpointMistake) {
        self.bytes = bytes
        let archive: ZipArchive
        do { archive = try ZipArchive(bytes) } catch { throw .zip(error) }
        let pickles = archive.members.lazy.map(\.name).filter { name in
            name == "data.pkl" || name.hasSuffix("/data.pkl") && name.utf8.count { $0 == UInt8(ascii: "/") } == 1
        }
        guard let pickle = pickles.first else { throw .notPyTorch }
        let root = String(pickle.dropLast("data.pkl".count))
        guard let range = try member("data.pkl", of: archive, root) else { throw .notPyTorch }
        isScript = try member("constants.pkl", of: archive, root) != nil
        if let order = try member("byteorder", of: archive, root) {
            switch String(decoding: bytes[order].prefix(8), as: UTF8.self) {
            case "little": break
            case "big": isBigEndian = true
            default: throw .unknownByteOrder
            }
        }
        var unpickler = Unpickler(bytes, in: range)
        do { graph = try unpickler.run() } catch { throw .pickle(error) }
        self.archive = (archive, root)
    }

    /// PyTorch's format before 1.6: five pickles one after another (a magic number, a version, the machine's sizes, the
    /// object, the storages' keys), then each storage's number of elements with its elements.
    init(legacy bytes: [UInt8]) throws(CheckpointMistake) {
        self.bytes = bytes
        var place = 0
        func pickle() throws(CheckpointMistake) -> PickleGraph {
            var unpickler = Unpickler(bytes, in: place..<bytes.count)
            do {
                let graph = try unpickler.run()
                place = unpickler.cursor.position
                return graph
            } catch { throw .pickle(error) }
        }
        _ = try pickle()
        let version = try pickle()
        guard version.integer(version.root) == 1001 else { throw .legacyVersion }
        let machine = try pickle()
        for item in machine.items(of: machine.root) ?? [] where machine.string(item.key) == "little_endian" {
            guard case .bool(true) = machine[item.value] else { throw .unknownByteOrder }
        }
        graph = try pickle()
        let keys = try pickle()
        let sizes = graph.storageSizes
        var cursor = ByteCursor(bytes, in: place..<bytes.count)
        for reference in keys.elements(of: keys.root) ?? [] {
            guard let key = keys.string(reference), let size = sizes[key], let count = cursor.littleEndianInt(8),
                count >= 0, size.byteCount >= 0
            else { throw .legacyStorages }
            let (byteCount, overflow) = count.multipliedReportingOverflow(by: size.elementBytes)
            guard !overflow, let range = cursor.take(byteCount) else { throw .legacyStorages }
            storages[key] = .some(range)
        }
    }

    mutating func contents(
        of found: StateDictionarySearch.Found
    ) throws(CheckpointMistake) -> Checkpoint.Contents {
        let items = found.items
        let graph = found.graph ?? graph
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
                switch try read(tensor, name: name) {
                case .success(let stored): contents.tensors[name] = stored
                case .failure(let mistake): contents.unreadable[name] = mistake
                }
            case .malformedTensor: contents.unreadable[name] = .malformedTensor(name: name)
            default: contents.unreadable[name] = .notATensor(name: name, graph.form(of: value) ?? .other)
            }
        }
        return contents
    }

    /// The tensor, or what is wrong with it.
    ///
    /// Throws where the file's storage itself is damaged.
    private mutating func read(
        _ tensor: PickleTensor, name: String
    ) throws(CheckpointMistake) -> Result<StoredTensor, CheckpointMistake> {
        let key = tensor.storage.key
        let found: Range<Int>?
        if let known = storages[key] {
            found = known
        } else {
            found = if let archive { try member("data/\(key)", of: archive.zip, archive.root) } else { nil }
            storages[key] = .some(found)
        }
        guard let range = found, range.count >= tensor.storage.byteCount else {
            return .failure(.missingStorage(tensor: name))
        }
        guard tensor.type.bitCount % 8 == 0, tensor.type.isFloat || tensor.type.isInteger else {
            return .failure(.unsupportedType(tensor: name, type: tensor.type))
        }
        let stored = StoredTensor(
            bytes: bytes, storage: range.lowerBound..<(range.lowerBound + tensor.storage.byteCount),
            elementType: tensor.type, shape: tensor.shape, strides: tensor.strides, offset: tensor.offset,
            isBigEndian: isBigEndian, isNegated: tensor.isNegated)
        guard let stored else { return .failure(.viewOutsideStorage(tensor: name, shape: tensor.shape)) }
        return .success(stored)
    }
}

private func member(
    _ name: String, of archive: ZipArchive, _ root: String
) throws(CheckpointMistake) -> Range<Int>? {
    do {
        return try archive.data(of: root + name, mayLackChecksum: true)
    } catch .compressedMember {
        throw .compressedPyTorch
    } catch {
        throw .zip(error)
    }
}

extension PickleGraph {
    /// Every storage that the pickle names: the bytes of an element, and of all of them.
    fileprivate var storageSizes: [String: (elementBytes: Int, byteCount: Int)] {
        var sizes: [String: (elementBytes: Int, byteCount: Int)] = [:]
        for case .storage(let storage) in nodes {
            sizes[storage.key] = ((storage.type?.bitCount ?? 8) / 8, storage.byteCount)
        }
        return sizes
    }
}
