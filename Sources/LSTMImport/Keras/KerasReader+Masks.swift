// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// Which steps a mask leaves in.
enum KerasMask: Hashable {
    /// Those of an input that are no padding.
    case ofInput(Int)
    case all
    case none
}

extension KerasReader {
    /// The operations that Keras 3 writes for the masks that its layers make of an input and pass on.
    mutating func readMaskOperation(
        _ layer: KerasLayer, _ name: String, _ arguments: KerasArguments
    ) throws(KerasMistake) -> KerasValue {
        let values = arguments.values
        guard let first = values.first else { throw layer.mistake(.mask) }
        let isLast = layer.config["axis"]?.integer == -1
        switch name {
        case "NotEqual": return try padding(layer, first, arguments)
        case "ZerosLike", "OnesLike":
            guard first.mask == nil else { throw layer.mistake(.mask) }
            var mask = first
            mask.mask = name == "OnesLike" ? .all : KerasMask.none
            return mask
        case "LogicalOr", "LogicalAnd":
            let masks = Set(values.compactMap(\.mask)).subtracting([name == "LogicalOr" ? .none : .all])
            guard values.allSatisfy({ $0.mask != nil }), masks.count == 1 else { throw layer.mistake(.mask) }
            return first.with(masks.first)
        case "Any":
            guard isLast, first.mask != nil, first.sizes.count == 1 else { throw layer.mistake(.mask) }
            return first.withoutAxis
        case "ExpandDims":
            guard isLast, first.mask != nil else { throw layer.mistake(.mask) }
            var mask = first
            mask.sizes.append(1)
            return mask
        case "Concatenate":
            let masks = Set(values.compactMap(\.mask)).subtracting([.all])
            guard values.allSatisfy({ $0.mask != nil }), masks.count <= 1, layer.config["axis"]?.integer != 0 else {
                throw layer.mistake(.mask)
            }
            return first.with(masks.first ?? .all)
        case "All":
            guard isLast, first.mask != nil, !first.sizes.isEmpty else { throw layer.mistake(.mask) }
            return first.withoutAxis
        default: throw layer.mistake(.mask)
        }
    }

    /// An input beside the value that stands for no step.
    private mutating func padding(
        _ layer: KerasLayer, _ value: KerasValue, _ arguments: KerasArguments
    ) throws(KerasMistake) -> KerasValue {
        let call = arguments.call
        let numbers = (call.listed + call.named.map(\.value)).compactMap { argument -> Double? in
            if case .number(let number) = argument { number } else { nil }
        }
        guard let index = value.input, arguments.values.count == 1, numbers.count == 1, numbers[0].isFinite else {
            throw layer.mistake(.mask)
        }
        var mask = value
        mask.mask = .ofInput(index)
        if inputs[index].shape.count == 1 {
            guard Int(exactly: numbers[0]) != nil else { throw layer.mistake(.mask) }
            mask.sizes = []
        } else {
            guard value.sizes.count == 1 else { throw layer.mistake(.mask) }
        }
        try pad(index, with: numbers[0], layer)
        return mask
    }
}

extension KerasValue {
    fileprivate func with(_ mask: KerasMask?) -> KerasValue {
        var value = self
        value.mask = mask
        return value
    }

    fileprivate var withoutAxis: KerasValue {
        var value = self
        value.sizes.removeLast()
        return value
    }

    /// The input whose paddings a mask leaves out.
    var maskedInput: Int? { if case .ofInput(let index)? = mask { index } else { nil } }
}
