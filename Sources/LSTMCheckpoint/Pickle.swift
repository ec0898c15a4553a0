// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// What a pickle builds, as nodes that refer to one another by number: cycles and shared parts cost nothing, and no
/// depth is too deep.
struct PickleGraph {
    var nodes: [PickleNode] = []
    var root: PickleReference = 0

    subscript(reference: PickleReference) -> PickleNode { nodes[Int(reference)] }

    /// Adds a node.
    mutating func append(_ node: PickleNode) -> PickleReference {
        nodes.append(node)
        return PickleReference(truncatingIfNeeded: nodes.count - 1)
    }

    /// The items of a dictionary, or of an object of a class that extends one.
    func items(of reference: PickleReference) -> [PickleItem]? {
        switch self[reference] {
        case .dictionary(let items): items
        case .object(let object) where !object.items.isEmpty: object.items
        default: nil
        }
    }

    func elements(of reference: PickleReference) -> [PickleReference]? {
        switch self[reference] {
        case .tuple(let elements), .list(let elements): elements
        default: nil
        }
    }

    func integer(_ reference: PickleReference) -> Int? {
        if case .integer(let value) = self[reference] { value } else { nil }
    }

    func string(_ reference: PickleReference) -> String? {
        if case .string(let text) = self[reference] { text } else { nil }
    }

    func globalName(_ reference: PickleReference) -> String? {
        if case .global(let name) = self[reference] { name } else { nil }
    }

    /// A shape or strides: a tuple or list of integers, no more than a tensor can have axes.
    func integers(_ reference: PickleReference) -> [Int]? {
        guard let elements = elements(of: reference), elements.count <= CheckpointLimits.axes else { return nil }
        let values = elements.compactMap(integer)
        return values.count == elements.count ? values : nil
    }
}

/// An index into `PickleGraph.nodes`.
typealias PickleReference = Int32

typealias PickleItem = (key: PickleReference, value: PickleReference)

enum PickleNode {
    case none
    case bool(Bool)
    case integer(Int)
    case string(String)
    case tuple([PickleReference])
    case list([PickleReference])
    case dictionary([PickleItem])
    /// `module.name` of a function or class; it is never more than its name.
    case global(String)
    /// What a class or function would have made: inert.
    indirect case object(PickleObject)
    indirect case storage(PickleStorage)
    indirect case tensor(PickleTensor)
    /// A tensor whose description makes no sense.
    case malformedTensor
    /// A tensor that cannot be read, as what it is.
    indirect case foreignTensor(ValueForm)
    /// What has a value that nothing here needs.
    case opaque(Opaque)

    enum Opaque { case float, hugeInteger, bytes, set, other }
}

extension PickleGraph {
    /// What a value is; nil for a tensor that can be read, and for one that is damaged.
    func form(of reference: PickleReference) -> ValueForm? {
        switch self[reference] {
        case .tensor, .malformedTensor: nil
        case .none: ValueForm.none
        case .bool: .bool
        case .integer, .opaque(.hugeInteger): .integer
        case .opaque(.float): .float
        case .string: .text
        case .opaque(.bytes): .bytes
        case .opaque(.set): .set
        case .tuple: .tuple
        case .list: .list
        case .dictionary: .dictionary
        case .global(let name): .object(name)
        case .object(let object): valueForm(madeBy: object.callee)
        case .storage: .storage
        case .foreignTensor(let form): form
        case .opaque(.other): .other
        }
    }
}

struct PickleObject {
    /// The class's or function's name, where it has one.
    var callee: String?
    /// What BUILD set: an instance's attributes.
    var state: PickleReference?
    var items: [PickleItem] = []
}

/// A persistent id: a part of the file, by name.
struct PickleStorage {
    /// nil for an untyped one, whose tensors say what they are.
    let type: ElementType?
    let key: String
    let byteCount: Int
}

/// A view of a storage, not yet checked against it.
struct PickleTensor {
    let storage: PickleStorage
    let type: ElementType
    /// In elements, as the strides.
    let offset: Int
    let shape: [Int]
    let strides: [Int]
    /// PyTorch's negative bit: the values are those of the storage with the other sign.
    let isNegated: Bool
}

/// What is wrong with a pickle.
public enum PickleMistake: Error, Hashable, Sendable {
    case truncated
    case malformed(offset: Int)
    case unknownOpcode(UInt8, offset: Int)
    case unknownProtocol(UInt8)
    case tooLarge

    var message: String {
        switch self {
        case .truncated: "its data.pkl ends too early"
        case .malformed(let offset): "its data.pkl is damaged at byte \(offset)"
        case .unknownOpcode(let opcode, let offset):
            "its data.pkl has the unknown opcode \(opcode) at byte \(offset); save it with pickle protocol 2"
        case .unknownProtocol(let version): "its pickle protocol is \(version), but 2 to 5 are known; save it with 2"
        case .tooLarge: "its data.pkl has too many values; save the state_dict alone"
        }
    }
}
