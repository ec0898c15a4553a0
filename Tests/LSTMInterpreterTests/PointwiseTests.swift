// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMInterpreter
import LSTMRuntime
import Testing

/// Where two results first differ in their bits, NaN being equal to NaN; nil where they are the same.
func firstDifference(_ found: [Float], _ expected: [Float]) -> String? {
    guard found.count == expected.count else { return "\(found.count) values, not \(expected.count)" }
    for (index, (found, expected)) in zip(found, expected).enumerated()
    where found.bitPattern != expected.bitPattern && !(found.isNaN && expected.isNaN) {
        return "[\(index)] is \(found), not \(expected)"
    }
    return nil
}

@Suite("Kinds that look at one value")
struct PointwiseTests {
    /// Every 180,001st bit pattern, a dense middle, and what is special.
    static let sample: [Float] =
        stride(from: 0, through: UInt64(UInt32.max), by: 180_001).map { Float(bitPattern: UInt32($0)) }
        + stride(from: -110, through: 110, by: 0.0371).map { Float($0) } + [
            0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 3e38, -3e38, -3, 3,
            6, 20, 20.000002, 2, -1, 1, -0.5, -17.33, -20, -103.9, -104, -87.3, 0x1p-133, -0x1p-133,
        ]

    @Test("each set gives the reference's bits, at any count, in place and apart", arguments: PointwiseCase.all)
    func bits(_ kind: PointwiseCase) {
        for set in InstructionSet.available {
            let hasTwin = set.isFused || kind.sameEverywhere
            let expected = hasTwin ? Self.sample.map(kind.twin) : Self.sample.flatMap { kind.run(set, [$0]) }
            #expect(firstDifference(kind.run(set, Self.sample), expected) == nil, "\(set.name)")
            for count in 1...70 {
                let start = (count * 97) % (Self.sample.count - 70)
                let x = Array(Self.sample[start..<(start + count)])
                let part = Array(expected[start..<(start + count)])
                #expect(firstDifference(kind.run(set, x), part) == nil, "\(set.name), \(count)")
                #expect(firstDifference(kind.run(set, x, inPlace: true), part) == nil, "\(set.name), \(count) in place")
            }
        }
    }

    @Test("each call hands its keys on", arguments: PointwiseCase.all) func calls(_ kind: PointwiseCase) {
        var y = [Float](repeating: .nan, count: Self.sample.count)
        kind.runtime(Self.sample, Self.sample.count, &y)
        #expect(firstDifference(y, kind.run(.current, Self.sample)) == nil)
    }

    @Test("errors are within their bounds", arguments: PointwiseCase.all) func errors(_ kind: PointwiseCase) {
        for set in InstructionSet.available {
            var worst = (error: 0.0, at: Float(0))
            for (x, y) in zip(Self.sample, kind.run(set, Self.sample)) {
                let error = ulps(y, kind.truth(Double(x)), of: kind.name)
                if !(error <= worst.error) { worst = (error, x) }
            }
            // Each multiply-add rounds twice where it is not fused.
            let slack = set.isFused || kind.sameEverywhere ? 0 : 2.0
            #expect(worst.error <= kind.ulps + slack, "\(set.name): \(worst.error) at \(worst.at)")
        }
    }

    /// The distance from `got` to `want` in units in the last place of `want`; 0 between two NaN.
    private func ulps(_ got: Float, _ want: Double, of name: String) -> Double {
        if want.isNaN { return got.isNaN ? 0 : .infinity }
        if want.magnitude > 0x1.ffffffp127 { return Double(got) == (want > 0 ? .infinity : -.infinity) ? 0 : .infinity }
        // Where sigmoid, or exp, is a denormal number, these have no more digits than that.
        if ["silu", "mish"].contains(name), (Double(got) - want).magnitude <= 1e-43 { return 0 }
        let unit = max(want == 0 ? 0 : want.binade.magnitude * 0x1p-23, 0x1p-149)
        return (Double(got) - want).magnitude / unit
    }

    @Test("as close to float64 as PyTorch, and its edges", arguments: PointwiseCase.all)
    func torch(_ kind: PointwiseCase) throws {
        let torch = try TorchOperations()
        let (x, edges) = (try torch.floats("x"), try torch.floats("edges"))
        for set in InstructionSet.available {
            let errors = try torch.errors(kind.run(set, x), kind.name)
            #expect(errors.ours <= 1.25 * errors.torch + 1e-7, "\(set.name): \(errors)")
            var found = kind.run(set, edges)
            if kind.name == "hardswish" {
                // 6 x overflows in PyTorch.
                #expect(found[5] == 3e38 && edges[5] == 3e38)
                found[5] = .infinity
            }
            #expect(try torch.strange(found, kind.name).isEmpty, "\(set.name)")
        }
    }

    @Test("prelu, of one weight and of several") func prelu() throws {
        let torch = try TorchOperations()
        let weight = try torch.floats("weight")
        for (name, weight) in [("prelu", weight), ("prelu 1", [weight[0]])] {
            let packed = PackedPReLU(
                size: 16, numParameters: weight.count, weight: FloatArray(weight, shape: [weight.count]))
            for (values, isEdges) in [(try torch.floats("x"), false), (try torch.floats("edges"), true)] {
                var (y, apart, inPlace) = (values, values, values)
                packed.run(values, rows: values.count / 16, into: &y)
                Elementwise.prelu(
                    values, rows: values.count / 16, size: 16, weight: weight, weights: weight.count, into: &apart)
                inPlace.withUnsafeMutableBufferPointer { x in
                    guard let x = x.baseAddress else { return }
                    packed.run(x, rows: values.count / 16, into: x)
                }
                let expected = stride(from: 0, to: values.count, by: 16).flatMap {
                    referencePReLU(Array(values[$0..<($0 + 16)]), weight: weight)
                }
                for found in [y, apart, inPlace] { #expect(firstDifference(found, expected) == nil) }
                if isEdges {
                    #expect(try torch.strange(y, name).isEmpty)
                } else {
                    let errors = try torch.errors(y, name)
                    #expect(errors.ours <= 1.25 * errors.torch + 1e-7)
                }
            }
        }
    }
}
