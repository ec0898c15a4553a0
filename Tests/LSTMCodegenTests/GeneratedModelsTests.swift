// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import Foundation
import GeneratedCodeChecks
import GeneratedModels
import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

private let specs = repositoryRoot.appendingPathComponent("Specs")

/// A committed type with its spec and its checkpoint.
private struct Committed {
    let model: Model
    let text: String
    let bytes: [UInt8]
    let parameters: ModelParameters

    init(_ name: String) throws {
        text = try String(contentsOf: specs.appendingPathComponent("\(name).lstm.yaml"), encoding: .utf8)
        model = try lowered(text, path: "\(name).lstm.yaml")
        let file = try #require(model.weights?.file.value)
        bytes = [UInt8](try Data(contentsOf: specs.appendingPathComponent(file)))
        parameters = try #require(reconcile(Checkpoint(bytes, fileName: file), with: model).parameters)
    }
}

private let types: [String: any ModelUnderTest.Type] = [
    "SeedBidirectional": SeedBidirectional.self, "SeedEncoder": SeedEncoder.self,
    "SeedGivenState": SeedGivenState.self, "SeedOneLayer": SeedOneLayer.self, "SeedTwoLayers": SeedTwoLayers.self,
    "ThaiSegmenter": ThaiSegmenter.self,
]

@Suite("The library of generated models")
struct GeneratedModelsTests {
    init() { ThreadTeam.assume(processors: 8) }

    @Test("has a type for every spec") func complete() {
        let names = fixtureNames(in: specs, suffix: ".lstm.yaml").map {
            $0.replacingOccurrences(of: ".lstm.yaml", with: "")
        }
        #expect(names == types.keys.sorted())
    }

    @Test("gives the reference's bits", arguments: types.keys.sorted())
    func bits(_ name: String) throws {
        let committed = try Committed(name)
        let type = try #require(types[name])
        let cases = try caseFile(
            for: committed.model, text: committed.text, parameters: committed.parameters, seed: 1)
        for failure in try failures(of: type, weights: committed.bytes, cases: cases) { Issue.record("\(failure)") }
    }

    @Test("cuts Thai where ICU's model cuts it") func thai() throws {
        struct Cases: Decodable {
            struct Case: Decodable {
                var text: String
                var ids: [Int32]
                var words: [String]
            }
            var cases: [Case]
        }
        let file = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Vectors/thai-cases.json")
        let cases = try JSONDecoder().decode(Cases.self, from: Data(contentsOf: file)).cases
        #expect(cases.count == 5)
        let segmenter = ThaiSegmenter()
        for sentence in cases {
            #expect(ThaiSegmenter.tokens(of: sentence.text) == sentence.ids)
            #expect(try segmenter.segments(of: sentence.text) == sentence.words)
        }
        #expect(try segmenter.segments(of: "").isEmpty)
        #expect(ThaiSegmenter.tokens(of: "e\u{301}é") == [73, 73, 73])
        #expect(ThaiSegmenter.Label.allCases.map(\.rawValue) == ["B", "I", "E", "S"])
        let labels = ThaiSegmenter.labels(of: try segmenter(ThaiSegmenter.tokens(of: "ก")))
        #expect(labels.count == 1)
    }

    @Test("one model serves many threads") func threads() async throws {
        let segmenter = ThaiSegmenter()
        let ids = (0..<40).map { Int32($0 % 74) }
        let expected = try segmenter(ids)
        try await withThrowingTaskGroup(of: [Float].self) { group in
            for _ in 0..<16 { group.addTask { try segmenter(ids) } }
            for try await result in group { #expect(result == expected) }
        }
    }
}

@Suite("Weight files")
struct WeightFileTests {
    private let shapes = try? Committed("SeedEncoder")

    private func error(_ change: (inout [NamedTensor]) -> Void) throws -> WeightsError? {
        let committed = try #require(shapes)
        var tensors = committed.model.parameters.map { parameter in
            NamedTensor(
                parameter.tensorNames[0], floats: .init(repeating: 0.5, count: parameter.elementCount),
                shape: parameter.shape)
        }
        change(&tensors)
        do throws(WeightsError) {
            _ = try SeedEncoder(weights: safetensorsBytes(tensors))
            return nil
        } catch { return error }
    }

    @Test("that fit are taken, whatever else is in them") func fitting() throws {
        #expect(try error { $0.append(NamedTensor("other", integers: [1], shape: [1])) } == nil)
    }

    @Test("that do not fit are refused with both sides named") func unfit() throws {
        let missing = try error { $0.removeAll { $0.name == "linear.bias" } }
        #expect(missing?.description == "the weight file does not fit the model: there is no tensor 'linear.bias'")
        let shape = try error {
            $0.removeAll { $0.name == "linear.bias" }
            $0.append(NamedTensor("linear.bias", floats: [1, 2], shape: [2]))
        }
        #expect(shape?.description.contains("(2,) of F32, but (16,) is needed") == true)
        let type = try error {
            $0.removeAll { $0.name == "linear.bias" }
            $0.append(NamedTensor("linear.bias", integers: .init(repeating: 1, count: 16), shape: [16]))
        }
        #expect(type?.description.contains("(16,) of I64") == true)
        let value = try error {
            $0.removeAll { $0.name == "linear.bias" }
            let values = (0..<16).map { $0 == 7 ? Float.infinity : 0 }
            $0.append(NamedTensor("linear.bias", floats: values, shape: [16]))
        }
        #expect(value == .nonFinite(tensor: "linear.bias", index: 7))
    }

    @Test("that are no such files are refused") func unreadable() {
        #expect(throws: WeightsError.self) { try SeedEncoder(weights: [1, 2, 3]) }
        #expect(throws: WeightsError.self) { try SeedEncoder(contentsOf: "no such file") }
    }
}
