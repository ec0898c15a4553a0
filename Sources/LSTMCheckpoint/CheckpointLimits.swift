// SPDX-License-Identifier: Apache-2.0

/// What reading a checkpoint may cost, beside what the file's own size bounds.
package enum CheckpointLimits {
    static let pickleOpcodes = 10_000_000
    /// Values that a pickle makes, and elements that it has copied.
    static let pickleNodes = 2_000_000
    /// Dictionaries inside one another: deeper than any training script nests them.
    static let dictionaryDepth = 8
    /// Attributes of a TorchScript program's modules, and the names before each.
    static let scriptWork = 2_000_000
    /// NumPy's own limit, and PyTorch's.
    static let axes = 64
    /// Bytes that the members of a compressed file of so many may have when opened, all together.
    package static func inflatedBytes(of count: Int) -> Int {
        max(1 << 26, count.multipliedReportingOverflow(by: 64).partialValue)
    }
    /// Mistakes of one kind that are told: past so many, more lines help nobody.
    static let mistakes = 20
}
