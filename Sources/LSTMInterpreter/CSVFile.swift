// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime
import LSTMSpec

extension Inputs {
    /// Reads a CSV file as one sequence of a model's only input.
    ///
    /// Nil, with every mistake at its cell (up to a limit), where something is wrong.
    public static func reading(csv source: SourceFile, for model: Model) -> (inputs: Inputs?, diagnostics: [Diagnostic])
    {
        let (given, diagnostics) = GivenInput.reading(csv: source, as: model.inputs[0])
        guard let given else { return (nil, diagnostics) }
        do {
            return (try Inputs([given], for: model), [])
        } catch {
            let top = SourceLocation(startOf: source.path)
            return (nil, error.mistakes.map { Diagnostic($0, at: top) })
        }
    }
}

extension GivenInput {
    /// Reads a CSV file as one sequence of an input: a row is a step, a column a feature, or the token id where it is ids.
    ///
    /// A first row without any number is a heading. Numbers are `1`, `-0.5`, `1e-3`, `nan` and `inf` in every locale.
    /// Nil, with every mistake at its cell (up to a limit), where something is wrong.
    public static func reading(
        csv source: SourceFile, as input: Model.Input
    ) -> (given: GivenInput?, diagnostics: [Diagnostic]) {
        var reader = CSVReader(input, source)
        reader.read()
        guard reader.diagnostics.isEmpty else { return (nil, reader.diagnostics) }
        return (GivenInput(reader.values, steps: reader.steps, batch: nil), [])
    }
}

private struct CSVReader {
    private let input: Model.Input
    private let source: SourceFile
    private let size: Int
    private var features: [Float] = []
    private var tokens: [Int32] = []
    private(set) var steps = 0
    private(set) var diagnostics: [Diagnostic] = []
    private var isFull = false

    init(_ input: Model.Input, _ source: SourceFile) {
        self.input = input
        self.source = source
        size = input.features ?? 1
    }

    var values: Inputs.Values {
        input.tokens == nil ? .features(features) : .tokens(tokens)
    }

    mutating func read() {
        let top = CSVPlace(line: 1, lineStart: 0, bytes: 0..<0)
        if source.bytes.starts(with: [0xFF, 0xFE]) || source.bytes.starts(with: [0xFE, 0xFF]) {
            return report(.notUTF8Text, at: top)
        }
        var scanner = CSVScanner(source)
        var columns: Int?
        while !isFull, let row = scanner.nextRow(keeping: size) {
            for (mistake, place) in scanner.quoteMistakes { report(mistake, at: place) }
            if let columns {
                guard row.count == columns else {
                    report(.ragged(found: row.count, expected: columns), at: row.place)
                    continue
                }
                take(row)
            } else {
                columns = row.count
                if row.count != size { report(columnMistake(row.count), at: row.place) }
                if !isHeading(row) || !scanner.quoteMistakes.isEmpty { take(row) }
            }
        }
        if steps == 0, diagnostics.isEmpty { report(.noRows, at: top) }
    }

    private func columnMistake(_ found: Int) -> CSVMistake {
        if input.tokens != nil { return .columns(found: found, expected: 1, isTokens: true) }
        return .columns(found: found, expected: size, isTokens: false)
    }

    private func isHeading(_ row: CSVRow) -> Bool {
        row.cells.allSatisfy { !$0.text.isEmpty && number($0.text) == nil }
    }

    private mutating func take(_ row: CSVRow) {
        steps += 1
        for cell in row.cells where !isFull {
            if let count = input.tokens { takeToken(cell, count) } else { takeFeature(cell) }
        }
    }

    private mutating func takeFeature(_ cell: CSVCell) {
        guard let value = number(cell.text) else {
            return report(cell.text.isEmpty ? .emptyCell : .notANumber(cell.text), at: cell.place)
        }
        // What was not written as infinite was not meant to be.
        if value.isInfinite, cell.text.utf8.contains(where: isDigit) {
            return report(.tooLarge(cell.text), at: cell.place)
        }
        features.append(value)
    }

    private mutating func takeToken(_ cell: CSVCell, _ count: Int) {
        let digits = cell.text.utf8.drop { $0 == 0x2B || $0 == 0x2D }
        guard !digits.isEmpty, cell.text.utf8.count - digits.count <= 1, digits.allSatisfy(isDigit) else {
            return report(cell.text.isEmpty ? .emptyCell : .notAWholeNumber(cell.text), at: cell.place)
        }
        guard let id = Int32(cell.text), 0 <= id, id < count else {
            return report(.tokenOutOfRange(id: cell.text, count: count), at: cell.place)
        }
        tokens.append(id)
    }

    private mutating func report(_ mistake: CSVMistake, at place: CSVPlace) {
        if isFull { return }
        isFull = diagnostics.count == CSVMistake.limit
        diagnostics.append(Diagnostic(isFull ? CSVMistake.tooMany : mistake, at: place.location(in: source)))
    }
}

/// A decimal number, `nan` or `inf` in any case and with any sign; nil for everything else that C would take.
private func number(_ text: String) -> Float? {
    if NumberForm(text) != nil { return Float(text) }
    let word = text.drop { $0 == "+" || $0 == "-" }.lowercased()
    return ["nan", "inf", "infinity"].contains(word) ? Float(text) : nil
}

/// The CSV text of a result: a row for each vector of its last axis, under `heading` where that has any names.
///
/// Numbers are the shortest that give the same float32 again.
public func csvText(of result: ResultTensor, heading: [String]) -> String {
    let size = max(result.shape.last ?? 1, 1)
    var lines = heading.isEmpty ? [] : [heading.map(csvCell).joined(separator: ",")]
    for start in stride(from: 0, to: result.values.count, by: size) {
        lines.append(result.values[start..<(start + size)].map { "\($0)" }.joined(separator: ","))
    }
    return lines.map { $0 + "\n" }.joined()
}

private func csvCell(_ text: String) -> String {
    let isPlain = !text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
    if isPlain, text.unicodeScalars.first != " ", text.unicodeScalars.last != " " { return text }
    return "\"" + replacing(in: text) { $0 == "\"" ? "\"\"" : nil } + "\""
}
