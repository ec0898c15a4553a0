// SPDX-License-Identifier: Apache-2.0

/// What turns text into token ids: entries of one Unicode scalar or several.
public struct Vocabulary: Sendable, Hashable {
    /// By scalar and not by text: "é" in one scalar and in two are different tokens, as they are in Python.
    public let ids: [Unicode.Scalar: Int32]
    /// The entries of several scalars, in the order of their scalars, each once.
    public let longer: [Entry]
    /// The id of everything else.
    public let unknown: Int32

    /// An entry of several scalars.
    public struct Entry: Sendable, Hashable {
        /// Two or more.
        public let scalars: [Unicode.Scalar]
        /// Its token id.
        public let id: Int32

        public init(scalars: [Unicode.Scalar], id: Int32) {
            (self.scalars, self.id) = (scalars, id)
        }
    }

    /// - Parameter longer: entries of several scalars in any order; of equal ones the last counts.
    public init(ids: [Unicode.Scalar: Int32], longer: [Entry] = [], unknown: Int32) {
        let byScalars = Dictionary(longer.map { ($0.scalars, $0.id) }) { _, last in last }
        self.ids = ids
        self.longer = byScalars.map { Entry(scalars: $0, id: $1) }
            .sorted { $0.scalars.lexicographicallyPrecedes($1.scalars) }
        self.unknown = unknown
    }
}
