// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// One cell of a CSV file: its text without quotes and without the spaces around it, and its place.
struct CSVCell {
    var text: String
    var place: CSVPlace
}

/// Bytes of one line; made into columns only where something is said of them, since lines can be long.
struct CSVPlace {
    var line: Int
    var lineStart: Int
    var bytes: Range<Int>

    /// Columns count Unicode scalars.
    func location(in source: SourceFile) -> SourceLocation {
        let end = min(bytes.upperBound, source.bytes.count)
        func scalars(_ range: Range<Int>) -> Int { source.bytes[range].count { $0 & 0xC0 != 0x80 } }
        return SourceLocation(
            path: source.path, line: line, column: scalars(lineStart..<min(bytes.lowerBound, end)) + 1,
            length: max(scalars(min(bytes.lowerBound, end)..<end), 1))
    }
}

/// One line of a CSV file, or several where a quoted cell has line ends in it.
struct CSVRow {
    /// The first ones, as many as the scanner was asked to keep.
    var cells: [CSVCell]
    /// All there are.
    var count: Int
    /// The place of the first cell.
    var place: CSVPlace
}

/// Cuts a CSV file into rows: commas between cells, LF, CR LF or CR after rows, quotes as in RFC 4180; empty lines are
/// passed over.
struct CSVScanner {
    private let source: SourceFile
    private var position: Int
    private var line = 1
    private var lineStart: Int
    /// What is wrong with the quotes of the row read last.
    private(set) var quoteMistakes: [(mistake: CSVMistake, place: CSVPlace)] = []

    init(_ source: SourceFile) {
        self.source = source
        // A byte order mark is no part of the first cell.
        position = source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        lineStart = position
    }

    private var byte: UInt8? { position < source.bytes.count ? source.bytes[position] : nil }
    private var isAtRowEnd: Bool { byte == nil || byte == 0x0A || byte == 0x0D }

    /// The next row that is not empty; nil after the last.
    ///
    /// - Parameter limit: cells to keep: a row of any length costs no more memory than that.
    mutating func nextRow(keeping limit: Int) -> CSVRow? {
        quoteMistakes = []
        while byte != nil {
            skipBlanks()
            guard isAtRowEnd else { return row(keeping: limit) }
            endLine()
        }
        return nil
    }

    private mutating func row(keeping limit: Int) -> CSVRow {
        var row = CSVRow(cells: [], count: 0, place: place(of: position..<(position + 1)))
        while true {
            let cell = cell(isKept: row.count < limit)
            row.count += 1
            if let cell { row.cells.append(cell) }
            if byte == 0x2C {
                position += 1
            } else {
                endLine()
                return row
            }
        }
    }

    private mutating func cell(isKept: Bool) -> CSVCell? {
        skipBlanks()
        if byte == 0x22 { return quotedCell(isKept: isKept) }
        let start = position
        skipToCellEnd()
        guard isKept else { return nil }
        var end = position
        while end > start, isBlank(source.bytes[end - 1]) { end -= 1 }
        return CSVCell(text: text(start..<end), place: place(of: start..<max(end, start + 1)))
    }

    private mutating func quotedCell(isKept: Bool) -> CSVCell? {
        let start = position
        let opening = place(of: start..<(start + 1))
        var content: [UInt8] = []
        var isClosed = false
        position += 1
        while let byte {
            if byte == 0x22 {
                position += 1
                isClosed = self.byte != 0x22
                if isClosed { break }
            }
            if isKept { content.append(byte) }
            if byte == 0x0A || byte == 0x0D { endLine() } else { position += 1 }
        }
        guard isClosed else {
            quoteMistakes.append((.unclosedQuote, opening))
            return nil
        }
        let end = position
        skipBlanks()
        if !isAtRowEnd, byte != 0x2C {
            quoteMistakes.append((.textAfterQuote, place(of: position..<(position + 1))))
            skipToCellEnd()
        }
        guard isKept else { return nil }
        let place = opening.line == line ? place(of: start..<end) : opening
        return CSVCell(text: String(decoding: content, as: UTF8.self), place: place)
    }

    private mutating func skipBlanks() {
        while let byte, isBlank(byte) { position += 1 }
    }

    private mutating func skipToCellEnd() {
        while !isAtRowEnd, byte != 0x2C { position += 1 }
    }

    /// Past the end of a line, where one is here.
    private mutating func endLine() {
        guard let end = byte else { return }
        position += end == 0x0D && position + 1 < source.bytes.count && source.bytes[position + 1] == 0x0A ? 2 : 1
        line += 1
        lineStart = position
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: source.bytes[range], as: UTF8.self) }

    private func place(of bytes: Range<Int>) -> CSVPlace { CSVPlace(line: line, lineStart: lineStart, bytes: bytes) }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
