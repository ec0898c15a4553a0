// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// One Swift file of the project.
struct SwiftFile: CustomTestStringConvertible {
    /// Relative to the repository.
    let path: String
    let text: String
    /// The text with every comment and the insides of every literal blanked; lines stay where they are.
    let code: String

    init(_ path: String) throws {
        let file = repositoryRoot.appendingPathComponent(path)
        self.init(path, text: try String(contentsOf: file, encoding: .utf8))
    }

    init(_ path: String, text: String) {
        self.path = path
        self.text = text
        code = withoutCommentsAndLiterals(text)
    }

    var testDescription: String { path }
    var lineCount: Int { text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 }

    /// The modules it imports.
    var imports: [String] {
        code.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), words.indices.contains(keyword + 1) else { return nil }
            return String(words[keyword + 1])
        }
    }

    /// The lines of code that a pattern matches, as `path:line: code`.
    func lines(matching pattern: some RegexComponent) -> [String] {
        code.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            line.contains(pattern) ? "\(path):\(index + 1): \(line.trimmingPrefix { $0 == " " })" : nil
        }
    }
}

/// The Swift files of a folder and all below it, in order.
func swiftFiles(in folder: String) throws -> [SwiftFile] {
    // What a tutorial shows is somebody else's program.
    try fileNames(in: folder).filter { $0.hasSuffix(".swift") && !$0.contains(".docc/") }.map { try SwiftFile($0) }
}

/// The paths of the files in a folder and all below it, relative to the repository, in order.
func fileNames(in folder: String) -> [String] {
    let root = repositoryRoot.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    // Build folders and virtual environments are nobody's sources.
    let own = names.filter { !$0.split(separator: "/").contains { $0.hasPrefix(".build") || $0 == ".venv" } }
    return own.map { "\(folder)/\($0)" }.sorted()
}

/// Blanks comments and literals, and keeps what is interpolated into them: that is code.
private func withoutCommentsAndLiterals(_ text: String) -> String {
    var scanner = Scanner(Array(text.utf8))
    scanner.scanCode(isInterpolation: false)
    return String(decoding: scanner.result, as: UTF8.self)
}

/// Over bytes and not characters: the tests are not optimised.
private struct Scanner {
    let bytes: [UInt8]
    var position = 0
    var result: [UInt8] = []

    init(_ text: [UInt8]) {
        bytes = text
    }

    private func isAt(_ token: StaticString) -> Bool {
        guard token.utf8CodeUnitCount <= bytes.count - position else { return false }
        for index in 0..<token.utf8CodeUnitCount where bytes[position + index] != token.utf8Start[index] {
            return false
        }
        return true
    }

    private var isAtEnd: Bool { position >= bytes.count }

    private mutating func keep() {
        if !isAtEnd { result.append(bytes[position]) }
        position += 1
    }

    private mutating func blank(_ count: Int = 1) {
        for _ in 0..<count where !isAtEnd {
            result.append(isAt("\n") ? UInt8(ascii: "\n") : UInt8(ascii: " "))
            position += 1
        }
    }

    /// Up to the bracket that closes an interpolation, or to the end of the file.
    mutating func scanCode(isInterpolation: Bool) {
        var depth = 0
        while !isAtEnd {
            if isAt("//") {
                while !isAtEnd, !isAt("\n") { blank() }
            } else if isAt("#\"") || isAt("#/") {
                blank(2)
                while !isAtEnd, !isAt("\"#"), !isAt("/#") { blank() }
                blank(2)
            } else if isAt("\"\"\"") {
                scanText("\"\"\"")
            } else if isAt("\"") {
                scanText("\"")
            } else {
                if isAt(")") {
                    if depth == 0, isInterpolation { return }
                    depth -= 1
                } else if isAt("(") {
                    depth += 1
                }
                keep()
            }
        }
    }

    private mutating func scanText(_ end: StaticString) {
        blank(end.utf8CodeUnitCount)
        while !isAtEnd {
            if isAt(end) { return blank(end.utf8CodeUnitCount) }
            if isAt("\\(") {
                blank()
                keep()
                scanCode(isInterpolation: true)
                keep()
            } else {
                blank(isAt("\\") ? 2 : 1)
            }
        }
    }
}
