// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMInterpreter
import LSTMSpec

extension SpecLoader {
    /// One token for each scalar of a text given on the command line.
    mutating func inputs(text: String, for model: Model) -> Inputs? {
        guard model.vocabulary != nil else {
            report(TextMistake.noVocabulary, at: model.location)
            return nil
        }
        let place = SourceLocation(startOf: "--text")
        guard !text.isEmpty else {
            report(TextMistake.empty, at: place)
            return nil
        }
        guard let vocabulary = vocabulary(of: model) else { return nil }
        let tokens = vocabulary.tokens(of: text)
        do {
            return try Inputs([GivenInput(.tokens(tokens), steps: tokens.count, batch: nil)], for: model)
        } catch {
            report(error, at: place)
            return nil
        }
    }
}

/// What stands in the way of running on a text.
enum TextMistake: Mistake {
    case noVocabulary
    case empty

    var code: String { "text" }

    var message: String {
        switch self {
        case .noVocabulary: "--text needs a model with a 'vocabulary', which the spec does not have; use --input"
        case .empty: "the text is empty; give at least one character"
        }
    }
}
