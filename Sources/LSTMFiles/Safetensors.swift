// SPDX-License-Identifier: Apache-2.0

/// What a safetensors file has, read from its header: names, types, shapes, and where each tensor's bytes are.
///
/// The rules are the reference implementation's: the tensors' bytes follow one another without gap or overlap and fill
/// the file; and one more, that no name is there twice.
public struct SafetensorsDirectory: Sendable {
    /// One tensor of the file.
    public struct Entry: Equatable, Sendable {
        /// The tensor's name.
        public let name: String
        /// What its elements are.
        public let type: ElementType
        /// The sizes of its axes, outermost first.
        public let shape: [Int]
        /// Counted from the start of the file.
        public let byteRange: Range<Int>
    }

    /// The reference implementation's limit for the header, in bytes.
    public static let maximumHeaderSize = 100_000_000

    /// Some 100,000 tensors; what the header's values take in memory is bounded by it.
    private static let maximumHeaderValues = 1_000_000

    /// In the order of their bytes.
    public let entries: [Entry]
    /// `__metadata__`.
    public let metadata: [String: String]
    private let positions: [String: Int]

    /// Reads a file's header.
    ///
    /// - Parameters:
    ///   - bytes: the file, or at least its start up to the end of the header.
    ///   - fileSize: the size of the whole file where `bytes` is only its start.
    /// - Throws: ``SafetensorsError``, the first thing that is not right.
    public init(_ bytes: [UInt8], fileSize: Int? = nil) throws(SafetensorsError) {
        let fileSize = fileSize ?? bytes.count
        let dataStart = try Self.dataStart(bytes, fileSize: fileSize)
        let header: JSONValue
        do {
            header = try JSONValue(parsing: bytes, in: 8..<dataStart, maximumValues: Self.maximumHeaderValues)
        } catch {
            throw .headerNotJSON(reason: error.message, offset: error.offset)
        }
        guard case .object(let members) = header else { throw .malformedHeader }
        var entries: [Entry] = []
        var metadata: [String: String] = [:]
        for member in members {
            if member.name == "__metadata__" {
                metadata = try Self.metadata(member.value)
            } else {
                entries.append(try Self.entry(member, dataStart: dataStart))
            }
        }
        entries.sort {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        try Self.checkPlaces(entries, dataStart: dataStart, fileSize: fileSize)
        var positions: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            guard positions.updateValue(index, forKey: entry.name) == nil else {
                throw .duplicateTensor(name: entry.name)
            }
        }
        self.entries = entries
        self.metadata = metadata
        self.positions = positions
    }

    /// The tensor of that name.
    public subscript(name: String) -> Entry? { positions[name].map { entries[$0] } }

    /// Where the header ends, which its first 8 bytes say.
    private static func dataStart(_ bytes: [UInt8], fileSize: Int) throws(SafetensorsError) -> Int {
        var cursor = ByteCursor(bytes)
        guard let length = cursor.littleEndian(8) else { throw .tooShort(bytes: bytes.count) }
        guard length <= UInt64(maximumHeaderSize) else {
            throw .headerTooLarge(bytes: length, limit: maximumHeaderSize)
        }
        let headerSize = Int(length)
        guard headerSize <= bytes.count - 8, headerSize <= fileSize - 8 else {
            throw .headerBeyondFile(bytes: headerSize, file: fileSize)
        }
        return 8 + headerSize
    }

    private static func metadata(_ value: JSONValue) throws(SafetensorsError) -> [String: String] {
        guard let members = value.members else { throw .malformedMetadata }
        var metadata: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else { throw .malformedMetadata }
            metadata[member.name] = text
        }
        return metadata
    }

    private static func entry(_ member: JSONValue.Member, dataStart: Int) throws(SafetensorsError) -> Entry {
        let name = member.name
        guard let typeName = member.value["dtype"]?.string, let sizes = member.value["shape"]?.elements,
            let offsets = member.value["data_offsets"]?.elements, offsets.count == 2,
            let start = offsets[0].integer, let end = offsets[1].integer
        else { throw .malformedTensor(name: name) }
        guard let type = ElementType(rawValue: typeName) else { throw .unknownElementType(name: name, type: typeName) }
        var shape: [Int] = []
        for size in sizes {
            guard let size = size.integer else { throw .malformedTensor(name: name) }
            shape.append(size)
        }
        guard let byteCount = type.byteCount(shape: shape) else { throw .impossibleShape(name: name) }
        // Small enough that nothing below overflows: no file has 2^62 bytes.
        guard start >= 0, end >= start, end < Int.max / 2 else { throw .malformedTensor(name: name) }
        guard end - start == byteCount else {
            throw .wrongByteCount(name: name, shape: shape, type: type, bytes: end - start)
        }
        return Entry(name: name, type: type, shape: shape, byteRange: (dataStart + start)..<(dataStart + end))
    }

    private static func checkPlaces(_ entries: [Entry], dataStart: Int, fileSize: Int) throws(SafetensorsError) {
        var end = dataStart
        for entry in entries {
            let start = entry.byteRange.lowerBound
            guard start == end else {
                throw .misplacedTensor(name: entry.name, start: start - dataStart, expected: end - dataStart)
            }
            end = entry.byteRange.upperBound
        }
        guard end <= fileSize else { throw .truncated(end: end, file: fileSize) }
        guard end == fileSize else { throw .trailingBytes(end: end, file: fileSize) }
    }
}
