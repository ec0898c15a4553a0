// SPDX-License-Identifier: Apache-2.0

/// The values that a model reads, of the kind that its ``Model/Input`` says.
public enum InputValues: Sendable {
    /// In the spec's layout: (time[, batch], features), or ([batch,] time, features) with batch_first.
    case features([Float])
    /// The same without the last axis.
    case tokens([Int32])

    /// How many there are.
    package var count: Int {
        switch self {
        case .features(let values): values.count
        case .tokens(let ids): ids.count
        }
    }
}

/// A first state of one recurrent layer, (num_layers * directions[, batch], size) each.
public struct StateValues: Sendable {
    /// (num_layers * directions[, batch], proj_size or hidden_size).
    public var h: [Float]
    /// (num_layers * directions[, batch], hidden_size); empty where there is no c.
    public var c: [Float]

    public init(h: [Float], c: [Float]) {
        self.h = h
        self.c = c
    }
}
