// SPDX-License-Identifier: Apache-2.0

/// One of libyaml's events as a Swift value; its place as the scalar indices of its beginning and end.
struct YAMLEvent {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(text: String, isPlain: Bool)
        case sequenceStart(isFlow: Bool)
        case sequenceEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    var kind: Kind
    var anchor: String?
    var tag: String?
    var start: Int
    var end: Int
}

/// Why libyaml could not read on.
struct YAMLFailure: Error {
    enum Place {
        /// An index into the file's scalars.
        case scalar(Int)
        /// An index into the file's bytes: all that is known where they could not be decoded.
        case byte(Int)
    }

    /// libyaml's words for it, such as `did not find expected key`.
    var problem: String
    var place: Place
    /// What was being read, such as `while parsing a block mapping`, and the scalar index where it began.
    var context: (text: String, start: Int)?
}
