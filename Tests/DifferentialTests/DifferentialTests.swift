// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import Foundation
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import TestSupport
import Testing

private let environment = ProcessInfo.processInfo.environment

/// One after another: each selects the instruction set that it packs for.
@Suite("Differential", .serialized)
struct DifferentialTests {
    /// Those with fused multiply-add, which give the same bits; or the one that `LSTMC_ISA` names.
    private static let sets: [InstructionSet] =
        environment["LSTMC_ISA"].map { [InstructionSet(named: $0)].compactMap(\.self) }
        ?? InstructionSet.available.filter(\.isFused)
    private static let specs = environment["LSTMC_SPECS"].flatMap(Int.init) ?? 30

    /// The seeds of one run: its own, or those from `LSTMC_SEED` on.
    static func seeds() -> Range<UInt64> {
        let first = environment["LSTMC_SEED"].flatMap(UInt64.init) ?? .random(in: 1000...999_999_999)
        return first..<(first + UInt64(specs))
    }

    /// A chain, or (one in three) a graph with branches and joins, of which half stream; graphs alone, of so many layers, where
    /// `LSTMC_LAYERS` says how many.
    static func text(_ seed: UInt64, name: String) -> String {
        let wanted = environment["LSTMC_LAYERS"].flatMap(Int.init)
        guard wanted != nil || seed % 3 == 0 else { return randomSpec(seed: seed, name: name) }
        let layers = wanted ?? 25
        return randomGraphSpec(seed: seed, name: name, layers: layers, streams: seed % 2 == 0)
    }

    private static func drawn(_ seed: UInt64) throws -> DrawnModel {
        try DrawnModel(text: text(seed, name: "Drawn"), path: "Drawn.lstm.yaml", seed: seed)
    }

    /// Runs `body` for every seed and instruction set.
    private func forEach(
        _ what: String, _ body: (_ drawn: DrawnModel, _ packed: InterpretedModel, _ set: InstructionSet) throws -> Int
    ) throws {
        let best = InstructionSet.current
        defer { _ = InstructionSet.select(best.name) }
        var compared = 0
        let seeds = Self.seeds()
        for seed in seeds {
            let drawn = try Self.drawn(seed)
            for set in Self.sets {
                #expect(InstructionSet.select(set.name) && InstructionSet.current == set)
                compared += try body(drawn, InterpretedModel(drawn.model, parameters: drawn), set)
            }
        }
        let names = Self.sets.map(\.name).joined(separator: ", ")
        print("\(what): seeds \(seeds), \(seeds.count) specs on \(names), \(compared) values")
        #expect(compared > 0 || Self.sets.isEmpty)
    }

