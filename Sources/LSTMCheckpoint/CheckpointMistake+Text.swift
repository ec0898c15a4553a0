// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

extension CheckpointMistake {
    public var message: String {
        switch self {
        case .unknownExtension(let fileName):
            "checkpoint \(quoted(fileName)) is none that is known by its bytes or its extension; use a safetensors file, "
                + "a PyTorch checkpoint or a .npz file; lstmc import reads other kinds and writes a spec"
        case .unknownTensorFile(let fileName):
            "file \(quoted(fileName)) has an unknown extension; use .npy or .safetensors"
        case .keyNotApplicable:
            "weights.key is for .pt and .pth files, whose dictionaries nest; remove it"
        case .safetensors(let error): "this is no valid safetensors file: \(error)"
        case .zip(let mistake): "the checkpoint cannot be opened: \(mistake.message)"
        case .compressedNpz:
            "the .npz file is compressed; lstmc import reads it and writes a safetensors file, or save it again with "
                + "numpy.savez instead of numpy.savez_compressed"
        case .npy(nil, let mistake): "this .npy file cannot be read: \(mistake.message)"
        case .npy(let member?, let mistake): "array \(quoted(member)) cannot be read: \(mistake.message)"
        case .unsupportedType(let tensor, let type):
            "tensor \(quoted(tensor)) is \(type.rawValue), but only F16, BF16, F32 and F64 can be read"
        case .legacyPyTorch:
            "this is the tar format of PyTorch before 0.2, which no PyTorch of today writes; save it again with PyTorch "
                + "1.6 or newer, torch.save(torch.load(path), path)"
        case .legacyVersion: "this is PyTorch's older format in a version other than 1001, the only one there was"
        case .legacyStorages:
            "the storages at the end of the file are not those that its pickle names, or are cut short"
        case .noParameters: "this TorchScript program has no parameters"
        case .notPyTorch: "this zip file was not written by torch.save: it has no data.pkl"
        case .compressedPyTorch: "the .pt file was compressed; save it again with torch.save, which does not compress"
        case .unknownByteOrder: "the .pt file's byteorder is neither little nor big"
        case .pickle(let mistake): "the .pt file cannot be read: \(mistake.message)"
        case .wholeModule(let key):
            "the checkpoint holds a whole module\(key.map { " under \(quoted($0))" } ?? ""); "
                + "save its state_dict() instead of the module"
        case .noStateDictionary: "the checkpoint has no state_dict: no dictionary in it maps names to tensors"
        case .severalStateDictionaries: "the checkpoint has several state_dicts; choose one with weights.key"
        case .missingKey(let key, _): "the checkpoint has no key \(quoted(key)), which weights.key names"
        case .keyWithoutTensors(let key, _): "there are no tensors under \(quoted(key)), which weights.key names"
        case .notATensor(let name, let form):
            "\(quoted(name)) is \(form.words), and not a tensor that can be read"
                + (form.advice.map { "; \($0)" } ?? "")
        case .tensorWithoutName(let key):
            "there is a tensor under \(key) in the state_dict, whose keys must be text; save it under a name, or without it"
        case .malformedTensor(let name): "tensor \(quoted(name)) is damaged"
        case .missingStorage(let tensor): "tensor \(quoted(tensor)) has no data: its storage is missing or too short"
        case .viewOutsideStorage(let tensor, let shape):
            "tensor \(quoted(tensor)) of shape \(shapeText(shape)) reaches outside its storage"
        case .missingTensor(let name, let layer):
            "there is no tensor \(quoted(name)), which layer \(quoted(layer)) needs"
        case .wrongShape(let tensor, let shape, let layer, let expected):
            "tensor \(quoted(tensor)) has shape \(shapeText(shape)), but layer \(quoted(layer)) needs "
                + shapeText(expected)
        case .integerParameter(let tensor, let type, let layer):
            "tensor \(quoted(tensor)) is \(type.rawValue), but layer \(quoted(layer)) needs F16, BF16, F32 or F64"
        case .nonFinite(let tensor, let count, _):
            "tensor \(quoted(tensor)) has \(count == 1 ? "a value that is" : "\(count) values that are") not finite"
        case .beyondFloat32(let tensor, let value, let index):
            "tensor \(quoted(tensor)) holds \(value) at index \(shapeText(index)), which is too large for float32"
        case .beyondPrecision(let tensor, let value, let index, let precision):
            "tensor \(quoted(tensor)) holds \(value) at index \(shapeText(index)), which is too large for \(precision); "
                + (precision == .float16
                    ? "set weights.precision to bfloat16 or float32" : "leave weights.precision out")
        case .unusedTensor(let name):
            "tensor \(quoted(name)) is not used; add it to weights.ignore, or a layer that takes it"
        case .unusedModule(let path):
            "module \(quoted(path)) is not used; add \(quoted(path + ".*")) to weights.ignore, or a layer that takes it"
        case .moreUnusedTensors(let count): "\(count) more \(count == 1 ? "tensor is" : "tensors are") not used"
        case .moreMissingTensors(let count):
            "\(count) more \(count == 1 ? "tensor" : "tensors") that the model needs \(count == 1 ? "is" : "are") not there"
        case .moreUnfitTensors(let count):
            "\(count) more \(count == 1 ? "tensor does" : "tensors do") not fit the model, or \(count == 1 ? "has" : "have") "
                + "values that are not finite"
        }
    }

    public var code: String {
        switch self {
        case .unknownExtension: "unknown-checkpoint-extension"
        case .unknownTensorFile: "unknown-tensor-file-extension"
        case .keyNotApplicable: "weights-key-not-applicable"
        case .safetensors: "invalid-safetensors"
        case .zip: "invalid-zip"
        case .compressedNpz: "compressed-npz"
        case .npy: "invalid-npy"
        case .unsupportedType: "unsupported-element-type"
        case .legacyPyTorch: "legacy-pytorch-file"
        case .legacyVersion, .legacyStorages: "legacy-pytorch-file"
        case .noParameters: "no-state-dict"
        case .notPyTorch: "not-a-pytorch-file"
        case .compressedPyTorch: "compressed-pytorch-file"
        case .unknownByteOrder: "unknown-byte-order"
        case .pickle: "invalid-pickle"
        case .wholeModule: "whole-module"
        case .noStateDictionary: "no-state-dict"
        case .severalStateDictionaries: "several-state-dicts"
        case .missingKey: "missing-weights-key"
        case .keyWithoutTensors: "weights-key-without-tensors"
        case .notATensor, .tensorWithoutName: "not-a-tensor"
        case .malformedTensor: "malformed-tensor"
        case .missingStorage: "missing-storage"
        case .viewOutsideStorage: "view-outside-storage"
        case .missingTensor: "missing-tensor"
        case .wrongShape: "wrong-tensor-shape"
        case .integerParameter: "integer-parameter"
        case .nonFinite, .beyondFloat32, .beyondPrecision: "non-finite-parameter"
        case .unusedTensor, .unusedModule, .moreUnusedTensors: "unused-tensor"
        case .moreMissingTensors: "missing-tensor"
        case .moreUnfitTensors: "unfit-tensor"
        }
    }
}
