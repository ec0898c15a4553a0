// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// One version: the program's, the changes' and the one that documents have people depend on.
@Suite("Versions") struct VersionTests {
    private func version() throws -> String {
        let outcome = try Sandbox().run(["--version"])
        #expect(outcome.code == 0)
        return outcome.stdout.trimmingCharacters(in: .newlines)
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: repositoryRoot.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("the last one of the changes is the program's") func changes() throws {
        let headings = try text("CHANGELOG.md").split(separator: "\n").filter { $0.hasPrefix("## ") }.map {
            $0.dropFirst(3)
        }
        #expect(try headings.first { $0 != "Unreleased" } == version()[...])
        #expect(try version().wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+/) != nil)
    }

    @Test(
        "a manifest's line depends on it, and on no stranger's repository",
        arguments: ["README.md", "Sources/LSTMRuntime/LSTMRuntime.docc/Plugin.md"])
    func manifests(_ path: String) throws {
        let text = try text(path)
        let versions = text.matches(of: /\.package\(url: "([^"]*)", from: "([^"]*)"\)/)
        #expect(!versions.isEmpty)
        for line in versions {
            #expect(try line.2 == version()[...])
            // Nobody can have that address: pasted as it is, the line fails.
            #expect(line.1 == "ADDRESS")
        }
        #expect(!text.contains("github.com/OWNER"))
    }
}
