// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What stands under a name in a .pt file where a tensor of numbers could stand.
public enum ValueForm: Hashable, Sendable {
    case none, bool, integer, float, text, bytes, dictionary
    case list, tuple, set
    case storage
    case numpyArray, numpyScalar
    case quantizedTensor, sparseTensor, nestedTensor, metaTensor
    /// Of a device whose tensors are pickled in a form of its own.
    case deviceTensor
    /// A tensor of an element type that is not known, by PyTorch's name for it.
    case tensorType(String)
    /// A tensor of a class of its own, by name: its data may not be its values.
    case tensorClass(String)
    /// A tensor with an entry in its metadata that is not known, or does not fit it.
    case metadata(String)
    /// An instance of a class, or what a function gives, by name; nil where it has none.
    case object(String?)
    case other

    /// Whether it holds numbers as a parameter does, so that it may be one whatever its name.
    var isArray: Bool {
        switch self {
        case .none, .bool, .integer, .float, .text, .bytes, .dictionary, .list, .tuple, .set, .object, .other: false
        case .storage, .numpyArray, .numpyScalar, .quantizedTensor, .sparseTensor, .nestedTensor, .metaTensor,
            .deviceTensor, .tensorType, .tensorClass, .metadata:
            true
        }
    }

    /// Words for a message: `a NumPy array`.
    var words: String {
        switch self {
        case .none: "None"
        case .bool: "a Boolean"
        case .integer: "an integer"
        case .float: "a Python float"
        case .text: "text"
        case .bytes: "bytes"
        case .dictionary: "a dictionary"
        case .list: "a list"
        case .tuple: "a tuple"
        case .set: "a set"
        case .storage: "a bare storage"
        case .numpyArray: "a NumPy array"
        case .numpyScalar: "a NumPy number"
        case .quantizedTensor: "a quantized tensor"
        case .sparseTensor: "a sparse tensor"
        case .nestedTensor: "a nested tensor"
        case .metaTensor: "a meta tensor, which has no values"
        case .deviceTensor: "a tensor of another device"
        case .tensorType(let name): "a tensor of \(cut(name))"
        case .tensorClass(let name): "a tensor of the class \(cut(name))"
        case .metadata(let key): "a tensor with metadata that is not known here, \(quoted(key))"
        case .object(let name?): "an object made by \(cut(name))"
        case .object(nil), .other: "an object"
        }
    }

    /// How to save it so that it can be read; nil where only its owner knows.
    var advice: String? {
        switch self {
        case .numpyArray, .numpyScalar, .list, .tuple, .float, .integer, .bool:
            "save it as a tensor, torch.as_tensor(value)"
        case .quantizedTensor: "save value.dequantize()"
        case .sparseTensor: "save value.to_dense()"
        case .deviceTensor: "save value.cpu()"
        case .tensorType: "save value.float()"
        case .tensorClass: "save value.as_subclass(torch.Tensor), if that is its value"
        case .metadata: "save value.resolve_conj().resolve_neg().clone()"
        case .metaTensor: "load the values before the model is saved"
        case .storage, .nestedTensor: "save a plain tensor"
        case .none, .text, .bytes, .dictionary, .set, .object, .other: nil
        }
    }
}

/// What a function of a pickle makes, by the function's name.
func valueForm(madeBy callee: String?) -> ValueForm {
    guard let callee else { return .object(nil) }
    switch callee {
    case "torch._utils._rebuild_qtensor": return .quantizedTensor
    case "torch._utils._rebuild_nested_tensor", "torch.nested._internal.nested_tensor._rebuild_njt":
        return .nestedTensor
    case "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor": return .sparseTensor
    case "torch._utils._rebuild_meta_tensor_no_storage": return .metaTensor
    case "torch._utils._rebuild_device_tensor_from_numpy", "torch._utils._rebuild_device_tensor_from_cpu_tensor",
        "torch._utils._rebuild_xla_tensor":
        return .deviceTensor
    case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
        "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer", "numpy.ndarray":
        return .numpyArray
    case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar": return .numpyScalar
    case "_codecs.encode", "builtins.bytearray", "__builtin__.bytearray", "builtins.bytes": return .bytes
    case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset": return .set
    case _ where callee.hasPrefix("torch._utils._rebuild_"): return .tensorClass(callee)
    default: return .object(callee)
    }
}
