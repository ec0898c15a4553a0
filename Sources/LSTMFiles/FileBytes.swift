// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why a file could not be read.
public enum FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system's own words: no such file, permission denied.
    case cannotOpen(reason: String)
    /// It was opened, and reading it failed.
    case cannotRead(reason: String)
    /// It is a folder, a pipe or a device.
    case notARegularFile
    /// It has more than `limit` bytes.
    case tooLarge(limit: Int)
    /// The file became shorter or longer while it was read.
    case changedWhileReading

    public var description: String {
        switch self {
        case .cannotOpen(let reason): "cannot be opened: \(reason)"
        case .cannotRead(let reason): "cannot be read: \(reason)"
        case .notARegularFile: "is not a regular file"
        case .tooLarge(let limit): "is larger than the limit of \(limit) bytes"
        case .changedWhileReading: "changed while it was read; try again"
        }
    }
}

/// The bytes of a regular file, in memory of their own: a file that shrinks under a map would be a trap.
///
/// - Throws: `FileError` where it cannot be opened or read, is no regular file, or is larger than `limit` bytes.
package func fileBytes(at path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(reason: systemReason(errno)) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .cannotRead(reason: systemReason(errno)) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notARegularFile }
    let size = Int(status.st_size)
    guard size <= limit else { throw .tooLarge(limit: limit) }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        while count < size {
            let got = read(descriptor, buffer.baseAddress?.advanced(by: count), size - count)
            if got < 0 && errno == EINTR { continue }
            if got < 0 { failure = .cannotRead(reason: systemReason(errno)) }
            if got <= 0 { break }
            count += got
        }
    }
    if let failure { throw failure }
    guard bytes.count == size else { throw .changedWhileReading }
    return bytes
}

/// The first `count` bytes of a regular file that is longer than `limit`; nil where it is not, or cannot be read.
package func firstBytes(_ count: Int, ofFileAt path: String, longerThan limit: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > limit else {
        return nil
    }
    var got = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        got = read(descriptor, buffer.baseAddress, count)
        initialized = max(got, 0)
    }
    return got > 0 ? bytes : nil
}

/// The system's sentence for an error number.
package func systemReason(_ number: Int32) -> String {
    strerror(number).map { String(cString: $0) } ?? "error \(number)"
}
