// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMIR
import LSTMInterpreter
import LSTMSpec
import ProgramTestSupport
import TestSupport
import Testing

private let examples = fixtureNames(
    in: repositoryRoot.appendingPathComponent("Tests/DocumentationTests/Examples"), suffix: ".yaml")

@Suite("The spec reference")
struct SpecReferenceTests {
    @Test("is what the keys' descriptions say") func committed() throws {
        try assertSnapshot(
            try specReference(), at: repositoryRoot.appendingPathComponent("\(catalogue)/SpecReference.md"))
    }

    @Test("its examples have every key of their sections, and every example is in it", arguments: Section.documented)
    func keys(_ section: Section) throws {
        let text = try section.examples.map { try Example($0).text }.joined()
        // What has keys of its own has a section of its own.
        for (key, description) in zip(section.keys, section.keyDescriptions) {
            if case .section(.initial) = description.value { continue }
            #expect(text.contains(try Regex("(^|[ {,\n-])\(key):")), "\(section.examples) has no '\(key)'")
        }
    }

    @Test("no example is left over") func allUsed() {
        #expect(Set(examples) == Set(Section.documented.flatMap(\.examples)))
    }

    @Test("its examples are without a mistake, and run", arguments: examples)
    func run(_ file: String) throws {
        let example = try Example(file)
        let parsed = parse(example.source)
        let lowered = lower(try #require(parsed.document))
        let diagnostics = parsed.diagnostics + lowered.diagnostics
        #expect(diagnostics.isEmpty, "\(render(diagnostics, sources: [file: example.source]))")
        let model = try #require(lowered.model)
        let inputs = try randomInputs(for: model, steps: 3, batch: 2)
        let results = InterpretedModel(model, parameters: RandomParameters(for: model)).run(inputs)
        #expect(results.map(\.name) == model.results.map(\.name))
        for result in results {
            #expect(result.values.count == result.shape.reduce(1, *) && result.values.allSatisfy(\.isFinite))
        }
    }

    @Test("the example of weights reads the checkpoint that it is written for") func weights() throws {
        let box = try Sandbox()
        let fixtures = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures")
        for (name, file) in [
            ("tagger.pt", "Recognised/tagger.pt"), ("expected.safetensors", "Expected/tagger.pt.safetensors"),
        ] { try box.write(name, [UInt8](try Data(contentsOf: fixtures.appendingPathComponent(file)))) }
        try box.write("weights.lstm.yaml", try Example("weights.lstm.yaml").text)
        let checked = try box.run("check", "weights.lstm.yaml")
        #expect(checked.code == 0 && checked.stderr.isEmpty, "\(checked.description)")
        // Its head is called decoder there, and here as the results of the file are.
        let text = try Example("weights.lstm.yaml").text.replacing("head: decoder", with: "decoder: decoder")
            .replacing("linear: head", with: "linear: decoder")
        try box.write("weights.lstm.yaml", text)
        let verified = try box.run(
            "verify", "weights.lstm.yaml", "--against", "expected.safetensors", "--tolerance", "1e-6")
        #expect(verified.code == 0, "\(verified.description)")
    }
}
