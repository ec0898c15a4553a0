// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMImport
import LSTMSpec
import TestSupport
import Testing

private let fixtures = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures")

/// A file whose tensors are in another one beside it: `W` of external.onnx is in `weights.bin`.
@Suite("Data beside an ONNX file")
struct ExternalDataTests {
    /// (1, 16, 3) floats.
    private static let size = 16 * 3 * 4

    private func bytes() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: fixtures.appendingPathComponent("Refused/external.onnx")))
    }

    private func imported(_ bytes: [UInt8], _ companions: [String: [UInt8]]) throws(ImportFailure) -> ImportedModel {
        var options = ImportOptions()
        options.companions = companions
        return try importModel(bytes, path: "external.onnx", options: options)
    }

    private func message(_ bytes: [UInt8], _ companions: [String: [UInt8]]) -> String {
        do throws(ImportFailure) {
            _ = try imported(bytes, companions)
            return "imported"
        } catch {
            return error.diagnostics.map(\.message).joined(separator: "\n")
        }
    }

    private func replacing(_ old: String, _ new: String, in bytes: [UInt8]) -> [UInt8] {
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        guard old.count == new.count, let place = bytes.firstRange(of: old) else { return bytes }
        var result = bytes
        result.replaceSubrange(place, with: new)
        return result
    }

    @Test("is named, and read") func read() throws {
        let bytes = try bytes()
        #expect(companionFiles(ofONNX: bytes) == ["weights.bin"])
        let data = (0..<Self.size).map { UInt8($0 % 4 == 3 ? 0x3F : $0 % 256) }
        let model = try imported(bytes, ["weights.bin": data])
        guard case .converted(let tensors) = model.weights else {
            Issue.record("the tensors are not converted")
            return
        }
        // PyTorch's order of gates is i, f, g, o, and ONNX's is i, o, f, c.
        let weights = try #require(tensors.first { $0.name == "lstm.weight_ih_l0" }).bytes
        let gate = Self.size / 4
        let order: [Int] = [0, 2, 3, 1]
        let expected: [UInt8] = order.flatMap { Array(data[($0 * gate)..<(($0 + 1) * gate)]) }
        #expect(weights == expected)
    }

    @Test("is told by name where it is missing, or not as long as its tensor") func lengths() throws {
        let bytes = try bytes()
        #expect(message(bytes, [:]).contains("'weights.bin', which is not beside this file"))
        for count in [0, 1, Self.size - 1] {
            let found = message(bytes, ["weights.bin": [UInt8](repeating: 0, count: count)])
            #expect(
                found.contains("tensor 'W'") && found.contains("needs \(Self.size) bytes of 'weights.bin'"), "\(found)")
        }
    }

    @Test(
        "is never looked for outside the file's folder",
        arguments: ["../ghts.bin", "/eights.bin", "a/../ts.bin", "./ights.bin", "weights.bi/", "a//ghts.bin"])
    func paths(_ location: String) throws {
        let bytes = replacing("weights.bin", location, in: try bytes())
        #expect(companionFiles(ofONNX: bytes).isEmpty)
        let data = [UInt8](repeating: 0, count: Self.size)
        #expect(message(bytes, [location: data]).contains("no file in this one's folder"))
    }

    @Test("of bytes that are no ONNX file is none") func nonsense() {
        for bytes in [[], [0x07], [UInt8](repeating: 0xFF, count: 64)] as [[UInt8]] {
            #expect(companionFiles(ofONNX: bytes).isEmpty)
        }
    }
}
