// SPDX-License-Identifier: Apache-2.0

/// Collects source text line by line, indented as it nests.
struct CodePrinter {
    private(set) var text = ""
    private var depth = 0
    private static let width = 120

    /// - Parameter capacity: bytes that the text may have before it is moved.
    init(capacity: Int = 0) {
        text.reserveCapacity(capacity)
    }

    /// Prints each line of `lines` at the current depth.
    mutating func print(_ lines: String = "") {
        for line in lines.split(separator: "\n", omittingEmptySubsequences: false) { printLine(String(line)) }
    }

    /// Prints `head {`, what `body` prints one level deeper, and `}`.
    mutating func block(_ head: String, _ body: (inout CodePrinter) -> Void) {
        print(head + " {")
        indent(body)
        print("}")
    }

    /// Prints heads that open closures, one closure in another, what `body` prints in the innermost, and their ends.
    mutating func closures(_ heads: [String], _ body: (inout CodePrinter) -> Void) {
        guard let head = heads.first else { return body(&self) }
        print(head)
        indent { $0.closures(Array(heads.dropFirst()), body) }
        print("}")
    }

    mutating func indent(_ body: (inout CodePrinter) -> Void) {
        depth += 1
        body(&self)
        depth -= 1
    }

    /// Prints `head(items)tail`: on one line where it fits, else the items filled into lines one level deeper.
    mutating func list(_ head: String, _ items: [String], _ tail: String = "") {
        let line = "\(head)(\(items.joined(separator: ", ")))\(tail)"
        guard depth * 4 + line.count > Self.width else { return printLine(line) }
        printLine(head + "(")
        indent { printer in printer.fill(items) }
        printLine(")" + tail)
    }

    /// The same with a body in braces.
    mutating func function(_ head: String, _ items: [String], _ tail: String, _ body: (inout CodePrinter) -> Void) {
        list(head, items, tail + " {")
        indent(body)
        print("}")
    }

    private mutating func fill(_ items: [String]) {
        var line = ""
        for (index, item) in items.enumerated() {
            let piece = item + (index == items.count - 1 ? "" : ",")
            if !line.isEmpty, depth * 4 + line.count + piece.count + 1 > Self.width {
                printLine(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + piece
        }
        printLine(line)
    }

    private mutating func printLine(_ line: String) {
        if !line.isEmpty { text += String(repeating: "    ", count: depth) + line }
        text += "\n"
    }

    /// Appends a long text as it is, after the current indentation.
    mutating func printVerbatim(_ pieces: String...) {
        text += String(repeating: "    ", count: depth)
        for piece in pieces { text += piece }
        text += "\n"
    }
}
