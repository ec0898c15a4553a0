// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// The pickle machine, protocols 2 to 5, without the part that makes pickle dangerous.
///
/// A global is its name, and calling one builds a tensor or a container where this knows the name, else an inert
/// object. Nothing ever runs.
///
/// Every opcode makes at most one node; opcodes, nodes and copied elements are counted, so that no pickle takes long or
/// much memory.
struct Unpickler {
    private(set) var cursor: ByteCursor
    /// Where the pickle and the opcode at work begin.
    private let start: Int
    private var opcodeStart: Int
    var graph = PickleGraph()
    var stack: [PickleReference] = []
    /// Heights of the stack where a MARK stands.
    private var marks: [Int] = []
    private var memo: [Int: PickleReference] = [:]
    /// Elements copied out of shared containers, which a short pickle could have copied again and again.
    private var copied = 0
    /// None, false and true: common enough to share.
    private static let constants: [PickleNode] = [.none, .bool(false), .bool(true)]

    init(_ bytes: [UInt8], in range: Range<Int>) {
        cursor = ByteCursor(bytes, in: range)
        start = cursor.position
        opcodeStart = start
        graph.nodes = Self.constants
    }

    /// Runs the pickle to its STOP.
    mutating func run() throws(PickleMistake) -> PickleGraph {
        for _ in 0..<CheckpointLimits.pickleOpcodes {
            opcodeStart = cursor.position
            guard let byte = cursor.next() else { throw .truncated }
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw .unknownOpcode(byte, offset: opcodeStart - start)
            }
            if opcode == .stop {
                graph.root = try pop()
                return graph
            }
            try execute(opcode)
            let limit = CheckpointLimits.pickleNodes
            guard graph.nodes.count <= limit, memo.count <= limit else { throw .tooLarge }
        }
        throw .tooLarge
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(PickleMistake) {
        switch opcode.group {
        case .scalar: try executeScalar(opcode)
        case .text: try executeText(opcode)
        case .container: try executeContainer(opcode)
        case .stack: try executeStack(opcode)
        case .object: try executeObject(opcode)
        }
    }

    // MARK: The stack, the memo and the input

    /// The pickle is not one that pickle writes.
    var malformed: PickleMistake { .malformed(offset: opcodeStart - start) }

    mutating func push(_ node: PickleNode) {
        stack.append(PickleReference(truncatingIfNeeded: graph.nodes.count))
        graph.nodes.append(node)
    }

    mutating func pop() throws(PickleMistake) -> PickleReference {
        guard stack.count > marks.last ?? 0, let top = stack.popLast() else { throw malformed }
        return top
    }

    func top() throws(PickleMistake) -> PickleReference {
        guard stack.count > marks.last ?? 0, let top = stack.last else { throw malformed }
        return top
    }

    /// Everything above the last MARK, which goes too.
    mutating func popMark() throws(PickleMistake) -> [PickleReference] {
        guard let height = marks.popLast(), height <= stack.count else { throw malformed }
        defer { stack.removeSubrange(height...) }
        return Array(stack[height...])
    }

    /// Counts elements that are about to be copied.
    mutating func charge(_ count: Int) throws(PickleMistake) {
        copied += count
        guard copied <= CheckpointLimits.pickleNodes else { throw .tooLarge }
    }

    mutating func number(_ size: Int) throws(PickleMistake) -> Int {
        guard let value = cursor.littleEndianInt(size) else { throw .truncated }
        return value
    }

    mutating func take(_ count: Int) throws(PickleMistake) -> Range<Int> {
        guard let range = cursor.take(count) else { throw .truncated }
        return range
    }

    /// Text up to the end of the line, which the cursor passes.
    mutating func line() throws(PickleMistake) -> String {
        let start = cursor.position
        while let byte = cursor.next() {
            guard byte == UInt8(ascii: "\n") else { continue }
            return try text(start..<(cursor.position - 1))
        }
        throw .truncated
    }

    func text(_ range: Range<Int>) throws(PickleMistake) -> String {
        // Python can write half a surrogate pair, which no Swift string and no sensible name has.
        guard let text = String(validUTF8: cursor.bytes[range]) else { throw malformed }
        return text
    }

    // MARK: Opcodes that are about the machine

    private mutating func executeStack(_ opcode: PickleOpcode) throws(PickleMistake) {
        switch opcode {
        case .mark: marks.append(stack.count)
        case .pop:
            if stack.count == marks.last { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popMark()
        case .dup: stack.append(try top())
        case .get: try recall(try number(1))
        case .longGet: try recall(try number(4))
        case .put: memo[try number(1)] = try top()
        case .longPut: memo[try number(4)] = try top()
        case .memoize: memo[memo.count] = try top()
        case .frame: _ = try take(8)
        case .proto:
            guard let version = cursor.next() else { throw .truncated }
            guard 2...5 ~= version else { throw .unknownProtocol(version) }
        default: throw malformed
        }
    }

    private mutating func recall(_ index: Int) throws(PickleMistake) {
        guard let reference = memo[index] else { throw malformed }
        stack.append(reference)
    }

    private mutating func executeScalar(_ opcode: PickleOpcode) throws(PickleMistake) {
        switch opcode {
        case .none: stack.append(0)
        case .newFalse: stack.append(1)
        case .newTrue: stack.append(2)
        case .int1: push(.integer(try number(1)))
        case .int2: push(.integer(try number(2)))
        case .int4: push(.integer(Int(Int32(truncatingIfNeeded: try number(4)))))
        case .long1: try pushLong(try number(1))
        case .long4: try pushLong(try number(4))
        case .float:
            _ = try take(8)
            push(.opaque(.float))
        default: throw malformed
        }
    }

    /// A two's complement integer of `size` bytes.
    private mutating func pushLong(_ size: Int) throws(PickleMistake) {
        let range = try take(size)
        guard size <= 8 else { return push(.opaque(.hugeInteger)) }
        let isNegative = range.last.map { cursor.bytes[$0] >= 0x80 } ?? false
        var value = isNegative ? -1 : 0
        for index in range.reversed() { value = value << 8 | Int(cursor.bytes[index]) }
        push(.integer(value))
    }
}
