// SPDX-License-Identifier: Apache-2.0

import LSTMSpec

/// What turns text into an imported model's token ids: a JSON file of its own beside the spec.
public struct ImportedVocabulary: Sendable, Equatable {
    /// Text and its id.
    public struct Entry: Sendable, Equatable {
        /// One Unicode scalar or several.
        public var text: String
        /// The token id, 0 or more.
        public var id: Int

        public init(text: String, id: Int) {
            (self.text, self.id) = (text, id)
        }
    }

    /// By id, ascending; each text once.
    public var entries: [Entry]
    /// The id of everything else.
    public var unknown: Int

    public init(entries: [Entry], unknown: Int) {
        (self.entries, self.unknown) = (entries, unknown)
    }

    /// The file: an object of text to id, a line each, in ASCII.
    public var json: String {
        let lines = entries.map { entry in
            let text = entry.text.unicodeScalars.map(jsonText).joined()
            return " \"\(text)\": \(entry.id)"
        }
        return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
    }
}

/// A scalar inside JSON's quotes; what is not ASCII as UTF-16 escapes, so that no two entries look alike.
private func jsonText(_ scalar: Unicode.Scalar) -> String {
    if (0x20..<0x7F).contains(scalar.value), scalar != "\"", scalar != "\\" { return String(scalar) }
    return String(scalar).utf16.map { "\\u" + hexadecimal($0, digits: 4).lowercased() }.joined()
}
