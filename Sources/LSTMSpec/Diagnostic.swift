// SPDX-License-Identifier: Apache-2.0

/// How much a diagnostic matters: an error stops the run with exit code 1, a warning does not.
public enum Severity: String, Hashable, Sendable {
    case error
    case warning
}

/// What one stage can find wrong: an enum with one case a mistake, and the words for it.
///
/// Each stage has its own: `SpecMistake`, `ModelMistake`, `CheckpointMistake`.
public protocol Mistake: Sendable {
    /// A stable name for machines, such as `unknown-key`.
    var code: String { get }
    var severity: Severity { get }
    /// One sentence without a full stop: what is wrong, what was expected, what to do.
    var message: String { get }
}

extension Mistake {
    public var severity: Severity { .error }
}

/// All that is wrong with one thing, as an error: its place is for the one who catches it to know.
public struct Mistakes<Kind: Mistake>: Error {
    /// At least one.
    public let mistakes: [Kind]

    public init(_ mistakes: [Kind]) {
        self.mistakes = mistakes
    }
}

/// One mistake, where it stands, and the other places that explain it.
public struct Diagnostic: Error, Sendable {
    /// A sentence that explains a diagnostic; `location` is nil where it speaks of no text file.
    public struct Note: Hashable, Sendable {
        public var message: String
        /// Where it points; nil where it is only said.
        public var location: SourceLocation?

        public init(_ message: String, at location: SourceLocation? = nil) {
            self.message = message
            self.location = location
        }
    }

    /// What is wrong.
    public var mistake: any Mistake
    /// Where it stands.
    public var location: SourceLocation
    public var notes: [Note]

    public init(_ mistake: any Mistake, at location: SourceLocation, notes: [Note] = []) {
        self.mistake = mistake
        self.location = location
        self.notes = notes
    }

    public var severity: Severity { mistake.severity }
    public var message: String { mistake.message }
}

extension Sequence<Diagnostic> {
    /// True where one of them is an error, and not a warning.
    public var hasErrors: Bool { contains { $0.severity == .error } }

    /// The same diagnostics in the order of their places; those of one place keep their order.
    public var orderedByPlace: [Diagnostic] {
        enumerated().sorted { ($0.element.location, $0.offset) < ($1.element.location, $1.offset) }.map(\.element)
    }
}
