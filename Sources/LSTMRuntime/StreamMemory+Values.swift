// SPDX-License-Identifier: Apache-2.0

// Compiled where they are called: every program carries this module's other public functions, with streams or not.
extension StreamMemory {
    /// One of the parts.
    @_alwaysEmitIntoClient
    public subscript(part: Range<Int>) -> [Float] { Array(values(of: part)) }

    /// One of the floats.
    @_alwaysEmitIntoClient
    public subscript(index: Int) -> Float { values(of: index..<(index + 1))[0] }

    /// Writes h and c of an lstm.
    ///
    /// - Parameters:
    ///   - state: h and c, all of them.
    ///   - name: the lstm's, where a model has several, for the error.
    ///   - h: where h is among the floats.
    ///   - c: where c is.
    /// - Throws: ``InputError/count(of:expected:found:)`` where one of them has another number of values.
    @_alwaysEmitIntoClient
    public mutating func set(
        _ state: LSTMState, _ name: String = "", h: Range<Int>, c: Range<Int>
    ) throws(InputError) {
        let prefix = name.isEmpty ? "" : name + "."
        try InputError.check(prefix + "h0", state.h.count, is: h.count)
        try InputError.check(prefix + "c0", state.c.count, is: c.count)
        start(state, h: h, c: c)
    }

    /// Writes h and c of an lstm, whose sizes are known to be right.
    @_alwaysEmitIntoClient
    public mutating func start(_ state: LSTMState, h: Range<Int>, c: Range<Int>) {
        write(state.h, to: h)
        write(state.c, to: c)
    }

    @_alwaysEmitIntoClient
    mutating func write(_ values: [Float], to part: Range<Int>) {
        precondition(values.count == part.count && part.upperBound <= floats.count)
        withPointer { ($0 + part.lowerBound).update(from: values, count: values.count) }
    }
}

extension StreamMemory {
    /// Reads what `encode` wrote.
    ///
    /// - Throws: `DecodingError.dataCorrupted` where it is the state of a model with other sizes.
    @_alwaysEmitIntoClient
    public init(from decoder: any Decoder, parts: [Range<Int>], floats: Int) throws {
        let container = try decoder.singleValueContainer()
        let values = try container.decode([Float].self)
        let count = parts.reduce(0) { $0 + $1.count }
        guard values.count == count else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a state of this model has \(count) values, but there are \(values.count)")
        }
        self.init(parts: parts, floats: floats)
        var first = 0
        for part in parts {
            write(Array(values[first..<(first + part.count)]), to: part)
            first += part.count
        }
    }

    /// A list of numbers: h and c of each lstm.
    @_alwaysEmitIntoClient
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(parts.flatMap { Array(values(of: $0)) })
    }
}
