// SPDX-License-Identifier: Apache-2.0
//
// The arithmetic of the naive reference: the same operations in the same order as the C kernels, one number at a time, so
// that the two give the same bits (NaN compared as NaN) wherever the machine has fused multiply-add.
//
// The order of additions is stated in one place, at the top of lstmc_kernels.h; its fma(a, b, c) is `c.addingProduct(a, b)`
// here.

import LSTMFiles

/// N, the terms of one chain of additions.
package let referenceBlock = 16

/// W x in the stated order: one part for each row of `weight`, (rows, x.count).
package func referenceProduct(_ weight: [Float], _ x: [Float]) -> [Float] {
    guard !x.isEmpty else { return [] }
    return weight.withUnsafeBufferPointer { weight in
        x.withUnsafeBufferPointer { x in
            (0..<(weight.count / x.count)).map { row in
                referencePart(UnsafeBufferPointer(rebasing: weight[(row * x.count)..<((row + 1) * x.count)]), x)
            }
        }
    }
}

/// How the reference multiplies by a matrix: float32 as it is, also where that was rounded to 16 bits; int8 with whole numbers.
package struct ReferenceProducts: Sendable {
    let isQuantized: Bool

    /// W x, one number for each row of `weight`, (rows, x.count).
    func callAsFunction(_ weight: [Float], _ x: [Float]) -> [Float] {
        isQuantized ? quantizedProduct(weight, x) : referenceProduct(weight, x)
    }
}

/// W x of int8 as the header states it: the weights are multiples of their row's scale.
private func quantizedProduct(_ weight: [Float], _ x: [Float]) -> [Float] {
    guard !x.isEmpty else { return [] }
    let largest = x.reduce(0) { abs($1) > $0 || $1.isNaN ? abs($1) : $0 }
    let isFinite = largest.isFinite && x.allSatisfy(\.isFinite)
    let scale = isFinite ? (largest < 0x1p-96 ? 0 : largest / 127) : .nan
    let inputs = x.map { scale > 0 ? Int(($0 * (127 / largest)).rounded(.toNearestOrEven)) : 0 }
    return (0..<(weight.count / x.count)).map { row in
        let row = weight[(row * x.count)..<((row + 1) * x.count)]
        let of = row.withUnsafeBufferPointer { $0.baseAddress.map { quantizationScale(of: $0, count: x.count) } ?? 0 }
        let sum = zip(row, inputs).reduce(0) { $0 + (of > 0 ? Int(($1.0 / of).rounded(.toNearestOrEven)) : 0) * $1.1 }
        return Float(sum) * (of * scale)
    }
}

/// The sum of w[k] x[k] in the stated order; 0 of nothing.
///
/// Pointers and not collections: without optimisation, that alone makes the reference thirty times faster.
func referencePart(_ w: UnsafeBufferPointer<Float>, _ x: UnsafeBufferPointer<Float>) -> Float {
    var part: Float = 0
    var k = 0
    while k < x.count {
        let isFirst = k == 0
        let end = min(k + referenceBlock, x.count)
        var block: Float = 0
        while k < end {
            block.addProduct(w[k], x[k])
            k += 1
        }
        part = isFirst ? block : part + block
    }
    return part
}

/// The sum of x in the stated order.
func referenceSum(_ x: some Collection<Float>) -> Float {
    inLanes(x) { $0 + $1 }
}

/// The sum of the squares of x in the stated order.
func referenceSumOfSquares(_ x: some Collection<Float>) -> Float {
    inLanes(x) { $0.addingProduct($1, $1) }
}

private func inLanes(_ x: some Collection<Float>, _ add: (Float, Float) -> Float) -> Float {
    var lanes = [Float](repeating: 0, count: 16)
    for (index, value) in x.enumerated() { lanes[index % 16] = add(lanes[index % 16], value) }
    for distance in [8, 4, 2, 1] {
        for lane in 0..<distance { lanes[lane] += lanes[lane + distance] }
    }
    return lanes[0]
}

/// The largest of x, NaN where one is NaN.
package func referenceLargest(_ x: some Collection<Float>) -> Float {
    x.reduce(-.infinity) { $1 > $0 || $1.isNaN ? $1 : $0 }
}

/// 1 / (1 + exp(-x)), within 1.5 ulp, above 0 within 1.1; see `sigmoid` in activations.inc.
package func referenceSigmoid(_ x: Float) -> Float {
    let c = sigmoidScale * 0x1p-64
    let isHigh = x > sigmoidTurn
    let turned = atLeast(isHigh ? -x : x, isHigh ? -42 : -105)
    let shifted = (rounding + 63).addingProduct(turned, -log2E)
    let n = shifted - (rounding + 63)
    let scale = Float(bitPattern: shifted.bitPattern << 23) * sigmoidScale
    let r = turned.addingProduct(n, ln2)
    let exact = r.addingProduct(n, -ln2Excess)
    let q = polynomial(r, exact, -1, 0.5, -0x1.55549ap-3, 0x1.5556a2p-5, -0x1.1237e8p-7, 0x1.6b796ap-10)
    let whole = c + scale
    let lost = (whole - scale) - c
    let w = c / whole.addingProduct(lost.addingProduct(scale, exact), q)
    return isHigh ? 1 - w : w
}

