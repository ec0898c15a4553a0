// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// Row `id` of weight (num_embeddings, embedding_dim), for each id.
func referenceEmbedding(_ embedding: Embedding, _ parameters: [String: [Float]], _ ids: [Int32]) -> [[Float]] {
    let weight = parameters["weight"] ?? []
    return ids.map { id in
        let start = Int(id) * embedding.embeddingDim
        return Array(weight[start..<(start + embedding.embeddingDim)])
    }
}

/// y = bias + x Wᵀ.
func referenceLinear(
    _ linear: Linear, _ parameters: [String: [Float]], _ x: [Float], _ product: ReferenceProducts
) -> [Float] {
    let sums = product(parameters["weight"] ?? [], x)
    guard let bias = parameters["bias"] else { return sums }
    return zip(bias, sums).map { $0 + $1 }
}

/// y = (x - mean) / sqrt(variance + eps) * weight + bias.
func referenceLayerNorm(_ norm: LayerNorm, _ parameters: [String: [Float]], _ x: [Float]) -> [Float] {
    let count = Float(norm.size)
    let mean = referenceSum(x) / count
    let centred = x.map { $0 - mean }
    let variance = referenceSumOfSquares(centred) / count
    let deviation = (variance + norm.eps).squareRoot()
    var y = centred.map { $0 / deviation }
    guard let weight = parameters["weight"] else { return y }
    guard let bias = parameters["bias"] else { return zip(y, weight).map { $0 * $1 } }
    for index in y.indices { y[index] = bias[index].addingProduct(y[index], weight[index]) }
    return y
}

/// max(x, 0); NaN stays NaN.
func referenceReLU(_ x: Float) -> Float { x < 0 ? 0 : x }

/// exp(x - max) / sum of the same.
func referenceSoftmax(_ x: [Float]) -> [Float] {
    let largest = referenceLargest(x)
    let exponentials = x.map { referenceExp($0 - largest) }
    let sum = referenceSum(exponentials)
    return exponentials.map { $0 / sum }
}

/// (x - max) - log(sum of exp(x - max)).
func referenceLogSoftmax(_ x: [Float]) -> [Float] {
    let largest = referenceLargest(x)
    let shifted = x.map { $0 - largest }
    let logSum = referenceLog(referenceSum(shifted.map(referenceExp)))
    return shifted.map { $0 - logSum }
}

/// The sum over the steps, in order, divided by their number.
func referenceMean(_ steps: [[Float]]) -> [Float] {
    var sum = steps.first ?? []
    for step in steps.dropFirst() { sum = zip(sum, step).map { $0 + $1 } }
    return sum.map { $0 / Float(steps.count) }
}

/// The largest value of each feature over the steps; NaN where one is NaN.
func referenceMax(_ steps: [[Float]]) -> [Float] {
    var largest = steps.first ?? []
    for step in steps.dropFirst() { largest = zip(largest, step).map { $1 > $0 || $1.isNaN ? $1 : $0 } }
    return largest
}

/// x / max(sqrt(sum of squares), eps), as torch.nn.functional.normalize.
func referenceL2Normalize(_ x: [Float], eps: Float) -> [Float] {
    let norm = referenceSumOfSquares(x).squareRoot()
    // Not max(): where the sum is NaN, so is the result.
    let divisor = norm < eps ? eps : norm
    return x.map { $0 / divisor }
}
