// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension ONNXModel {
    /// Reads ModelProto; field numbers are onnx.proto's.
    init(_ bytes: [UInt8]) throws(ONNXMistake) {
        guard !bytes.isEmpty else { throw .notONNX }
        var reader = ProtobufReader(bytes, in: 0..<bytes.count)
        var graph: Range<Int>?
        while let field = try reader.next() {
            switch field.number {
            case 2: producer = try field.text(bytes)
            case 7:
                guard graph == nil else { throw .damaged(.secondGraph, offset: field.offset) }
                graph = try field.part()
            case 8: try readOpset(bytes, try field.part())
            case 25: try readFunction(bytes, try field.part())
            default: break
            }
        }
        guard let graph else { throw .notONNX }
        self.graph = try ONNXGraph(bytes, graph, depth: 0)
    }

    private mutating func readOpset(_ bytes: [UInt8], _ part: Range<Int>) throws(ONNXMistake) {
        var reader = ProtobufReader(bytes, in: part)
        var (domain, version) = ("", 0)
        while let field = try reader.next() {
            if field.number == 1 { domain = try field.text(bytes) }
            if field.number == 2 { version = try field.integer() }
        }
        if domain.isEmpty || domain == "ai.onnx" { opset = version }
    }

    private mutating func readFunction(_ bytes: [UInt8], _ part: Range<Int>) throws(ONNXMistake) {
        var reader = ProtobufReader(bytes, in: part)
        var (domain, name) = ("", "")
        while let field = try reader.next() {
            if field.number == 1 { name = try field.text(bytes) }
            if field.number == 10 { domain = try field.text(bytes) }
        }
        functions.insert("\(domain).\(name)")
    }
}

extension ONNXGraph {
    /// Graphs in graphs, which only an If has, go this deep.
    private static let deepest = 8

    init(_ bytes: [UInt8], _ part: Range<Int>, depth: Int) throws(ONNXMistake) {
        guard depth < Self.deepest else { throw .damaged(.depth, offset: part.lowerBound) }
        var reader = ProtobufReader(bytes, in: part)
        while let field = try reader.next() {
            switch field.number {
            case 1:
                let limit = ImportLimits.graphNodes
                guard nodes.count < limit else { throw .tooManyNodes(limit: limit) }
                nodes.append(try ONNXNode(bytes, try field.part(), offset: field.offset, depth: depth))
            case 5:
                let tensor = try ONNXTensor(bytes, try field.part(), offset: field.offset)
                guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
                    throw .duplicateValue(tensor.name, offset: field.offset)
                }
            case 11, 12:
                let limit = ImportLimits.graphValues
                guard inputs.count + outputs.count < limit else { throw .tooManyValues(limit: limit) }
                let value = try ONNXValueInfo(bytes, try field.part(), offset: field.offset)
                if field.number == 11 { inputs.append(value) } else { outputs.append(value) }
            case 15: throw .sparseInitializer(offset: field.offset)
            default: break
            }
        }
    }
}

extension ONNXNode {
    init(_ bytes: [UInt8], _ part: Range<Int>, offset: Int, depth: Int) throws(ONNXMistake) {
        self.offset = offset
        var reader = ProtobufReader(bytes, in: part)
        while let field = try reader.next() {
            switch field.number {
            case 1: inputs.append(try field.text(bytes))
            case 2: outputs.append(try field.text(bytes))
            case 3: name = try field.text(bytes)
            case 4: operation = try field.text(bytes)
            case 5:
                let (name, attribute) = try readAttribute(bytes, try field.part(), depth: depth)
                attributes[name] = attribute
            case 7: domain = try field.text(bytes)
            case 9: scope = try readScope(bytes, try field.part()) ?? scope
            default: break
            }
        }
    }
}

/// PyTorch's `['', 'encoder.lstm', 'lstm']`: the model, the module in it, the call in that; nil for other notes.
private func readScope(_ bytes: [UInt8], _ part: Range<Int>) throws(ONNXMistake) -> String? {
    var reader = ProtobufReader(bytes, in: part)
    var (key, value) = ("", "")
    while let field = try reader.next() {
        if field.number == 1 { key = try field.text(bytes) }
        if field.number == 2, key == "pkg.torch.onnx.name_scopes" { value = try field.text(bytes) }
    }
    let names = value.split(separator: "'", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
    guard names.count >= 3, let module = names.dropLast().last?.element, !module.isEmpty else { return nil }
    return String(module)
}

private func readAttribute(
    _ bytes: [UInt8], _ part: Range<Int>, depth: Int
) throws(ONNXMistake) -> (String, ONNXAttribute) {
    var reader = ProtobufReader(bytes, in: part)
    var name = ""
    var attribute = ONNXAttribute()
    while let field = try reader.next() {
        switch field.number {
        case 1: name = try field.text(bytes)
        case 2: attribute.float = try field.float(bytes)
        case 3: attribute.integer = try field.integer()
        case 4: attribute.text = try field.text(bytes)
        case 5: attribute.tensor = try ONNXTensor(bytes, try field.part(), offset: field.offset)
        case 6: attribute.graph = try ONNXGraph(bytes, try field.part(), depth: depth + 1)
        case 7:
            if case .part(let packed) = field.value {
                for start in stride(from: packed.lowerBound, to: packed.upperBound - 3, by: 4) {
                    var cursor = ByteCursor(bytes, in: start..<(start + 4))
                    attribute.floats.append(
                        Float(bitPattern: UInt32(truncatingIfNeeded: cursor.littleEndian(4) ?? 0)))
                }
            } else {
                attribute.floats.append(try field.float(bytes))
            }
        case 8: try field.integers(bytes) { attribute.integers.append(Int(truncatingIfNeeded: $0)) }
        case 9: attribute.texts.append(try field.text(bytes))
        default: break
        }
    }
    return (name, attribute)
}

extension ONNXValueInfo {
    init(_ bytes: [UInt8], _ part: Range<Int>, offset: Int) throws(ONNXMistake) {
        self.offset = offset
        var reader = ProtobufReader(bytes, in: part)
        while let field = try reader.next() {
            if field.number == 1 { name = try field.text(bytes) }
            if field.number == 2 { try readType(bytes, try field.part()) }
        }
    }

    /// TypeProto's tensor_type; other kinds of values leave no element type.
    private mutating func readType(_ bytes: [UInt8], _ part: Range<Int>) throws(ONNXMistake) {
        var reader = ProtobufReader(bytes, in: part)
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            var tensor = ProtobufReader(bytes, in: try field.part())
            while let field = try tensor.next() {
                if field.number == 1 { elementType = try field.integer() }
                if field.number == 2 { shape = try readShape(bytes, try field.part()) }
            }
        }
    }

    private mutating func readShape(_ bytes: [UInt8], _ part: Range<Int>) throws(ONNXMistake) -> [Int?] {
        var reader = ProtobufReader(bytes, in: part)
        var shape: [Int?] = []
        while let field = try reader.next() {
            guard field.number == 1 else { continue }
            var size: Int?
            var symbol = ""
            var dimension = ProtobufReader(bytes, in: try field.part())
            while let field = try dimension.next() {
                if field.number == 1 { size = try field.integer() }
                if field.number == 2 { symbol = try field.text(bytes) }
            }
            symbols.append(symbol)
            guard size ?? 0 < 1 << 31 else { throw .damaged(.size, offset: field.offset) }
            // Some exporters write 0 or -1 for a size that is not fixed.
            shape.append(size.flatMap { $0 > 0 ? $0 : nil })
        }
        return shape
    }
}
