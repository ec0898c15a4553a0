// SPDX-License-Identifier: Apache-2.0

import CodegenTestSupport
import Foundation
import TestSupport
import Testing

private let seeds: [UInt64] = Array(1...120)

/// Where `make test-random-specs` wants its package written; nil in an ordinary run.
private let packageFolder = ProcessInfo.processInfo.environment["RANDOM_SPECS_PACKAGE"]

@Suite("Random specs")
struct RandomSpecTests {
    private static func drawn(_ seed: UInt64) throws -> DrawnModel {
        let name = "Random\(seed)"
        return try DrawnModel(text: randomSpec(seed: seed, name: name), path: "\(name).lstm.yaml", seed: seed)
    }

    /// Graphs with branches, joins and several inputs; every second one streams.
    private static func drawnGraph(_ seed: UInt64) throws -> DrawnModel {
        let name = "Graph\(seed)"
        let text = randomGraphSpec(seed: seed, name: name, layers: 12, streams: seed % 2 == 0)
        return try DrawnModel(text: text, path: "\(name).lstm.yaml", seed: seed)
    }

    /// PyTorch's 90 cases, with drawn weights.
    private static func vectorShapes() throws -> [DrawnModel] {
        #expect(vectorFiles.count == 184)
        return try vectorFiles.enumerated().map { index, file in
            let name = "Vector\(index + 1)"
            return try DrawnModel(
                text: vectorSpec(file, name: name), path: "\(name).lstm.yaml", seed: UInt64(index + 1))
        }
    }

    @Test("are lowered and generated, twice the same") func generated() throws {
        for seed in seeds {
            let drawn = try Self.drawn(seed)
            let source = drawn.swift()
            #expect(source.contains("public struct Random\(seed): Swift.Sendable {"), "seed \(seed)")
            #expect(try source == Self.drawn(seed).swift(), "seed \(seed)")
            let graph = try Self.drawnGraph(seed)
            #expect(graph.swift().contains("public struct Graph\(seed): Swift.Sendable {"), "seed \(seed)")
        }
    }

    /// All types in one package, with a program that holds each against the reference's results.
    @Test("written as a package", .enabled(if: packageFolder != nil)) func package() throws {
        let folder = URL(fileURLWithPath: try #require(packageFolder))
        try write(manifest, to: folder.appendingPathComponent("Package.swift"))
        let checks = repositoryRoot.appendingPathComponent("Tests/GeneratedCodeChecks")
        for name in fixtureNames(in: checks, suffix: ".swift") {
            let text = try String(contentsOf: checks.appendingPathComponent(name), encoding: .utf8)
            try write(text, to: folder.appendingPathComponent("Sources/GeneratedCodeChecks/\(name)"))
        }
        let sources = folder.appendingPathComponent("Sources/RandomSpecs")
        var names: [String] = []
        for drawn in try seeds.map(Self.drawn) + seeds.map(Self.drawnGraph) + Self.vectorShapes() {
            let name = drawn.model.name
            names.append(name)
            let adapter = "\nimport GeneratedCodeChecks\n\n" + adapterSource(for: drawn.model)
            try write(drawn.swift() + adapter, to: sources.appendingPathComponent("\(name).swift"))
            let data = folder.appendingPathComponent("Data")
            try write(drawn.text, to: data.appendingPathComponent("\(name).lstm.yaml"))
            try Data(drawn.weightFile()).write(to: data.appendingPathComponent("\(name).weights"))
            try Data(drawn.cases()).write(to: data.appendingPathComponent("\(name).cases"))
        }
        try write(program(types: names), to: sources.appendingPathComponent("main.swift"))
    }

    private func write(_ text: String, to file: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private var manifest: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "RandomSpecs",
            platforms: [.macOS(.v13)],
            dependencies: [.package(path: "\(repositoryRoot.path)")],
            targets: [
                .target(
                    name: "GeneratedCodeChecks",
                    dependencies: [.product(name: "LSTMRuntime", package: "\(repositoryRoot.lastPathComponent)")]),
                .executableTarget(
                    name: "RandomSpecs",
                    dependencies: [
                        "GeneratedCodeChecks",
                        .product(name: "LSTMRuntime", package: "\(repositoryRoot.lastPathComponent)"),
                    ]),
            ],
            swiftLanguageModes: [.v6]
        )

        """
    }

    private func program(types: [String]) -> String {
        """
        import Foundation
        import GeneratedCodeChecks

        let types: [any ModelUnderTest.Type] = [
            \(types.map { "\($0).self," }.joined(separator: "\n    "))
        ]
        var count = 0
        for type in types {
            func bytes(_ ending: String) throws -> [UInt8] {
                [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\\(CommandLine.arguments[1])/\\(type).\\(ending)")))
            }
            for failure in try failures(of: type, weights: bytes("weights"), cases: bytes("cases")) {
                print(failure)
                count += 1
            }
        }
        print("\\(types.count) generated types, \\(count) failures (the number in the name of a Random type is its seed)")
        exit(count == 0 ? 0 : 1)

        """
    }
}
