// SPDX-License-Identifier: Apache-2.0

import LSTMCommands
import LSTMGeneration
import LSTMIR
import LSTMInterpreter
import LSTMSpec

extension SpecLoader {
    /// A text given on the command line, cut into the entries of the vocabulary.
    mutating func inputs(text: String, for model: Model) -> FileInputs? {
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
        let table = vocabulary.table
        let tokens = table.tokens(of: text)
        do {
            let inputs = try Inputs([GivenInput(.tokens(tokens), steps: tokens.count, batch: nil)], for: model)
            return FileInputs(inputs: inputs, pieces: table.pieces(of: text))
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
