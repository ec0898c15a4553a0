// SPDX-License-Identifier: Apache-2.0

import LSTMCheckpoint
import LSTMFiles
import LSTMIR
import LSTMInterpreter
import LSTMRuntime
import LSTMSpec

func fuzzSafetensors(_ bytes: [UInt8]) throws(Violation) {
    try checkCheckpoint(bytes, fileName: "weights.safetensors")
    try checkTensorFile(bytes, fileName: "x.safetensors")
    // What generated code opens, which must judge as the command line did.
    let isSound = (try? Checkpoint(bytes, fileName: "weights.safetensors")) != nil
    try require(((try? WeightFile(bytes)) != nil) == isSound, "generated code opens what the checkpoint's reader does")
    try checkImport(of: bytes, path: "weights.safetensors")
    try checkImport(of: bytes, path: "weights.safetensors", converts: true)
}

func fuzzPickle(_ bytes: [UInt8]) throws(Violation) {
    let file = bytes.starts(with: "PK".utf8) ? bytes : torchArchive(pickle: bytes)
    try checkCheckpoint(file, fileName: "weights.pt")
    try checkImport(of: file, path: "weights.pt")
    try checkImport(of: file, path: "weights.pt", converts: true)
}

func fuzzNumPy(_ bytes: [UInt8]) throws(Violation) {
    let isArchive = bytes.starts(with: "PK".utf8)
    if !isArchive { try checkTensorFile(bytes, fileName: "x.npy") }
    let file = isArchive ? bytes : storedZip([("head.weight.npy", bytes)])
    try checkCheckpoint(file, fileName: "weights.npz")
    if isArchive { try checkImport(of: file, path: "weights.npz") }
}

/// Opens a file, reads all of it, and writes what was read once more.
private func checkCheckpoint(_ bytes: [UInt8], fileName: String) throws(Violation) {
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(bytes, fileName: fileName) } catch {
        return try check([error.diagnostic(at: .init(path: "model.lstm.yaml", line: 1, column: 1))])
    }
    try require(checkpoint.fileOrder.count == checkpoint.tensors.count, "every tensor is in the file's order once")
    try require(checkpoint.fileOrder.allSatisfy { checkpoint.tensors[$0] != nil }, "the file's order names tensors")
    try require(checkpoint.unreadable.keys.allSatisfy { checkpoint.tensors[$0] == nil }, "a tensor is read or is not")
    try check(checkpoint.unreadable.values.map { $0.diagnostic(at: .init(path: "a", line: 1, column: 1)) })
    // A view can have more elements than its file has bytes, and it is for who reads it to count them.
    var left = 1 << 17
    var tensors: [NamedTensor] = []
    for name in checkpoint.fileOrder where name != "__metadata__" {
        guard let tensor = checkpoint.tensors[name], tensor.elementCount <= left else { continue }
        left -= tensor.elementCount
        try checkElements(of: tensor)
        tensors.append(NamedTensor(name, tensor))
    }
    try checkWritten(tensors)
}

private func checkElements(of tensor: StoredTensor) throws(Violation) {
    try require(tensor.shape.allSatisfy { $0 >= 0 }, "sizes are not negative")
    try require(tensor.shape.reduce(1, *) == tensor.elementCount, "a shape's product is its count")
    let type = tensor.elementType
    if let floats = tensor.floatSource?.floats() {
        try require(floats.count == tensor.elementCount, "as many floats as elements")
    }
    try require((tensor.floatSource != nil) == type.isFloat, "floats are what has a float type")
    let doubles = tensor.doubles()
    try require((doubles?.count ?? 0) == (type.isFloat ? tensor.elementCount : 0), "as many doubles as elements")
    if let integers = tensor.integers() {
        try require(integers.count == tensor.elementCount, "as many integers as elements")
    }
}

private func checkWritten(_ tensors: [NamedTensor]) throws(Violation) {
    let written = safetensorsBytes(tensors)
    let read: Checkpoint
    do { read = try Checkpoint(written, fileName: "w.safetensors") } catch {
        throw Violation(description: "broken: what is written can be read; \(error.message)")
    }
    try require(read.tensors.count == tensors.count, "every tensor is written")
    for tensor in tensors {
        let again = read.tensors[tensor.name].map { NamedTensor(tensor.name, $0) }
        try require(
            again?.bytes == tensor.bytes && again?.shape == tensor.shape && again?.type == tensor.type,
            "a tensor is written as it was read")
    }
}

/// The tensors as what a model is run on.
private func checkTensorFile(_ bytes: [UInt8], fileName: String) throws(Violation) {
    let place = SourceLocation(path: fileName, line: 1, column: 1)
    let tensors: [String: StoredTensor]
    do { tensors = try readTensors(bytes, fileName: fileName) } catch {
        return try check([error.diagnostic(at: place)])
    }
    try checkInputs(tensors, try featuresModel.get(), at: place)
    try checkInputs(tensors, try tokensModel.get(), at: place)
}

private func checkInputs(
    _ tensors: [String: StoredTensor], _ model: Model, at place: SourceLocation
) throws(Violation) {
    let found: [InputMistake]
    do { found = try Inputs.reading(tensors, for: model).warnings } catch {
        try require(!error.mistakes.isEmpty, "no inputs without a reason")
        found = error.mistakes
    }
    try check(found.map { Diagnostic($0, at: place) })
}
