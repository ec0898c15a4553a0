// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

@Suite("Links and names in the documents")
struct LinkTests {
    /// Every page a reader of the repository comes to; DocC checks the links between its own.
    static let pages: [String] = {
        let folder = repositoryRoot.appendingPathComponent("Documentation")
        return fixtureNames(in: repositoryRoot, suffix: ".md")
            + fixtureNames(in: folder, suffix: ".md").map { "Documentation/\($0)" }
    }()

    @Test("every link within the repository leads somewhere", arguments: pages)
    func links(_ page: String) throws {
        let folder = repositoryRoot.appendingPathComponent(page).deletingLastPathComponent()
        for match in try documentText(page).matches(of: #/\]\(([^)#\s]+)(#[^)\s]*)?\)|src(?:set)?="([^"]+)"/#) {
            guard let target = match.output.1 ?? match.output.3, !target.contains("://") else { continue }
            let file = folder.appendingPathComponent(String(target))
            #expect(FileManager.default.fileExists(atPath: file.path), "\(page) links to \(target)")
        }
    }

    /// A path, or only its end where the text says the folder otherwise; `*` stands for a part of a name.
    @Test("every file that contributors are told of is there", arguments: ["ARCHITECTURE.md", "CONTRIBUTING.md"])
    func files(_ page: String) throws {
        let folders = [
            "Sources", "Tests", "Tools", "Plugins", "Schemas", "Documentation", "Benchmarks", "Specs", "Pretrained",
        ]
        let files = try folders.flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: repositoryRoot.appendingPathComponent(folder).path)
                .map { "/\(folder)/\($0)" }
        }
        let names = try documentText(page).matches(of: #/`([\w+./*-]+\.(?:swift|c|h|inc|sh|json|yaml))`/#)
        #expect(names.count >= 5)
        for match in names {
            let name = String(match.output.1)
            let parts = name.split(separator: "*", omittingEmptySubsequences: false)
            let isThere = files.contains { file in
                guard parts.count > 1 else { return file.hasSuffix("/" + name) }
                return file.contains("/" + parts[0]) && file.hasSuffix(parts[parts.count - 1])
            }
            #expect(isThere, "\(page) names \(name)")
        }
    }

    @Test("the README names every command, and no other") func commands() throws {
        let help = try Sandbox().run("--help").stdout
        let list = try #require(help.split(separator: "SUBCOMMANDS:").last)
        let commands = list.matches(of: #/(?m)^  ([a-z]+) /#).map { String($0.output.1) }
        let named = try documentText("README.md").matches(of: #/(?m)^\| `lstmc ([a-z]+)/#).map { String($0.output.1) }
        #expect(commands.count > 10)
        #expect(Set(named) == Set(commands))
    }

    @Test("the changelog begins with the version of the tool") func changelog() throws {
        let version = try Sandbox().run("--version").lines.first ?? ""
        let first = try documentText("CHANGELOG.md").firstMatch(of: #/(?m)^## (\d\S*)/#)
        #expect(first.map { String($0.output.1) } == version)
    }
}
