// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

private let importable = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures")

@Suite("import")
struct ImportTests {
    let box: Sandbox

    init() throws { box = try Sandbox() }

    private func place(_ file: String, in folder: String = "Recognised", as name: String? = nil) throws {
        try box.write(
            name ?? file, [UInt8](Data(contentsOf: importable.appendingPathComponent("\(folder)/\(file)"))))
    }

    /// The files of Expected: one for each recognised fixture with results.
    private static let judged = fixtureNames(in: importable.appendingPathComponent("Expected"), suffix: ".safetensors")

    @Test("gives what the source framework gives, in float64", arguments: judged)
    func equals(_ name: String) throws {
        let source = String(name.dropLast(".safetensors".count))
        try place(source)
        try place(name, in: "Expected", as: "expected.safetensors")
        let imported = try box.run("import", source, "--name", "Fixture", "--output", "specs/new")
        #expect(imported.code == 0, "\(imported.testDescription)")
        #expect(imported.stderr.isEmpty)
        let checked = try box.run("check", "specs/new/Fixture.lstm.yaml")
        #expect(checked.code == 0, "\(checked.testDescription)")
        let verified = try box.run(
            "verify", "specs/new/Fixture.lstm.yaml", "--against", "expected.safetensors", "--tolerance", "1e-6")
        #expect(verified.code == 0, "\(verified.testDescription)")
    }

    @Test(
        "and generate give the types that are compiled and run in ImportedModels",
        arguments: [
            ("ImportedPt", "speech-model.pt"), ("ImportedSafetensors", "speech-model.safetensors"),
            ("ImportedNpz", "speech-model.npz"), ("ImportedRTNeural", "rtneural.json"), ("ImportedAida", "aida.json"),
            ("ImportedProteus", "proteus.json"), ("ImportedNAM", "amp.nam"),
        ])
    func generated(_ type: String, _ source: String) throws {
        try place(source)
        #expect(try box.run("import", source, "--name", type).code == 0)
        let outcome = try box.run("generate", "\(type).lstm.yaml", "--output", ".")
        #expect(outcome.code == 0, "\(outcome.testDescription)")
        try assertSnapshot(
            String(decoding: try box.read("\(type).swift"), as: UTF8.self),
            at: repositoryRoot.appendingPathComponent("Tests/ImportedModels/\(type).swift"))
    }
}
