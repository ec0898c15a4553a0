// SPDX-License-Identifier: Apache-2.0

/// Text to token ids: one token for each Unicode scalar.
public struct Vocabulary: Sendable, Hashable {
    /// By scalar and not by text: "é" in one scalar and in two are different tokens, as they are in Python.
    public let ids: [Unicode.Scalar: Int32]
    /// The id of everything else.
    public let unknown: Int32

    public init(ids: [Unicode.Scalar: Int32], unknown: Int32) {
        self.ids = ids
        self.unknown = unknown
    }

    /// One id for each Unicode scalar of `text`.
    public func tokens(of text: String) -> [Int32] {
        text.unicodeScalars.map { ids[$0] ?? unknown }
    }
}
