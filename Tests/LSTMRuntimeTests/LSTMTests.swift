// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMRuntime
import TestSupport
import Testing

/// The packed lstm against loops over single numbers, bit for bit.
@Suite struct LSTMTests {
    /// A random case; everything follows from its seed.
    struct Case {
        var numbers: SeededRandom
        let sizes: LSTMSizes
        let steps: Int
        let batch: Int
        let lengths: [Int32]?
        let layout: SequenceLayout

        init(seed: UInt64, biased: Bool = true) {
            var numbers = SeededRandom(seed: seed)
            let edges = [1, 2, 3, 5, 7, 8, 9, 12, 15, 16, 17, 20, 24, 31, 32, 33, 40, 63, 64, 65, 66, 70]
            let hidden = edges.randomElement(using: &numbers) ?? 1
            let projects = hidden > 1 && Int.random(in: 0..<3, using: &numbers) == 0
            sizes = LSTMSizes(
                inputSize: edges.randomElement(using: &numbers) ?? 1, hiddenSize: hidden,
                numLayers: [1, 1, 2, 3].randomElement(using: &numbers) ?? 1,
                bias: Bool.random(using: &numbers) && biased,
                bidirectional: Bool.random(using: &numbers),
                projSize: projects ? Int.random(in: 1..<hidden, using: &numbers) : 0)
            let most = Int32.random(in: 1...6, using: &numbers)
            steps = Int(most)
            batch = Int.random(in: 1...8, using: &numbers)
            var lengths: [Int32]?
            if Bool.random(using: &numbers) {
                lengths = (0..<batch).map { _ in Int32.random(in: 1...most, using: &numbers) }
            }
            self.lengths = lengths
            layout = Bool.random(using: &numbers) ? .timeFirst : .batchFirst
            self.numbers = numbers
        }
    }

    @Test(arguments: 0..<UInt64(60)) func agreesWithTheLoops(seed: UInt64) throws {
        try agree(Case(seed: seed), seed)
    }

    /// Products that are denormal numbers, or would be smaller still, and the signs of the zeros among them.
    // As quotients: literals of denormal numbers are warned of.
    @Test(arguments: [1e-20, 1e-30, 1e-38, 1e-30 / 1e10, 1e-30 / 1e14] as [Float])
    func agreesOnTinyNumbers(scale: Float) throws {
        for seed in 100..<UInt64(108) { try agree(Case(seed: seed, biased: false), seed, scale: scale) }
    }

    private func agree(_ given: Case, _ seed: UInt64, scale: Float = 1) throws {
        for set in InstructionSet.available {
            var test = given
            let naive = NaiveLSTM(test.sizes, set: set, numbers: &test.numbers)
            let packed = naive.packed()
            let x = test.numbers.floats(test.steps * test.batch * test.sizes.inputSize, scale: 2 * scale)
            let h0 = test.numbers.floats(test.batch * test.sizes.hCount, scale: scale)
            let c0 = test.numbers.floats(test.batch * test.sizes.cCount, scale: scale)
            let expected = naive.run(
                x, steps: test.steps, batch: test.batch, lengths: test.lengths, h0: h0, c0: c0)
            let swapped = { (values: [Float], size: Int) in
                test.layout == .timeFirst
                    ? values : swapFirstAxes(values, test.steps, test.batch, size)
            }
            let found = try packed(
                swapped(x, test.sizes.inputSize), batch: test.batch, layout: test.layout, lengths: test.lengths,
                h0: h0, c0: c0)
            let differing = [
                difference(found.output, swapped(expected.output, test.sizes.outputSize)),
                difference(found.hN, expected.hN), difference(found.cN, expected.cN),
            ]
            #expect(
                differing == [nil, nil, nil],
                "seed \(seed), \(set.name), \(test.sizes), \(test.steps) x \(test.batch), \(test.lengths ?? []), \(test.layout)"
            )
        }
    }
}

extension NaiveLSTM {
    /// The same parameters, packed for this set's kernels.
    func packed() -> PackedLSTM {
        PackedLSTM(sizes, for: set) { key in parameters[key] ?? FloatArray([], shape: [0]) }
    }
}

/// Where two results first differ in their bits, NaN being equal to NaN; nil where they are the same.
func difference(_ found: [Float], _ expected: [Float]) -> String? {
    guard found.count == expected.count else { return "\(found.count) values, not \(expected.count)" }
    for (index, (found, expected)) in zip(found, expected).enumerated()
    where found.bitPattern != expected.bitPattern && !(found.isNaN && expected.isNaN) {
        return "[\(index)] is \(found), not \(expected)"
    }
    return nil
}

/// (first, second, size) to (second, first, size).
func swapFirstAxes(_ values: [Float], _ first: Int, _ second: Int, _ size: Int) -> [Float] {
    var swapped: [Float] = []
    for b in 0..<second {
        for a in 0..<first { swapped += values[((a * second + b) * size)..<((a * second + b + 1) * size)] }
    }
    return swapped
}
