// SPDX-License-Identifier: Apache-2.0

import LSTMInterpreter
import LSTMKernels
import LSTMRuntime
import TestSupport
import Testing

/// An operation on two operands, as every form of it is called.
struct CombineCase: Sendable, CustomTestStringConvertible {
    typealias Operand = Combine.Operand
    typealias Floats = UnsafePointer<Float>

    let name: String
    let kernel:
        @Sendable (
            UnsafePointer<lstmc_kernels>, UnsafeMutablePointer<Float>, lstmc_operand, lstmc_operand, Int
        ) -> Void
    let whole: @Sendable (Floats, Floats, Int, UnsafeMutablePointer<Float>) -> Void
    let repeated: @Sendable (Operand, Operand, [Int], SequenceLayout, UnsafeMutablePointer<Float>) -> Void
    let twin: @Sendable (Float, Float) -> Float

    var testDescription: String { name }

    static let all: [CombineCase] = [
        CombineCase(
            name: "add", kernel: lstmc_add, whole: { Combine.add($0, $1, count: $2, into: $3) },
            repeated: {
                Combine.add(
                    $0, $1, steps: $2[0], batch: $2[1], outer: $2[2], size: $2[3], layout: $3, into: $4)
            }, twin: referenceAdd),
        CombineCase(
            name: "subtract", kernel: lstmc_subtract, whole: { Combine.subtract($0, $1, count: $2, into: $3) },
            repeated: {
                Combine.subtract(
                    $0, $1, steps: $2[0], batch: $2[1], outer: $2[2], size: $2[3], layout: $3, into: $4)
            }, twin: referenceSubtract),
        CombineCase(
            name: "multiply", kernel: lstmc_multiply, whole: { Combine.multiply($0, $1, count: $2, into: $3) },
            repeated: {
                Combine.multiply(
                    $0, $1, steps: $2[0], batch: $2[1], outer: $2[2], size: $2[3], layout: $3, into: $4)
            }, twin: referenceMultiply),
        CombineCase(
            name: "maximum", kernel: lstmc_maximum, whole: { Combine.maximum($0, $1, count: $2, into: $3) },
            repeated: {
                Combine.maximum(
                    $0, $1, steps: $2[0], batch: $2[1], outer: $2[2], size: $2[3], layout: $3, into: $4)
            }, twin: referenceMaximum),
    ]
}

@Suite("Operations on two operands")
struct CombineTests {
    /// Drawn numbers with NaN, infinities and zeros of both signs among them.
    static func numbers(_ count: Int, _ random: inout SeededRandom) -> [Float] {
        let special: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, 0x1p-133, 3e38]
        return (0..<count).map { _ in
            random.integer(in: 0...7) > 0
                ? random.float(in: -4...4) : special[random.integer(in: 0...(special.count - 1))]
        }
    }

    @Test(
        "each set gives the reference's bits, at any count, over either operand and apart", arguments: CombineCase.all)
    func bits(_ operation: CombineCase) throws {
        var random = SeededRandom(seed: 5)
        for set in InstructionSet.available {
            let kernels = try #require(lstmc_kernels_named(set.name))
            for count in 1...70 {
                let (a, b) = (Self.numbers(count, &random), Self.numbers(count, &random))
                for (first, second) in [(false, false), (true, false), (false, true), (true, true)] {
                    let expected = (0..<count).map { operation.twin(a[first ? 0 : $0], b[second ? 0 : $0]) }
                    // y is memory of its own, a's or b's.
                    for place in 0..<3 {
                        // Each in a third of the memory, with one value behind it.
                        var memory = a + [7] + b + [7] + [Float](repeating: 7, count: count + 1)
                        memory.withUnsafeMutableBufferPointer { memory in
                            guard let base = memory.baseAddress else { return }
                            operation.kernel(
                                kernels, base + place * (count + 1), lstmc_operand(x: base, single: first),
                                lstmc_operand(x: base + count + 1, single: second), count)
                        }
                        let found = Array(memory[(place * (count + 1))..<((place + 1) * (count + 1))])
                        #expect(firstDifference(found, expected + [7]) == nil, "\(set.name), \(count), \(place)")
                    }
                }
            }
        }
    }

    @Test("operands are repeated over time and over the last axis", arguments: CombineCase.all)
    func repeated(_ operation: CombineCase) {
        var random = SeededRandom(seed: 6)
        for layout in [SequenceLayout.timeFirst, .batchFirst] {
            for (steps, batch, outer, size) in [(1, 1, 1, 1), (3, 2, 1, 20), (4, 3, 2, 5), (2, 1, 3, 1), (1, 4, 1, 17)]
            {
                for (aTime, bTime) in [(true, true), (true, false), (false, true), (false, false)] {
                    for (aSize, bSize) in [(size, size), (1, size), (size, 1), (1, 1)] {
                        let a = Self.numbers((aTime ? steps : 1) * batch * outer * aSize, &random)
                        let b = Self.numbers((bTime ? steps : 1) * batch * outer * bSize, &random)
                        var expected = [Float](repeating: 7, count: steps * batch * outer * size + 1)
                        for time in 0..<steps {
                            for row in 0..<batch {
                                let place = layout == .timeFirst ? time * batch + row : row * steps + time
                                for position in 0..<outer {
                                    for j in 0..<size {
                                        let left = ((aTime ? place : row) * outer + position) * aSize
                                        let right = ((bTime ? place : row) * outer + position) * bSize
                                        expected[(place * outer + position) * size + j] = operation.twin(
                                            a[left + (aSize == 1 ? 0 : j)], b[right + (bSize == 1 ? 0 : j)])
                                    }
                                }
                            }
                        }
                        var y = [Float](repeating: 7, count: expected.count)
                        a.withUnsafeBufferPointer { a in
                            b.withUnsafeBufferPointer { b in
                                guard let a = a.baseAddress, let b = b.baseAddress else { return }
                                operation.repeated(
                                    Combine.Operand(a, size: aSize, hasTime: aTime),
                                    Combine.Operand(b, size: bSize, hasTime: bTime), [steps, batch, outer, size],
                                    layout, &y)
                            }
                        }
                        #expect(firstDifference(y, expected) == nil, "\(layout) \(aTime) \(bTime) \(aSize) \(bSize)")
                    }
                }
            }
        }
    }

    @Test("as PyTorch, and its edges", arguments: CombineCase.all) func torch(_ operation: CombineCase) throws {
        let torch = try TorchOperations()
        let (x, other, edges) = (try torch.floats("x"), try torch.floats("other"), try torch.floats("edges"))
        var y = x
        operation.whole(x, other, x.count, &y)
        #expect(try firstDifference(y, torch.floats(operation.name)) == nil)
        let left = edges.flatMap { Array(repeating: $0, count: 16) }
        let right = Array(repeating: edges, count: 16).flatMap(\.self)
        y = left
        operation.whole(left, right, left.count, &y)
        #expect(try torch.strange(y, operation.name).isEmpty)
        #expect(firstDifference(referenceCombine(left, right, operation.twin), y) == nil)
    }

    @Test("the reference repeats a row's only value") func referenceRepeats() {
        #expect(referenceCombine([1, 2], [1, 2, 3, 4, 5, 6], outer: 2, referenceAdd) == [2, 3, 4, 6, 7, 8])
        #expect(referenceCombine([1, 2, 3], [10], referenceSubtract) == [-9, -8, -7])
    }
}
