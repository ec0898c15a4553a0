// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

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
            case 13: isExternal = true
            case 14: if try field.integer() == 1 { isExternal = true }
            default: break
            }
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
    func view(in bytes: [UInt8], named name: String) throws(ONNXMistake) -> TensorView {
        guard !isExternal else { throw .externalData(tensor: name, offset: offset) }
        guard let elementType else { throw .tensorType(tensor: name, type: type, offset: offset) }
        let view =
            if let data {
                TensorView(bytes, in: data, type: elementType, shape: shape)
            } else {
                TensorView(collected, in: 0..<collected.count, type: elementType, shape: shape)
            }
        guard let view else { throw .tensorSize(tensor: name, shape: shape, offset: offset) }
        return view
    }
}
