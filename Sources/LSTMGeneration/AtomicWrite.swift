// SPDX-License-Identifier: Apache-2.0

import LSTMFiles
import LSTMSpec

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Why a file could not be written.
package struct WriteError: Error {
    package var reason: String

    package init(reason: String) { self.reason = reason }
}

/// Why nothing can be written to `path`, as far as that shows beforehand: a long run must not end in a wrong path.
///
/// Only a regular file may be there. A new one would take the place of a device or a pipe: whoever is root and writes
/// to /dev/null would have none afterwards.
package func obstacle(toWriting path: String) -> String? {
    var status = stat()
    if stat(path, &status) == 0 {
        if status.st_mode & S_IFMT == S_IFDIR { return systemReason(EISDIR) }
        if status.st_mode & S_IFMT != S_IFREG { return "Not a regular file" }
    } else {
        let reason = systemReason(errno)
        // A link that leads nowhere, or in a circle.
        if lstat(path, &status) == 0 { return reason }
    }
    guard let destination = destination(of: path) else { return "The link leads to a path that is not UTF-8" }
    return access(folder(of: destination), W_OK) == 0 ? nil : systemReason(errno)
}

/// The file that a path leads to, where there is one: a link stays, and what it leads to is written.
///
/// nil where that path is not UTF-8: as a String it would be another one.
private func destination(of path: String) -> String? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let resolved = realpath(path, nil) else {
        return path
    }
    defer { free(resolved) }
    return String(validatingCString: resolved)
}

/// The part of a path up to its last slash; the working folder where there is none.
private func folder(of path: String) -> String {
    let prefix = folderPrefix(of: path)
    return prefix.isEmpty ? "./" : prefix
}

/// Writes a whole file or leaves what was there.
package func writeAtomically(_ bytes: [UInt8], to path: String) throws(WriteError) {
    let file = Output(path: path, bytes: bytes)
    if let reason = writeAtomically([file]).first?.reason { throw WriteError(reason: reason) }
}

/// A file to be, whole.
package struct Output {
    private enum Contents {
        case bytes([UInt8])
        case text(String)
    }

    package let path: String
    private let contents: Contents

    package init(path: String, bytes: [UInt8]) { (self.path, contents) = (path, .bytes(bytes)) }

    package init(path: String, text: String) { (self.path, contents) = (path, .text(text)) }

    /// The bytes where they are: a generated file is too large to copy for nothing.
    fileprivate func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch contents {
        case .bytes(let bytes): bytes.withUnsafeBytes(body)
        case .text(var text): text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        }
    }

    /// True where the file holds exactly these bytes.
    package var isUpToDate: Bool {
        withBytes { bytes in
            guard let present = try? fileBytes(at: path, limit: max(bytes.count, 1)) else { return false }
            return holdSameBytes(present, bytes)
        }
    }
}

/// Writes several files whole, or changes none of them.
///
/// Each goes to a temporary file beside its own; when all are there, they take their names. A file that already holds
/// exactly its bytes is left alone.
///
/// - Returns: the files that cannot be written, with the system's reason.
package func writeAtomically(_ files: [Output]) -> [(path: String, reason: String)] {
    let changed = files.filter { !$0.isUpToDate }
    let destinations = changed.map { destination(of: $0.path) ?? $0.path }
    let temporaries = destinations.map(temporaryPath(beside:))
    Interruption.removeIfInterrupted(temporaries)
    defer { Interruption.keep() }
    var failures: [(path: String, reason: String)] = []
    for (index, (file, temporary)) in zip(changed, temporaries).enumerated() {
        if let other = destinations[..<index].firstIndex(of: destinations[index]) {
            failures.append((file.path, "It is the same file as '\(printable(changed[other].path))'"))
            continue
        }
        let folder = obstacle(toWriting: file.path)
        if let reason = folder ?? file.withBytes({ create(temporary, $0) }) { failures.append((file.path, reason)) }
    }
    // Held: with one file in place and the next not, the two would not fit together.
    Interruption.withSignalsHeld {
        for (index, temporary) in temporaries.enumerated() {
            if failures.isEmpty, rename(temporary, destinations[index]) != 0 {
                failures.append((changed[index].path, systemReason(errno)))
            }
            if !failures.isEmpty { unlink(temporary) }
        }
    }
    return failures
}

/// A new name in the same folder, where a rename is one step.
private func temporaryPath(beside path: String) -> String {
    let name = path.unicodeScalars.dropFirst(folderPrefix(of: path).unicodeScalars.count)
    // Not the process's number: containers that share a folder, or run after one another, all count from 1. The name
    // is cut where it would make this one longer than file systems take.
    let unique = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(folder(of: path)).\(String(name.prefix(40))).\(unique).tmp"
}

/// nil where the file was made and holds all bytes, on the disk and not in its cache alone; else the system's reason.
private func create(_ path: String, _ bytes: UnsafeRawBufferPointer) -> String? {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return systemReason(errno) }
    var reason = writeAll(bytes, to: descriptor)
    // Without this a crash of the machine could leave the new name with no bytes under it.
    if reason == nil, fsync(descriptor) != 0, errno != EINVAL { reason = systemReason(errno) }
    if close(descriptor) != 0, reason == nil { reason = systemReason(errno) }
    return reason
}

/// `a == b`, which without optimisation goes through every byte of a generated file's megabytes one call at a time.
private func holdSameBytes(_ a: [UInt8], _ b: UnsafeRawBufferPointer) -> Bool {
    guard a.count == b.count else { return false }
    return a.withUnsafeBytes { left in
        guard let left = left.baseAddress, let right = b.baseAddress else { return true }
        return memcmp(left, right, b.count) == 0
    }
}

/// nil when every byte is written, else the system's reason.
private func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> String? {
    var offset = 0
    while offset < bytes.count {
        let written = write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
        if written < 0 && errno == EINTR { continue }
        if written < 0 { return systemReason(errno) }
        if written == 0 { return "no bytes could be written" }
        offset += written
    }
    return nil
}
