// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMImport
import TestSupport
import Testing

private let folder = repositoryRoot.appendingPathComponent("Tests/LSTMImportTests/Fixtures/Recognised")

private func fixture(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
}

private func text(_ bytes: [UInt8], _ path: String) throws -> String {
    let model = try importModel(bytes, path: path)
    return specText(model, name: "M", weightsFile: "weights", heading: "A file.")
}

@Suite("A file is what its bytes are")
struct FormatTests {
    @Test("whatever its name", arguments: fixtureNames(in: folder, suffix: ""))
    func anyName(_ name: String) throws {
        let bytes = try fixture(name)
        let named = try text(bytes, name)
        for other in ["file", "file.bin", "file.pt", "file.onnx", "file.h5", "file.txt"] {
            #expect(try text(bytes, other) == named, "\(other)")
        }
    }

    @Test("a byte-order mark before JSON says nothing", arguments: ["speech-state.json", "rtneural.json", "amp.nam"])
    func byteOrderMark(_ name: String) throws {
        let bytes = try fixture(name)
        #expect(try text([0xEF, 0xBB, 0xBF] + bytes, name) == text(bytes, name))
    }

    @Test("what is nothing known is said so, or what its name promises is missed") func unknown() throws {
        for (bytes, name) in [([], "a"), (Array("hello".utf8), "a.bin"), ([8, 7, 0], "a.pb")] {
            do throws(ImportFailure) {
                _ = try importModel(bytes, path: name)
                Issue.record("\(name) was read")
            } catch {
                let messages = error.diagnostics.map { $0.mistake.message }
                #expect(messages.allSatisfy { $0.contains("no file that is known") }, "\(messages)")
            }
        }
        for name in ["a.onnx", "a.keras", "a.h5", "a.npz", "a.json", "a.nam", "a.safetensors", "a.pt"] {
            #expect(throws: ImportFailure.self) { try importModel(Array("hello".utf8), path: name) }
        }
    }

    @Test("compressed members are opened", arguments: ["speech-deflated.npz", "deflated.keras"])
    func compressed(_ name: String) throws {
        let model = try importModel(try fixture(name), path: name)
        let plain = name.hasSuffix("npz") ? "speech-model.npz" : "plain.keras"
        var options = ImportOptions()
        options.converts = true
        let other = try importModel(try fixture(plain), path: plain, options: options)
        guard case .converted(let tensors) = model.weights, case .converted(let expected) = other.weights else {
            Issue.record("the tensors are not converted")
            return
        }
        #expect(safetensorsBytes(tensors) == safetensorsBytes(expected))
    }

    @Test(
        "damaged compressed members end in an error at the file", arguments: ["speech-deflated.npz", "deflated.keras"])
    func damagedMembers(_ name: String) throws {
        let good = try fixture(name)
        for place in stride(from: 0, to: good.count, by: 5) {
            var bytes = good
            bytes[place] ^= 0x55
            do throws(ImportFailure) { _ = try importModel(bytes, path: name) } catch {
                #expect(error.diagnostics.allSatisfy { $0.location.path == name })
            }
        }
        for count in stride(from: 1, to: good.count, by: 97) {
            #expect(throws: ImportFailure.self) { try importModel(Array(good[..<count]), path: name) }
        }
    }
}
