// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMImport
import LSTMSpec
import TestSupport
import Testing

private let recognised = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures/Recognised")

/// Binary files, hit where they hurt: lengths, counts, addresses and flags, which random bytes in weights rarely are.
@Suite("Damaged graphs and archives")
struct ImportMutationTests {
    private static let names = [".onnx", ".keras", ".h5"].flatMap { fixtureNames(in: recognised, suffix: $0) }
    private static let seeds: ClosedRange<UInt64> = 1...150

    /// Small numbers, and those at the edges of what a signed or unsigned number of some width holds.
    private static let edges: [[UInt8]] = [
        [0], [1], [2], [0x7F], [0x80], [0xFF], [0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [UInt8](repeating: 0xFF, count: 8),
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], [0, 0, 0, 0, 0, 0, 0, 0x40],
    ]

    private func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0...random.integer(in: 0...4) where bytes.count > 32 {
            let place = random.integer(in: 0...(bytes.count - 1))
            switch random.integer(in: 0...6) {
            case 0: bytes[place] ^= 1 << UInt8(random.integer(in: 0...7))
            case 1:
                let edge = Self.edges[random.integer(in: 0...(Self.edges.count - 1))]
                for (index, byte) in edge.enumerated() where place + index < bytes.count { bytes[place + index] = byte }
            case 2:
                // A number of 8 bytes that is an address or a size of the same file.
                let value = UInt64(random.integer(in: 0...bytes.count)).littleEndian
                let digits = withUnsafeBytes(of: value) { Array($0) }
                let aligned = place & ~7
                for (index, byte) in digits.enumerated() where aligned + index < bytes.count {
                    bytes[aligned + index] = byte
                }
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + random.integer(in: 1...16)))
            case 4: bytes.removeSubrange(place...)
            case 5: bytes[place] = UInt8(ascii: "0") + UInt8(random.integer(in: 0...9))
            default:
                let from = random.integer(in: 0...(bytes.count - 1))
                let piece = Array(bytes[from..<min(bytes.count, from + random.integer(in: 1...64))])
                for (index, byte) in piece.enumerated() where place + index < bytes.count {
                    bytes[place + index] = byte
                }
            }
        }
    }

    @Test("end in a checked spec or a located error", arguments: names)
    func damaged(_ name: String) throws {
        let good = [UInt8](try Data(contentsOf: recognised.appendingPathComponent(name)))
        for seed in Self.seeds {
            var random = SeededRandom(seed: seed ^ stableHash(name))
            var bytes = good
            damage(&bytes, &random)
            do throws(ImportFailure) {
                let model = try importModel(bytes, path: name)
                let text = specText(model, name: "M", weightsFile: "M.safetensors", heading: "seed \(seed)")
                guard case .converted(let tensors) = model.weights else {
                    Issue.record("seed \(seed): the tensors are not converted")
                    continue
                }
                let size = tensors.reduce(0) { $0 + $1.bytes.count }
                #expect(size <= 8 * good.count + (1 << 17), "seed \(seed)")
                let found = checkImport(
                    text, path: "M.lstm.yaml", weights: safetensorsBytes(tensors), source: name)
                // Only values that are not finite are left to the check that every import passes.
                let codes = Set(found.map(\.mistake.code)).subtracting(["non-finite-parameter"])
                #expect(codes.isEmpty, "seed \(seed): \(render(found, sources: [:]))\n\(text)")
            } catch {
                #expect(error.diagnostics.hasErrors, "seed \(seed)")
                #expect(
                    error.diagnostics.allSatisfy { $0.location.path == name && !$0.message.isEmpty }, "seed \(seed)")
            }
        }
    }
}
