// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What can be wrong in a CSV file of inputs.
enum CSVMistake: Mistake {
    /// Mistakes that are told of one file; what is wrong with it is plain by then.
    static let limit = 20

    case notUTF8Text
    case notANumber(String)
    case notAWholeNumber(String)
    case tooLarge(String)
    case emptyCell
    case tokenOutOfRange(id: String, count: Int)
    case ragged(found: Int, expected: Int)
    case columns(found: Int, expected: Int, isTokens: Bool)
    case unclosedQuote
    case textAfterQuote
    case noRows
    case tooMany

    var code: String {
        switch self {
        case .tokenOutOfRange: "token-out-of-range"
        case .ragged, .columns, .noRows: "input-shape"
        case .notUTF8Text, .notANumber, .notAWholeNumber, .tooLarge, .emptyCell, .unclosedQuote, .textAfterQuote,
            .tooMany:
            "csv"
        }
    }

    var message: String {
        switch self {
        case .notUTF8Text: "the file is UTF-16; save it as UTF-8"
        case .notANumber(let text):
            "\(quoted(text)) is not a number; write numbers as 1, -0.5 or 1e-3, with commas between them"
        case .notAWholeNumber(let text): "\(quoted(text)) is not a token id; ids are whole numbers"
        case .tooLarge(let text): "\(quoted(text)) is too large for float32"
        case .emptyCell: "this cell is empty, but a number is needed"
        case .tokenOutOfRange(let id, let count): "token id \(cut(id)) is not in 0 to \(count - 1)"
        case .ragged(let found, let expected):
            "this row has \(counted(found, "cell")), but the rows before it have \(expected)"
        case .columns(let found, let expected, false):
            "the file has \(counted(found, "column")), but the model reads "
                + "\(counted(expected, "feature")) a step"
        case .columns(let found, _, true):
            "the file has \(found) columns, but the model reads one token id a step: one column"
        case .unclosedQuote: "this quote has no end"
        case .textAfterQuote: "after a cell in quotes comes a comma or the end of the line"
        case .noRows: "the file has no rows of numbers; a sequence needs at least one step"
        case .tooMany: "more than \(Self.limit) mistakes; the rest of the file was not looked at"
        }
    }
}
