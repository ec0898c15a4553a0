// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

extension HDF5File {
    struct Message {
        let type: Int
        let isShared: Bool
        let range: Range<Int>
    }

    /// The messages of the object header at an address, those of its continuation blocks too.
    mutating func messages(at address: Int) throws(KerasMistake) -> [Message] {
        var cursor = try cursor(at: address)
        var messages: [Message] = []
        var blocks: [Range<Int>]
        let isNew = cursor.skip("OHDR")
        var hasOrder = false
        if isNew {
            guard cursor.next() == 2, let flags = cursor.next() else { throw .hdf5(.structure, offset: address) }
            hasOrder = flags & 4 != 0
            try skip(&cursor, (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
            let size = try number(&cursor, 1 << Int(flags & 3))
            blocks = [try taken(&cursor, size)]
        } else {
            guard cursor.next() == 1, cursor.next() != nil else { throw .hdf5(.structure, offset: address) }
            try skip(&cursor, 2 + 4)
            let size = try number(&cursor, 4)
            try skip(&cursor, 4)
            blocks = [try taken(&cursor, size)]
        }
        while let block = blocks.popLast() {
            var cursor = ByteCursor(bytes, in: block)
            let least = isNew ? (hasOrder ? 6 : 4) : 8
            while cursor.remaining >= least {
                try charge(1)
                let type = try number(&cursor, isNew ? 1 : 2)
                let size = try number(&cursor, 2)
                let flags = try number(&cursor, 1)
                try skip(&cursor, isNew ? (hasOrder ? 2 : 0) : 3)
                let range = try taken(&cursor, size)
                messages.append(Message(type: type, isShared: flags & 2 != 0, range: range))
                if type == 0x10 { blocks.append(try continuation(range, isNew: isNew)) }
            }
        }
        return messages
    }

    private mutating func continuation(_ message: Range<Int>, isNew: Bool) throws(KerasMistake) -> Range<Int> {
        var cursor = ByteCursor(bytes, in: message)
        let address = try address(&cursor)
        let count = try length(&cursor)
        let block = try range(at: address, count: count)
        guard isNew else { return block }
        // Its signature before, its checksum behind.
        var inner = ByteCursor(bytes, in: block)
        guard inner.skip("OCHK"), block.count >= 8 else { throw .hdf5(.structure, offset: address) }
        return (block.lowerBound + 4)..<(block.upperBound - 4)
    }

    func taken(_ cursor: inout ByteCursor, _ count: Int) throws(KerasMistake) -> Range<Int> {
        guard let range = cursor.take(count) else { throw .hdf5(.truncated, offset: cursor.position) }
        return range
    }

    // MARK: Groups

    /// The address of an object, by its path from another; nil where there is none.
    mutating func object(_ path: [String], from start: Int) throws(KerasMistake) -> Int? {
        var address = start
        for name in path {
            guard let next = try links(of: address, path: path.joined(separator: "/"))[name] else { return nil }
            address = next
        }
        return address
    }

    /// The objects of a group, by name.
    mutating func links(of address: Int, path: String) throws(KerasMistake) -> [String: Int] {
        var links: [String: Int] = [:]
        for message in try messages(at: address) {
            var cursor = ByteCursor(bytes, in: message.range)
            switch message.type {
            case 0x11:
                let tree = try self.address(&cursor)
                let heap = try localHeap(try self.address(&cursor))
                try readTree(tree, heap, into: &links)
            case 6:
                if let (name, target) = try link(&cursor) { links[name] = target }
            case 2:
                guard cursor.next() != nil, let flags = cursor.next() else {
                    throw .hdf5(.truncated, offset: address)
                }
                try skip(&cursor, flags & 1 != 0 ? 8 : 0)
                guard let heap = cursor.littleEndian(offsetSize) else { throw .hdf5(.truncated, offset: address) }
                guard heap == undefined else {
                    throw .unsupportedHDF5(
                        "is a group with dense links, which cannot be read: save it with libver='earliest'", path: path)
                }
            default: break
            }
        }
        return links
    }

    /// A link message; nil for links that are no hard ones.
    private func link(_ cursor: inout ByteCursor) throws(KerasMistake) -> (String, Int)? {
        guard cursor.next() == 1, let flags = cursor.next() else { throw .hdf5(.structure, offset: cursor.position) }
        let type = flags & 8 != 0 ? try number(&cursor, 1) : 0
        try skip(&cursor, (flags & 4 != 0 ? 8 : 0) + (flags & 0x10 != 0 ? 1 : 0))
        let count = try number(&cursor, 1 << Int(flags & 3))
        let name = try text(try taken(&cursor, count))
        return type == 0 ? (name, try address(&cursor)) : nil
    }

    /// The names' part of the file.
    private mutating func localHeap(_ address: Int) throws(KerasMistake) -> Range<Int> {
        var cursor = try cursor(at: address)
        guard cursor.skip("HEAP") else { throw .hdf5(.structure, offset: address) }
        try skip(&cursor, 4)
        let size = try length(&cursor)
        try skip(&cursor, lengthSize)
        return try range(at: try self.address(&cursor), count: size)
    }

    /// A group's B-tree, version 1, down to its symbol table nodes.
    private mutating func readTree(
        _ address: Int, _ heap: Range<Int>, into links: inout [String: Int]
    ) throws(KerasMistake) {
        var left = [address]
        var seen: Set<Int> = []
        while let node = left.popLast() {
            guard seen.insert(node).inserted else { throw .hdf5(.loop, offset: node) }
            var cursor = try cursor(at: node)
            if cursor.skip("SNOD") {
                try readSymbols(&cursor, heap, into: &links)
                continue
            }
            guard cursor.skip("TREE"), cursor.next() == 0, cursor.next() != nil else {
                throw .hdf5(.structure, offset: node)
            }
            let count = try number(&cursor, 2)
            try charge(count)
            try skip(&cursor, 2 * offsetSize)
            for _ in 0..<count {
                try skip(&cursor, lengthSize)
                left.append(try self.address(&cursor))
            }
        }
    }

    private mutating func readSymbols(
        _ cursor: inout ByteCursor, _ heap: Range<Int>, into links: inout [String: Int]
    ) throws(KerasMistake) {
        try skip(&cursor, 2)
        let count = try number(&cursor, 2)
        for _ in 0..<count {
            let place = try number(&cursor, offsetSize)
            let target = try address(&cursor)
            let cache = try number(&cursor, 4)
            try skip(&cursor, 4 + 16)
            guard place <= heap.count else { throw .hdf5(.structure, offset: cursor.position) }
            var name = ByteCursor(bytes, in: (heap.lowerBound + place)..<heap.upperBound)
            let text = try text(&name)
            try charge(1 + text.utf8.count / 64)
            // 2: a symbolic link, which Keras writes none of.
            if cache != 2 { links[text] = target }
        }
    }
}
