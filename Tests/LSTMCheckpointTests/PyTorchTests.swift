// SPDX-License-Identifier: Apache-2.0

import Foundation
import LSTMCheckpoint
import LSTMFiles
import TestSupport
import Testing

@Suite struct PyTorchTests {
    @Test func readsViewsAsTheyAreSeen() throws {
        let checkpoint = try openFixture("views.pt")
        let base = patternValues(24)
        #expect(checkpoint.floats("base") == base)
        #expect(checkpoint.tensors["transposed"]?.shape == [4, 6])
        let columns = (0..<4).map { column in (0..<6).map { row in base[row * 4 + column] } }
        #expect(checkpoint.floats("transposed") == Array(columns.joined()))
        #expect(checkpoint.floats("rows") == Array(base[4..<8] + base[12..<16] + base[20..<24]))
        #expect(checkpoint.floats("column") == columns[2])
        #expect(checkpoint.floats("expanded") == Array(base[..<4] + base[..<4] + base[..<4]))
        let cube = patternValues(24, seed: 4)
        #expect(checkpoint.tensors["permuted"]?.shape == [4, 2, 3])
        let planes = (0..<4).map { plane in (0..<6).map { cube[$0 * 4 + plane] } }
        #expect(checkpoint.floats("permuted") == Array(planes.joined()))
        #expect(checkpoint.floats("parameter") == patternValues(4, seed: 5))
        #expect(checkpoint.floats("tagged") == patternValues(4, seed: 5))
        #expect(checkpoint.tensors["unsigned"]?.integers() == [1, 65535])
    }

