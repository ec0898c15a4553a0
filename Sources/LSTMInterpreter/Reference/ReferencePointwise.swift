// SPDX-License-Identifier: Apache-2.0
//
// The twins of pointwise.inc, one value each; their orders are at the top of ReferenceMath.swift.

import LSTMIR

extension Pointwise {
    /// The function of one value.
    func reference(_ x: Float) -> Float {
        switch self {
        case .relu: referenceReLU(x)
        case .tanh: referenceTanh(x)
        case .sigmoid: referenceSigmoid(x)
        case .gelu(.none): referenceGELU(x)
        case .gelu(.tanh): referenceGELUTanh(x)
        case .leakyReLU(let slope): referenceLeakyReLU(x, negativeSlope: slope)
        case .elu(let alpha): referenceELU(x, alpha: alpha)
        case .selu: referenceSELU(x)
        case .silu: referenceSiLU(x)
        case .softplus(let beta, let threshold): referenceSoftplus(x, beta: beta, threshold: threshold)
        case .softsign: referenceSoftsign(x)
        case .hardtanh(let least, let most): referenceHardtanh(x, minVal: least, maxVal: most)
        case .relu6: referenceHardtanh(x, minVal: 0, maxVal: 6)
        case .hardsigmoid: referenceHardsigmoid(x)
        case .hardswish: referenceHardswish(x)
        case .mish: referenceMish(x)
        case .abs: referenceAbs(x)
        case .square: referenceSquare(x)
        case .sqrt: referenceSqrt(x)
        case .exp: referenceExp(x)
        case .log: referenceLog(x)
        case .negative: referenceNegative(x)
        case .reciprocal: referenceReciprocal(x)
        }
    }
}

/// x where x > 0, else x * negativeSlope.
package func referenceLeakyReLU(_ x: Float, negativeSlope: Float) -> Float { x > 0 ? x : x * negativeSlope }

/// x where x > 0, else alpha * (exp(x) - 1).
package func referenceELU(_ x: Float, alpha: Float) -> Float { x > 0 ? x : expMinusOne(x) * alpha }

/// elu with alpha 1.6733, times 1.0507.
package func referenceSELU(_ x: Float) -> Float { x > 0 ? x * 0x1.0cfabep+0 : expMinusOne(x) * 0x1.c212ccp+0 }

/// x * sigmoid(x).
package func referenceSiLU(_ x: Float) -> Float { x * referenceSigmoid(x) }

/// log(1 + exp(beta * x)) / beta; x where beta * x > threshold.
package func referenceSoftplus(_ x: Float, beta: Float, threshold: Float) -> Float {
    let v = x * beta
    return v > threshold ? x : softPlus(v) / beta
}

/// x / (1 + |x|).
package func referenceSoftsign(_ x: Float) -> Float { x / (1 + x.magnitude) }

/// x, at least minVal and at most maxVal; NaN stays. relu6 is the one of 0 and 6.
package func referenceHardtanh(_ x: Float, minVal: Float, maxVal: Float) -> Float {
    let least = x < minVal ? minVal : x
    return least > maxVal ? maxVal : least
}

/// (x + 3) / 6, at least 0 and at most 1.
package func referenceHardsigmoid(_ x: Float) -> Float { referenceHardtanh(x + 3, minVal: 0, maxVal: 6) / 6 }

/// x * hardsigmoid(x).
package func referenceHardswish(_ x: Float) -> Float { x * referenceHardsigmoid(x) }

/// x * tanh(log(1 + exp(x))); see pointwise.inc.
package func referenceMish(_ x: Float) -> Float {
    let e = referenceExp(atMost(x, 20))
    let n = (e + e).addingProduct(e, e)
    return x * (n / (n + 2))
}

/// |x|.
package func referenceAbs(_ x: Float) -> Float { x.magnitude }

/// x * x.
package func referenceSquare(_ x: Float) -> Float { x * x }

/// The square root.
package func referenceSqrt(_ x: Float) -> Float { x.squareRoot() }

/// -x.
package func referenceNegative(_ x: Float) -> Float { -x }

/// 1 / x.
package func referenceReciprocal(_ x: Float) -> Float { 1 / x }

/// x where x > 0, else x * weight; weight has one value, or one for each of x.
package func referencePReLU(_ x: [Float], weight: [Float]) -> [Float] {
    x.enumerated().map { referenceLeakyReLU($1, negativeSlope: weight[weight.count == 1 ? 0 : $0]) }
}

/// exp(x) - 1 for x <= 0, within 1 ulp; see pointwise.inc.
private func expMinusOne(_ x: Float) -> Float {
    guard !x.isNaN else { return x }
    let clamped = x < -20 ? -20 : x
    let shifted = (rounding + 127).addingProduct(clamped, log2E)
    let n = shifted - (rounding + 127)
    let scale = Float(bitPattern: shifted.bitPattern << 23)
    let r = clamped.addingProduct(n, -ln2High).addingProduct(n, -ln2Low)
    let p = expMinusOneCoefficients.dropFirst().reduce(expMinusOneCoefficients[0]) { $1.addingProduct($0, r) }
    let y = (scale - 1).addingProduct(scale, r.addingProduct(r * r, p))
    return x.sign == .minus ? -y.magnitude : y
}

/// log(1 + exp(v)); see pointwise.inc.
func softPlus(_ v: Float) -> Float { (v < 0 ? 0 : v) + logOnePlus(referenceExp(-v.magnitude)) }

/// log(1 + e) for 0 <= e <= 1, within 1.1 ulp; see pointwise.inc.
private func logOnePlus(_ e: Float) -> Float {
    let w = e - 0.5
    let p = logOnePlusCoefficients.dropFirst().reduce(logOnePlusCoefficients[0]) { $1.addingProduct($0, w) }
    return e.addingProduct(e * e, p)
}

private let expMinusOneCoefficients: [Float] = [
    0x1.6b796ap-10, 0x1.12305ep-7, 0x1.55567ep-5, 0x1.5554a2p-3, 0.5,
]

private let logOnePlusCoefficients: [Float] = [
    -0x1.b2f574p-9, 0x1.c635bap-8, -0x1.4d80c4p-7, 0x1.10e876p-6, -0x1.d9945cp-6, 0x1.a28586p-5, -0x1.7de0bp-4,
    0x1.6f0d76p-3, -0x1.833704p-2,
]
