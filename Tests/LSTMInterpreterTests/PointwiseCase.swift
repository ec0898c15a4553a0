// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMFiles
import LSTMInterpreter
import LSTMKernels
import LSTMRuntime
import TestSupport
import Testing

/// A kind that looks at one value at a time, with keys, as every form of it is called.
struct PointwiseCase: Sendable, CustomTestStringConvertible {
    typealias Kernel =
        @Sendable (UnsafePointer<lstmc_kernels>, UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int, Float, Float)
        -> Void

    /// As in operations.safetensors.
    let name: String
    /// The keys' values, as the kernel takes them.
    let a: Float
    let b: Float
    /// How far from `truth` a result may be, in units in the last place.
    let ulps: Double
    /// False for what multiplies and adds at once: other last bits where that rounds twice.
    let sameEverywhere: Bool
    let kernel: Kernel
    let runtime: @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void
    let twin: @Sendable (Float) -> Float
    let truth: @Sendable (Double) -> Double

    var testDescription: String { name }

    init(
        _ name: String, _ a: Float = 0, _ b: Float = 0, ulps: Double, sameEverywhere: Bool = true,
        _ kernel: @escaping Kernel,
        _ runtime: @escaping @Sendable (UnsafePointer<Float>, Int, UnsafeMutablePointer<Float>) -> Void,
        _ twin: @escaping @Sendable (Float) -> Float, _ truth: @escaping @Sendable (Double) -> Double
    ) {
        self.name = name
        (self.a, self.b, self.ulps, self.sameEverywhere) = (a, b, ulps, sameEverywhere)
        (self.kernel, self.runtime, self.twin, self.truth) = (kernel, runtime, twin, truth)
    }

    /// What the kernel of one instruction set makes of x, in memory of its own or over x itself.
    func run(_ set: InstructionSet, _ x: [Float], inPlace: Bool = false) -> [Float] {
        guard let kernels = lstmc_kernels_named(set.name) else { return [] }
        var y = inPlace ? x + [.nan] : [Float](repeating: .nan, count: x.count + 1)
        y.withUnsafeMutableBufferPointer { y in
            x.withUnsafeBufferPointer { x in
                guard let to = y.baseAddress, let from = x.baseAddress else { return }
                kernel(kernels, to, inPlace ? UnsafePointer(to) : from, x.count, a, b)
            }
        }
        // What stands behind the last value must stand there still.
        return y.last?.isNaN == true ? y.dropLast() : []
    }

    static let all: [PointwiseCase] = [
        leakyReLU("leaky_relu", 0.01), leakyReLU("leaky_relu 0.2", 0.2), elu("elu", 1), elu("elu 0.5", 0.5),
        PointwiseCase(
            "selu", ulps: 2, sameEverywhere: false, lstmc_selu, { Elementwise.selu($0, count: $1, into: $2) },
            referenceSELU
        ) {
            let (scale, alpha) = (1.0507009873554804934193349852946, 1.6732632423543772848170429916717)
            return scale * ($0 > 0 ? $0 : alpha * expm1($0))
        },
        PointwiseCase(
            "silu", ulps: 2.7, sameEverywhere: false, lstmc_silu, { Elementwise.silu($0, count: $1, into: $2) },
            referenceSiLU
        ) { $0 >= 0 ? $0 / (1 + exp(-$0)) : $0 * exp($0) / (1 + exp($0)) },
        softplus("softplus", 1, 20), softplus("softplus 2.5 5", 2.5, 5),
        PointwiseCase(
            "softsign", ulps: 1.5, lstmc_softsign, { Elementwise.softsign($0, count: $1, into: $2) },
            referenceSoftsign
        ) { $0 / (1 + abs($0)) },
        hardtanh("hardtanh", -1, 1), hardtanh("hardtanh -0.5 2", -0.5, 2),
        PointwiseCase(
            "relu6", 0, 6, ulps: 0, lstmc_hardtanh, { Elementwise.relu6($0, count: $1, into: $2) },
            { referenceHardtanh($0, minVal: 0, maxVal: 6) }
        ) { $0 < 0 ? 0 : $0 > 6 ? 6 : $0 },
        PointwiseCase(
            "hardsigmoid", ulps: 1.1, lstmc_hardsigmoid, { Elementwise.hardsigmoid($0, count: $1, into: $2) },
            referenceHardsigmoid
        ) { $0 < -3 ? 0 : $0 > 3 ? 1 : ($0 + 3) / 6 },
        PointwiseCase(
            "hardswish", ulps: 2, lstmc_hardswish, { Elementwise.hardswish($0, count: $1, into: $2) },
            referenceHardswish
        ) { $0 * ($0 < -3 ? 0 : $0 > 3 ? 1 : ($0 + 3) / 6) },
        PointwiseCase(
            "mish", ulps: 4, sameEverywhere: false, lstmc_mish, { Elementwise.mish($0, count: $1, into: $2) },
            referenceMish
        ) { $0 * tanh(max($0, 0) + log1p(exp(-abs($0)))) },
        PointwiseCase(
            "abs", ulps: 0, lstmc_abs, { Elementwise.abs($0, count: $1, into: $2) }, referenceAbs
        ) { abs($0) },
        PointwiseCase(
            "square", ulps: 0.5, lstmc_square, { Elementwise.square($0, count: $1, into: $2) }, referenceSquare
        ) {
            $0 * $0
        },
        PointwiseCase(
            "sqrt", ulps: 0.5, lstmc_sqrt, { Elementwise.sqrt($0, count: $1, into: $2) }, referenceSqrt
        ) { sqrt($0) },
        PointwiseCase(
            "exp", ulps: 1.1, sameEverywhere: false, { set, y, x, count, _, _ in set.pointee.exp(y, x, count) },
            { Elementwise.exp($0, count: $1, into: $2) }, referenceExp
        ) { exp($0) },
        PointwiseCase(
            "log", ulps: 1, sameEverywhere: false, { set, y, x, count, _, _ in set.pointee.log(y, x, count) },
            { Elementwise.log($0, count: $1, into: $2) }, referenceLog
        ) { log($0) },
        PointwiseCase(
            "negative", ulps: 0, lstmc_negative, { Elementwise.negative($0, count: $1, into: $2) },
            referenceNegative
        ) { -$0 },
        PointwiseCase(
            "reciprocal", ulps: 0.5, lstmc_reciprocal, { Elementwise.reciprocal($0, count: $1, into: $2) },
            referenceReciprocal
        ) { 1 / $0 },
    ]

