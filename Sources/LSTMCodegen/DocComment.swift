// SPDX-License-Identifier: Apache-2.0

/// A documentation comment as Quick Help and DocC read it.
struct DocComment {
    /// The paragraphs before the lists; the first is the summary.
    var paragraphs: [String]
    /// By the names that a function's body uses.
    var parameters: [(name: String, text: String)] = []
    var returns: String?
    var throwing: String?
    var preconditions: [String] = []

    init(_ paragraphs: String...) { self.paragraphs = paragraphs.filter { !$0.isEmpty } }

    /// The columns of the text, at the deepest place that has such a comment.
    private static let width = 108

    func print(_ printer: inout CodePrinter) {
        for (index, paragraph) in paragraphs.enumerated() {
            if index > 0 { printer.print("///") }
            for line in wrapped(paragraph, width: Self.width) { printer.print("/// " + line) }
        }
        let further = [("Returns", returns), ("Throws", throwing)].compactMap { word, text in
            text.map { (word, $0) }
        }
        guard !parameters.isEmpty || !further.isEmpty || !preconditions.isEmpty else { return }
        printer.print("///")
        if parameters.count == 1 {
            item("Parameter \(parameters[0].name)", parameters[0].text, &printer)
        } else if parameters.count > 1 {
            printer.print("/// - Parameters:")
            for (name, text) in parameters { item(name, text, indent: "  ", &printer) }
        }
        for (word, text) in further + preconditions.map({ ("Precondition", $0) }) { item(word, text, &printer) }
    }

    /// An entry of a list, its further lines below the text of the first.
    private func item(_ name: String, _ text: String, indent: String = "", _ printer: inout CodePrinter) {
        for (index, line) in wrapped("\(name): \(text)", width: Self.width - 2 - indent.count).enumerated() {
            printer.print("/// " + indent + (index == 0 ? "- " : "  ") + line)
        }
    }
}
