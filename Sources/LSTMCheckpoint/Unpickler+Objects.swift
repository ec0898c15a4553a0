// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

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
        case .persistentID: push(storage(try pop()).map(PickleNode.storage) ?? .other)
        case .extension1: try pushExtension(size: 1)
        case .extension2: try pushExtension(size: 2)
        case .extension4: try pushExtension(size: 4)
        case .nextBuffer: push(.other)
        case .readOnlyBuffer: break
        default: throw malformed
        }
    }

    private mutating func pushExtension(size: Int) throws(PickleMistake) {
        _ = try take(size)
        push(.other)
    }

    /// Attributes on an object; a dictionary's own (a state_dict's `_metadata`) and a tensor's are of no use here.
    private mutating func build(state: PickleReference) throws(PickleMistake) {
        let target = Int(try top())
        guard case .object(var object) = graph.nodes[target] else { return }
        object.state = state
        graph.nodes[target] = .object(object)
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
        case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state",
            "torch.nn.parameter.Parameter":
            if let value = values.first { stack.append(value) } else { push(.malformedTensor) }
        case "torch._tensor._rebuild_from_type_v2":
            // (function, type, its arguments, state): a tensor with attributes of its own.
            if values.count > 2, let function = graph.globalName(values[0]),
                function.hasPrefix("torch._utils._rebuild_"), let inner = graph.elements(of: values[2])
            {
                push(tensor(inner, named: function))
            } else {
                push(.malformedTensor)
            }
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

    /// A list of pairs, as dictionaries are made from; what is no pair is left out.
    private func pairs(_ elements: [PickleReference]) -> [PickleItem] {
        elements.compactMap { pair in
            guard let parts = graph.elements(of: pair), parts.count == 2 else { return nil }
            return (parts[0], parts[1])
        }
    }

    /// ('storage', class, key, location, number of elements).
    private func storage(_ reference: PickleReference) -> PickleStorage? {
        guard let parts = graph.elements(of: reference), parts.count >= 5, graph.string(parts[0]) == "storage",
            let className = graph.globalName(parts[1]), let key = graph.string(parts[2]),
            let count = graph.integer(parts[4]), count >= 0
        else { return nil }
        guard className != "torch.storage.UntypedStorage", className != "torch.UntypedStorage" else {
            return PickleStorage(type: nil, key: key, byteCount: count)
        }
        guard let type = storageTypes[className], let byteCount = type.byteCount(shape: [count]) else { return nil }
        return PickleStorage(type: type, key: key, byteCount: byteCount)
    }

    /// (storage, offset, size, stride, ...), and as version 3's seventh argument the element type.
    private func tensor(_ arguments: [PickleReference], named name: String?) -> PickleNode {
        guard arguments.count >= 4, case .storage(let storage) = graph[arguments[0]],
            let offset = graph.integer(arguments[1]), let shape = graph.integers(arguments[2]),
            let strides = graph.integers(arguments[3])
        else { return .malformedTensor }
        var type = storage.type
        if name == "torch._utils._rebuild_tensor_v3" {
            guard arguments.count >= 7, let typeName = graph.globalName(arguments[6]) else { return .malformedTensor }
            type = elementTypes[typeName]
        }
        guard let type else { return .other }
        return .tensor(PickleTensor(storage: storage, type: type, offset: offset, shape: shape, strides: strides))
    }
}

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
]
