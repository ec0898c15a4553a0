// SPDX-License-Identifier: Apache-2.0

import Foundation
import ImportedModels
import LSTMFiles
import TestSupport
import Testing

/// Types that were imported, generated and compiled (the command line's tests compare their text): they give what the
/// model's own framework gives, in float64.
@Suite("Imported and generated types")
struct GeneratedTests {
    private static let tolerance = 1e-6

    private func largestError(_ name: String, _ run: ([Float], Int) throws -> [Float], batchAxis: Int) throws -> Double
    {
        let path = "Tests/LSTMImportTests/Fixtures/Expected/\(name).safetensors"
        let file = try SafetensorsFile([UInt8](Data(contentsOf: repositoryRoot.appendingPathComponent(path))))
        let x = try #require(file["x"])
        let result = try #require(file.directory.entries.first { $0.name.hasSuffix(".f64") })
        let expected = try #require(file[result.name]?.floatSource).floats()
        let found = try run(try #require(x.floatSource).floats(), x.shape[batchAxis])
        #expect(found.count == expected.count)
        #expect(expected.contains { abs($0) > 0.01 })
        return zip(found, expected).map { Double(abs($0 - $1)) }.max() ?? .infinity
    }

    @Test("from .pt") func pt() throws {
        #expect(try largestError("speech-model.pt", { try ImportedPt()($0, batch: $1) }, batchAxis: 1) < Self.tolerance)
    }

    @Test("from .safetensors") func safetensors() throws {
        let error = try largestError(
            "speech-model.safetensors", { try ImportedSafetensors()($0, batch: $1) }, batchAxis: 1)
        #expect(error < Self.tolerance)
    }

    @Test("from .npz") func npz() throws {
        #expect(
            try largestError("speech-model.npz", { try ImportedNpz()($0, batch: $1) }, batchAxis: 1) < Self.tolerance)
    }

    @Test("from RTNeural's JSON") func rtneural() throws {
        #expect(
            try largestError("rtneural.json", { try ImportedRTNeural()($0, batch: $1) }, batchAxis: 0) < Self.tolerance)
    }

    @Test("from AIDA-X's JSON, with its gains") func aida() throws {
        #expect(try largestError("aida.json", { try ImportedAida()($0, batch: $1) }, batchAxis: 0) < Self.tolerance)
    }

    @Test("from a state_dict as JSON") func proteus() throws {
        #expect(
            try largestError("proteus.json", { try ImportedProteus()($0, batch: $1) }, batchAxis: 1) < Self.tolerance)
    }

    @Test("from .nam, with its first state") func nam() throws {
        #expect(try largestError("amp.nam", { try ImportedNAM()($0, batch: $1) }, batchAxis: 0) < Self.tolerance)
    }

    @Test("from ONNX: two layers, both directions, a linear head") func onnx() throws {
        let error = try largestError(
            "two-layers-both-head-dynamo.onnx", { try ImportedONNX()($0, batch: $1) }, batchAxis: 0)
        #expect(error < Self.tolerance)
    }

    @Test("from .keras") func keras() throws {
        let error = try largestError("both-directions.keras", { try ImportedKeras()($0, batch: $1) }, batchAxis: 0)
        #expect(error < Self.tolerance)
    }

    @Test("from Keras' .h5") func kerasHDF5() throws {
        let error = try largestError("both-directions.h5", { try ImportedKerasHDF5()($0, batch: $1) }, batchAxis: 0)
        #expect(error < Self.tolerance)
    }
}
