// SPDX-License-Identifier: Apache-2.0

/// How modules' names contradict the chain that their sizes allow.
enum Contradiction: Sendable {
    case attention, branch, factor, firstState, otherDirection, training, copy, sum
    case sideBySide, encoderDecoder, order
    case numbersAgainstSizes, strangerInGap

    /// What the names say, as the second half of a message.
    var words: String {
        switch self {
        case .attention: "an attention weighs steps by one another"
        case .branch: "such a module goes around others, and its result is added to theirs"
        case .factor: "such a module's result is multiplied with another's"
        case .firstState: "such a module gives an LSTM's first state"
        case .otherDirection: "such a module reads the sequence from its end"
        case .training: "such a module is there for the training"
        case .copy: "such a module is a copy of another"
        case .sum: "an embedding of positions is added to another"
        case .sideBySide: "such modules stand side by side"
        case .encoderDecoder: "a decoder goes on from the encoder's state, step by step, and not over its outputs"
        case .order: "their sizes fit only in the other order"
        case .numbersAgainstSizes: "their numbers say the other order than their sizes"
        case .strangerInGap:
            "the numbers lack what stands between the first and the last, and their sizes put another module there"
        }
    }
}
