// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

/// The largest files that are read: a limit far over any LSTM, so that a sparse or endless file is an error.
package enum FileLimits {
    package static let checkpointBytes = 8 << 30
    package static let inputBytes = 8 << 30
    package static let csvBytes = 1 << 30
    /// JSON takes a dozen bytes for a number: more than any model that is passed around so.
    package static let importedTextBytes = 256 << 20
    package static let vocabularyBytes = 64 << 20
    /// The largest file whose lines are shown with its mistakes.
    package static let excerptBytes = 16 << 20
}

/// A file that could not be read or written.
package struct FileMistake: Mistake {
    package var what: String
    package var path: String
    package var reason: String

    package init(what: String, path: String, error: FileError) {
        self.init(what: what, path: path, reason: error.description)
    }

    package init(what: String, path: String, reason: String) {
        self.what = what
        self.path = path
        self.reason = reason
    }

    package var code: String { "file" }
    // All of the path: a long one cut short says nothing.
    package var message: String { "\(what) '\(printable(path))' \(reason)" }
}
