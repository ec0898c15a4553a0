// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

private let fixtures = repositoryRoot.appendingPathComponent("Tests/LSTMIRTests/Fixtures")

/// Each fixture's diagnostics with their full text, then the IR where there is one, against the committed snapshot.
@Test("fixture", arguments: fixtureNames(in: fixtures, suffix: ".yaml"))
func fixture(_ name: String) throws {
    let file = fixtures.appendingPathComponent(name)
    let source = SourceFile(path: name, bytes: [UInt8](try Data(contentsOf: file)))
    let parsed = parse(source)
    let document = try #require(parsed.document)
    let lowered = lower(document)
    let diagnostics = (parsed.diagnostics + lowered.diagnostics).orderedByPlace
    if name.hasPrefix("valid-") {
        #expect(diagnostics.isEmpty)
        #expect(lowered.model != nil)
    } else {
        #expect(!diagnostics.isEmpty)
    }
    let text = render(diagnostics, sources: [name: source]) + (lowered.model?.text ?? "")
    try assertSnapshot(text, at: file.deletingPathExtension().appendingPathExtension("txt"))
}