    private static func leakyReLU(_ name: String, _ slope: Float) -> PointwiseCase {
        PointwiseCase(
            name, slope, ulps: 0.5, lstmc_leaky_relu,
            { Elementwise.leakyReLU($0, count: $1, negativeSlope: slope, into: $2) },
            { referenceLeakyReLU($0, negativeSlope: slope) }, { $0 > 0 ? $0 : $0 * Double(slope) })
    }

    private static func elu(_ name: String, _ alpha: Float) -> PointwiseCase {
        PointwiseCase(
            name, alpha, ulps: 1, sameEverywhere: false, lstmc_elu,
            { Elementwise.elu($0, count: $1, alpha: alpha, into: $2) }, { referenceELU($0, alpha: alpha) },
            { $0 > 0 ? $0 : Double(alpha) * expm1($0) })
    }

    private static func softplus(_ name: String, _ beta: Float, _ threshold: Float) -> PointwiseCase {
        let (wideBeta, wideThreshold) = (Double(beta), Double(threshold))
        // The exponential of a rounded beta * x: half a unit in the last place of 104 is 2^-18, 64 units of the result.
        return PointwiseCase(
            name, beta, threshold, ulps: beta == 1 ? 2 : 66, sameEverywhere: false, lstmc_softplus,
            { Elementwise.softplus($0, count: $1, beta: beta, threshold: threshold, into: $2) },
            { referenceSoftplus($0, beta: beta, threshold: threshold) },
            { x in
                let v = x * wideBeta
                return v > wideThreshold ? x : ((v < 0 ? 0 : v) + log1p(exp(-abs(v)))) / wideBeta
            })
    }

    private static func hardtanh(_ name: String, _ least: Float, _ most: Float) -> PointwiseCase {
        PointwiseCase(
            name, least, most, ulps: 0, lstmc_hardtanh,
            { Elementwise.hardtanh($0, count: $1, minVal: least, maxVal: most, into: $2) },
            { referenceHardtanh($0, minVal: least, maxVal: most) },
            { $0 < Double(least) ? Double(least) : $0 > Double(most) ? Double(most) : $0 })
    }
}

/// What PyTorch gives (Fixtures/make_operations.py).
struct TorchOperations {
    private let tensors: [String: StoredTensor]

    init() throws {
        let file = repositoryRoot.appendingPathComponent("Tests/LSTMInterpreterTests/Fixtures/operations.safetensors")
        tensors = try readTensors([UInt8](try Data(contentsOf: file)), fileName: "operations.safetensors")
    }

    func floats(_ name: String) throws -> [Float] { try #require(tensors[name]?.floatSource, "\(name)").floats() }
    func doubles(_ name: String) throws -> [Double] { try #require(tensors[name]?.doubles(), "\(name)") }
    func integers(_ name: String) throws -> [Int32] { try #require(tensors[name]?.integers()).map { Int32($0) } }

    /// The largest error of `found` and of PyTorch's own result against float64, relative where that is above 1.
    func errors(_ found: [Float], _ name: String) throws -> (ours: Double, torch: Double) {
        let truth = try doubles(name + ".f64")
        func largest(_ values: [Float]) -> Double {
            guard values.count == truth.count else { return .infinity }
            return zip(values, truth).map { error($0, $1) }.max() ?? 0
        }
        return (largest(found), largest(try floats(name)))
    }

    private func error(_ found: Float, _ truth: Double) -> Double {
        if truth.isNaN || truth.magnitude > Double(Float.greatestFiniteMagnitude) {
            return found.isNaN == truth.isNaN && (found.isNaN || Double(found) == Double(Float(truth))) ? 0 : .infinity
        }
        let error = abs(Double(found) - truth) / max(1, abs(truth))
        return error.isNaN ? .infinity : error
    }

    /// Where our results for the edges are not PyTorch's: NaN, infinities, signs of zeros, more than a rounding or two.
    func strange(_ found: [Float], _ name: String) throws -> [String] {
        let expected = try floats(name + ".edges")
        guard found.count == expected.count else { return ["\(found.count) values"] }
        return zip(found, expected).enumerated().compactMap { index, pair in
            let (ours, theirs) = pair
            let isSame =
                ours.isNaN && theirs.isNaN || ours == theirs && (ours != 0 || ours.sign == theirs.sign)
                || abs(ours - theirs) <= 1e-6 * abs(theirs) + 0x1p-148 && ours.isFinite
                    && (ours != 0 || ours.sign == theirs.sign)
            return isSame ? nil : "[\(index)] is \(ours), PyTorch's \(theirs)"
        }
    }
}
