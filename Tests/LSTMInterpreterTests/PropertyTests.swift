// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMIR
import LSTMInterpreter
import TestSupport
import Testing

/// Parameters drawn from a seed, as nn.LSTM draws them: uniform in ±1/sqrt(hidden_size).
struct DrawnParameters: ParameterSource {
    var seed: UInt64
    var bound: Float = 0.5

    func source(of parameter: Parameter) -> any FloatSource {
        var random = SeededRandom(seed: seed ^ stableHash("\(parameter.layer).\(parameter.key)"))
        return FloatArray(
            (0..<parameter.elementCount).map { _ in random.float(in: -bound...bound) }, shape: parameter.shape)
    }
}

private let seeds: [UInt64] = Array(1...12)

@Suite("Properties of a run")
struct PropertyTests {
    /// A model, seeded parameters, and x of (steps, batch, 5).
    struct Scene {
        let model: Model
        let reference: ReferenceModel
        let steps: Int
        let batch: Int
        let x: [Float]

        init(_ seed: UInt64, lstm: String) throws {
            var random = SeededRandom(seed: seed)
            let hidden = random.integer(in: 1...20)
            model = try loadModel(
                """
                lstmc: 1
                name: Scene
                input: { features: 5 }
                layers:
                  - lstm: lstm
                    hidden_size: \(hidden)
                    num_layers: \(random.integer(in: 1...3))
                    proj_size: \(random.integer(in: 0...(hidden - 1)))
                \(lstm)
                """)
            reference = ReferenceModel(model, parameters: DrawnParameters(seed: seed))
            steps = random.integer(in: 2...9)
            batch = random.integer(in: 1...5)
            x = (0..<(steps * batch * 5)).map { _ in random.float(in: -2...2) }
        }

        func row(_ row: Int) -> [Float] {
            (0..<steps).flatMap { step in x[((step * batch + row) * 5)..<((step * batch + row + 1) * 5)] }
        }
    }

    @Test("a batch gives each row what it gets alone", arguments: seeds)
    func batch(_ seed: UInt64) throws {
        let scene = try Scene(seed, lstm: "    bidirectional: true")
        let together = scene.reference.run(
            try Inputs(.features(scene.x), steps: scene.steps, batch: scene.batch, for: scene.model))
        for row in 0..<scene.batch {
            let alone = scene.reference.run(
                try Inputs(.features(scene.row(row)), steps: scene.steps, batch: nil, for: scene.model))
            for (all, one) in zip(together, alone) {
                let size = one.shape[1]
                for index in 0..<one.shape[0] {
                    let start = (index * scene.batch + row) * size
                    let row = Array(all.values[start..<(start + size)])
                    let expected = Array(one.values[(index * size)..<((index + 1) * size)])
                    #expect(row == expected, "seed \(seed), \(all.name)")
                }
            }
        }
    }

    @Test("chunks with the state carried give the same bits", arguments: seeds)
    func chunks(_ seed: UInt64) throws {
        let scene = try Scene(seed, lstm: "")
        let whole = scene.reference.run(
            try Inputs(.features(scene.x), steps: scene.steps, batch: scene.batch, for: scene.model))
        let cut = 1 + Int(seed) % (scene.steps - 1)
        let width = scene.batch * 5
        let first = scene.reference.run(
            try Inputs(.features(Array(scene.x[..<(cut * width)])), steps: cut, batch: scene.batch, for: scene.model))
        let second = scene.reference.run(
            try Inputs(
                .features(Array(scene.x[(cut * width)...])), steps: scene.steps - cut, batch: scene.batch,
                initialStates: [0: .init(h: first[1].values, c: first[2].values)], for: scene.model))
        #expect(whole[0].values == first[0].values + second[0].values, "seed \(seed)")
        #expect(whole[1].values == second[1].values, "seed \(seed)")
        #expect(whole[2].values == second[2].values, "seed \(seed)")
    }

    @Test("the reverse direction of a reversed sequence is the forward one of it", arguments: seeds)
    func reverse(_ seed: UInt64) throws {
        let forward = try loadModel(spec(bidirectional: false))
        let both = try loadModel(spec(bidirectional: true))
        var random = SeededRandom(seed: seed)
        let steps = random.integer(in: 1...9)
        let x = (0..<steps).map { _ in (0..<3).map { _ in random.float(in: -2...2) } }
        let one = ReferenceModel(forward, parameters: SameForBothDirections(seed: seed))
        let two = ReferenceModel(both, parameters: SameForBothDirections(seed: seed))
        let straight = one.run(try Inputs(.features(x.flatMap(\.self)), steps: steps, batch: nil, for: forward))
        let turned = two.run(
            try Inputs(.features(x.reversed().flatMap(\.self)), steps: steps, batch: nil, for: both))
        for step in 0..<steps {
            let reverse = turned[0].values[((steps - 1 - step) * 8 + 4)..<((steps - step) * 8)]
            #expect(Array(reverse) == Array(straight[0].values[(step * 4)..<((step + 1) * 4)]), "seed \(seed)")
        }
        #expect(Array(turned[1].values[4...]) == straight[1].values, "seed \(seed)")
    }

    private func spec(bidirectional: Bool) -> String {
        """
        lstmc: 1
        name: Direction
        input: { features: 3 }
        layers:
          - lstm: lstm
            hidden_size: 4
            bidirectional: \(bidirectional)
        """
    }

    /// Gives a reverse parameter the values of its forward twin.
    struct SameForBothDirections: ParameterSource {
        var seed: UInt64

        func source(of parameter: Parameter) -> any FloatSource {
            let key = parameter.key.hasSuffix("_reverse") ? String(parameter.key.dropLast(8)) : parameter.key
            let twin = Parameter(layer: parameter.layer, key: key, shape: parameter.shape, tensorNames: [])
            return DrawnParameters(seed: seed).source(of: twin)
        }
    }
}
