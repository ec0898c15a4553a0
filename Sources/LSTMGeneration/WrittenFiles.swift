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

extension SpecLoader {
    /// Writes files that are not there yet as they should be, and their folders, and names each; where one of them
    /// cannot be written, none is changed.
    package mutating func write(_ files: [Output]) throws {
        let files = files.filter { !$0.isUpToDate }
        var failures = files.compactMap { file in
            makeFolder(file.path).map { (path: file.path, reason: $0) }
        }
        if failures.isEmpty { failures = writeAtomically(files) }
        for failure in failures { reportUnwritable(failure.path, reason: failure.reason) }
        if failures.isEmpty {
            noteWritten(files)
            try print(files.map { "wrote \(printable($0.path))" })
        }
    }

    package mutating func reportUnwritable(_ path: String, reason: String) {
        let mistake = FileMistake(what: "the output", path: path, reason: "cannot be written: \(reason)")
        report(mistake, at: .init(startOf: path))
    }
}

/// Makes the folders above a file; nil where they are there afterwards, else the system's reason.
private func makeFolder(_ file: String) -> String? {
    let scalars = file.unicodeScalars
    for slash in scalars.indices where scalars[slash] == "/" && slash != scalars.startIndex {
        let folder = String(scalars[..<slash])
        var status = stat()
        if stat(folder, &status) == 0 || mkdir(folder, 0o777) == 0 || errno == EEXIST { continue }
        return systemReason(errno)
    }
    return nil
}
