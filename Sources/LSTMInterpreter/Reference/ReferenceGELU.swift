// SPDX-License-Identifier: Apache-2.0

/// 0.5 x (1 + erf(x / sqrt(2))), within 4.1 ulp; see gelu.inc.
package func referenceGELU(_ x: Float) -> Float {
    let a = atMost(x.magnitude, 15)
    let square = a * a
    let rest = (-square).addingProduct(a, a)
    let (m, power) = expParts(-0.5 * square, rest: -0.5 * rest)
    let g = a / Float(1).addingProduct(a, 0.375)
    let w = g - 0.5
    let p = tailCoefficients.dropFirst().reduce(tailCoefficients[0]) { $1.addingProduct($0, w) }
    let tail = raised(g * p * m, by: power)
    return x < 0 ? -tail : x - tail
}

/// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))), within 3.5 ulp; see gelu.inc.
package func referenceGELUTanh(_ x: Float) -> Float {
    let (b, bRest): (Float, Float) = (0x1.988454p+0, -0x1.857936p-25)
    let (c, cRest): (Float, Float) = (0x1.2444f2p-4, 0x1.49b16ap-29)
    let a = atMost(x.magnitude, 11)
    let square = a * a
    let rest = (-square).addingProduct(a, a)
    let cubic = c * square
    let cubicRest = (-cubic).addingProduct(c, square) + (cRest * square).addingProduct(c, rest)
    let slope = b + cubic
    let rounded = slope - b
    let slopeRest = ((b - (slope - rounded)) + (cubic - rounded)) + (cubicRest + bRest)
    let v = -(a * slope)
    let vRest = -(v.addingProduct(a, slope) + a * slopeRest)
    let (m, power) = expParts(v, rest: vRest)
    return (x < 0 ? raised(-a * m, by: power) : x) / (1 + raised(m, by: power))
}

/// exp(v + rest) as m 2^power; NaN where v is.
private func expParts(_ v: Float, rest: Float) -> (m: Float, power: Int32) {
    guard !v.isNaN else { return (v, 0) }
    let shifted = rounding.addingProduct(v + rest, log2E)
    let n = shifted - rounding
    let power = Int32(bitPattern: shifted.bitPattern) - Int32(bitPattern: rounding.bitPattern)
    let r = v.addingProduct(n, -ln2High).addingProduct(n, -ln2Low) + rest
    let q = polynomial(r, r, 1, 0.5, 0x1.55549ap-3, 0x1.5556a2p-5, 0x1.1237e8p-7, 0x1.6b796ap-10)
    return (Float(1).addingProduct(r, q), power)
}

private let tailCoefficients: [Float] = [
    0x1.ba5372p-22, -0x1.8e3ac8p-18, 0x1.f857cep-17, 0x1.689714p-16, 0x1.2c1398p-17, -0x1.8f5cd8p-12,
    -0x1.3c4c28p-10, 0x1.3e6614p-8, 0x1.e7116ep-6, -0x1.7c9aa2p-3, 0x1.99ece8p-2,
]
