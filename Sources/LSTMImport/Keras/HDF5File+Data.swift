// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension HDF5File {
    /// What a datatype message says, as far as it is of use.
    enum Datatype {
        case number(ElementType, isBigEndian: Bool)
        case text(size: Int)
        case variableText
        case other
    }

    /// A dataset of floats; nil where the object is none.
    mutating func tensor(at address: Int, path: String) throws(KerasMistake) -> TensorView? {
        var shape: [Int]?
        var type: Datatype?
        var storage: Range<Int>?
        for message in try messages(at: address) {
            var cursor = ByteCursor(bytes, in: message.range)
            if message.isShared, [1, 3, 8].contains(message.type) {
                throw .unsupportedHDF5("shares its type with others, which cannot be read", path: path)
            }
            switch message.type {
            case 1: shape = try dataspace(&cursor)
            case 3: type = try datatype(&cursor)
            case 8: storage = try layout(&cursor, path: path)
            case 0xB: throw .unsupportedHDF5("is compressed: save it without compression", path: path)
            default: break
            }
        }
        guard let shape, let type, let storage else { return nil }
        guard case .number(let element, false) = type else {
            throw .unsupportedHDF5("is not of F16, BF16, F32 or F64 with the least significant byte first", path: path)
        }
        guard let view = TensorView(bytes, in: storage, type: element, shape: shape) else {
            throw .hdf5(.structure, offset: address)
        }
        return view
    }

    private func dataspace(_ cursor: inout ByteCursor) throws(KerasMistake) -> [Int] {
        let version = try number(&cursor, 1)
        let rank = try number(&cursor, 1)
        guard version == 1 || version == 2, rank <= 16 else { throw .hdf5(.structure, offset: cursor.position) }
        try skip(&cursor, version == 1 ? 6 : 2)
        var shape: [Int] = []
        for _ in 0..<rank { shape.append(try length(&cursor)) }
        return shape
    }

    private func datatype(_ cursor: inout ByteCursor) throws(KerasMistake) -> Datatype {
        let kind = try number(&cursor, 1)
        let flags = try number(&cursor, 3)
        let size = try number(&cursor, 4)
        switch kind & 15 {
        case 1:
            try skip(&cursor, 2 + 2 + 1)
            let exponent = try number(&cursor, 1)
            try skip(&cursor, 1)
            let mantissa = try number(&cursor, 1)
            let element: ElementType
            switch (size, exponent, mantissa) {
            case (4, 8, 23): element = .float32
            case (8, 11, 52): element = .float64
            case (2, 5, 10): element = .float16
            case (2, 8, 7): element = .bfloat16
            default: return .other
            }
            return .number(element, isBigEndian: flags & 0x41 != 0)
        case 3: return .text(size: size)
        case 9: return flags & 15 == 1 ? .variableText : .other
        default: return .other
        }
    }

    /// Where a dataset's elements are: in one piece, in the file or in the message itself.
    private mutating func layout(_ cursor: inout ByteCursor, path: String) throws(KerasMistake) -> Range<Int> {
        let version = try number(&cursor, 1)
        guard 3...4 ~= version else {
            throw .unsupportedHDF5("has data layout version \(version), which is not known", path: path)
        }
        switch try number(&cursor, 1) {
        case 0: return try taken(&cursor, try number(&cursor, 2))
        case 1:
            guard let address = cursor.littleEndian(offsetSize) else {
                throw .hdf5(.truncated, offset: cursor.position)
            }
            let count = try length(&cursor)
            // Of an array without elements nothing is stored.
            if address == undefined, count == 0 { return 0..<0 }
            guard let address = Int(exactly: address) else { throw .hdf5(.structure, offset: cursor.position) }
            return try range(at: address, count: count)
        default: throw .unsupportedHDF5("is stored in chunks: save it without compression or resizing", path: path)
        }
    }

    // MARK: Attributes

    /// The strings of an attribute, of whatever shape; nil where the object has none of that name.
    mutating func strings(_ name: String, of address: Int, path: String) throws(KerasMistake) -> [String]? {
        for message in try messages(at: address) {
            if message.type == 0x15 { try checkAttributeInfo(message.range, path: path) }
            guard message.type == 0xC else { continue }
            var cursor = ByteCursor(bytes, in: message.range)
            let version = try number(&cursor, 1)
            let flags = try number(&cursor, 1)
            guard 1...3 ~= version else { throw .hdf5(.structure, offset: cursor.position) }
            let sizes = (try number(&cursor, 2), try number(&cursor, 2), try number(&cursor, 2))
            if version == 3 { try skip(&cursor, 1) }
            func padded(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
            var nameCursor = ByteCursor(bytes, in: try taken(&cursor, padded(sizes.0)))
            guard try text(&nameCursor) == name else { continue }
            guard version == 1 || flags & 3 == 0 else {
                throw .unsupportedHDF5("has an attribute \(name) of a shared type, which cannot be read", path: path)
            }
            var typeCursor = ByteCursor(bytes, in: try taken(&cursor, padded(sizes.1)))
            var spaceCursor = ByteCursor(bytes, in: try taken(&cursor, padded(sizes.2)))
            let type = try datatype(&typeCursor)
            guard let count = elementCount(shape: try dataspace(&spaceCursor)) else {
                throw .hdf5(.structure, offset: cursor.position)
            }
            return try strings(type, count: count, &cursor)
        }
        return nil
    }

    /// The strings of an attribute that is too long for one, and so `name0`, `name1` and so on.
    mutating func longStrings(_ name: String, of address: Int, path: String) throws(KerasMistake) -> [String]? {
        if let strings = try strings(name, of: address, path: path) { return strings }
        var all: [String]?
        var part = 0
        while let more = try strings("\(name)\(part)", of: address, path: path) {
            all = (all ?? []) + more
            part += 1
        }
        return all
    }

    private func checkAttributeInfo(_ range: Range<Int>, path: String) throws(KerasMistake) {
        var cursor = ByteCursor(bytes, in: range)
        try skip(&cursor, 1)
        let flags = try number(&cursor, 1)
        try skip(&cursor, flags & 1 != 0 ? 2 : 0)
        guard cursor.littleEndian(offsetSize) == undefined else {
            throw .unsupportedHDF5(
                "has dense attributes, which cannot be read: save it with libver='earliest'", path: path)
        }
    }

    private mutating func strings(
        _ type: Datatype, count: Int, _ cursor: inout ByteCursor
    ) throws(KerasMistake) -> [String] {
        // An empty list is of any type: h5py writes it as one of floats.
        guard count > 0 else { return [] }
        try charge(min(count, 1 << 40))
        var strings: [String] = []
        for _ in 0..<count {
            switch type {
            case .text(let size):
                let range = try taken(&cursor, size)
                let end = range.firstIndex { bytes[$0] == 0 } ?? range.upperBound
                strings.append(try text(range.lowerBound..<end))
            case .variableText:
                let length = try number(&cursor, 4)
                let address = try address(&cursor)
                let index = try number(&cursor, 4)
                strings.append(length == 0 ? "" : try globalText(address, index, length: length))
            case .number, .other: throw .hdf5(.structure, offset: cursor.position)
            }
        }
        return strings
    }

    /// An object of a global heap collection.
    private mutating func globalText(_ address: Int, _ index: Int, length: Int) throws(KerasMistake) -> String {
        var cursor = try cursor(at: address)
        guard cursor.skip("GCOL") else { throw .hdf5(.structure, offset: address) }
        try skip(&cursor, 4)
        let size = try self.length(&cursor)
        let collection = try range(at: address, count: size)
        while cursor.position + 16 <= collection.upperBound {
            try charge(1)
            let found = try number(&cursor, 2)
            try skip(&cursor, 2 + 4)
            let count = try self.length(&cursor)
            let data = try taken(&cursor, count)
            if found == index {
                guard length <= count else { throw .hdf5(.structure, offset: data.lowerBound) }
                try charge(length / 256)
                return try text(data.lowerBound..<(data.lowerBound + length))
            }
            // 0 is the space that is left.
            if found == 0 { break }
            try skip(&cursor, min(-count & 7, cursor.remaining))
        }
        throw .hdf5(.structure, offset: address)
    }
}
