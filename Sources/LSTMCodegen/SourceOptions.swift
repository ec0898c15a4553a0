// SPDX-License-Identifier: Apache-2.0

import LSTMIR

/// What a generated source depends on beside the model.
public struct SourceOptions: Sendable {
    /// Who may use a generated type.
    public enum Access: String, CaseIterable, Sendable {
        case `public`
        case `package`
        case `internal`

        /// The word before a declaration, with a space after it.
        var prefix: String { self == .internal ? "" : rawValue + " " }
    }

    /// Who may use the type.
    public var access: Access
    /// The version that the banner names.
    public var toolVersion: String
    /// Stands for the bytes of the spec and its files.
    public var fingerprint: String
    /// The model's vocabulary, read; nil where it has none.
    public var vocabulary: Vocabulary?
    /// Whether the source has the functions that `cHeader` declares.
    public var hasCHeader: Bool

    public init(
        access: Access = .public, toolVersion: String, fingerprint: String, vocabulary: Vocabulary? = nil,
        hasCHeader: Bool = false
    ) {
        self.access = access
        self.toolVersion = toolVersion
        self.fingerprint = fingerprint
        self.vocabulary = vocabulary
        self.hasCHeader = hasCHeader
    }
}

/// Parameters as they stand in a generated source.
public struct EmbeddedWeights: Sendable {
    let base64: String
    let byteCount: Int

    /// `bytes` holds the model's parameters in the order of `Model.parameters`, each as it is kept, little-endian.
    public init(_ bytes: [UInt8]) {
        base64 = encodeBase64(bytes)
        byteCount = bytes.count
    }
}
