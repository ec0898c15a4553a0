// SPDX-License-Identifier: Apache-2.0
//
// The twins of what looks at a whole sequence: `vectors` are one sequence's own steps.

/// One step, counted from the end where `index` is negative.
package func referenceSelect(_ vectors: [[Float]], index: Int) -> [Float] {
    vectors[index < 0 ? vectors.count + index : index]
}

/// The steps from the last to the first.
package func referenceFlip(_ vectors: [[Float]]) -> [[Float]] { vectors.reversed() }

/// Python's `vectors[start:stop]`.
package func referenceSteps<Step>(_ vectors: [Step], start: Int?, stop: Int?) -> [Step] {
    func place(_ index: Int) -> Int { index < 0 ? max(0, vectors.count + index) : min(index, vectors.count) }
    let (first, end) = (start.map(place) ?? 0, stop.map(place) ?? vectors.count)
    return first < end ? Array(vectors[first..<end]) : []
}

/// `steps` times the same vector.
package func referenceRepeat(_ vector: [Float], steps: Int) -> [[Float]] { Array(repeating: vector, count: steps) }

/// The sum over the steps, in order.
package func referenceSumOverTime(_ vectors: [[Float]]) -> [Float] {
    vectors.dropFirst().reduce(vectors.first ?? []) { sum, step in zip(sum, step).map { $0 + $1 } }
}
