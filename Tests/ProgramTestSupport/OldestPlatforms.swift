// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// Type-checks Swift as a compiler for the oldest platforms of the manifest would, on a system that is none of them.
///
/// The toolchain's own interfaces say since when everything is there; this compiles against copies of them in which what
/// is newer is deprecated. Foundation has no interface here, so its own members are not looked at.
package final class OldestPlatforms: Sendable {
    /// What needs something newer, or does not compile: `path:line:column: 'span' ...`.
    package typealias Complaints = [String]

    /// Made once: the first time the interfaces are compiled, which takes a minute.
    package static let shared = Result { try OldestPlatforms() }

    private let box: Sandbox
    private let interfaces: URL
    private let cache: URL

    private init() throws {
        box = try Sandbox()
        let swift = try Toolchain(in: box)
        let platforms = try manifestPlatforms()
        let folder = repositoryRoot.appendingPathComponent(".build/oldest-platforms")
        (interfaces, cache) = (folder.appendingPathComponent("interfaces"), folder.appendingPathComponent("cache"))
        for (module, file) in swift.interfaces {
            let text = interface(try String(contentsOf: file, encoding: .utf8), markedFor: platforms)
            let copy = interfaces.appendingPathComponent(module).appendingPathComponent(file.lastPathComponent)
            // Touched, it would be compiled again.
            if text.contains(newer), Data(text.utf8) != (try? Data(contentsOf: copy)) {
                let parent = copy.deletingLastPathComponent()
                try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: copy)
            }
        }
        // What SwiftPM makes of the headers of a C target.
        for headers in headerFolders {
            let name = headers.deletingLastPathComponent().lastPathComponent
            try box.write(
                "C/\(name)/module.modulemap", "module \(name) { umbrella \"\(headers.path)\" export * }\n")
        }
        try FileManager.default.createDirectory(at: box.url("modules"), withIntermediateDirectories: true)
    }

    /// Compiles a module, which others may then import.
    package func complaints(module: String, _ sources: [URL], hasTopLevelCode: Bool = false) throws -> Complaints {
        var arguments = ["swiftc", "-emit-module", "-wmo", "-swift-version", "6", "-module-name", module]
        arguments += ["-emit-module-path", box.url("modules/\(module).swiftmodule").path]
        arguments += ["-package-name", "lstmc", "-enable-testing", "-diagnostic-style", "llvm"]
        if !hasTopLevelCode { arguments.append("-parse-as-library") }
        arguments += ["-module-cache-path", cache.path, "-I", interfaces.path, "-I", box.url("modules").path]
        for headers in headerFolders {
            arguments += ["-I", box.url("C/\(headers.deletingLastPathComponent().lastPathComponent)").path]
        }
        arguments += ["-I", repositoryRoot.appendingPathComponent("Sources/CYAML").path]
        // The packages that this one depends on.
        arguments += ["-I", products.appendingPathComponent("Modules").path]
        arguments += sources.map(\.path)
        let outcome = try box.run(arguments, program: "/usr/bin/env")
        let root = repositoryRoot.path + "/"
        let lines = outcome.stderr.replacing(root, with: "").split(separator: "\n").map(String.init)
        // A sequence that is a collection only later works as a sequence: for old systems the compiler turns to that.
        let collection = #/conformance of '.*' to '\w*Collection' is deprecated/#
        let found = lines.filter { line in
            let isNewer = line.contains(": warning: ") && line.contains(newer) && !line.contains(collection)
            return line.contains(": error: ") || isNewer
        }
        if found.isEmpty, outcome.code != 0 { return ["\(module): \(outcome.description)"] }
        return found.prefix(100).map { line in
            let pattern = #/^(.*?): warning: (.*) is deprecated: newer than the manifest: (\w+ [\d.]+)/#
            guard let match = line.firstMatch(of: pattern) else { return line }
            return "\(match.1): \(match.2) needs \(match.3)"
        }
    }
}

/// `include` of every C target.
private let headerFolders: [URL] = ["Sources", "Tests"].flatMap { folder in
    let root = repositoryRoot.appendingPathComponent(folder)
    return fixtureNames(in: root, suffix: "").map { root.appendingPathComponent("\($0)/include") }
}.filter { FileManager.default.fileExists(atPath: $0.path) }

/// Where the compiler that is run keeps its interfaces.
private struct Toolchain {
    /// By the name of the module's folder: `Swift.swiftmodule`.
    let interfaces: [(String, URL)]

    private struct Info: Decodable {
        struct Target: Decodable { let moduleTriple: String }
        struct Paths: Decodable { let runtimeResourcePath: String }
        let target: Target
        let paths: Paths
    }

    init(in box: Sandbox) throws {
        let outcome = try box.run(["swiftc", "-print-target-info"], program: "/usr/bin/env")
        let info = try JSONDecoder().decode(Info.self, from: Data(outcome.stdout.utf8))
        let folder = URL(fileURLWithPath: info.paths.runtimeResourcePath).appendingPathComponent("linux")
        interfaces = fixtureNames(in: folder, suffix: ".swiftmodule").compactMap { module in
            let file = folder.appendingPathComponent("\(module)/\(info.target.moduleTriple).swiftinterface")
            return FileManager.default.fileExists(atPath: file.path) ? (module, file) : nil
        }
    }
}
