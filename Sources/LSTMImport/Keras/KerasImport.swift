// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMSpec

/// Everything that keeps a Keras file from becoming a spec.
struct KerasFailure: Error {
    var mistakes: [KerasMistake]

    init(_ mistakes: [KerasMistake]) { self.mistakes = mistakes }
    init(_ mistake: KerasMistake) { mistakes = [mistake] }
}

/// Reads a model that Keras saved: a `.keras` archive, a whole model's HDF5, or HDF5 weights with their layers' order.
///
/// Sequential and Functional models, one inside another; the weights are converted to PyTorch's names and shapes, bit for
/// bit. Time and memory are bounded by the file's size. Throws everything that no spec can say, each with its layer, its
/// weight or its byte.
func readKeras(_ bytes: [UInt8]) throws(KerasFailure) -> ImportedModel {
    let file: KerasFile
    do throws(KerasMistake) {
        file = bytes.starts(with: "PK".utf8) ? try KerasFile(archive: bytes) : try KerasFile(hdf5: bytes)
    } catch {
        throw KerasFailure(error)
    }
    var reader = KerasReader(file)
    return try reader.imported()
}

/// A file's model and weights, before anything is made of them.
struct KerasFile {
    var model: KerasModel
    var weights: KerasWeights
    /// The version of Keras that wrote it, as far as its first number; nil where the file does not say.
    var version: Int?
    /// Weights without a model: what was taken for granted to make one of them.
    var assumptions: [String] = []
    var isWeightsAlone = false

    init(archive bytes: [UInt8]) throws(KerasMistake) {
        let archive: ZipArchive
        do { archive = try ZipArchive(bytes) } catch { throw .zip(error) }
        var left = CheckpointLimits.inflatedBytes(of: bytes.count)
        func optional(_ name: String) throws(KerasMistake) -> (bytes: [UInt8], range: Range<Int>)? {
            do {
                return try archive.contents(of: name, limit: &left, { inflate($0, $1, size: $2) })
            } catch { throw .zip(error) }
        }
        func member(_ name: String) throws(KerasMistake) -> (bytes: [UInt8], range: Range<Int>) {
            guard let found = try optional(name) else { throw .missingMember(name) }
            return found
        }
        let config = try member("config.json")
        model = try KerasModel(try parsed(config.bytes, config.range, member: "config.json"))
        let file = try member("model.weights.h5")
        weights = try KerasWeights(try HDF5File(file.bytes, in: file.range), isLegacy: false)
        guard let metadata = try optional("metadata.json") else { return }
        let json = try parsed(metadata.bytes, metadata.range, member: "metadata.json")
        version = majorVersion(json["keras_version"]?.string)
    }

    init(hdf5 bytes: [UInt8]) throws(KerasMistake) {
        var file = try HDF5File(bytes, in: 0..<bytes.count)
        guard let text = try file.strings("model_config", of: file.root, path: "/")?.first else {
            self = try KerasFile(weightsAlone: file)
            return
        }
        let json = try parsed(Array(text.utf8), 0..<text.utf8.count, member: "model_config")
        model = try KerasModel(json)
        version = majorVersion(try file.strings("keras_version", of: file.root, path: "/")?.first)
        weights = try KerasWeights(file, isLegacy: true)
    }
}

/// The number before the first dot.
func majorVersion(_ version: String?) -> Int? {
    version.flatMap { Int($0.prefix { $0 != "." }) }
}

private func parsed(_ bytes: [UInt8], _ range: Range<Int>, member: String) throws(KerasMistake) -> JSONValue {
    do {
        return try JSONValue(parsing: bytes, in: range)
    } catch {
        throw .config(member: member, problem: "\(error.message) (its byte \(error.offset - range.lowerBound))")
    }
}
