// SPDX-License-Identifier: Apache-2.0

import LSTMFiles

/// The state of a gru or an rnn with PyTorch's shape, whatever `batch_first` says.
public struct HiddenState: Hashable, Codable, Sendable {
    /// (num_layers * directions[, batch], hidden_size).
    public var h: [Float]

    /// h as it is; its size is checked where the state is used.
    public init(h: [Float]) { self.h = h }
}

// Compiled where it is called, as in StreamMemory+Values.swift.
extension HiddenState {
    /// The state that `batch` sequences begin with: the given one, else the stored one for each of them, else zero.
    ///
    /// - Parameters:
    ///   - given: what the caller gives; nil for none.
    ///   - name: the layer's name where a model has several, for the error.
    ///   - states: num_layers * directions.
    ///   - stateSize: the values of h of one layer and direction.
    ///   - batch: the number of sequences.
    ///   - stored: the first state in the weights; nil for zero.
    /// - Throws: ``InputError/count(of:expected:found:)`` where a given h is not (states, batch, size).
    @_alwaysEmitIntoClient
    public init(
        _ given: HiddenState?, _ name: String = "", states: Int, stateSize: Int, batch: Int, stored: HiddenState? = nil
    ) throws(InputError) {
        // An lstm's state with an empty c is read, checked and repeated as one with h alone.
        let state = try LSTMState(
            given.map { LSTMState(h: $0.h, c: []) }, name, states: states, stateSize: stateSize, hiddenSize: 0,
            batch: batch, stored: stored.map { LSTMState(h: $0.h, c: []) })
        self.init(h: state.h)
    }
}

extension StreamMemory {
    /// Writes h of a gru or an rnn.
    ///
    /// - Parameters:
    ///   - state: h, all of it.
    ///   - name: the layer's, where a model has several, for the error.
    ///   - h: where it is among the floats.
    /// - Throws: ``InputError/count(of:expected:found:)`` where it has another number of values.
    @_alwaysEmitIntoClient
    public mutating func set(_ state: HiddenState, _ name: String = "", h: Range<Int>) throws(InputError) {
        try InputError.check((name.isEmpty ? "" : name + ".") + "h0", state.h.count, is: h.count)
        start(state, h: h)
    }

    /// Writes h of a gru or an rnn, whose size is known to be right.
    @_alwaysEmitIntoClient
    public mutating func start(_ state: HiddenState, h: Range<Int>) { write(state.h, to: h) }
}

extension WeightFile {
    /// A first state: h is a tensor of (states, size) or (states, 1, size).
    ///
    /// - Throws: ``WeightsError`` where it is missing, has another shape, or a value that is not finite.
    @_alwaysEmitIntoClient
    public func state(h: String, states: Int, stateSize: Int) throws(WeightsError) -> HiddenState {
        HiddenState(h: try floats(h, [states, stateSize], or: [states, 1, stateSize]).floats())
    }
}
