// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// The lines of Swift in a folder, by file.
private func sources(_ folder: String) throws -> [(name: String, lines: [String])] {
    let root = repositoryRoot.appendingPathComponent(folder)
    return try fixtureNames(in: root, suffix: ".swift").map { name in
        let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
        return (name, text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
}

/// The comment right above a line, attributes apart.
private func comment(above index: Int, in lines: [String]) -> [String] {
    var comment: [String] = []
    for line in lines[..<index].reversed() {
        let line = line.trimmingCharacters(in: .whitespaces)
        if comment.isEmpty, line.hasPrefix("@") { continue }
        guard line.hasPrefix("///") else { break }
        comment.insert(line, at: 0)
    }
    return comment
}

/// The names of a function's parameters inside its body.
private func parameters(at index: Int, in lines: [String]) -> [String] {
    var (depth, text) = (0, "")
    scan: for line in lines[index...] {
        for character in line {
            if character == ")" { depth -= 1 }
            if character == ")", depth == 0 { break scan }
            if depth > 0 { text.append(character) }
            if character == "(" { depth += 1 }
        }
    }
    return text.matches(of: #/(?:^|, *|\s)(?:\S+ )?([^\s,:()]+):\s/#).map { String($0.1).filter { $0 != "`" } }
}

/// What Quick Help reads of generated types.
@Suite("Comments of generated types")
struct DocCommentTests {
    @Test(
        "stand before every public member, and name every parameter",
        arguments: ["Generated", "Tests/GoldenModels", "Tests/ImportedModels"])
    func generated(_ folder: String) throws {
        var functions = 0
        for (name, lines) in try sources(folder) {
            for (index, line) in lines.enumerated() {
                let code = line.trimmingCharacters(in: .whitespaces)
                guard code.hasPrefix("public ") || code.hasPrefix("package ") || code.hasPrefix("case ") else {
                    continue
                }
                let comment = comment(above: index, in: lines)
                #expect(!comment.isEmpty, "\(name):\(index + 1): \(code)")
                guard code.contains("func ") || code.contains(" init(") else { continue }
                // A function for C has its parameters in the header, which is what its callers read.
                if index > 0, lines[index - 1].hasPrefix("@_cdecl(") { continue }
                functions += 1
                let documented = comment.compactMap {
                    $0.firstMatch(of: #/^///   - (\S+): /#) ?? $0.firstMatch(of: #/^/// - Parameter (\S+): /#)
                }
                .map { String($0.1) }
                #expect(documented == parameters(at: index, in: lines), "\(name):\(index + 1): \(code)")
                let isThrowing =
                    lines[index...].prefix { !$0.contains("{") }.joined().contains("throws") || code.contains("throws")
                if isThrowing { #expect(comment.contains { $0.hasPrefix("/// - Throws: ") }, "\(name):\(index + 1)") }
            }
        }
        #expect(functions >= 20)
    }

    @Test("and those of LSTMRuntime have no list that Quick Help takes for bullets") func runtime() throws {
        let words = ["Parameter", "Parameters", "Returns", "Throws", "Precondition", "Important", "Note"]
        for (name, lines) in try sources("Sources/LSTMRuntime") {
            for (index, line) in lines.enumerated() {
                guard let match = line.firstMatch(of: #/^ *///? - (\w+)( \w+)?:/#) else { continue }
                #expect(words.contains(String(match.1)), "\(name):\(index + 1): \(line)")
            }
        }
    }
}
