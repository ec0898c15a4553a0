// SPDX-License-Identifier: Apache-2.0

/// What a spec may cost to read.
///
/// Each limit is counted while reading, so that a hostile file costs no more than it allows. A spec for a large model has
/// some hundred nodes in a few kilobytes: these are far above every honest use.
package enum Limits {
    /// Bytes in a spec file.
    package static let fileBytes = 1 << 20

    /// Lists and mappings inside one another, those behind an alias included.
    package static let depth = 64

    /// Scalars, lists and mappings, each alias counted as everything it stands for, a long text as several.
    package static let nodes = 100_000

    /// So many bytes of a scalar's text count as one node more.
    package static let textBytesPerNode = 256

    /// `%TAG` directives: libyaml compares each one with all before it, and a spec has no use for any.
    package static let tagDirectives = 16

    /// Mistakes reported for one file.
    package static let mistakes = 1000

    /// `num_layers` of an lstm: a spec must not make the tool list billions of tensors.
    package static let stackedLayers = 1024
}
