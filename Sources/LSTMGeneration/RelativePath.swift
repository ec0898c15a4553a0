// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The path to `file` as it is written in a file in `folder`; the folder need not be there yet.
package func relativePath(to file: String, from folder: String) -> String {
    let above = folderPrefix(of: file)
    let place = above.isEmpty ? "." : above
    let name = String(file.unicodeScalars.dropFirst(above.unicodeScalars.count))
    // A name on the way that is a link makes `..` something else, so that both are followed first.
    let source = components(place)
    let target = components(folder.isEmpty ? "." : folder)
    let shared = zip(source, target).prefix { $0 == $1 }.count
    let up = [String](repeating: "..", count: target.count - shared)
    return (up + source.dropFirst(shared) + [name]).joined(separator: "/")
}

/// A path up to its last slash; empty where there is none.
///
/// Paths are scalars here and not Characters: a name can begin with a combining mark, which would join the slash.
package func folderPrefix(of path: String) -> String {
    let path = path.unicodeScalars
    return path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
}

/// A path for finding two that some file systems take for one.
///
/// Links are followed as far as they are there, and letters have one case; as Strings, two compositions of one accent
/// are equal anyway.
package func comparable(_ path: String) -> String { components(path).joined(separator: "/").uppercased().lowercased() }

/// True where the two paths are one file, or would be.
package func isSameFile(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
}

/// True where something has this path, a link that leads nowhere included.
package func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}

/// The folders of an absolute path without links; those that are not there yet as they are written.
private func components(_ path: String) -> [String] {
    if let resolved = realpath(path, nil) {
        defer { free(resolved) }
        return String(cString: resolved).unicodeScalars.split(separator: "/").map { String($0) }
    }
    var trimmed = path.unicodeScalars[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    let whole = String(trimmed)
    guard whole != "/", whole != "." else { return [] }
    let above = folderPrefix(of: whole)
    let last = String(whole.unicodeScalars.dropFirst(above.unicodeScalars.count))
    let parents = components(above.isEmpty ? "." : above)
    return last == ".." ? Array(parents.dropLast()) : last == "." ? parents : parents + [last]
}
