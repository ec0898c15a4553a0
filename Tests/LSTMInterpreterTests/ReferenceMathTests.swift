// SPDX-License-Identifier: Apache-2.0

import LSTMInterpreter
import LSTMRuntime
import Testing

/// The kernels' functions and their Swift twins give the same bits.
struct ReferenceMathTests {
    @Test(arguments: InstructionSet.available.filter(\.isFused)) func twinsAgree(set: InstructionSet) {
        var sample: [Float] = stride(from: 0, through: UInt64(UInt32.max), by: 60_013).map {
            Float(bitPattern: UInt32($0))
        }
        sample += [
            0, -0.0, .infinity, -.infinity, 0.34657359, 0.5494, -15.3, -16.6457, -17.4, 23.5, 42, -105,
            .leastNonzeroMagnitude,
        ]
        let twins: [(InstructionSet.Function, (Float) -> Float)] = [
            (.sigmoid, referenceSigmoid), (.tanh, referenceTanh), (.exp, referenceExp), (.log, referenceLog),
            (.gelu, referenceGELU), (.geluTanh, referenceGELUTanh),
        ]
        for (function, twin) in twins {
            let differing = zip(sample, set.apply(function, sample)).filter { x, y in
                let expected = twin(x)
                return expected.bitPattern != y.bitPattern && !(expected.isNaN && y.isNaN)
            }
            #expect(differing.isEmpty, "\(set.name) \(function): \(differing.count), first at \(differing[0].0)")
        }
    }

    @Test func partsAreSummedInBlocks() {
        let (w, x) = ([Float](repeating: 1, count: 130), (0..<130).map { Float(1 + $0 % 2) * 0x1p-12 + 1 })
        var sum: Float = 0
        for start in stride(from: 0, to: 130, by: referenceBlock) {
            let block = x[start..<min(start + referenceBlock, 130)].reduce(Float(0)) { $0.addingProduct(1, $1) }
            sum = start == 0 ? block : sum + block
        }
        #expect(referenceProduct(w, x) == [sum])
        #expect(referenceLargest([1, .nan, 3]).isNaN && referenceLargest([-2, -1]) == -1)
    }
}
