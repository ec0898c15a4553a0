// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A system and the version that the manifest begins at.
package struct Platform: Hashable, Sendable {
    package let name: String
    let major: Int
    let minor: Int

    func isOlder(than other: Platform) -> Bool { (major, minor) < (other.major, other.minor) }
}

/// What `Package.swift` says in its line `platforms`.
package func manifestPlatforms() throws -> [Platform] {
    let manifest = try String(contentsOf: repositoryRoot.appendingPathComponent("Package.swift"), encoding: .utf8)
    guard let line = manifest.split(separator: "\n").first(where: { $0.contains("platforms: [") }) else { return [] }
    return line.matches(of: #/\.(\w+)\(\.v(\d+)(?:_(\d+))?\)/#).map {
        Platform(name: String($0.1), major: Int($0.2) ?? 0, minor: $0.3.flatMap { Int($0) } ?? 0)
    }
}

/// The text of a module's interface in which whatever is newer than the platforms is deprecated, with a message that
/// begins with ``newer``: the compiler then warns of each use. (`unavailable` would be an error in the interface itself.)
func interface(_ text: String, markedFor platforms: [Platform]) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { mark(String($0), platforms) }
    let defaults = extensionMembers(lines)
    var result: [String] = []
    var isInProtocol = false
    for (index, line) in lines.enumerated() {
        if line.hasPrefix("}") { isInProtocol = false }
        if isProtocol(line) { isInProtocol = true }
        // A requirement that came after its default: for old systems the compiler turns to the default.
        if isInProtocol, isMarked(lines, index), defaults.contains(signature(line)) { result.removeLast() }
        result.append(line)
    }
    return result.joined(separator: "\n")
}

/// How the message of a marked declaration begins.
let newer = "newer than the manifest: "

private func isMarked(_ lines: [String], _ index: Int) -> Bool { index > 0 && lines[index - 1].contains(newer) }

private func isProtocol(_ line: String) -> Bool {
    line.contains("public protocol ") && (line.hasPrefix("public") || line.hasPrefix("@"))
}

/// What is declared outside protocols and is not newer.
private func extensionMembers(_ lines: [String]) -> Set<Substring> {
    var members: Set<Substring> = []
    var isInProtocol = false
    for (index, line) in lines.enumerated() {
        if line.hasPrefix("}") { isInProtocol = false }
        if isProtocol(line) { isInProtocol = true }
        if !isInProtocol, !isMarked(lines, index) { members.insert(signature(line)) }
    }
    return members
}

private func mark(_ line: String, _ platforms: [Platform]) -> String {
    guard line.contains("@available("), let match = line.firstMatch(of: #/@available\(([^()"]*), \*\)/#) else {
        return line
    }
    for item in match.1.split(separator: ",") {
        guard let version = item.wholeMatch(of: #/ *(\w+) (\d+)(?:\.(\d+))?[\d.]*/#) else { continue }
        let from = Platform(
            name: String(version.1), major: Int(version.2) ?? 0, minor: version.3.flatMap { Int($0) } ?? 0)
        if platforms.contains(where: { $0.name == from.name && $0.isOlder(than: from) }) {
            let since = "\(from.name) \(from.major).\(from.minor)"
            return line.replacing(match.0, with: #"@available(*, deprecated, message: "\#(newer)\#(since)")"#)
        }
    }
    return line
}

/// A declaration without its attributes and its body.
private func signature(_ line: String) -> Substring {
    let keywords = ["static func ", "mutating func ", "func ", "init", "var ", "subscript"]
    guard let start = keywords.lazy.compactMap({ line.range(of: $0)?.lowerBound }).first else { return "" }
    let rest = line[start...]
    return rest.range(of: " {").map { rest[..<$0.lowerBound] } ?? rest
}
