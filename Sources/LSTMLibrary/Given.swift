// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMHeader
import LSTMIR
import LSTMInterpreter
import LSTMSpec

/// The tensors that a function is given, told apart by their names.
struct Given {
    /// One for each of the model's inputs.
    private(set) var inputs: [UnsafePointer<lstmc_tensor>] = []
    /// Everything else: first states and lengths.
    private(set) var others: [UnsafePointer<lstmc_tensor>] = []

    init(_ given: UnsafePointer<lstmc_tensor>?, _ count: Int, for open: OpenModel) throws(Report) {
        try checkCount(count, "given_count")
        guard let given else {
            if count > 0 { throw Report(.null("given")) }
            if let first = open.model.inputs.first { throw Report(.missing(first.name, given: [])) }
            return
        }
        var found = [UnsafePointer<lstmc_tensor>?](repeating: nil, count: open.inputs.count)
        for index in 0..<count {
            let tensor = given + index
            try tensor.check(as: open)
            if let place = open.inputs.firstIndex(where: { tensor.isCalled($0.name) }) ?? tensor.unnamedPlace {
                if found[place] != nil { throw Report(.twice(tensor.title(open))) }
                found[place] = tensor
            } else {
                others.append(tensor)
            }
        }
        for (index, tensor) in found.enumerated() {
            guard let tensor else {
                let names = (0..<count).map { (given + $0).title(open) }
                throw Report(.missing(open.model.inputs[index].name, given: names))
            }
            inputs.append(tensor)
        }
    }

    /// Copies of tensors of which none is an input.
    static func states(
        _ given: UnsafePointer<lstmc_tensor>, _ count: Int, for open: OpenModel
    ) throws(Report) -> [String: StoredTensor] {
        let tensors = (0..<count).map { given + $0 }
        for tensor in tensors { try tensor.check(as: open) }
        return try stored(tensors, open)
    }

    /// The shape of each input, its axes counted before them: what two runs are the same in.
    var key: [UInt] {
        var key: [UInt] = []
        for input in inputs {
            key.append(UInt(input.rank))
            for axis in 0..<input.rank { key.append(input.sizes[axis]) }
        }
        return key
    }

    /// Whether every input can be read where it is: no value is to be converted, and no padding to be found.
    func isReadInPlace(_ open: OpenModel) -> Bool {
        let hasLengths = !others.isEmpty
        return zip(inputs, open.model.inputs).allSatisfy { tensor, input in
            tensor.pointee.type == Int32(input.tokens == nil ? LSTMC_FLOAT32 : LSTMC_INT32)
                && (input.padding == nil || hasLengths && others.contains { $0.isLengths })
        }
    }

    /// Copies of tensors, by name.
    private static func stored(
        _ tensors: [UnsafePointer<lstmc_tensor>], _ open: OpenModel
    ) throws(Report) -> [String: StoredTensor] {
        var stored: [String: StoredTensor] = [:]
        for tensor in tensors {
            let name = tensor.title(open)
            if stored[name] != nil { throw Report(.twice(name)) }
            stored[name] = try tensor.stored(name)
        }
        return stored
    }

    /// The inputs, checked against the model.
    func checked(_ open: OpenModel, inPlace: Bool) throws(Report) -> Inputs {
        let tensors = try Self.stored(inPlace ? others : inputs + others, open)
        let shapes = inPlace ? inputs.map(\.shape) : nil
        do {
            return try Inputs.given(tensors, shapes: shapes, for: open.model)
        } catch {
            throw Report(error)
        }
    }

    /// The addresses of the inputs, whose token ids are looked at; their sizes are known to be right.
    func places(_ open: OpenModel) throws(Report) -> [UnsafeRawPointer] {
        var places: [UnsafeRawPointer] = []
        for (tensor, input) in zip(inputs, open.model.inputs) {
            // One without elements has no place, and is refused for its sizes.
            guard let data = tensor.pointee.data else { throw Report(.noData(input.name)) }
            places.append(data)
            try tensor.checkTokens(data, of: input)
        }
        return places
    }
}

