// SPDX-License-Identifier: Apache-2.0

// A .pt file of one tensor `f.weight`, as torch.save writes it where it is told to compute no checksums.

/// - data: float32 values of (rows, columns).
func torchFile(_ rows: Int, _ columns: Int, _ data: [UInt8]) -> [UInt8] {
    let members: [(String, [UInt8])] = [
        ("model/data.pkl", pickle(rows, columns)), ("model/byteorder", Array("little".utf8)),
        ("model/data/0", data), ("model/version", Array("3\n".utf8)),
    ]
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in members {
        let offset = bytes.count
        let sizes = word(0, 4) + word(content.count, 4) + word(content.count, 4)
        bytes += word(0x0403_4B50, 4) + word(0, 10) + sizes + word(name.utf8.count, 2) + word(0, 2) + Array(name.utf8)
        bytes += content
        directory += word(0x0201_4B50, 4) + word(0, 12) + sizes + word(name.utf8.count, 2) + word(0, 12)
        directory += word(offset, 4) + Array(name.utf8)
    }
    let start = bytes.count
    return bytes + directory + word(0x0605_4B50, 4) + word(0, 4) + word(members.count, 2) + word(members.count, 2)
        + word(directory.count, 4) + word(start, 4) + word(0, 2)
}

private func word(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
}

/// Protocol 2: {'f.weight': torch._utils._rebuild_tensor_v2(storage, 0, (rows, columns), (columns, 1), False, {})}
private func pickle(_ rows: Int, _ columns: Int) -> [UInt8] {
    func text(_ text: String) -> [UInt8] { [0x58] + word(text.utf8.count, 4) + Array(text.utf8) }
    func int(_ value: Int) -> [UInt8] { [0x4A] + word(value, 4) }
    func global(_ module: String, _ name: String) -> [UInt8] { [0x63] + Array("\(module)\n\(name)\n".utf8) }
    let storage =
        [0x28] + text("storage") + global("torch", "FloatStorage") + text("0") + text("cpu") + int(rows * columns)
        + [0x74, 0x51]
    let shape = int(rows) + int(columns) + [0x86]
    let strides = int(columns) + int(1) + [0x86]
    let hooks = global("collections", "OrderedDict") + [0x29, 0x52]
    let arguments = [0x28] + storage + int(0) + shape + strides + [0x89] + hooks + [0x74]
    return [0x80, 2, 0x7D] + text("f.weight") + global("torch._utils", "_rebuild_tensor_v2") + arguments
        + [0x52, 0x73, 0x2E]
}
