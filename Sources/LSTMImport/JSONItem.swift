// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// A value of a JSON document and where it stands in it, for messages: `layers[1].weights[0]`.
struct JSONItem {
    let value: JSONValue
    let place: String

    private init(_ value: JSONValue, place: String) {
        self.value = value
        self.place = place
    }

    /// The whole document; its syntax mistakes are reported at their line and column.
    init(_ bytes: [UInt8], path: String) throws(ImportFailure) {
        do {
            // A byte-order mark says nothing of UTF-8, and some editors write one.
            let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            value = try JSONValue(
                parsing: bytes, in: start..<bytes.count, maximumValues: ImportLimits.jsonValues)
            place = ""
        } catch {
            let (line, column) = error.lineAndColumn(in: bytes)
            let mistake = ImportMistake.notJSON(.init(text: error.message))
            // What Python writes for these is no JSON.
            let rest = bytes.dropFirst(error.offset)
            let isPython = ["NaN", "Infinity", "-Infinity"].contains { rest.starts(with: $0.utf8) }
            let notes = isPython ? [Diagnostic.Note("a model with values that are not finite cannot be imported")] : []
            throw ImportFailure([Diagnostic(mistake, at: .init(path: path, line: line, column: column), notes: notes)])
        }
    }

    func wrong(_ expected: String) -> ImportMistake {
        .wrongJSON(place: place.isEmpty ? "the file" : place, expected: expected)
    }

    func unsupported(_ what: String, _ why: String = "which no layer of a spec can be") -> ImportMistake {
        .unsupportedJSON(place: place.isEmpty ? "the file" : place, what: what, why: why)
    }

    /// nil where it is not there or null.
    func optional(_ name: String) -> JSONItem? {
        guard let found = value[name] else { return nil }
        if case .null = found { return nil }
        return JSONItem(found, place: place.isEmpty ? name : "\(place).\(name)")
    }

    func member(_ name: String) throws(ImportMistake) -> JSONItem {
        guard let found = optional(name) else {
            throw .wrongJSON(place: place.isEmpty ? name : "\(place).\(name)", expected: "given, and is missing")
        }
        return found
    }

    /// The names of an object's members that are not among these.
    func otherNames(than known: Set<String>) -> [String] {
        (value.members ?? []).map(\.name).filter { !known.contains($0) }
    }

    func members() throws(ImportMistake) -> [(name: String, item: JSONItem)] {
        guard let members = value.members else { throw wrong("an object") }
        return members.map { ($0.name, JSONItem($0.value, place: place.isEmpty ? $0.name : "\(place).\($0.name)")) }
    }

    func elements() throws(ImportMistake) -> [JSONItem] {
        guard let elements = value.elements else { throw wrong("a list") }
        return elements.enumerated().map { JSONItem($0.element, place: "\(place)[\($0.offset)]") }
    }

    func text() throws(ImportMistake) -> String {
        guard let text = value.string else { throw wrong("text") }
        return text
    }

    func number() throws(ImportMistake) -> Double {
        guard case .number(let text) = value, let number = Double(text), number.isFinite else {
            throw wrong("a number")
        }
        return number
    }

    /// A whole number from 1, with an upper limit far over any model's.
    func size() throws(ImportMistake) -> Int {
        guard case .number(let text) = value, let number = Double(text), let size = Int(exactly: number),
            1...ImportLimits.jsonSize ~= size
        else { throw wrong("a whole number from 1 to \(ImportLimits.jsonSize)") }
        return size
    }
}

extension JSONItem {
    /// A list of exactly so many finite numbers.
    func vector(_ count: Int) throws(ImportMistake) -> [Float] {
        guard let elements = value.elements, elements.count == count else {
            throw wrong("a list of \(count) numbers, not \(found)")
        }
        var floats: [Float] = []
        floats.reserveCapacity(count)
        for (index, element) in elements.enumerated() { floats.append(try float(element, at: "[\(index)]")) }
        return floats
    }

    /// So many lists of so many finite numbers, row-major.
    func matrix(_ rows: Int, _ columns: Int) throws(ImportMistake) -> [Float] {
        guard let lists = value.elements, lists.count == rows else {
            throw wrong("\(rows) lists of \(columns) numbers, not \(found)")
        }
        var floats: [Float] = []
        for row in try elements() { floats += try row.vector(columns) }
        return floats
    }

    /// Lists in lists of finite numbers, all of one shape.
    func tensor() throws(ImportMistake) -> (floats: [Float], shape: [Int]) {
        var shape: [Int] = []
        var inner = value
        while let elements = inner.elements {
            shape.append(elements.count)
            guard let first = elements.first else { break }
            inner = first
        }
        var floats: [Float] = []
        try append(value, shape[...], to: &floats)
        return (floats, shape)
    }

    /// As deep as the shape is long, which the JSON reader's limit bounds.
    private func append(_ value: JSONValue, _ shape: ArraySlice<Int>, to floats: inout [Float]) throws(ImportMistake) {
        guard let count = shape.first else {
            return floats.append(try float(value, at: ""))
        }
        guard let elements = value.elements, elements.count == count else {
            throw wrong("a tensor, lists in lists that are equally long")
        }
        for element in elements { try append(element, shape.dropFirst(), to: &floats) }
    }

    private func float(_ value: JSONValue, at index: String) throws(ImportMistake) -> Float {
        guard case .number(let text) = value, let number = Float(text), number.isFinite else {
            throw .wrongJSON(place: place + index, expected: "a number that a float32 can hold")
        }
        return number
    }

    /// Whether a list begins with a number, or with lists that do.
    var hasNumbers: Bool {
        var inner = value
        while let first = inner.elements?.first { inner = first }
        if case .number = inner { return true } else { return false }
    }

    /// What is there instead of a list, for a message.
    private var found: String {
        switch value {
        case .object: "an object"
        case .array(let elements): "a list of \(elements.count)"
        case .string: "text"
        case .number: "a number"
        case .bool: "a boolean"
        case .null: "null"
        }
    }
}
