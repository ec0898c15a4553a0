// SPDX-License-Identifier: Apache-2.0
//
// The twins of what combines values, and of what looks at one step's row; orders are at the top of ReferenceMath.swift.

/// a + b.
package func referenceAdd(_ a: Float, _ b: Float) -> Float { a + b }

/// a - b.
package func referenceSubtract(_ a: Float, _ b: Float) -> Float { a - b }

/// a * b.
package func referenceMultiply(_ a: Float, _ b: Float) -> Float { a * b }

/// The larger, NaN where one is NaN, b of two zeros.
package func referenceMaximum(_ a: Float, _ b: Float) -> Float { a > b || a.isNaN ? a : b }

/// One step of each operand combined: both have `outer` rows, and one of them may have rows of a single value.
package func referenceCombine(
    _ a: [Float], _ b: [Float], outer: Int = 1, _ operation: (Float, Float) -> Float
) -> [Float] {
    let count = max(a.count, b.count)
    let size = count / max(outer, 1)
    return (0..<count).map { index in
        operation(a[a.count == count ? index : index / size], b[b.count == count ? index : index / size])
    }
}

/// The operands' rows side by side; each operand has `outer` rows.
package func referenceConcat(_ operands: [[Float]], outer: Int = 1) -> [Float] {
    (0..<outer).flatMap { row in
        operands.flatMap { x in x[(row * (x.count / outer))..<((row + 1) * (x.count / outer))] }
    }
}

/// Python's `[start:stop]` of each of the `outer` rows of x.
package func referenceSlice(_ x: [Float], outer: Int = 1, start: Int?, stop: Int?) -> [Float] {
    let size = x.count / outer
    return (0..<outer).flatMap { row in
        referenceSteps(Array(x[(row * size)..<((row + 1) * size)]), start: start, stop: stop)
    }
}

/// x * weight + bias, rounded once; weight and bias have one value each, or as many as a row of x.
package func referenceScale(_ x: [Float], weight: [Float], bias: [Float]) -> [Float] {
    x.enumerated().map { bias[$0 % bias.count].addingProduct($1, weight[$0 % weight.count]) }
}

/// (x - mean) / std; mean and std have one value each, or as many as a row of x.
package func referenceScale(_ x: [Float], mean: [Float], std: [Float]) -> [Float] {
    x.enumerated().map { ($1 - mean[$0 % mean.count]) / std[$0 % std.count] }
}

/// (channels, positions) to (positions, channels).
package func referenceTranspose(_ x: [Float], channels: Int, positions: Int) -> [Float] {
    (0..<positions).flatMap { position in (0..<channels).map { x[$0 * positions + position] } }
}

/// Where the first of the largest is, or the first NaN where there is one.
package func referenceArgmax(_ x: [Float]) -> Int32 {
    if let first = x.firstIndex(where: \.isNaN) { return Int32(first) }
    var best = 0
    for index in x.indices where x[index] > x[best] { best = index }
    return Int32(best)
}
