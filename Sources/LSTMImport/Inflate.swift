// SPDX-License-Identifier: Apache-2.0

/// Opens a DEFLATE stream (RFC 1951) that fills `range` of `bytes`; nil where it is damaged, or gives other than `size`
/// bytes.
///
/// Never more than `size` bytes are made, so that no stream takes more than it says.
func inflate(_ bytes: [UInt8], _ range: Range<Int>, size: Int) -> [UInt8]? {
    var inflater = Inflater(bytes, in: range, size: size)
    return inflater.run()
}

private struct Inflater {
    private let bytes: [UInt8]
    private var position: Int
    private let end: Int
    private let size: Int
    private var output: [UInt8] = []
    /// Bits that were read and not yet taken, the next one lowest.
    private var bits: UInt64 = 0
    private var bitCount = 0

    init(_ bytes: [UInt8], in range: Range<Int>, size: Int) {
        (self.bytes, position, end, self.size) = (bytes, range.lowerBound, range.upperBound, size)
        // A stream can say any size; a byte of it gives at most 1032.
        output.reserveCapacity(min(size, range.count.multipliedReportingOverflow(by: 1032).partialValue))
    }

    mutating func run() -> [UInt8]? {
        var isLast = false
        while !isLast {
            guard let last = take(1), let kind = take(2) else { return nil }
            isLast = last == 1
            let isWhole: Bool
            switch kind {
            case 0: isWhole = copyStored()
            case 1: isWhole = decode(Self.fixedLiterals, Self.fixedDistances)
            case 2:
                guard let (literals, distances) = codes() else { return nil }
                isWhole = decode(literals, distances)
            default: isWhole = false
            }
            guard isWhole else { return nil }
        }
        return output.count == size ? output : nil
    }

    // MARK: Bits

    private mutating func fill(_ count: Int) {
        while bitCount < count, position < end {
            bits |= UInt64(bytes[position]) << UInt64(bitCount)
            position += 1
            bitCount += 8
        }
    }

    private mutating func take(_ count: Int) -> Int? {
        guard count > 0 else { return 0 }
        fill(count)
        guard bitCount >= count else { return nil }
        defer {
            bits >>= UInt64(count)
            bitCount -= count
        }
        return Int(bits & ((1 << UInt64(count)) - 1))
    }

    private mutating func copyStored() -> Bool {
        let rest = bitCount & 7
        bits >>= UInt64(rest)
        bitCount -= rest
        guard let count = take(16), let inverse = take(16), count ^ inverse == 0xFFFF else { return false }
        // Whole bytes may have been read ahead.
        position -= bitCount / 8
        (bits, bitCount) = (0, 0)
        guard count <= end - position, count <= size - output.count else { return false }
        output += bytes[position..<(position + count)]
        position += count
        return true
    }

    // MARK: Codes

    /// Huffman's code by the lengths of its words: how many there are of each length, and the symbols in order.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int]

        /// nil where there are more words than lengths leave room for.
        init?(_ lengths: [Int]) {
            for length in lengths { counts[length] += 1 }
            var starts = [Int](repeating: 0, count: 17)
            var left = 1
            for length in 1...15 {
                left = 2 * left - counts[length]
                guard left >= 0 else { return nil }
                starts[length + 1] = starts[length] + counts[length]
            }
            symbols = [Int](repeating: 0, count: lengths.count - counts[0])
            for (symbol, length) in lengths.enumerated() where length > 0 {
                symbols[starts[length]] = symbol
                starts[length] += 1
            }
        }
    }

    private static let fixedLiterals = Code(
        [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112) + [Int](repeating: 7, count: 24)
            + [Int](repeating: 8, count: 8))
    private static let fixedDistances = Code([Int](repeating: 5, count: 30))

    private mutating func symbol(_ code: Code) -> Int? {
        fill(15)
        var word = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            guard bitCount >= length else { return nil }
            word |= Int(bits >> UInt64(length - 1)) & 1
            let count = code.counts[length]
            if word - first < count {
                bits >>= UInt64(length)
                bitCount -= length
                return code.symbols[index + word - first]
            }
            index += count
            first = (first + count) << 1
            word <<= 1
        }
        return nil
    }

    /// The two codes that stand at the head of a block.
    private mutating func codes() -> (Code, Code)? {
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        guard let literals = take(5), let distances = take(5), let lengthCount = take(4) else { return nil }
        let count = (literals + 257, distances + 1)
        guard count.0 <= 286, count.1 <= 30 else { return nil }
        var codeLengths = [Int](repeating: 0, count: 19)
        for place in order.prefix(lengthCount + 4) {
            guard let length = take(3) else { return nil }
            codeLengths[place] = length
        }
        guard let code = Code(codeLengths) else { return nil }
        var lengths: [Int] = []
        while lengths.count < count.0 + count.1 {
            guard let symbol = symbol(code) else { return nil }
            switch symbol {
            case 0..<16: lengths.append(symbol)
            case 16:
                guard let last = lengths.last, let more = take(2) else { return nil }
                lengths += [Int](repeating: last, count: more + 3)
            case 17:
                guard let more = take(3) else { return nil }
                lengths += [Int](repeating: 0, count: more + 3)
            default:
                guard let more = take(7) else { return nil }
                lengths += [Int](repeating: 0, count: more + 11)
            }
        }
        // A block without an end has no meaning.
        guard lengths.count == count.0 + count.1, lengths[256] > 0, let first = Code(Array(lengths[..<count.0])),
            let second = Code(Array(lengths[count.0...]))
        else { return nil }
        return (first, second)
    }

    private mutating func decode(_ literals: Code?, _ distances: Code?) -> Bool {
        let lengthBases = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
            227, 258,
        ]
        let lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
        let distanceBases = [
            1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
            6145,
            8193, 12289, 16385, 24577,
        ]
        guard let literals, let distances else { return false }
        while true {
            guard let symbol = symbol(literals) else { return false }
            if symbol == 256 { return true }
            if symbol < 256 {
                guard output.count < size else { return false }
                output.append(UInt8(symbol))
                continue
            }
            guard symbol - 257 < lengthBases.count, let extra = take(lengthBits[symbol - 257]),
                let place = self.symbol(distances), place < 30, let more = take(place < 4 ? 0 : place / 2 - 1)
            else { return false }
            let length = lengthBases[symbol - 257] + extra
            let distance = distanceBases[place] + more
            guard distance <= output.count, length <= size - output.count else { return false }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }
}
