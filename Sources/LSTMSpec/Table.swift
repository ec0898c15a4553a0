// SPDX-License-Identifier: Apache-2.0

/// Rows of text in aligned columns.
package struct Table {
    package enum Alignment { case left, right }

    package let alignments: [Alignment]
    package private(set) var rows: [[String]] = []
    private var headings: Set<Int> = []

    package init(_ alignments: [Alignment]) {
        self.alignments = alignments
    }

    package mutating func add(_ cells: String...) { add(cells) }

    package mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    /// A row that says what stands below it.
    package mutating func addHeading(_ cells: String...) { addHeading(cells) }

    package mutating func addHeading(_ cells: [String]) {
        headings.insert(rows.count)
        rows.append(cells)
    }

    /// The rows as lines, two spaces between columns, none at a line's end.
    package func lines(_ paint: Paint = .none, indent: Int = 0) -> [String] {
        let widths = alignments.indices.map { column in
            rows.map { $0.indices.contains(column) ? displayWidth(of: $0[column]) : 0 }.max() ?? 0
        }
        return rows.enumerated().map { index, row in
            let isHeading = headings.contains(index)
            var line = ""
            // Written only before more text: no line ends in spaces.
            var gap = String(repeating: " ", count: indent)
            for (column, cell) in row.enumerated() where column < widths.count {
                let padding = String(repeating: " ", count: widths[column] - displayWidth(of: cell))
                if alignments[column] == .right { gap += padding }
                if !cell.isEmpty {
                    line += gap + (isHeading ? paint(cell, .heading) : cell)
                    gap = ""
                }
                if alignments[column] == .left { gap += padding }
                gap += "  "
            }
            return line
        }
    }
}
