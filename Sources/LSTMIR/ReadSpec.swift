// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What became of a spec's text.
public struct SpecReading: Sendable {
    /// As written; nil where the text is no mapping.
    public let document: Document?
    /// Nil where there is an error.
    public let model: Model?
    /// Of both stages, by place.
    public let diagnostics: [Diagnostic]

    /// Parses a spec and lowers it.
    public init(_ source: SourceFile) {
        let parsed = parse(source)
        guard let document = parsed.document else {
            (self.document, model, diagnostics) = (nil, nil, parsed.diagnostics)
            return
        }
        let lowered = lower(document)
        self.document = document
        model = parsed.diagnostics.hasErrors ? nil : lowered.model
        diagnostics = (parsed.diagnostics + lowered.diagnostics).orderedByPlace
    }
}