extension UnsafePointer<lstmc_tensor> {
    /// Axes, of which `check` has seen that there are no more than can be.
    var rank: Int { Int(pointee.rank) }

    /// The sizes of the axes, where they are.
    var sizes: UnsafePointer<UInt> {
        let offset = MemoryLayout<lstmc_tensor>.size - Int(LSTMC_MAX_RANK) * MemoryLayout<UInt>.stride
        return (UnsafeRawPointer(self) + offset).assumingMemoryBound(to: UInt.self)
    }

    /// `check` has seen that they fit.
    var shape: [Int] { (0..<rank).map { Int(sizes[$0]) } }

    var count: Int { shape.reduce(1, *) }

    /// The place among the inputs of a tensor without a name.
    var unnamedPlace: Int? { pointee.name == nil ? 0 : nil }

    /// By its bytes: a String for each would cost more than a small model's run.
    func isCalled(_ name: UnsafePointer<CChar>?) -> Bool {
        guard var own = pointee.name, var name else { return false }
        while own.pointee == name.pointee {
            if own.pointee == 0 { return true }
            (own, name) = (own + 1, name + 1)
        }
        return false
    }

    var isLengths: Bool {
        let name = title
        return name == "lengths" || name.hasSuffix(".lengths")
    }

    private var title: String { pointee.name.map { String(cString: $0) } ?? "" }

    /// The name, that of the first input where there is none.
    func title(_ open: OpenModel) -> String { pointee.name == nil ? open.model.inputs[0].name : title }

    /// Token ids, where the input has any, are in their range.
    func checkTokens(_ data: UnsafeRawPointer, of input: Model.Input) throws(Report) {
        guard let tokens = input.tokens else { return }
        let ids = UnsafeBufferPointer(start: data.assumingMemoryBound(to: Int32.self), count: count)
        for (index, id) in ids.enumerated() where id < 0 || Int(id) >= tokens {
            throw Report([InputMistake.tokenOutOfRange(id: Int(id), at: index, count: tokens)])
        }
    }

    /// Type, axes and sizes are some that a tensor can have.
    fileprivate func check(as open: OpenModel) throws(Report) {
        guard let type = elementType else { throw Report(.unknownType(title(open), pointee.type)) }
        guard (0...LSTMC_MAX_RANK).contains(pointee.rank) else { throw Report(.rank(title(open), pointee.rank)) }
        var bytes = UInt(type.bitCount / 8)
        for axis in 0..<rank {
            let product = bytes.multipliedReportingOverflow(by: sizes[axis])
            guard !product.overflow, product.partialValue <= UInt(Int.max) else {
                throw Report(.sizes(title(open)))
            }
            bytes = product.partialValue
            if sizes[axis] > UInt(Int.max) { throw Report(.sizes(title(open))) }
        }
        if bytes > 0, pointee.data == nil { throw Report(.noData(title(open))) }
    }

    private var elementType: ElementType? {
        switch Int(pointee.type) {
        case Int(LSTMC_FLOAT32): .float32
        case Int(LSTMC_FLOAT64): .float64
        case Int(LSTMC_FLOAT16): .float16
        case Int(LSTMC_BFLOAT16): .bfloat16
        case Int(LSTMC_INT32): .int32
        case Int(LSTMC_INT64): .int64
        default: nil
        }
    }

    /// A copy, whatever its type is.
    func stored(_ name: String) throws(Report) -> StoredTensor {
        guard let type = elementType, let count = type.byteCount(shape: shape) else { throw Report(.sizes(name)) }
        let bytes = [UInt8](UnsafeRawBufferPointer(start: pointee.data, count: pointee.data == nil ? 0 : count))
        guard let tensor = StoredTensor(bytes: bytes, storage: 0..<bytes.count, elementType: type, shape: shape) else {
            throw Report(.sizes(name))
        }
        return tensor
    }
}
