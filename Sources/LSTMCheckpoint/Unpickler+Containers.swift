// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension Unpickler {
    mutating func executeText(_ opcode: PickleOpcode) throws(PickleMistake) {
        switch opcode {
        case .unicode1: push(.string(try text(try take(try number(1)))))
        case .unicode4: push(.string(try text(try take(try number(4)))))
        case .unicode8: push(.string(try text(try take(try number(8)))))
        case .bytes1: try skipBytes(try number(1))
        case .bytes4: try skipBytes(try number(4))
        case .string1: try pushOldText(try number(1))
        case .string4: try pushOldText(try number(4))
        case .bytes8, .byteArray8: try skipBytes(try number(8))
        default: throw malformed
        }
    }

    private mutating func skipBytes(_ count: Int) throws(PickleMistake) {
        _ = try take(count)
        push(.opaque(.bytes))
    }

    /// A string of Python 2, which torch.load decodes as UTF-8.
    private mutating func pushOldText(_ count: Int) throws(PickleMistake) {
        let range = try take(count)
        push(String(validUTF8: cursor.bytes[range]).map(PickleNode.string) ?? .opaque(.bytes))
    }

    mutating func executeContainer(_ opcode: PickleOpcode) throws(PickleMistake) {
        switch opcode {
        case .emptyTuple: push(.tuple([]))
        case .tuple: push(.tuple(try popMark()))
        case .tuple1: try pushTuple(1)
        case .tuple2: try pushTuple(2)
        case .tuple3: try pushTuple(3)
        case .emptyList: push(.list([]))
        case .list: push(.list(try popMark()))
        case .append: try append([try pop()])
        case .appends: try append(try popMark())
        case .emptyDictionary: push(.dictionary([]))
        case .dictionary: push(.dictionary(try items(try popMark())))
        case .setItem:
            let value = try pop()
            try setItems([(try pop(), value)])
        case .setItems: try setItems(try items(try popMark()))
        case .emptySet: push(.opaque(.set))
        case .addItems: _ = try popMark()
        case .frozenSet:
            _ = try popMark()
            push(.opaque(.set))
        default: throw malformed
        }
    }

    private mutating func pushTuple(_ count: Int) throws(PickleMistake) {
        var elements: [PickleReference] = []
        for _ in 0..<count { elements.append(try pop()) }
        push(.tuple(elements.reversed()))
    }

    private func items(_ flat: [PickleReference]) throws(PickleMistake) -> [PickleItem] {
        guard flat.count.isMultiple(of: 2) else { throw malformed }
        return stride(from: 0, to: flat.count, by: 2).map { (flat[$0], flat[$0 + 1]) }
    }

    private mutating func append(_ elements: [PickleReference]) throws(PickleMistake) {
        let target = Int(try top())
        guard case .list(var list) = graph.nodes[target] else { return }
        // Emptied first, so that the list has one owner and grows in place.
        graph.nodes[target] = .none
        list += elements
        graph.nodes[target] = .list(list)
    }

    private mutating func setItems(_ new: [PickleItem]) throws(PickleMistake) {
        let target = Int(try top())
        switch graph.nodes[target] {
        case .dictionary(var items):
            graph.nodes[target] = .none
            items += new
            graph.nodes[target] = .dictionary(items)
        case .object(var object):
            graph.nodes[target] = .none
            object.items += new
            graph.nodes[target] = .object(object)
        default: break
        }
    }
}
