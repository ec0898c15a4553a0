// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// The part of HDF5 that Keras and h5py write: groups, attributes and plain arrays of floats.
///
/// Format: https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html (superblocks 0 to 3, object headers 1
/// and 2, symbol tables, compact links, contiguous and compact data). Addresses are checked before each use, and all
/// work is counted, so that no file takes long: a file with circles in it ends in a mistake.
struct HDF5File {
    let bytes: [UInt8]
    /// Where the file is in `bytes`; addresses count from its start.
    private let part: Range<Int>
    private(set) var offsetSize = 8
    private(set) var lengthSize = 8
    private var base = 0
    private(set) var root = 0
    private var workLeft = ImportLimits.hdf5Work

    /// The address that stands for none.
    var undefined: UInt64 { offsetSize == 8 ? .max : (1 << UInt64(8 * offsetSize)) - 1 }

    init(_ bytes: [UInt8], in part: Range<Int>) throws(KerasMistake) {
        self.bytes = bytes
        self.part = part
        var cursor = ByteCursor(bytes, in: part)
        guard cursor.next() == 0x89, cursor.skip("HDF\r\n\u{1A}\n"), let version = cursor.next() else {
            throw .hdf5(.signature, offset: 0)
        }
        switch version {
        case 0, 1:
            guard cursor.take(4) != nil, let offsets = cursor.next(), let lengths = cursor.next(),
                cursor.take(1 + 2 + 2 + 4 + (version == 1 ? 4 : 0)) != nil
            else { throw .hdf5(.truncated, offset: cursor.position) }
            try setSizes(offsets, lengths)
            base = try address(&cursor)
            guard cursor.take(3 * offsetSize + offsetSize) != nil else {
                throw .hdf5(.truncated, offset: cursor.position)
            }
            root = try address(&cursor)
        case 2, 3:
            guard let offsets = cursor.next(), let lengths = cursor.next(), cursor.take(1) != nil else {
                throw .hdf5(.truncated, offset: cursor.position)
            }
            try setSizes(offsets, lengths)
            base = try address(&cursor)
            guard cursor.take(2 * offsetSize) != nil else { throw .hdf5(.truncated, offset: cursor.position) }
            root = try address(&cursor)
        default: throw .unsupportedHDF5("has superblock version \(version), which is not known", path: "/")
        }
    }

    private mutating func setSizes(_ offsets: UInt8, _ lengths: UInt8) throws(KerasMistake) {
        guard [4, 8].contains(offsets), [4, 8].contains(lengths) else { throw .hdf5(.structure, offset: 13) }
        (offsetSize, lengthSize) = (Int(offsets), Int(lengths))
    }

    // MARK: Reading

    /// A cursor at an address, up to the file's end.
    mutating func cursor(at address: Int) throws(KerasMistake) -> ByteCursor {
        workLeft -= 1
        guard workLeft > 0 else { throw .hdf5(.loop, offset: address) }
        let start = base.addingReportingOverflow(address)
        guard address >= 0, !start.overflow, start.partialValue >= 0, start.partialValue < part.count else {
            throw .hdf5(.truncated, offset: address)
        }
        return ByteCursor(bytes, in: (part.lowerBound + start.partialValue)..<part.upperBound)
    }

    /// The `count` bytes at an address.
    mutating func range(at address: Int, count: Int) throws(KerasMistake) -> Range<Int> {
        var cursor = try cursor(at: address)
        guard let range = cursor.take(count) else { throw .hdf5(.truncated, offset: address) }
        return range
    }

    mutating func charge(_ work: Int) throws(KerasMistake) {
        workLeft -= min(workLeft, max(0, work))
        guard workLeft > 0 else { throw .hdf5(.loop, offset: 0) }
    }

    func address(_ cursor: inout ByteCursor) throws(KerasMistake) -> Int {
        try number(&cursor, offsetSize)
    }

    func length(_ cursor: inout ByteCursor) throws(KerasMistake) -> Int {
        try number(&cursor, lengthSize)
    }

    func number(_ cursor: inout ByteCursor, _ size: Int) throws(KerasMistake) -> Int {
        guard let value = cursor.littleEndianInt(size) else { throw .hdf5(.truncated, offset: cursor.position) }
        return value
    }

    func skip(_ cursor: inout ByteCursor, _ count: Int) throws(KerasMistake) {
        guard cursor.take(count) != nil else { throw .hdf5(.truncated, offset: cursor.position) }
    }

    /// Text up to a zero byte.
    func text(_ cursor: inout ByteCursor) throws(KerasMistake) -> String {
        let start = cursor.position
        while let byte = cursor.next() {
            guard byte == 0 else { continue }
            return try text(start..<(cursor.position - 1))
        }
        throw .hdf5(.truncated, offset: start)
    }

    func text(_ range: Range<Int>) throws(KerasMistake) -> String {
        guard let text = String(validUTF8: bytes[range]) else { throw .hdf5(.structure, offset: range.lowerBound) }
        return text
    }
}
