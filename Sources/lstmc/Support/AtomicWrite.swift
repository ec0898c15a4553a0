// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why a file could not be written.
struct WriteError: Error {
    var reason: String
}

/// Why nothing can be written to `path`, as far as that shows beforehand: a long run must not end in a wrong path.
func obstacle(toWriting path: String) -> String? {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return systemReason(EISDIR) }
    return access(folder(of: path), W_OK) == 0 ? nil : systemReason(errno)
}

/// The part of a path up to its last slash; the working folder where there is none.
private func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
}

/// Writes a whole file or leaves what was there: to a temporary file beside it, which then takes its name.
///
/// - Returns: false where the file already held exactly these bytes and was left alone.
@discardableResult
func writeAtomically(_ bytes: [UInt8], to path: String) throws(WriteError) -> Bool {
    if let present = try? fileBytes(at: path, limit: max(bytes.count, 1)), holdSameBytes(present, bytes) {
        return false
    }
    let name = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    // Not the process's number: containers that share a folder, or run after one another, all count from 1. The name
    // is cut where it would make this one longer than file systems take.
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    let temporary = "\(folder(of: path)).\(String(name.unicodeScalars.prefix(40))).\(unique).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw WriteError(reason: systemReason(errno)) }
    TemporaryFiles.willWrite(temporary)
    defer { TemporaryFiles.finished() }
    var reason = writeAll(bytes, to: descriptor)
    // Without this a crash of the machine could leave the new name with no bytes under it.
    if reason == nil, fsync(descriptor) != 0, errno != EINVAL { reason = systemReason(errno) }
    if close(descriptor) != 0, reason == nil { reason = systemReason(errno) }
    if reason == nil, rename(temporary, path) != 0 { reason = systemReason(errno) }
    if let reason {
        unlink(temporary)
        throw WriteError(reason: reason)
    }
    return true
}

/// `a == b`, which without optimisation goes through every byte of a generated file's megabytes one call at a time.
func holdSameBytes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    return a.withUnsafeBytes { left in
        b.withUnsafeBytes { right in
            guard let left = left.baseAddress, let right = right.baseAddress else { return true }
            return memcmp(left, right, a.count) == 0
        }
    }
}

/// nil when every byte is written, else the system's reason.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    bytes.withUnsafeBytes { buffer in
        var offset = 0
        while offset < buffer.count {
            let written = write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
            if written < 0 && errno == EINTR { continue }
            if written < 0 { return systemReason(errno) }
            if written == 0 { return "no bytes could be written" }
            offset += written
        }
        return nil
    }
}

/// Removes the temporary file of a write that Ctrl-C cuts short.
enum TemporaryFiles {
    // Read by the signal handler, which may only touch plain memory: the path as a C string, or null.
    nonisolated(unsafe) private static var current: UnsafeMutablePointer<CChar>?

    static func willWrite(_ path: String) {
        current = strdup(path)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number) { number in
                if let path = TemporaryFiles.current { unlink(path) }
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    static func finished() {
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
        free(current)
        current = nil
    }
}
