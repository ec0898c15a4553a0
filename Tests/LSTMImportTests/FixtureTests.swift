// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMImport
import LSTMSpec
import TestSupport
import Testing

private let fixtures = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures")

private func names(in folder: String) -> [String] {
    fixtureNames(in: fixtures.appendingPathComponent(folder), suffix: "")
}

/// Files that Tools/make_import_fixtures.py wrote, by what becomes of them.
@Suite("Imported files")
struct FixtureTests {
    private func bytes(_ folder: String, _ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: fixtures.appendingPathComponent("\(folder)/\(name)")))
    }

    private func weights(_ model: ImportedModel, of bytes: [UInt8]) -> [UInt8] {
        switch model.weights {
        case .inPlace: bytes
        case .converted(let tensors): safetensorsBytes(tensors)
        }
    }

    /// The spec and its diagnostics, as the command line goes about it.
    private func spec(_ bytes: [UInt8], _ name: String) throws(ImportFailure) -> (text: String, [Diagnostic]) {
        let model = try importModel(bytes, path: name)
        var file = name
        if case .converted = model.weights { file = "Fixture.safetensors" }
        let text = specText(model, name: typeName(forFile: name), weightsFile: file, heading: "From \(name).")
        let found = checkImport(
            text, path: "Fixture.lstm.yaml", weights: weights(model, of: bytes), source: name)
        return (text, found)
    }

    @Test("become specs that pass every check", arguments: names(in: "Recognised"))
    func recognised(_ name: String) throws {
        let (text, diagnostics) = try spec(try bytes("Recognised", name), name)
        #expect(diagnostics.isEmpty, "\(render(diagnostics, sources: [:]))")
        try assertSnapshot(text, at: fixtures.appendingPathComponent("Snapshots/\(name).yaml"))
    }

    @Test("are refused by name", arguments: names(in: "Refused"))
    func refused(_ name: String) throws {
        let source = try bytes("Refused", name)
        let found: [Diagnostic]
        do throws(ImportFailure) {
            found = try spec(source, name).1
        } catch {
            found = error.diagnostics
        }
        #expect(found.hasErrors)
        #expect(found.allSatisfy { $0.location.path == name })
        try assertSnapshot(render(found, sources: [:]), at: fixtures.appendingPathComponent("Snapshots/\(name).txt"))
    }

    @Test("keep their tensors where they are converted", arguments: ["speech-model.pt", "tagger.pt", "cell.pth"])
    func converted(_ name: String) throws {
        let bytes = try bytes("Recognised", name)
        var options = ImportOptions()
        options.converts = true
        let model = try importModel(bytes, path: name, options: options)
        guard case .converted(let tensors) = model.weights else {
            Issue.record("the tensors are not converted")
            return
        }
        let source = try Checkpoint(bytes, fileName: name)
        #expect(tensors.count == source.tensors.count)
        let written = try Checkpoint(safetensorsBytes(tensors), fileName: "x.safetensors")
        let values = written.tensors.values.map { $0.doubles() ?? [] }
        for (name, tensor) in source.tensors { #expect(values.contains(tensor.doubles() ?? [.nan]), "\(name)") }
        #expect(model.layers.allSatisfy { $0.module == nil })
    }
}