    @Test(arguments: [nil, "model_state"])
    func findsTheStateInATrainingCheckpoint(key: String?) throws {
        let checkpoint = try openFixture("training.pt", key: key)
        #expect(
            checkpoint.names == [
                "linear.bias", "linear.weight", "lstm.bias_hh_l0", "lstm.bias_ih_l0", "lstm.weight_hh_l0",
                "lstm.weight_ih_l0",
            ])
        #expect(checkpoint.unreadable.isEmpty)
        #expect(checkpoint.floats("lstm.weight_ih_l0") == patternValues(48))
        #expect(checkpoint.floats("linear.bias") == patternValues(2, seed: 5))
    }

    @Test func namesTheKeysWhereItCannotChoose() throws {
        let bytes = try fixture("two-models.pt")
        #expect(failure(bytes, "a.pt") == .severalStateDictionaries(keys: ["generator", "nested.critic.old"]))
        #expect(try openFixture("two-models.pt", key: "generator").tensors.count == 6)
        #expect(try openFixture("two-models.pt", key: "nested.critic.old").tensors.count == 6)
        #expect(failure(bytes, "a.pt", key: "model") == .missingKey("model", present: ["generator", "nested"]))
        #expect(failure(bytes, "a.pt", key: "nested") == .keyWithoutTensors("nested", found: ["critic.old"]))
        #expect(failure(bytes, "a.pt", key: "") == .missingKey("", present: ["generator", "nested"]))
        #expect(
            failure(try fixture("no-tensors.pt"), "a.pt") == .noStateDictionary(keys: ["weights", "epoch"]))
    }

    @Test func saysHowToSaveOtherKindsAgain() throws {
        let tar = [UInt8](repeating: 0, count: 257) + Array("ustar".utf8) + [UInt8](repeating: 0, count: 250)
        #expect(failure(tar, "old.pt") == .legacyPyTorch)
        #expect(failure(try fixture("module.pt"), "module.pt") == .wholeModule(key: nil))
        #expect(failure(try fixture("module-inside.pt"), "module-inside.pt") == .wholeModule(key: "net"))
        #expect(
            failure(try fixture("module-inside.pt"), "module-inside.pt", key: "net") == .wholeModule(key: "net"))
        #expect(failure(zip([ZipEntry("a/b", [])]), "plain.pt") == .notPyTorch)
        let script = [ZipEntry("a/data.pkl", Pickle.dictionary([])), ZipEntry("a/constants.pkl", [])]
        #expect(failure(zip(script), "a.pt") == .noParameters)
    }

    /// A file is what its bytes are.
    @Test func readsFilesUnderAnyName() throws {
        for (file, format) in [
            ("plain.pt", Checkpoint.Format.pytorch), ("plain.npz", .npz), ("plain.safetensors", .safetensors),
        ] {
            for name in ["a.ckpt", "a.bin", "a", "a.pt", "a.npz", "a.safetensors"] {
                let checkpoint = try Checkpoint(try fixture(file), fileName: name)
                #expect(checkpoint.format == format && !checkpoint.tensors.isEmpty)
            }
        }
    }

    /// PyTorch before 1.6: pickles one after another, then the storages.
    @Test func readsTheOlderFormat() throws {
        let bytes = try fixture("legacy.pt")
        let checkpoint = try Checkpoint(bytes, fileName: "legacy.pt")
        // The same dictionary in both formats.
        let plain = try openFixture("plain.pt")
        #expect(checkpoint.fileOrder == plain.fileOrder && !plain.tensors.isEmpty)
        for (name, tensor) in plain.tensors {
            let old = try #require(checkpoint.tensors[name])
            #expect(old.shape == tensor.shape && old.elementType == tensor.elementType)
            #expect(old.doubles() == tensor.doubles() && old.integers() == tensor.integers())
        }
        for count in stride(from: 20, to: bytes.count, by: 7) {
            #expect(throws: CheckpointMistake.self) { try Checkpoint(Array(bytes[..<count]), fileName: "legacy.pt") }
        }
    }

    /// The fixtures' pickles call os.system to make a file.
    @Test func runsNothing() throws {
        let checkpoint = try openFixture("malicious.pt")
        #expect(checkpoint.floats("weight") == patternValues(2))
        #expect(checkpoint.unreadable == ["evil": .notATensor(name: "evil", .object("posix.system"))])
        #expect(try openFixture("malicious-inside.pt").floats("weight") == patternValues(2))
        #expect(!FileManager.default.fileExists(atPath: "lstmc-test-was-here"))
    }

    @Test func refusesOddMembers() throws {
        let pickle = Pickle.dictionary([("w", Pickle.tensor(key: "0", count: 1))])
        func file(_ change: (inout [ZipEntry]) -> Void) -> [UInt8] {
            var entries = [
                ZipEntry("a/data.pkl", pickle), ZipEntry("a/byteorder", Array("little".utf8)),
                ZipEntry("a/data/0", [0, 0, 0x80, 0x3F]),
            ]
            change(&entries)
            return zip(entries)
        }
        #expect(try Checkpoint(file { _ in }, fileName: "a.pt").floats("w") == [1])
        #expect(failure(file { $0[1].data = Array("middle".utf8) }, "a.pt") == .unknownByteOrder)
        #expect(failure(file { $0[0].method = 8 }, "a.pt") == .compressedPyTorch)
        #expect(failure(file { $0[2].method = 8 }, "a.pt") == .compressedPyTorch)
        #expect(failure(file { $0[2].checksum = 1 }, "a.pt") == .zip(.wrongChecksum(name: "a/data/0")))
        #expect(failure(file { $0[2].checksum = 0 }, "a.pt") == nil)
        #expect(failure(file { $0[0].flags = 1 }, "a.pt") == .zip(.encryptedMember(name: "a/data.pkl")))
        let lacking = try Checkpoint(file { $0.removeLast() }, fileName: "a.pt")
        #expect(lacking.unreadable == ["w": .missingStorage(tensor: "w")])
        let short = try Checkpoint(file { $0[2].data = [1, 2, 3] }, fileName: "a.pt")
        #expect(short.unreadable == ["w": .missingStorage(tensor: "w")])
    }
}
