// SPDX-License-Identifier: Apache-2.0

import LSTMGeneration
import LSTMImport

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension SpecLoader {
    /// The files beside an imported one that its tensors are in, by the names that it calls them.
    ///
    /// One that is not there is left out, and the importer says which tensor needs it; one that a link leads to outside the
    /// folder is not read.
    mutating func companions(of bytes: [UInt8], at path: String) -> [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        let folder = folderPrefix(of: path)
        for name in companionFiles(ofONNX: bytes) {
            let place = folder + name
            guard access(place, F_OK) == 0 else { continue }
            guard stays(place, in: folder.isEmpty ? "." : folder) else {
                report(
                    FileMistake(
                        what: "the file with the model's tensors", path: place,
                        reason: "leads out of the model's folder: no other is read"), at: .init(startOf: path))
                continue
            }
            found[name] = self.bytes(
                of: "the file with the model's tensors", at: place, limit: FileLimits.checkpointBytes)
        }
        return found
    }

    /// Whether a path is in a folder once every link is followed.
    private func stays(_ path: String, in folder: String) -> Bool {
        guard let file = resolved(path), let folder = resolved(folder) else { return false }
        return file.utf8.starts(with: (folder == "/" ? "/" : folder + "/").utf8)
    }

    private func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
