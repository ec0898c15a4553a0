// SPDX-License-Identifier: Apache-2.0

/// What reading a checkpoint may cost, beside what the file's own size bounds.
enum CheckpointLimits {
    static let pickleOpcodes = 10_000_000
    /// Values that a pickle makes, and elements that it has copied.
    static let pickleNodes = 2_000_000
    /// Dictionaries inside one another: deeper than any training script nests them.
    static let dictionaryDepth = 8
    /// NumPy's own limit, and PyTorch's.
    static let axes = 64
    /// Mistakes of one kind that are told: past so many, more lines help nobody.
    static let mistakes = 20
}