    @Test("reference and interpreter, on every instruction set, for every kind of input") func inputs() throws {
        try forEach("reference and interpreter") { drawn, packed, set in
            let reference = ReferenceModel(drawn.model, parameters: drawn)
            var compared = 0
            var random = SeededRandom(seed: drawn.seed)
            for kind in InputKind.allCases where set.isFused || kind.isTame {
                let inputs = try DrawnInputs(kind, for: drawn.model, &random).inputs(for: drawn.model)
                for (ours, twin) in zip(packed.run(inputs), reference.run(inputs)) {
                    // Another last bit can make another score the largest.
                    if ours.isInteger, !set.isFused { continue }
                    let place = difference(ours.values, twin.values, isFused: set.isFused)
                    #expect(
                        ours.shape == twin.shape && place == nil,
                        "seed \(drawn.seed), \(set.name), \(kind), \(ours.name) at \(place ?? -1)\n\(drawn.text)")
                    compared += ours.values.count
                }
            }
            return compared
        }
    }

    @Test("any number of threads gives the bits of one, with progress and without") func threads() throws {
        ThreadTeam.assume(processors: 8)
        try forEach("threads") { drawn, packed, set in
            var compared = 0
            var random = SeededRandom(seed: drawn.seed)
            for kind in [InputKind.usual, .mixed] {
                let inputs = try DrawnInputs(kind, for: drawn.model, &random).inputs(for: drawn.model)
                let one = packed.run(inputs)
                for threads in [2, 3, 8] {
                    let many =
                        threads == 3
                        ? packed.run(inputs, threads: threads) { _ in } : packed.run(inputs, threads: threads)
                    for (ours, twin) in zip(many, one) {
                        let place = difference(ours.values, twin.values, isFused: true)
                        #expect(
                            place == nil,
                            "seed \(drawn.seed), \(set.name), \(threads) threads, \(ours.name)\n\(drawn.text)")
                        compared += ours.values.count
                    }
                }
            }
            return compared
        }
    }

    @Test("what one row is given changes no other row") func rows() throws {
        try forEach("a row of its own") { drawn, packed, set in
            let model = drawn.model
            var compared = 0
            var random = SeededRandom(seed: drawn.seed)
            for kind in InputKind.allCases {
                var given = DrawnInputs(.usual, for: model, &random)
                while given.rows < 2 { given = DrawnInputs(.usual, for: model, &random) }
                let row = random.integer(in: 0...(given.rows - 1))
                guard let changed = given.replacing(row: row, with: kind, for: model, &random) else { continue }
                let clean = packed.run(try given.inputs(for: model))
                let touched = packed.run(try changed.inputs(for: model))
                for (result, pair) in zip(model.results, zip(clean, touched)) {
                    let hasTime = result.hasTime(in: model)
                    func others(_ tensor: ResultTensor) -> [Float] {
                        tensor.values(
                            without: row, part: result.part, hasTime: hasTime, batchFirst: model.batchFirst)
                    }
                    let place = difference(others(pair.0), others(pair.1), isFused: true)
                    #expect(place == nil, "seed \(drawn.seed), \(set.name), \(kind), \(result.name)\n\(drawn.text)")
                    compared += pair.0.values.count
                }
            }
            return compared
        }
    }

    @Test("a stream of any values gives what the whole sequence gives") func streams() throws {
        try forEach("streams") { drawn, packed, set in
            var compared = 1
            var random = SeededRandom(seed: drawn.seed)
            for kind in InputKind.allCases {
                compared += try compareStreams(drawn, packed, kind, &random, set)
            }
            return compared
        }
    }

    /// Every result that is there at each step, as a stream of its own.
    private func compareStreams(
        _ drawn: DrawnModel, _ packed: InterpretedModel, _ kind: InputKind, _ random: inout SeededRandom,
        _ set: InstructionSet
    ) throws -> Int {
        let model = drawn.model
        guard model.canStream else { return 0 }
        var given = DrawnInputs(kind, for: model, &random)
        while given.batch != nil { given = DrawnInputs(kind, for: model, &random) }
        given.states = [:]
        let whole = packed.run(try given.inputs(for: model))
        var compared = 0
        for (result, tensor) in zip(model.results, whole) where result.part == .output {
            guard let stream = InterpreterStream(packed, giving: result.value) else { continue }
            let shape = model.layers[result.layer].output
            if shape.element == .integer { continue }
            let stepped = stream.steps(given, model, count: shape.count)
            let place = difference(stepped.suffix(tensor.values.count), tensor.values, isFused: true)
            #expect(place == nil, "seed \(drawn.seed), \(set.name), \(kind), \(result.name)\n\(drawn.text)")
            compared += tensor.values.count
        }
        return compared
    }

    @Test("the instruction set in use is the one selected") func selection() {
        let best = InstructionSet.current
        defer { #expect(InstructionSet.select(best.name)) }
        for set in Self.sets { #expect(InstructionSet.select(set.name) && InstructionSet.current == set) }
        #expect(!InstructionSet.select("sse9"))
    }
}

extension InputKind {
    /// Values for which a second rounding in each multiply-add stays small.
    fileprivate var isTame: Bool {
        switch self {
        case .usual, .zeros, .denormals: true
        case .huge, .infinities, .nan, .mixed: false
        }
    }
}

/// The first place where the bits differ, NaN as NaN; without fused multiply-add the last bits may.
func difference(_ ours: some Collection<Float>, _ twin: [Float], isFused: Bool) -> Int? {
    if ours.count != twin.count { return 0 }
    return zip(ours, twin).enumerated().first { _, pair in
        if pair.0.bitPattern == pair.1.bitPattern || (pair.0.isNaN && pair.1.isNaN) { return false }
        return isFused || !(abs(pair.0 - pair.1) <= 1e-3 * max(1, abs(pair.1)))
    }?.offset
}
