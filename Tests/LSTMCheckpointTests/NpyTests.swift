// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import TestSupport
import Testing

private func npy(_ header: String, version: UInt8 = 1, data: Int = 0) -> [UInt8] {
    let length = version == 1 ? littleEndian(UInt16(header.utf8.count)) : littleEndian(UInt32(header.utf8.count))
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8)
        + [UInt8](repeating: 0, count: data)
}

private func npyFailure(_ bytes: [UInt8]) -> NpyMistake? {
    do {
        _ = try readTensors(bytes, fileName: "a.npy")
    } catch .npy(nil, let mistake) {
        return mistake
    } catch {
        Issue.record("\(error)")
    }
    return nil
}

@Suite struct NpyTests {
    @Test(arguments: ["f4", "f4-big-endian", "f8-fortran", "f2", "f4-v2", "f4-v3"])
    func readsEveryLayout(_ name: String) throws {
        let tensor = try #require(try readTensors(fixture("\(name).npy"), fileName: "\(name).npy")["x"])
        #expect(tensor.shape == [6, 4])
        #expect(tensor.floatSource?.floats() == patternValues(24))
        #expect(tensor.doubles() == patternValues(24).map(Double.init))
    }

    @Test func readsIntegers() throws {
        func integers(_ name: String) throws -> [Int64]? {
            try readTensors(fixture(name), fileName: name)["x"]?.integers()
        }
        #expect(try integers("i4-big-endian.npy") == [1, -2, 3, 1 << 30])
        #expect(try integers("i8.npy") == [1, -2, 1 << 40])
        #expect(try integers("b1.npy") == [1, 0])
        #expect(try readTensors(fixture("scalar.npy"), fileName: "s.npy")["x"]?.floatSource?.floats() == [0.5])
    }

    @Test func writesWhatNumPyWrites() throws {
        #expect(npyBytes(of: patternValues(24), shape: [6, 4]).count == (try fixture("f4.npy")).count)
        let copy = try readTensors(npyBytes(of: patternValues(24), shape: [6, 4]), fileName: "a.npy")["x"]
        #expect(copy?.shape == [6, 4])
        #expect(copy?.floatSource?.floats() == patternValues(24))
        #expect(npyBytes(of: [1, -2, 1 << 40] as [Int64], shape: [3]) == (try fixture("i8.npy")))
        #expect(npyBytes(of: patternValues(24), shape: [6, 4]) == (try fixture("f4.npy")))
        #expect(try readTensors(npyBytes(of: [1.5], shape: []), fileName: "a.npy")["x"]?.shape == [])
    }

    @Test(
        arguments: [
            ("", NpyMistake.malformedHeader), ("{}", .malformedHeader), ("{'descr': '<f4'", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}", .malformedHeader),
            ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': 1}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}", .malformedHeader),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807,)}", .malformedHeader),
            ("{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}", .unsupportedType(descr: "<f4, ")),
            ("{'descr': '', 'fortran_order': False, 'shape': (1,)}", .malformedHeader),
            ("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", .unsupportedType(descr: "|O")),
            ("{'descr': '<U5', 'fortran_order': False, 'shape': (1,)}", .unsupportedType(descr: "<U5")),
            ("{'descr': 'f4', 'fortran_order': False, 'shape': (1,)}", .unsupportedType(descr: "f4")),
            ("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", .unsupportedType(descr: "<c8")),
            ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", .unsupportedType(descr: nil)),
            (
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
                .wrongByteCount(shape: [2], expected: 8, found: 4)
            ),
            ("{'descr': '<f4', 'fortran_order': True, 'shape': ()}", nil),
            ("{'descr':'<f4','fortran_order':False,'shape':(1L,)}\n", nil),
        ] as [(String, NpyMistake?)])
    func judgesHeaders(_ header: String, mistake: NpyMistake?) {
        #expect(npyFailure(npy(header, data: 4)) == mistake)
        #expect(npyFailure(npy(header, version: 3, data: 4)) == mistake)
    }

    @Test func refusesOtherFiles() throws {
        #expect(npyFailure([]) == .notNpy)
        #expect(npyFailure(Array("NUMPY".utf8)) == .notNpy)
        #expect(npyFailure(npy("", version: 4)) == .unknownVersion(4))
        #expect(throws: CheckpointMistake.unknownTensorFile(fileName: "a.npz")) {
            try readTensors([], fileName: "a.npz")
        }
        let whole = try fixture("f4.npy")
        for count in whole.indices { #expect(npyFailure(Array(whole.prefix(count))) != nil) }
        #expect(npyFailure(whole + [0]) == .wrongByteCount(shape: [6, 4], expected: 96, found: 97))
    }

    @Test func neverCrashesOnMutations() throws {
        var random = SeededRandom(seed: 4)
        let wholes = [try fixture("f4.npy"), try fixture("f8-fortran.npy"), try fixture("i4-big-endian.npy")]
        for round in 0..<2_000 {
            let bytes = mutated(wholes[round % wholes.count], &random)
            guard let tensor = try? readTensors(bytes, fileName: "a.npy")["x"] else { continue }
            _ = tensor.floatSource?.floats()
            _ = tensor.integers()
        }
    }
}
