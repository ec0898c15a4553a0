// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMSpec
import Testing

/// The example with some of its bytes changed: it may be wrong in any way, and is never too much for the parser.
struct MutationTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64: small, and the same everywhere, so that a seed names its text.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private let interesting = Array("[]{}:,-&*!|>'\"%@`#?~<\n\r\t 01.".utf8) + [0, 7, 0x80, 0xC3, 0xEF, 0xFF]

    private func mutated(_ bytes: [UInt8], seed: UInt64) -> [UInt8] {
        var generator = Generator(state: seed)
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let index = Int.random(in: bytes.indices, using: &generator)
            let byte = interesting.randomElement(using: &generator) ?? 0
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[index] = byte
            case 1: bytes.insert(byte, at: index)
            case 2: bytes.removeSubrange(index..<min(index + Int.random(in: 1...20, using: &generator), bytes.count))
            default:
                let end = min(index + Int.random(in: 1...40, using: &generator), bytes.count)
                bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: bytes.indices, using: &generator))
            }
        }
        return bytes
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func changedBytesNeverCrash(block: UInt64) {
        let original = Array(exampleSpec.utf8)
        for seed in (block * 100)..<(block * 100 + 100) {
            let source = SourceFile(path: "model.lstm.yaml", bytes: mutated(original, seed: seed))
            let (document, diagnostics) = parse(source)
            #expect(document != nil || diagnostics.hasErrors, "seed \(seed)")
            #expect(diagnostics.allSatisfy { $0.location.line >= 1 && $0.location.column >= 1 }, "seed \(seed)")
            #expect(diagnostics.allSatisfy { !$0.message.isEmpty }, "seed \(seed)")
            let text = render(diagnostics, sources: [source.path: source])
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }, "seed \(seed)")
            #expect(!renderJSON(diagnostics).contains("\n"), "seed \(seed)")
        }
    }
}