/// The hyperbolic tangent, within 1.2 ulp; see `tanh` in activations.inc.
package func referenceTanh(_ x: Float) -> Float {
    let magnitude = atMost(x.magnitude, 9.5)
    guard !(magnitude < 0.5494) else { return smallTanh(x) }
    let shifted = (rounding + 127).addingProduct(magnitude, 2 * log2E)
    let n = shifted - (rounding + 127)
    let scale = Float(bitPattern: shifted.bitPattern << 23)
    let r = magnitude.addingProduct(n, -0.5 * ln2)
    let q = polynomial(
        r, r, 2 * tanhScale, 2 * tanhScale, 0x1.55549ap+0 * tanhScale, 0x1.5556a2p-1 * tanhScale,
        0x1.1237e8p-2 * tanhScale, 0x1.6b796ap-4 * tanhScale)
    let sum = tanhScale.addingProduct(scale, tanhScale).addingProduct(scale * r, q)
    let large = 1 - 2 * tanhScale / sum
    return x.sign == .minus ? -large : large
}

/// tanh(x) for |x| < 0.5494: x + x^3 p(x^2).
private func smallTanh(_ x: Float) -> Float {
    let u = Float(0x1p-30).addingProduct(x, x)
    let p = tanhCoefficients.dropFirst().reduce(tanhCoefficients[0]) { $1.addingProduct($0, u) }
    return x.addingProduct(Float(0).addingProduct(x, u), p)
}

/// e to the power x, within 1.1 ulp; see `exponential` in activations.inc.
package func referenceExp(_ x: Float) -> Float {
    guard !x.isNaN else { return x }
    let clamped = atLeast(atMost(x, 89), -105)
    let shifted = rounding.addingProduct(clamped, log2E)
    let n = shifted - rounding
    let power = Int32(bitPattern: shifted.bitPattern) - Int32(bitPattern: rounding.bitPattern)
    let r = clamped.addingProduct(n, -ln2High).addingProduct(n, -ln2Low)
    let q = polynomial(r, r, 1, 0.5, 0x1.55549ap-3, 0x1.5556a2p-5, 0x1.1237e8p-7, 0x1.6b796ap-10)
    return raised(Float(1).addingProduct(r, q), by: power)
}

/// x 2^power, in two factors.
func raised(_ x: Float, by power: Int32) -> Float {
    let half = power >> 1
    return x * Float(sign: .plus, exponent: Int(half), significand: 1)
        * Float(sign: .plus, exponent: Int(power - half), significand: 1)
}

/// The natural logarithm, within 0.9 ulp; see `logarithm` in activations.inc.
package func referenceLog(_ x: Float) -> Float {
    if x == 0 { return -.infinity }
    if !(x > 0) { return .nan }
    if x == .infinity { return x }
    let tiny = x < 0x1p-126
    let above = Int32(bitPattern: (tiny ? x * 0x1p24 : x).bitPattern) - 0x3f35_04f3
    let e = Float((above >> 23) - (tiny ? 24 : 0))
    let f = Float(bitPattern: UInt32((above & 0x007f_ffff) + 0x3f35_04f3)) - 1
    let p = logCoefficients.dropFirst().reduce(logCoefficients[0]) { $1.addingProduct($0, f) }
    let tail = ((-0.5 * f) * f).addingProduct(e, -ln2Excess).addingProduct(f * f * f, p)
    return (f + tail).addingProduct(e, ln2)
}

let rounding: Float = 12_582_912  // 1.5 * 2^23
let log2E: Float = 0x1.715476p+0
private let ln2: Float = 0x1.62e43p-1
private let ln2Excess: Float = 0x1.05c61p-29
let ln2High: Float = 0x1.62e4p-1
let ln2Low: Float = 0x1.7f7d1cp-20
private let sigmoidScale: Float = 1.25
private let sigmoidTurn: Float = 0x1.62e43p-2
private let tanhScale: Float = 1.625
private let tanhCoefficients: [Float] = [
    -0x1.9921a2p-8, 0x1.58e518p-6, -0x1.b91e7ep-5, 0x1.110ceep-3, -0x1.55554ap-2,
]
private let logCoefficients: [Float] = [
    0x1.1478e8p-4, -0x1.de0c8ap-4, 0x1.e6c34cp-4, -0x1.fc2796p-4, 0x1.233b64p-3, -0x1.555c48p-3, 0x1.99a478p-3,
    -0x1.000006p-2, 0x1.555548p-2,
]

func atMost(_ x: Float, _ limit: Float) -> Float { limit < x ? limit : x }
private func atLeast(_ x: Float, _ limit: Float) -> Float { limit > x ? limit : x }

// c0 + c1 exact + c2 r^2 + ... + c5 r^5, in pairs.
func polynomial(
    _ r: Float, _ exact: Float, _ c0: Float, _ c1: Float, _ c2: Float, _ c3: Float, _ c4: Float, _ c5: Float
) -> Float {
    let r2 = r * r
    let high = c2.addingProduct(r, c3).addingProduct(c4.addingProduct(r, c5), r2)
    return c0.addingProduct(exact, c1).addingProduct(high, r2)
}
