// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension ONNXTensor {
    /// Reads TensorProto.
    init(_ bytes: [UInt8], _ part: Range<Int>, offset: Int) throws(ONNXMistake) {
        self.offset = offset
        var reader = ProtobufReader(bytes, in: part)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                var shape: [Int] = []
                try field.integers(bytes) { shape.append(Int(truncatingIfNeeded: $0)) }
                self.shape += shape
            case 2: type = try field.integer()
            case 4, 9, 10: try readData(bytes, field)
            case 5, 7, 11: try readIntegers(bytes, field)
            case 8: name = try field.text(bytes)
            case 13:
                isExternal = true
                try readExternal(bytes, try field.part())
            case 14: if try field.integer() == 1 { isExternal = true }
            default: break
            }
        }
    }

    /// An entry of external_data: `location`, `offset`, `length`; others, such as a checksum, are not needed.
    private mutating func readExternal(_ bytes: [UInt8], _ part: Range<Int>) throws(ONNXMistake) {
        var reader = ProtobufReader(bytes, in: part)
        var (key, value) = ("", "")
        while let field = try reader.next() {
            if field.number == 1 { key = try field.text(bytes) }
            if field.number == 2 { value = try field.text(bytes) }
        }
        switch key {
        case "location": external.location = value
        case "offset": external.offset = value
        case "length": external.length = value
        default: break
        }
    }

    /// raw_data, float_data and double_data: packed, all three are the elements' bytes.
    private mutating func readData(_ bytes: [UInt8], _ field: ProtobufReader.Field) throws(ONNXMistake) {
        switch field.value {
        case .part(let range) where data == nil && collected.isEmpty: data = range
        case .part(let range), .fixed(let range):
            if let data { collected += bytes[data] }
            data = nil
            collected += bytes[range]
        case .varint: throw .damaged(.fieldType, offset: field.offset)
        }
    }

    /// int32_data (which holds the narrower types and float16's bits too), int64_data and uint64_data.
    private mutating func readIntegers(_ bytes: [UInt8], _ field: ProtobufReader.Field) throws(ONNXMistake) {
        guard let size = elementType.map({ $0.bitCount / 8 }), size <= 8 else { return }
        var values: [UInt8] = []
        try field.integers(bytes) { value in
            for index in 0..<size { values.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
        }
        collected += values
    }

    /// TensorProto.DataType; nil for text, and for types narrower than a byte.
    var elementType: ElementType? {
        switch type {
        case 1: .float32
        case 2: .uint8
        case 3: .int8
        case 4: .uint16
        case 5: .int16
        case 6: .int32
        case 7: .int64
        case 9: .bool
        case 10: .float16
        case 11: .float64
        case 12: .uint32
        case 13: .uint64
        case 16: .bfloat16
        default: nil
        }
    }

    /// The elements; throws where they are elsewhere, of no type known here, or not as many as the shape says.
    ///
    /// - Parameter companions: the files beside this one, by their names.
    func view(
        in bytes: [UInt8], named name: String, companions: [String: [UInt8]]
    ) throws(ONNXMistake) -> TensorView {
        guard let elementType else { throw .tensorType(tensor: name, type: type, offset: offset) }
        if isExternal { return try externalView(elementType, named: name, companions) }
        let view =
            if let data {
                TensorView(bytes, in: data, type: elementType, shape: shape)
            } else {
                TensorView(collected, in: 0..<collected.count, type: elementType, shape: shape)
            }
        guard let view else { throw .tensorSize(tensor: name, shape: shape, offset: offset) }
        return view
    }

    private func externalView(
        _ type: ElementType, named name: String, _ companions: [String: [UInt8]]
    ) throws(ONNXMistake) -> TensorView {
        guard isPlainPath(external.location) else {
            throw .externalPath(tensor: name, location: external.location, offset: offset)
        }
        guard let bytes = companions[external.location] else {
            throw .externalData(tensor: name, location: external.location, offset: offset)
        }
        guard let count = type.byteCount(shape: shape), shape.count <= 16 else {
            throw .tensorSize(tensor: name, shape: shape, offset: offset)
        }
        let start = external.offset.map { Int($0) } ?? 0
        let length = external.length.map { Int($0) } ?? count
        guard let start, let length, start >= 0, length == count, start <= bytes.count, length <= bytes.count - start,
            let view = TensorView(bytes, in: start..<(start + length), type: type, shape: shape)
        else {
            throw .externalSize(
                tensor: name, location: external.location, size: bytes.count, needs: count, offset: offset)
        }
        return view
    }
}

/// Whether a path leads to a file in the folder that it starts from, or in one below: relative, and never upwards.
func isPlainPath(_ path: String) -> Bool {
    let parts = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    return !path.utf8.contains(0) && !path.utf8.contains(UInt8(ascii: "\\")) && path.utf8.count <= 1024
        && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
}

/// The files that an ONNX file's tensors are in beside it, relative to its folder, each once and in the file's order.
///
/// Empty for bytes that are no ONNX file: `importModel` says what is wrong with those. No path leads out of the folder.
public func companionFiles(ofONNX bytes: [UInt8]) -> [String] {
    guard let model = try? ONNXModel(bytes) else { return [] }
    var names: Set<String> = []
    let tensors = model.graph.tensors.filter { $0.isExternal && isPlainPath($0.external.location) }
    return tensors.sorted { $0.offset < $1.offset }.map(\.external.location).filter { names.insert($0).inserted }
}

extension ONNXGraph {
    /// Every tensor in the graph and in its branches.
    fileprivate var tensors: [ONNXTensor] {
        let inNodes = nodes.flatMap(\.attributes.values)
        return Array(initializers.values) + inNodes.compactMap(\.tensor)
            + inNodes.compactMap(\.graph).flatMap(\.tensors)
    }
}
