// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The path to `file` as it is written in a file in `folder`; the folder need not be there yet.
func relativePath(to file: String, from folder: String) -> String {
    let place = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
    let name = file.lastIndex(of: "/").map { String(file[file.index(after: $0)...]) } ?? file
    // A name on the way that is a link makes `..` something else, so that both are followed first.
    let source = components(place)
    let target = components(folder.isEmpty ? "." : folder)
    let shared = zip(source, target).prefix { $0 == $1 }.count
    let up = [String](repeating: "..", count: target.count - shared)
    return (up + source.dropFirst(shared) + [name]).joined(separator: "/")
}

/// True where the two paths are one file, or would be.
func isSameFile(_ a: String, _ b: String) -> Bool {
    var (first, second) = (stat(), stat())
    guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
}

/// True where something has this path, a link that leads nowhere included.
func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
}

/// The folders of an absolute path without links; those that are not there yet as they are written.
private func components(_ path: String) -> [String] {
    if let resolved = realpath(path, nil) {
        defer { free(resolved) }
        return String(cString: resolved).split(separator: "/").map(String.init)
    }
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    guard trimmed != "/", trimmed != "." else { return [] }
    let slash = trimmed.lastIndex(of: "/")
    let above = slash.map { trimmed[...$0] } ?? "."
    let last = String(slash.map { trimmed[trimmed.index(after: $0)...] } ?? trimmed)
    let parents = components(String(above))
    return last == ".." ? Array(parents.dropLast()) : last == "." ? parents : parents + [last]
}
