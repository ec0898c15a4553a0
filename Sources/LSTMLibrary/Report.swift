// SPDX-License-Identifier: Apache-2.0

import LSTMGeneration
import LSTMHeader
import LSTMInterpreter
import LSTMSpec

/// What is wrong: an `lstmc_error`.
///
/// Made whole, so that any thread may read it.
final class Report: Error, @unchecked Sendable {
    private let strings = CStrings()
    /// As people read it.
    let text: UnsafePointer<CChar>
    /// As an array of JSON.
    let json: UnsafePointer<CChar>
    private let diagnostics: [(diagnostic: lstmc_diagnostic, notes: [lstmc_diagnostic])]

    /// What is wrong with files.
    init(_ found: [Diagnostic], sources: [String: SourceFile]) {
        let strings = strings
        text = strings.keep(render(found, sources: sources))
        json = strings.keep(renderJSON(found))
        diagnostics = found.map { found in
            let notes = found.notes.map {
                lstmc_diagnostic(nil, "note", $0.message, $0.location, notes: 0, strings)
            }
            let diagnostic = lstmc_diagnostic(
                found.mistake.code, found.severity.rawValue, found.message, found.location, notes: notes.count, strings)
            return (diagnostic, notes)
        }
    }

    /// What is wrong with what a function was given, which is in no file.
    init(_ mistakes: [any Mistake]) {
        let strings = strings
        text = strings.keep(mistakes.map { "error: \(printable($0.message))\n" }.joined())
        let objects = mistakes.map { mistake -> JSONText in
            .object([
                ("severity", "error"), ("code", .text(mistake.code)), ("message", .text(mistake.message)),
                ("notes", []),
            ])
        }
        json = strings.keep(JSONText.array(objects).line)
        diagnostics = mistakes.map { (lstmc_diagnostic($0.code, "error", $0.message, nil, notes: 0, strings), []) }
    }

    convenience init(_ loader: SpecLoader) {
        self.init(loader.collected?.diagnostics ?? [], sources: loader.sources)
    }

    convenience init(_ mistake: LibraryMistake) { self.init([mistake]) }

    convenience init(_ found: InputMistakes) { self.init(found.mistakes) }

    var count: Int { diagnostics.count }

    func diagnostic(_ index: Int) -> lstmc_diagnostic? {
        diagnostics.indices.contains(index) ? diagnostics[index].diagnostic : nil
    }

    func note(_ number: Int, of index: Int) -> lstmc_diagnostic? {
        guard diagnostics.indices.contains(index), diagnostics[index].notes.indices.contains(number) else { return nil }
        return diagnostics[index].notes[number]
    }
}

extension lstmc_diagnostic {
    fileprivate init(
        _ code: String?, _ severity: String, _ message: String, _ place: SourceLocation?, notes: Int,
        _ strings: CStrings
    ) {
        self.init(
            severity: strings.keep(severity), code: code.map(strings.keep), message: strings.keep(message),
            path: place.map { strings.keep($0.path) }, line: place?.line ?? 0, column: place?.column ?? 0,
            length: place?.length ?? 0, notes: notes)
    }
}

/// Texts as C has them, for as long as their owner lives.
final class CStrings {
    private var kept: [UnsafeMutablePointer<CChar>] = []

    func keep(_ text: String) -> UnsafePointer<CChar> {
        let copy = cString(text)
        kept.append(copy)
        return UnsafePointer(copy)
    }

    deinit { for text in kept { text.deallocate() } }
}

/// A text that C reads, up to a zero; whoever asks deallocates it.
func cString(_ text: String) -> UnsafeMutablePointer<CChar> {
    let bytes = Array(text.utf8)
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: CChar(bitPattern: byte)) }
    (copy + bytes.count).initialize(to: 0)
    return copy
}
