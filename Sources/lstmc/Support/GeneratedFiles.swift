// SPDX-License-Identifier: Apache-2.0

import LSTMRuntime
import LSTMSpec

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension GeneratedFile {
    /// True where the file holds exactly this text.
    var isUpToDate: Bool {
        guard let present = try? fileBytes(at: path, limit: max(text.utf8.count, 1)) else { return false }
        return holdSameBytes(present, Array(text.utf8))
    }
}

extension SpecLoader {
    /// Writes a file that is not there yet as it should be, and its folder, and says so.
    mutating func write(_ file: GeneratedFile) throws { try write(Array(file.text.utf8), toNew: file.path) }

    /// The same for bytes.
    mutating func write(_ bytes: [UInt8], toNew path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        do {
            if let reason = makeFolder(folder) { throw WriteError(reason: reason) }
            guard try writeAtomically(bytes, to: path) else { return }
        } catch {
            let reason = (error as? WriteError)?.reason ?? "\(error)"
            return report(
                FileMistake(what: "the output", path: path, reason: "cannot be written: \(reason)"),
                at: .init(path: path, line: 1, column: 1))
        }
        try print(["wrote \(printable(path))"])
    }
}

/// Makes a folder and those above it; nil where it is there afterwards, else the system's reason.
private func makeFolder(_ path: String) -> String? {
    var status = stat()
    if path.isEmpty || stat(path, &status) == 0 { return nil }
    if let slash = path.lastIndex(of: "/"), let reason = makeFolder(String(path[..<slash])) { return reason }
    if mkdir(path, 0o777) == 0 || errno == EEXIST { return nil }
    return systemReason(errno)
}
