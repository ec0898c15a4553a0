// SPDX-License-Identifier: Apache-2.0

import LSTMIR
import LSTMRuntime

extension Vocabulary {
    /// As generated code has it.
    public var table: EntryTable {
        EntryTable(
            single: ids.sorted { $0.key < $1.key }.map { (scalar: $0.key.value, id: $0.value) },
            longer: longer.map { (scalars: $0.scalars.map(\.value), id: $0.id) }, unknown: unknown)
    }

    /// One id for each piece of `text`.
    public func tokens(of text: String) -> [Int32] { table.tokens(of: text) }
}
