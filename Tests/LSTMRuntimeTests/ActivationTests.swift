// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

// Below -50 both have been -0 in float32 for long, and in float64 what they are made of overflows.
private func gelu(_ x: Double) -> Double { x < -50 ? -0.0 : x * 0.5 * erfc(-x * 0.5.squareRoot()) }

private func geluTanh(_ x: Double) -> Double {
    if x < -50 { return -0.0 }
    let v = 2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
    return x < 0 ? x * exp(v) / (1 + exp(v)) : x / (1 + exp(-v))
}

func exponential(_ x: Double) -> Double { exp(x) }

/// A dense sample of all floats against float64; `Tests/Activations/exhaustive.c` takes every one.
struct ActivationTests {
    /// Every 20,011th bit pattern, and what is special.
    static let sample: [Float] =
        stride(from: 0, through: UInt64(UInt32.max), by: 20_011).map { Float(bitPattern: UInt32($0)) } + [
            0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
            .greatestFiniteMagnitude,
            -.greatestFiniteMagnitude, 0.34657359, 0.5494, -0.5494, -16.6457, -87.3, -88, -103.9, -104, 9.5, 42,
        ]

    @Test(arguments: InstructionSet.available) func errorsAreWithinTheirBounds(set: InstructionSet) {
        let slack = set.isFused ? 0.0 : 2  // each multiply-add rounds twice
        let truths: [(InstructionSet.Function, Double, (Double) -> Double)] = [
            (.sigmoid, 1.5, { $0 >= 0 ? 1 / (1 + exp(-$0)) : exp($0) / (1 + exp($0)) }), (.tanh, 1.2, { tanh($0) }),
            (.exp, 1.1, { exp($0) }), (.log, 1, { log($0) }), (.gelu, 4.1, gelu),
            // Without fused multiply-add the argument of its exp has a float's digits, and the tail shows it.
            (.geluTanh, set.isFused ? 3.5 : 103, geluTanh),
        ]
        for (function, bound, truth) in truths {
            var worst = (error: 0.0, at: Float(0))
            for (x, y) in zip(Self.sample, set.apply(function, Self.sample)) {
                let error = ulps(y, truth(Double(x)))
                if !(error <= worst.error) { worst = (error, x) }
            }
            #expect(worst.error <= bound + slack, "\(set.name) \(function) at \(worst.at)")
        }
    }

    /// Near 1, where gates of saturated models live, what is left of the error is what the last rounding makes.
    @Test(arguments: InstructionSet.available) func sigmoidIsCloserAboveZero(set: InstructionSet) {
        let slack = set.isFused ? 0.0 : 2
        let dense = stride(from: Float(0).bitPattern, through: Float(120).bitPattern, by: 997).map(
            Float.init(bitPattern:))
        for (x, y) in zip(dense, set.apply(.sigmoid, dense)) {
            let error = ulps(y, 1 / (1 + exp(-Double(x))))
            #expect(error <= (x > 4 ? 0.55 : 1.1) + slack, "\(set.name) at \(x): \(error)")
        }
    }

    /// The root mean square over [-8, 8].
    @Test(arguments: InstructionSet.available.filter(\.isFused)) func usualErrorsAreSmall(set: InstructionSet) {
        let even = (0..<1 << 16).map { Float($0) / 4096 - 8 }
        for (function, bound, truth) in [
            (InstructionSet.Function.sigmoid, 0.4, { @Sendable in 1 / (1 + exp(-$0)) }),
            (.tanh, 0.3, { @Sendable (x: Double) in tanh(x) }),
        ] {
            let squares = zip(even, set.apply(function, even)).map { x, y in ulps(y, truth(Double(x))) }.map { $0 * $0 }
            let mean = squares.reduce(0, +) / Double(even.count)
            #expect(mean.squareRoot() <= bound, "\(set.name) \(function)")
        }
    }

    @Test(arguments: InstructionSet.available) func edgesAreExact(set: InstructionSet) {
        let inputs: [Float] = [0, -0.0, .infinity, -.infinity, .nan, 0x1p-140, -0x1p-130]
        #expect(difference(set.apply(.sigmoid, inputs), [0.5, 0.5, 1, 0, .nan, 0.5, 0.5]) == nil)
        #expect(difference(set.apply(.tanh, inputs), [0, -0.0, 1, -1, .nan, 0x1p-140, -0x1p-130]) == nil)
        #expect(difference(set.apply(.exp, inputs), [1, 1, .infinity, 0, .nan, 1, 1]) == nil)
        // The limit at -inf, where PyTorch has NaN.
        for function in [InstructionSet.Function.gelu, .geluTanh] {
            let limits: [Float] = [0, -0.0, .infinity, -0.0, .nan, 0x1p-141, -0x1p-131]
            #expect(difference(set.apply(function, inputs), limits) == nil)
            #expect(difference(set.apply(function, [-20, 20, -3e38, 3e38]), [-0.0, 20, -0.0, 3e38]) == nil)
        }
        #expect(
            difference(
                set.apply(.log, [0, -0.0, .infinity, -1, .nan, 1]), [-.infinity, -.infinity, .infinity, .nan, .nan, 0])
                == nil)
    }

    @Test func fusedSetsGiveTheSameBits() {
        let sets = InstructionSet.available.filter(\.isFused)
        guard let first = sets.first else { return }
        for set in sets.dropFirst() {
            for function in InstructionSet.Function.allCases {
                let comment = "\(first.name) and \(set.name), \(function)"
                #expect(
                    difference(set.apply(function, Self.sample), first.apply(function, Self.sample)) == nil,
                    "\(comment)")
            }
        }
    }

    @Test func unknownSetsAreRefused() {
        #expect(InstructionSet(named: "sse9") == nil)
        #expect(!InstructionSet.select("sse9"))
    }
}

/// The distance from `got` to `want` in units in the last place of `want`; 0 between two NaN.
private func ulps(_ got: Float, _ want: Double) -> Double {
    if want.isNaN { return got.isNaN ? 0 : .infinity }
    if want.magnitude > 0x1.ffffffp127 { return Double(got) == (want > 0 ? .infinity : -.infinity) ? 0 : .infinity }
    let unit = max(want == 0 ? 0 : want.binade.magnitude * 0x1p-23, 0x1p-149)
    return (Double(got) - want).magnitude / unit
}
