// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a safetensors file.
public enum SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer than the 8 bytes that give the header's length.
    case tooShort(bytes: Int)
    /// The header says that it is longer than `limit` bytes.
    case headerTooLarge(bytes: UInt64, limit: Int)
    /// The header says that it is longer than the file.
    case headerBeyondFile(bytes: Int, file: Int)
    /// The header is no JSON; `offset` is the byte of the file.
    case headerNotJSON(reason: String, offset: Int)
    /// The header is JSON, but no object of tensors.
    case malformedHeader
    /// `__metadata__` is no object of strings.
    case malformedMetadata
    /// A tensor's entry lacks dtype, shape or data_offsets, or has one of another type.
    case malformedTensor(name: String)
    /// Two tensors have one name.
    case duplicateTensor(name: String)
    /// The dtype is none of ``ElementType``.
    case unknownElementType(name: String, type: String)
    /// The shape has a negative size, or takes more bytes than there can be.
    case impossibleShape(name: String)
    /// A tensor has another number of bytes than its shape and dtype take.
    case wrongByteCount(name: String, shape: [Int], type: ElementType, bytes: Int)
    /// The tensors' bytes must follow one another without a gap and without an overlap.
    case misplacedTensor(name: String, start: Int, expected: Int)
    /// The tensors end at byte `end` of a file of `file` bytes.
    case truncated(end: Int, file: Int)
    /// The tensors end at byte `end`, and the file goes on to `file` bytes.
    case trailingBytes(end: Int, file: Int)
    /// A tensor is asked for that the file does not have.
    case missingTensor(name: String)
    /// A tensor has another shape or type than what was asked for.
    case unexpectedTensor(name: String, shape: [Int], type: ElementType, expected: [Int])

    public var description: String {
        switch self {
        case .tooShort(let bytes):
            "a safetensors file begins with 8 bytes, but this one has \(bytes)"
        case .headerTooLarge(let bytes, let limit):
            "the header says it is \(bytes) bytes long, more than the limit of \(limit)"
        case .headerBeyondFile(let bytes, let file):
            "the header says it is \(bytes) bytes long, but the file has \(file)"
        case .headerNotJSON(let reason, let offset):
            "the header is not JSON: \(reason) (byte \(offset))"
        case .malformedHeader:
            "the header is not a JSON object"
        case .malformedMetadata:
            "the header's __metadata__ is not an object of strings"
        case .malformedTensor(let name):
            "the header's entry for tensor \(quotedName(name)) is not a dtype, a shape and two data_offsets"
        case .duplicateTensor(let name):
            "tensor \(quotedName(name)) is there twice"
        case .unknownElementType(let name, let type):
            "tensor \(quotedName(name)) has the unknown dtype \(quotedName(type))"
        case .impossibleShape(let name):
            "tensor \(quotedName(name)) has an impossible shape"
        case .wrongByteCount(let name, let shape, let type, let bytes):
            "tensor \(quotedName(name)) has \(bytes) bytes, which is not \(shapeText(shape)) of \(type.rawValue)"
        case .misplacedTensor(let name, let start, let expected):
            "tensor \(quotedName(name)) begins at byte \(start) of the data, but the one before it ends at \(expected)"
        case .truncated(let end, let file):
            "the tensors end at byte \(end), but the file has only \(file)"
        case .trailingBytes(let end, let file):
            "the tensors end at byte \(end), but the file has \(file)"
        case .missingTensor(let name):
            "there is no tensor \(quotedName(name))"
        case .unexpectedTensor(let name, let shape, let type, let expected):
            "tensor \(quotedName(name)) is \(shapeText(shape)) of \(type.rawValue), but \(shapeText(expected)) is needed"
        }
    }
}
