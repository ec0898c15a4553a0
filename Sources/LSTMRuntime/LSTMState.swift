// SPDX-License-Identifier: Apache-2.0

/// An lstm's state with PyTorch's shapes, whatever `batch_first` says.
public struct LSTMState: Hashable, Codable, Sendable {
    /// (num_layers * directions[, batch], proj_size or hidden_size).
    public var h: [Float]
    /// (num_layers * directions[, batch], hidden_size).
    public var c: [Float]

    /// h and c as they are; their sizes are checked where the state is used.
    public init(h: [Float], c: [Float]) {
        self.h = h
        self.c = c
    }
}

extension LSTMState {
    /// The state that `batch` sequences begin with: the given one, else the stored one for each of them, else zero.
    ///
    /// - Parameters:
    ///   - given: what the caller gives; nil for none.
    ///   - name: the lstm's name where a model has several, for the error.
    ///   - states: num_layers * directions.
    ///   - stateSize: the values of h of one layer and direction.
    ///   - hiddenSize: the values of c of one layer and direction.
    ///   - batch: the number of sequences.
    ///   - stored: the first state in the weights; nil for zero.
    /// - Throws: ``InputError/count(of:expected:found:)`` where a given h or c is not (states, batch, size).
    public init(
        _ given: LSTMState?, _ name: String = "", states: Int, stateSize: Int, hiddenSize: Int, batch: Int,
        stored: LSTMState? = nil
    ) throws(InputError) {
        if let given {
            let prefix = name.isEmpty ? "" : name + "."
            try InputError.check(prefix + "h0", given.h.count, is: states * batch * stateSize)
            try InputError.check(prefix + "c0", given.c.count, is: states * batch * hiddenSize)
            self = given
        } else if let stored {
            self.init(
                h: Self.repeated(stored.h, size: stateSize, batch: batch),
                c: Self.repeated(stored.c, size: hiddenSize, batch: batch))
        } else {
            self.init(
                h: [Float](repeating: 0, count: states * batch * stateSize),
                c: [Float](repeating: 0, count: states * batch * hiddenSize))
        }
    }

    /// (states, size) to (states, batch, size).
    private static func repeated(_ values: [Float], size: Int, batch: Int) -> [Float] {
        if batch == 1 { return values }
        var all: [Float] = []
        all.reserveCapacity(values.count * batch)
        for start in stride(from: 0, to: values.count, by: max(size, 1)) {
            for _ in 0..<batch { all += values[start..<(start + size)] }
        }
        return all
    }
}
