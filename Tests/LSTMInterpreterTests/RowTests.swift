// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMInterpreter
import LSTMKernels
import LSTMRuntime
import TestSupport
import Testing

@Suite("Operations on rows")
struct RowTests {
    @Test("scale and standardize give the reference's bits on each set") func bits() throws {
        var random = SeededRandom(seed: 7)
        for set in InstructionSet.available {
            let kernels = try #require(lstmc_kernels_named(set.name))
            for count in 1...70 {
                let (x, p, q) = (
                    CombineTests.numbers(count, &random), CombineTests.numbers(count, &random),
                    CombineTests.numbers(count, &random)
                )
                var y = [Float](repeating: 7, count: count + 1)
                lstmc_scale(kernels, &y, x, p, q, count)
                if set.isFused {
                    #expect(firstDifference(y, referenceScale(x, weight: p, bias: q) + [7]) == nil, "\(set.name)")
                } else {
                    #expect(firstDifference(y, (0..<count).map { x[$0] * p[$0] + q[$0] } + [7]) == nil, "\(set.name)")
                }
                lstmc_standardize(kernels, &y, x, p, q, count)
                #expect(firstDifference(y, referenceScale(x, mean: p, std: q) + [7]) == nil, "\(set.name)")
                lstmc_prelu(kernels, &y, x, p, p, count)
                #expect(firstDifference(y, referencePReLU(x, weight: p) + [7]) == nil, "\(set.name)")
            }
        }
    }

    @Test("PackedScale takes one value or a row of them, any number of rows, in place and apart")
    func packed() throws {
        var random = SeededRandom(seed: 8)
        for size in [1, 2, 16, 31, 300] {
            for (first, second) in [(1, 1), (size, 1), (1, size), (size, size)] {
                let (p, q) = (CombineTests.numbers(first, &random), CombineTests.numbers(second, &random))
                let scales = [
                    PackedScale(size: size, weight: p, bias: q), PackedScale(size: size, mean: p, std: q),
                    PackedScale(
                        size: size, weight: FloatArray(p, shape: [first]), bias: FloatArray(q, shape: [second])),
                    PackedScale(size: size, mean: FloatArray(p, shape: [first]), std: FloatArray(q, shape: [second])),
                ]
                for rows in [0, 1, 2, 33, 700] where rows * size < 20_000 {
                    let x = CombineTests.numbers(rows * size + 1, &random)
                    let expected = [true, false].map { isScale in
                        (0..<rows).flatMap { row in
                            let values = Array(x[(row * size)..<((row + 1) * size)])
                            return isScale
                                ? values.indices.map { j in scaled(values[j], p[j % first], q[j % second]) }
                                : referenceScale(values, mean: p, std: q)
                        }
                    }
                    for (index, scale) in scales.enumerated() {
                        var (apart, inPlace) = (x, x)
                        scale.run(x, rows: rows, into: &apart)
                        inPlace.withUnsafeMutableBufferPointer { x in
                            guard let x = x.baseAddress else { return }
                            scale.run(x, rows: rows, into: x)
                        }
                        for found in [apart, inPlace] {
                            #expect(firstDifference(found, expected[index % 2] + [x[rows * size]]) == nil, "\(size)")
                        }
                    }
                }
            }
        }
    }

    /// x * weight + bias with the multiply-add of this machine's kernels.
    private func scaled(_ x: Float, _ weight: Float, _ bias: Float) -> Float {
        InstructionSet.current.isFused ? bias.addingProduct(x, weight) : x * weight + bias
    }

    @Test("as close to float64 as PyTorch, and its edges") func torch() throws {
        let torch = try TorchOperations()
        let (weight, bias, std) = (try torch.floats("weight"), try torch.floats("bias"), try torch.floats("std"))
        let scales = [
            ("scale", PackedScale(size: 16, weight: weight, bias: bias)),
            ("standardize", PackedScale(size: 16, mean: bias, std: std)),
        ]
        for (name, scale) in scales {
            let (x, edges) = (try torch.floats("x"), try torch.floats("edges"))
            var (y, ofEdges) = (x, edges)
            scale.run(x, rows: x.count / 16, into: &y)
            scale.run(edges, rows: 1, into: &ofEdges)
            let errors = try torch.errors(y, name)
            #expect(errors.ours <= 1.25 * errors.torch + 1e-7, "\(name): \(errors)")
            #expect(try torch.strange(ofEdges, name).isEmpty, "\(name)")
        }
    }

