// SPDX-License-Identifier: Apache-2.0

import Foundation
import GeneratedModels
import GoldenModels
import LSTMCheckpoint
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec
import ProgramTestSupport
import TestSupport
import Testing

/// One model value, 64 tasks at once: each gets the bits it gets alone.
@Suite("concurrency")
struct ConcurrencyTests {
    /// What 64 tasks give, by their numbers; every one runs `body` several times.
    private func together(_ body: @escaping @Sendable (Int) throws -> [UInt32]) async throws -> [[[UInt32]]] {
        try await withThrowingTaskGroup(of: (Int, [[UInt32]]).self) { group in
            for index in 0..<64 { group.addTask { (index, try (0..<4).map { _ in try body(index) }) } }
            var results = [[[UInt32]]](repeating: [], count: 64)
            for try await (index, values) in group { results[index] = values }
            return results
        }
    }

    private func expectSame(_ body: @escaping @Sendable (Int) throws -> [UInt32]) async throws {
        let alone = try (0..<64).map(body)
        // The tasks are told apart by their inputs: none may be given another's result.
        #expect(Set(alone).count == 64)
        let results = try await together(body)
        for (index, values) in results.enumerated() {
            #expect(values.allSatisfy { $0 == alone[index] }, "task \(index)")
        }
    }

    private static func input(_ index: Int, _ count: Int) -> [Float] {
        var random = SeededRandom(seed: UInt64(index))
        return (0..<count).map { _ in random.float(in: -2...2) }
    }

    @Test("a generated model, whole sequences and streams") func generated() async throws {
        let model = SeedTwoLayers()
        try await expectSame { index in
            let results = try model(Self.input(index, 100 * 12))
            return (results.output + results.hN + results.cN).map(\.bitPattern)
        }
        try await expectSame { index in
            var state = SeedTwoLayers.State()
            return try model.process(Self.input(index, 100 * 12), state: &state).map(\.bitPattern)
        }
    }

    /// More callers than the team has workers: some get some of them, some none.
    @Test("models that share their work among threads") func teams() async throws {
        ThreadTeam.assume(processors: 4)
        let model = SeedTwoLayers()
        try await expectSame { index in
            let results = try model(Self.input(index, 12 * 4 * 100), batch: 4, threads: 1 + index % 4)
            return (results.output + results.hN + results.cN).map(\.bitPattern)
        }
        let text = """
            lstmc: 1
            name: Large
            input: { features: 3 }
            layers:
              - lstm: a
                hidden_size: 256
              - gru: b
                hidden_size: 12
                bidirectional: true
              - linear: f
                out_features: 5

            """
        let source = SourceFile(path: "Large.lstm.yaml", bytes: Array(text.utf8))
        let document = try #require(parse(source).document)
        let large = try #require(lower(document).model)
        let interpreted = InterpretedModel(large, parameters: RandomParameters(for: large))
        // The first asks for one thread, and is what the others are compared with.
        try await expectSame { index in
            let inputs = try Inputs(.features(Self.input(index, 4 * 3)), steps: 4, batch: 1, for: large)
            return interpreted.run(inputs, threads: 1 + index % 3).flatMap(\.values).map(\.bitPattern)
        }
    }

    @Test("a generated model of weights from a file, step by step") func steps() async throws {
        let model = try DrawnEncoder.withFile { try SpeakerEncoder(contentsOf: $0) }
        try await expectSame { index in
            let frame = Self.input(index, 40)[...]
            var state = SpeakerEncoder.State()
            var embedding = ContiguousArray<Float>(repeating: 0, count: 256)
            var span = embedding.mutableSpan
            model.step(frame.span, state: &state, into: &span)
            return (embedding + state.h + state.c).map(\.bitPattern)
        }
    }

    @Test("an interpreted model, with and without progress") func interpreted() async throws {
        let text = """
            lstmc: 1
            name: Both
            input: { features: 7 }
            layers:
              - lstm: a
                hidden_size: 19
                bidirectional: true
              - layer_norm: n
              - linear: f
                out_features: 5
              - softmax: s

            """
        let source = SourceFile(path: "Both.lstm.yaml", bytes: Array(text.utf8))
        let document = try #require(parse(source).document)
        let model = try #require(lower(document).model)
        let interpreted = InterpretedModel(model, parameters: RandomParameters(for: model))
        try await expectSame { index in
            let inputs = try Inputs(.features(Self.input(index, 9 * 3 * 7)), steps: 9, batch: 3, for: model)
            let results = index % 2 == 0 ? interpreted.run(inputs) : interpreted.run(inputs) { _ in }
            return results.flatMap(\.values).map(\.bitPattern)
        }
    }
}
