// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMSpec
import TestSupport
import Testing

/// Every fixture's diagnostics, with their whole text.
struct FixtureTests {
    private static let names = specFixtureNames()

    @Test(arguments: names)
    func diagnosticsAreAsCommitted(name: String) throws {
        let source = try spec(named: name)
        let text = render(parse(source).diagnostics, sources: [source.path: source])
        try assertSnapshot(text, at: fixtures.appendingPathComponent(name + ".txt"))
    }

    @Test func everyMistakeHasAFixture() throws {
        // These need a file too large to commit; LimitTests makes them.
        var missing = Set(SpecMistake.Kind.allCases).subtracting([.fileTooLarge, .tooManyMistakes])
        for name in Self.names {
            for diagnostic in parse(try spec(named: name)).diagnostics {
                let mistake = try #require(diagnostic.mistake as? SpecMistake)
                #expect(!mistake.message.isEmpty)
                missing.remove(mistake.kind)
            }
        }
        #expect(missing.isEmpty)
    }

    @Test(arguments: names)
    func placesAreInOrder(name: String) throws {
        let places = parse(try spec(named: name)).diagnostics.map(\.location)
        #expect(places == places.sorted())
    }

    private func spec(named name: String) throws -> SourceFile {
        let data = try Data(contentsOf: fixtures.appendingPathComponent(name + ".yaml"))
        return SourceFile(path: name + ".yaml", bytes: Array(data))
    }
}

private func specFixtureNames() -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
}