    @Test("argmax is PyTorch's, with equal values, infinities and NaN") func argmax() throws {
        let torch = try TorchOperations()
        let (x, expected) = (try torch.floats("argmax.x"), try torch.integers("argmax"))
        var y = [Int32](repeating: -1, count: 65)
        Rowwise.argmax(x, rows: 64, size: 16, into: &y)
        #expect(y == expected + [-1])
        let rows = stride(from: 0, to: x.count, by: 16).map { Array(x[$0..<($0 + 16)]) }
        #expect(rows.map(referenceArgmax) == expected)
        // At least one row has each of what the rule speaks of.
        #expect(rows.contains { $0.contains(where: \.isNaN) } && rows.contains { !$0.contains(where: \.isNaN) })
        Rowwise.argmax([3], rows: 1, size: 1, into: &y)
        #expect(y[0] == 0)
        for row: [Float] in [[-0.0, 0], [-.infinity, -.infinity], [.infinity, .nan, .nan], [.nan, .infinity]] {
            Rowwise.argmax(row, rows: 1, size: row.count, into: &y)
            #expect(y[0] == referenceArgmax(row))
        }
        #expect(referenceArgmax([-0.0, 0]) == 0 && referenceArgmax([.infinity, .nan, .nan]) == 1)
    }

    @Test("columns are copied to where they belong") func columns() {
        // (2, 2) and (2, 3) side by side, and a part of the rows of the result.
        let (a, b): ([Float], [Float]) = ([1, 2, 3, 4], [5, 6, 7, 8, 9, -0.0])
        var y = [Float](repeating: 7, count: 11)
        y.withUnsafeMutableBufferPointer { y in
            guard let y = y.baseAddress else { return }
            Columns.copy(a, rows: 2, size: 2, stride: 2, into: y, stride: 5)
            Columns.copy(b, rows: 2, size: 3, stride: 3, into: y + 2, stride: 5)
        }
        #expect(firstDifference(y, referenceConcat([a, b], outer: 2) + [7]) == nil)
        #expect(firstDifference(y, [1, 2, 5, 6, 7, 3, 4, 8, 9, -0.0, 7]) == nil)
        var part = [Float](repeating: 7, count: 7)
        y.withUnsafeBufferPointer { y in
            guard let y = y.baseAddress else { return }
            Columns.copy(y + 1, rows: 2, size: 3, stride: 5, into: &part, stride: 3)
        }
        #expect(part == [2, 5, 6, 4, 8, 9, 7])
        #expect(referenceSlice(Array(y[..<10]), outer: 2, start: 1, stop: -1) == [2, 5, 6, 4, 8, 9])
        var whole = [Float](repeating: 7, count: 5)
        Columns.copy(a, rows: 2, size: 2, stride: 2, into: &whole, stride: 2)
        #expect(whole == [1, 2, 3, 4, 7])
    }

    @Test("columns without time are repeated over it") func repeatedColumns() {
        // (batch 2, outer 2, size 1) into three steps of runs 3 apart.
        let x: [Float] = [1, 2, 3, 4]
        for (layout, expected) in [
            (SequenceLayout.timeFirst, [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]),
            (.batchFirst, [1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4]),
        ] as [(SequenceLayout, [Float])] {
            var y = [Float](repeating: 7, count: 36)
            Columns.repeated(x, steps: 3, batch: 2, outer: 2, size: 1, layout: layout, into: &y, stride: 3)
            #expect(y == expected.flatMap { [$0, 7, 7] })
        }
    }

    @Test("rows are transposed") func transpose() {
        var random = SeededRandom(seed: 9)
        for (rows, channels, positions) in [(1, 1, 1), (1, 1, 5), (3, 4, 1), (2, 3, 5), (1, 17, 33)] {
            let (size, x) = (channels * positions, CombineTests.numbers(rows * channels * positions, &random))
            var (y, back) = ([Float](repeating: 7, count: x.count + 1), x)
            Columns.transpose(x, rows: rows, channels: channels, positions: positions, into: &y)
            let expected = (0..<rows).flatMap { row in
                referenceTranspose(
                    Array(x[(row * size)..<((row + 1) * size)]), channels: channels, positions: positions)
            }
            #expect(firstDifference(y, expected + [7]) == nil)
            Columns.transpose(y, rows: rows, channels: positions, positions: channels, into: &back)
            #expect(firstDifference(back, x) == nil)
        }
        #expect(referenceTranspose([1, 2, 3, 4, 5, 6], channels: 2, positions: 3) == [1, 4, 2, 5, 3, 6])
    }
}
