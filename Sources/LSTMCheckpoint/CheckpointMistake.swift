// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// What can be wrong with a checkpoint, alone or against a model.
public enum CheckpointMistake: Mistake, Error, Equatable {
    // The file
    case unknownExtension(fileName: String)
    case unknownTensorFile(fileName: String)
    case keyNotApplicable
    case safetensors(SafetensorsError)
    case zip(ZipMistake)
    case compressedNpz
    /// `member` is nil for a .npy file.
    case npy(member: String?, NpyMistake)
    case unsupportedType(tensor: String, type: ElementType)

    // A .pt file
    case legacyPyTorch
    case legacyVersion
    case legacyStorages
    case noParameters
    case notPyTorch
    case compressedPyTorch
    case unknownByteOrder
    case pickle(PickleMistake)
    case wholeModule(key: String?)
    case noStateDictionary(keys: [String])
    case severalStateDictionaries(keys: [String])
    case missingKey(String, present: [String])
    case keyWithoutTensors(String, found: [String])
    case notATensor(name: String, ValueForm)
    case tensorWithoutName(key: String)
    case malformedTensor(name: String)
    case missingStorage(tensor: String)
    case viewOutsideStorage(tensor: String, shape: [Int])

    // Against a model
    case missingTensor(name: String, layer: String)
    case wrongShape(tensor: String, shape: [Int], layer: String, expected: [Int])
    case integerParameter(tensor: String, type: ElementType, layer: String)
    case nonFinite(tensor: String, count: Int, firstIndex: [Int])
    /// A finite float64 that float32 has no place for.
    case beyondFloat32(tensor: String, value: Double, index: [Int])
    /// A finite value that a matrix cannot hold in the precision that it is kept in.
    case beyondPrecision(tensor: String, value: Float, index: [Int], WeightsEntry.Precision)
    case unusedTensor(name: String)
    /// Every tensor of a module, which has several.
    case unusedModule(path: String)
    case moreUnusedTensors(count: Int)
    case moreMissingTensors(count: Int)
    /// What is there and does not fit: its shape, its type or its values.
    case moreUnfitTensors(count: Int)

    /// The diagnostic, which stands at the value of `weights.file` with the checkpoint's own detail in notes.
    public func diagnostic(at location: SourceLocation, notes: [String] = []) -> Diagnostic {
        Diagnostic(self, at: location, notes: (ownNotes + notes).map { Diagnostic.Note($0) })
    }

    private var ownNotes: [String] {
        switch self {
        case .noStateDictionary(let keys) where !keys.isEmpty, .missingKey(_, let keys) where !keys.isEmpty,
            .keyWithoutTensors(_, let keys) where !keys.isEmpty:
            ["the keys there: \(listedFew(keys))"]
        case .severalStateDictionaries(let keys): ["the keys with tensors: \(listedFew(keys))"]
        default: []
        }
    }
}
