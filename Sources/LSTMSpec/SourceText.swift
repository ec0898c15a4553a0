// SPDX-License-Identifier: Apache-2.0

/// A file's bytes seen as lines and Unicode scalars: what turns an index into a line and a column.
///
/// Lines end with LF, CR LF or CR, as editors count them. libyaml's own line numbers also count U+0085, U+2028 and
/// U+2029, so only its scalar index is used. A byte that is not UTF-8 counts as one scalar, and so does everything
/// after it: an excerpt can be shown of any file.
struct SourceText {
    let source: SourceFile
    /// Where each line begins, as an index into the bytes and into the scalars (without a byte order mark).
    private(set) var lineStarts: [(byte: Int, scalar: Int)] = []
    private var scalarCount = 0
    /// The bytes of the byte order mark; 0 where there is none.
    let markLength: Int
    /// The first thing that keeps the bytes from being a spec's text, and the scalar index it stands at.
    private(set) var firstMistake: (mistake: SpecMistake, index: Int)?

    init(_ source: SourceFile) {
        self.source = source
        let bytes = source.bytes
        if let name = foreignEncoding(of: bytes) { firstMistake = (.wrongEncoding(name: name), 0) }
        markLength = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var byte = markLength
        lineStarts.append((byte, 0))
        while byte < bytes.count {
            let (scalar, length) = decodeScalar(bytes, at: byte)
            check(scalar, byte: bytes[byte])
            byte += length
            scalarCount += 1
            let endsLine = scalar == "\n" || (scalar == "\r" && (byte == bytes.count || bytes[byte] != 0x0A))
            if endsLine { lineStarts.append((byte, scalarCount)) }
        }
    }

    private mutating func check(_ scalar: Unicode.Scalar?, byte: UInt8) {
        guard firstMistake == nil else { return }
        guard let scalar else {
            firstMistake = (.invalidUTF8(byte: byte), scalarCount)
            return
        }
        if !isYAMLCharacter(scalar) { firstMistake = (.controlCharacter(scalar.value), scalarCount) }
    }

    /// The place of the scalars from `start` up to `end`, or to the end of its line where it goes on after that.
    func location(from start: Int, to end: Int) -> SourceLocation {
        let line = lineIndex(of: start)
        let lineStart = lineStarts[line].scalar
        let lineEnd = line + 1 < lineStarts.count ? lineStarts[line + 1].scalar - 1 : scalarCount
        return SourceLocation(
            path: source.path, line: line + 1, column: max(start - lineStart, 0) + 1,
            length: max(min(end, lineEnd) - start, 1))
    }

    /// The place of the byte at `offset`.
    func location(ofByte offset: Int) -> SourceLocation {
        let line = lineStarts.partitioningIndex { $0.byte > offset } - 1
        guard line >= 0 else { return location(from: 0, to: 1) }
        var (byte, scalar) = lineStarts[line]
        while byte < offset, byte < source.bytes.count {
            byte += decodeScalar(source.bytes, at: byte).length
            scalar += 1
        }
        return location(from: scalar, to: scalar + 1)
    }

    private func lineIndex(of scalar: Int) -> Int {
        max(lineStarts.partitioningIndex { $0.scalar > scalar } - 1, 0)
    }

    /// The scalars of a line, counted from 1, without its end; nil for a byte that is not UTF-8.
    func scalars(ofLine line: Int) -> [Unicode.Scalar?] {
        guard line >= 1, line <= lineStarts.count else { return [] }
        var byte = lineStarts[line - 1].byte
        let end = line < lineStarts.count ? lineStarts[line].byte : source.bytes.count
        var scalars: [Unicode.Scalar?] = []
        while byte < end {
            let (scalar, length) = decodeScalar(source.bytes, at: byte)
            byte += length
            if scalar == "\n" || (scalar == "\r" && byte >= end - 1) { break }
            scalars.append(scalar)
        }
        return scalars
    }
}

extension Array {
    /// The first index whose element satisfies `isAfter`, where all that do come after all that do not.
    fileprivate func partitioningIndex(_ isAfter: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// The name of the encoding that a byte order mark, or the zeros of the first character, give away.
private func foreignEncoding(of bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32" }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
    guard bytes.count >= 4 else { return nil }
    switch (bytes[0] == 0, bytes[1] == 0, bytes[2] == 0, bytes[3] == 0) {
    case (true, true, true, false), (false, true, true, true): return "UTF-32"
    case (true, false, true, false), (false, true, false, true): return "UTF-16"
    default: return nil
    }
}

/// The characters YAML 1.2 allows in a file; the others can only be written with an escape.
private func isYAMLCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
}

/// The scalar that begins at `index`, and its length in bytes; nil and 1 where the bytes there are not UTF-8.
func decodeScalar(_ bytes: [UInt8], at index: Int) -> (scalar: Unicode.Scalar?, length: Int) {
    let first = bytes[index]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length: Int
    var value: UInt32
    switch first {
    case 0xC2...0xDF: (length, value) = (2, UInt32(first & 0x1F))
    case 0xE0...0xEF: (length, value) = (3, UInt32(first & 0x0F))
    case 0xF0...0xF4: (length, value) = (4, UInt32(first & 0x07))
    default: return (nil, 1)
    }
    guard bytes.count - index >= length else { return (nil, 1) }
    for offset in 1..<length {
        let byte = bytes[index + offset]
        guard byte & 0xC0 == 0x80 else { return (nil, 1) }
        value = value << 6 | UInt32(byte & 0x3F)
    }
    // What could have been written shorter, and halves of surrogate pairs, are no UTF-8 either.
    let isShortest = length == 2 || (length == 3 ? value >= 0x800 : value >= 0x10000)
    guard isShortest, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
    return (scalar, length)
}
