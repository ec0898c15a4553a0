// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// The largest files that are read: a limit far over any LSTM, so that a sparse or endless file is an error.
enum FileLimits {
    static let checkpointBytes = 8 << 30
    static let inputBytes = 8 << 30
    static let csvBytes = 1 << 30
    /// JSON takes a dozen bytes for a number: more than any model that is passed around so.
    static let importedTextBytes = 256 << 20
    static let vocabularyBytes = 64 << 20
    /// The largest file whose lines are shown with its mistakes.
    static let excerptBytes = 16 << 20
}

/// A file that could not be read or written.
struct FileMistake: Mistake {
    var what: String
    var path: String
    var reason: String

    init(what: String, path: String, error: FileError) {
        self.init(what: what, path: path, reason: error.description)
    }

    init(what: String, path: String, reason: String) {
        self.what = what
        self.path = path
        self.reason = reason
    }

    var code: String { "file" }
    // All of the path: a long one cut short says nothing.
    var message: String { "\(what) '\(printable(path))' \(reason)" }
}
