// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension Unpickler {
    mutating func executeObject(_ opcode: PickleOpcode) throws(PickleMistake) {
        switch opcode {
        case .global:
            let module = try line()
            push(.global("\(module).\(try line())"))
        case .stackGlobal:
            let name = try pop()
            let module = try pop()
            guard let module = graph.string(module), let name = graph.string(name) else { throw malformed }
            push(.global("\(module).\(name)"))
        case .reduce, .newObject:
            let arguments = try pop()
            try call(try pop(), arguments)
        case .newObjectEx:
            _ = try pop()  // keyword arguments
            let arguments = try pop()
            try call(try pop(), arguments)
        case .object:
            let parts = try popMark()
            push(.object(PickleObject(callee: parts.first.flatMap(graph.globalName))))
        case .build: try build(state: try pop())
        case .persistentID: push(storage(try pop()).map(PickleNode.storage) ?? .opaque(.other))
        case .extension1: try pushExtension(size: 1)
        case .extension2: try pushExtension(size: 2)
        case .extension4: try pushExtension(size: 4)
        case .nextBuffer: push(.opaque(.bytes))
        case .readOnlyBuffer: break
        default: throw malformed
        }
    }

    private mutating func pushExtension(size: Int) throws(PickleMistake) {
        _ = try take(size)
        push(.opaque(.other))
    }

    /// Attributes on an object; a dictionary's own (a state_dict's `_metadata`) are of no use here.
    private mutating func build(state: PickleReference) throws(PickleMistake) {
        let target = Int(try top())
        switch graph.nodes[target] {
        case .object(var object):
            object.state = state
            graph.nodes[target] = .object(object)
        // Torch's own readers take such a state for another storage, and torch.save writes none.
        case .tensor: graph.nodes[target] = .foreignTensor(.metadata("__setstate__"))
        default: break
        }
    }

    /// What calling `callee` would give: known names are read as what PyTorch means by them, and nothing is called.
    private mutating func call(
        _ callee: PickleReference, _ arguments: PickleReference
    ) throws(PickleMistake) {
        let name = graph.globalName(callee)
        let values = graph.elements(of: arguments) ?? []
        switch name {
        case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v3":
            push(tensor(values, named: name))
        case "torch._utils._rebuild_device_tensor_from_cpu_tensor":
            push(deviceTensor(values))
        case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
            "torch.nn.parameter.Parameter":
            if let value = values.first { stack.append(value) } else { push(.malformedTensor) }
        case "torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type":
            try rebuildFromType(values)
        case "torch.Size":
            if let sizes = values.first { stack.append(sizes) } else { push(.tuple([])) }
        case "collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict":
            let items = values.first.flatMap(graph.elements) ?? []
            try charge(items.count)
            push(.dictionary(pairs(items)))
        default:
            push(.object(PickleObject(callee: name)))
        }
    }

    /// (function, type, its arguments, state): a tensor with attributes of its own.
    private mutating func rebuildFromType(_ values: [PickleReference]) throws(PickleMistake) {
        guard values.count > 2, let function = graph.globalName(values[0]), let type = graph.globalName(values[1])
        else {
            return push(.malformedTensor)
        }
        // Not this function again, which would let a pickle call without end.
        guard function.hasPrefix("torch._utils._rebuild_") else {
            return push(.foreignTensor(valueForm(madeBy: function)))
        }
        guard plainTensorTypes.contains(type) else { return push(.foreignTensor(.tensorClass(type))) }
        try call(values[0], values[2])
    }

    /// (a tensor, element type, device, requires_grad): the tensor, where the type is its own.
    private func deviceTensor(_ arguments: [PickleReference]) -> PickleNode {
        guard arguments.count >= 2, let typeName = graph.globalName(arguments[1]) else { return .malformedTensor }
        guard case .tensor(let tensor) = graph[arguments[0]], tensor.type == elementTypes[typeName] else {
            return .foreignTensor(.deviceTensor)
        }
        return .tensor(tensor)
    }

    /// A list of pairs, as dictionaries are made from; what is no pair is left out.
    private func pairs(_ elements: [PickleReference]) -> [PickleItem] {
        elements.compactMap { pair in
            guard let parts = graph.elements(of: pair), parts.count == 2 else { return nil }
            return (parts[0], parts[1])
        }
    }

    /// ('storage', class, key, location, number of elements), in the older format with a view's place in another storage
    /// behind them, which no PyTorch from 0.4 on writes.
    private func storage(_ reference: PickleReference) -> PickleStorage? {
        guard let parts = graph.elements(of: reference), parts.count >= 5, graph.string(parts[0]) == "storage",
            let className = graph.globalName(parts[1]), let key = graph.string(parts[2]),
            let count = graph.integer(parts[4]), count >= 0
        else { return nil }
        if parts.count > 5 { guard case .none = graph[parts[5]] else { return nil } }
        guard className != "torch.storage.UntypedStorage", className != "torch.UntypedStorage" else {
            return PickleStorage(type: nil, key: key, byteCount: count)
        }
        guard let type = storageTypes[className], let byteCount = type.byteCount(shape: [count]) else { return nil }
        return PickleStorage(type: type, key: key, byteCount: byteCount)
    }

    /// (storage, offset, size, stride); in versions 2 and 3 followed by requires_grad, hooks, in version 3 the element
    /// type, and the metadata.
    private func tensor(_ arguments: [PickleReference], named name: String?) -> PickleNode {
        guard arguments.count >= 4, case .storage(let storage) = graph[arguments[0]],
            let offset = graph.integer(arguments[1]), let shape = graph.integers(arguments[2]),
            let strides = graph.integers(arguments[3])
        else { return .malformedTensor }
        var type = storage.type
        let isTyped = name == "torch._utils._rebuild_tensor_v3"
        if isTyped {
            guard arguments.count >= 7, let typeName = graph.globalName(arguments[6]) else { return .malformedTensor }
            type = elementTypes[typeName]
            if type == nil { return .foreignTensor(.tensorType(typeName)) }
        }
        guard let type else { return .malformedTensor }
        let place = name == "torch._utils._rebuild_tensor" ? 4 : isTyped ? 7 : 6
        guard arguments.count <= place + 1 else { return .malformedTensor }
        let metadata = arguments.count > place ? arguments[place] : nil
        let isNegated: Bool
        switch tensorBits(metadata, type: type) {
        case .success(let bit): isNegated = bit
        case .failure(let unknown): return .foreignTensor(.metadata(unknown.key))
        }
        return .tensor(
            PickleTensor(
                storage: storage, type: type, offset: offset, shape: shape, strides: strides, isNegated: isNegated))
    }

    /// Whether a tensor's metadata says that its values are negated, or the entry that is not understood.
    ///
    /// PyTorch's are the bits `neg`, and `conj` of complex numbers, which are no parameters anyway.
    private func tensorBits(_ metadata: PickleReference?, type: ElementType) -> Result<Bool, UnknownMetadata> {
        guard let metadata else { return .success(false) }
        if case .none = graph[metadata] { return .success(false) }
        guard case .dictionary(let items) = graph[metadata] else {
            return .failure(UnknownMetadata(key: graph.string(metadata) ?? "metadata"))
        }
        var isNegated = false
        for item in items {
            let key = graph.string(item.key) ?? "metadata"
            guard case .bool(let isSet) = graph[item.value] else { return .failure(UnknownMetadata(key: key)) }
            switch key {
            case "neg" where type.isFloat || !isSet || type.isComplex: isNegated = isSet
            case "conj" where type.isComplex || !isSet: break
            default: return .failure(UnknownMetadata(key: key))
            }
        }
        return .success(isNegated)
    }
}

