// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// A command has failed, and has said why.
package struct Failure: Error {
    package init() {}
}

/// Reads files for a command, gathers what is wrong with them, and ends the command where an error was found.
///
/// What it reads is told apart in files of their own: `ReadSpec`, `OpenFiles`.
package struct SpecLoader {
    package let style: DiagnosticsStyle
    private var diagnostics: [Diagnostic] = []
    package private(set) var sources: [String: SourceFile] = [:]
    /// The files that were read, or should have been, and what each is to the command.
    package private(set) var filesRead: [FileRead] = []
    /// What would have gone to the terminal, where it goes nowhere.
    package private(set) var collected: Collected?

    package init(_ style: DiagnosticsStyle) {
        self.style = style
    }

    /// A loader that writes nothing: what is said and found is in `collected`.
    package init(collecting: Void) {
        style = DiagnosticsStyle()
        collected = Collected()
    }

    /// What a loader has said, in its order.
    package struct Collected {
        /// Whole lines of results, each with its end.
        package var text = ""
        package var diagnostics: [Diagnostic] = []
        /// The files that were written.
        package var files: [String] = []
    }

    /// Notes files that were written, where somebody collects them.
    mutating func noteWritten(_ files: [Output]) { collected?.files += files.map(\.path) }

    /// Adds a file that diagnostics may show lines of.
    package mutating func addSource(_ source: SourceFile) {
        sources[source.path] = source
    }

    /// A file's bytes; nil, with the reason reported, where it cannot be read.
    ///
    /// - Parameter place: where that is reported; at the file itself by default.
    package mutating func bytes(
        of what: String, at path: String, limit: Int, reportedAt place: SourceLocation? = nil
    ) -> [UInt8]? {
        filesRead.append(FileRead(what: what, path: path))
        do {
            return try fileBytes(at: path, limit: limit)
        } catch {
            report(FileMistake(what: what, path: path, error: error), at: place ?? .init(startOf: path))
            return nil
        }
    }

    package mutating func report(_ mistake: some Mistake, at location: SourceLocation, notes: [Diagnostic.Note] = []) {
        diagnostics.append(Diagnostic(mistake, at: location, notes: notes))
    }

    /// A path in a spec is relative to the spec's folder.
    package func resolve(_ file: Located<String>) -> String {
        if file.value.unicodeScalars.first == "/" { return file.value }
        return folderPrefix(of: file.location.path) + file.value
    }

    package mutating func report(_ found: [Diagnostic]) {
        diagnostics += found
    }

    /// Puts what `body` reports in the order of its places.
    package mutating func inOrderOfPlaces(_ body: (inout SpecLoader) -> Void) {
        let first = diagnostics.count
        body(&self)
        diagnostics = diagnostics[..<first] + Array(diagnostics[first...]).orderedByPlace
    }

    /// Ends the command where an error was found; else shows the warnings, before a long run and not after it.
    package mutating func proceed() throws {
        // Machines get a single array, at the end.
        if diagnostics.hasErrors || style.format == .text { try finish() }
    }

    /// Writes what was found to stderr, and ends the command where there is an error.
    package mutating func finish() throws {
        let hasErrors = diagnostics.hasErrors
        defer { diagnostics = [] }
        if collected != nil {
            collected?.diagnostics += diagnostics
            if hasErrors { throw Failure() }
            return
        }
        switch style.format {
        case .text: Console.log(render(diagnostics, sources: sources, paint: style.errorPaint))
        case .json: Console.log(renderJSON(diagnostics) + "\n")
        }
        if hasErrors { throw Failure() }
    }

    /// Writes results to stdout, each line with its end.
    package mutating func print(_ lines: [String]) throws { try print(lines.map { $0 + "\n" }.joined()) }

    /// Writes to stdout as it stands.
    package mutating func print(_ text: String) throws {
        if collected != nil {
            collected?.text += text
            return
        }
        do {
            try Console.write(text)
        } catch {
            report(StdoutMistake(reason: error.reason), at: .init(startOf: "stdout"))
            try finish()
        }
    }
}

/// Results that cannot be written.
private struct StdoutMistake: Mistake {
    let reason: String

    var code: String { "output" }
    var message: String { "the results cannot be written: \(reason)" }
}