private struct UnknownMetadata: Error {
    let key: String
}

/// Classes whose tensors are their data and nothing else.
private let plainTensorTypes: Set<String> = [
    "torch.Tensor", "torch._tensor.Tensor", "torch.tensor.Tensor", "torch.nn.parameter.Parameter",
    "torch.nn.parameter.Buffer",
]

private let storageTypes: [String: ElementType] = [
    "torch.DoubleStorage": .float64, "torch.FloatStorage": .float32, "torch.HalfStorage": .float16,
    "torch.BFloat16Storage": .bfloat16, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
    "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
    "torch.ComplexFloatStorage": .complex64, "torch.ComplexDoubleStorage": .complex128,
]

private let elementTypes: [String: ElementType] = [
    "torch.float64": .float64, "torch.float32": .float32, "torch.float16": .float16, "torch.bfloat16": .bfloat16,
    "torch.int64": .int64, "torch.int32": .int32, "torch.int16": .int16, "torch.int8": .int8,
    "torch.uint64": .uint64, "torch.uint32": .uint32, "torch.uint16": .uint16, "torch.uint8": .uint8,
    "torch.bool": .bool, "torch.complex64": .complex64, "torch.complex128": .complex128,
    "torch.float8_e5m2": .float8E5M2, "torch.float8_e4m3fn": .float8E4M3,
    "torch.float8_e5m2fnuz": .float8E5M2FNUZ, "torch.float8_e4m3fnuz": .float8E4M3FNUZ,
    "torch.float8_e8m0fnu": .float8E8M0,
]
