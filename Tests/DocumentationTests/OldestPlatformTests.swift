// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

#if DEBUG && os(Linux)
    private let isTried = ProcessInfo.processInfo.environment["LSTMC_SANITIZED"] == nil
#else
    // Which release build it is changes nothing, and on Apple's systems the compiler itself refuses what is newer.
    private let isTried = false
#endif

/// Every folder of Swift that is one module, by its name; also what is generated.
private let folders: [String: String] = {
    var folders = ["GeneratedModels": "Generated", "FuzzEntries": "Fuzzing/Entries"]
    let root = repositoryRoot.appendingPathComponent("Sources")
    for name in fixtureNames(in: root, suffix: "") where !swiftFiles(in: "Sources/\(name)").isEmpty {
        folders[name] = "Sources/\(name)"
    }
    for name in ["GeneratedCodeChecks", "GoldenModels", "ImportedModels"] { folders[name] = "Tests/\(name)" }
    folders["Adapters"] = "Tests/LSTMCodegenTests/Adapters"
    return folders
}()

/// The Swift files in a folder of the repository and all below it, in order.
private func swiftFiles(in folder: String) -> [URL] { swiftFiles(in: repositoryRoot.appendingPathComponent(folder)) }

private func swiftFiles(in folder: URL) -> [URL] {
    let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    // What the catalogue holds are programs of their own.
    let own = names.filter { $0.hasSuffix(".swift") && !$0.contains(".docc/") }
    return own.sorted().map { folder.appendingPathComponent($0) }
}

/// What is newer than the platforms in the repository's own modules; made once, since samples import them.
private let complaintsOfModules: Result<[String], any Error> = Result {
    let oldest = try OldestPlatforms.shared.get()
    var complaints: [String] = []
    var rest = folders
    while !rest.isEmpty {
        let ready = try rest.filter { name, folder in
            try imports(of: swiftFiles(in: folder)).isDisjoint(with: rest.keys)
        }
        try #require(!ready.isEmpty, "\(rest.keys) import each other")
        for (name, folder) in ready.sorted(by: { $0.key < $1.key }) {
            // What SwiftPM makes of the resources that are embedded in code.
            let derived = products.appendingPathComponent("\(name).build/DerivedSources")
            // A module's name has no hyphen.
            complaints += try oldest.complaints(
                module: name.replacingOccurrences(of: "-", with: "_"), swiftFiles(in: folder) + swiftFiles(in: derived))
            rest[name] = nil
        }
    }
    return complaints
}

private func imports(of files: [URL]) throws -> Set<String> {
    var modules: Set<String> = []
    for file in files {
        let text = try String(contentsOf: file, encoding: .utf8)
        for match in text.matches(of: #/(?m)^(?:@?\w+ )*import (\w+)/#) { modules.insert(String(match.1)) }
    }
    return modules
}

/// What the manifest's platforms promise is held by all Swift that people copy, that is generated or that they link.
@Suite("The oldest platforms of the manifest", .serialized, .enabled(if: isTried))
struct OldestPlatformTests {
    let oldest: OldestPlatforms

    init() throws { oldest = try OldestPlatforms.shared.get() }

    @Test("have all that the libraries, the tool and generated files use") func modules() throws {
        #expect(folders.count > 12 && folders.keys.contains("LSTMRuntime") && folders.keys.contains("lstmc"))
        let complaints = try complaintsOfModules.get()
        #expect(complaints == [])
    }

    /// Compiles each target of a package, with what the build plugin would generate for its specs.
    private func complaints(ofPackage package: URL) throws -> [String] {
        _ = try complaintsOfModules.get()
        var complaints: [String] = []
        for target in fixtureNames(in: package.appendingPathComponent("Sources"), suffix: "") {
            let folder = package.appendingPathComponent("Sources/\(target)")
            var files = swiftFiles(in: folder)
            let box = try Sandbox()
            let names = Set(files.map { $0.deletingPathExtension().lastPathComponent })
            let specs = fixtureNames(in: folder, suffix: ".lstm.yaml").filter {
                !names.contains(String($0.dropLast(10)))
            }
            if !specs.isEmpty {
                let outcome = try box.run(
                    ["generate"] + specs.map { folder.appendingPathComponent($0).path } + ["--output", box.folder.path])
                #expect(outcome.code == 0, "\(outcome.description)")
                files += swiftFiles(in: box.folder)
            }
            let module = "Sample_\(target.replacing("-", with: "_"))"
            complaints += try oldest.complaints(module: module, files, hasTopLevelCode: true)
        }
        return complaints
    }

    @Test("have all that the examples use") func examples() throws {
        let complaints = try complaints(ofPackage: repositoryRoot.appendingPathComponent("Examples"))
        #expect(complaints == [])
    }

    @Test("have all that the programs of the documents use") func programs() throws {
        var count = 0
        for document in documents {
            let replay = try Replay(builds: false)
            let blocks = try blocks(of: document)
            try replay.run(blocks)
            for package in replay.unbuilt { #expect(try complaints(ofPackage: package) == [], "\(document)") }
            count += replay.unbuilt.count
            let programs = blocks.filter { $0.language == "swift" && $0.file?.hasSuffix("main.swift") == true }
            #expect(programs.isEmpty || !replay.unbuilt.isEmpty, "\(document) shows a program that nothing builds")
        }
        #expect(count >= 5)
    }

    @Test("have all that the tutorial's programs use") func tutorial() throws {
        let replay = try Replay(builds: false)
        try replay.run(try tutorialBlocks("\(catalogue)/CheckpointToApp.tutorial"))
        #expect(replay.unbuilt.count == 2)
        for package in replay.unbuilt { #expect(try complaints(ofPackage: package) == []) }
    }

    @Test("have all that the tests of `generate --tests` use") func generatedTests() throws {
        let box = try Sandbox()
        let spec = specs.appendingPathComponent("SeedOneLayer.lstm.yaml").path
        let options = ["--tests", "Tests", "--module", "GeneratedModels"]
        let outcome = try box.run(["generate", spec, "--output", "."] + options)
        try #require(outcome.code == 0, "\(outcome.description)")
        _ = try complaintsOfModules.get()
        let files = swiftFiles(in: box.url("Tests"))
        #expect(files.count == 1)
        #expect(try oldest.complaints(module: "GeneratedTests", files) == [])
    }

    @Test("no Swift is shown where nothing compiles it") func fences() throws {
        let files = FileManager.default.enumerator(atPath: repositoryRoot.path)?.compactMap { $0 as? String } ?? []
        for name in files where name.hasSuffix(".md") && !documents.contains(name) {
            if name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) { continue }
            #expect(try !documentText(name).contains("```swift"), "\(name)")
        }
        for file in folders.values.flatMap({ swiftFiles(in: $0) }) {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains(#/(?m)^ *///? *```(swift)?$/#), "\(file.lastPathComponent)")
        }
    }

    @Test(
        "lack what is newer, and the compiler is asked about each use",
        arguments: [
            ("let s = a.span.count", "'span' needs macOS 26.0"),
            ("let s = a.mutableSpan.count", "'mutableSpan' needs macOS 26.0"),
            ("let s = Array(a[1...]).span.count", "'span' needs macOS 26.0"),
            ("let s = text.utf8.span.count", "'span' needs macOS 26.0"),
            ("let s = text.utf8Span.count", "'utf8Span' needs macOS 26.0"),
            ("let s: InlineArray<2, Int> = [1, 2]", "'InlineArray' needs macOS 26.0"),
            ("let s: Int128 = 1", "'Int128' needs macOS 15.0"),
            ("let s = Mutex(1)", "'Mutex' needs macOS 15.0"),
            ("let s = Atomic(1)", "'Atomic' needs macOS 15.0"),
            ("let s = RangeSet<Int>()", "'RangeSet' needs macOS 15.0"),
        ])
    func found(_ line: String, _ complaint: String) throws {
        let complaints = try complaints(ofLine: line)
        #expect(complaints.contains { $0.contains(complaint) }, "\(complaints)")
    }

    @Test(
        "have what was there already, or comes with the program",
        arguments: [
            "let s = c.span.count", "let s = c.mutableSpan.count",
            "let slice = a[1...]; let s = slice.span.count",
            "let s = a.withUnsafeBufferPointer { $0.span.count }",
            "var one = CollectionOfOne(1); let s = one.mutableSpan.count",
            "let s = a.enumerated().map { $0 + $1 }", "let s = a.enumerated().reversed()", "let s = UInt32(3) &* 4",
            "let s = ContinuousClock.now", "let s = #/a/#", "let s: any Collection<Int> = a",
        ])
    func accepted(_ line: String) throws {
        #expect(try complaints(ofLine: line) == [])
    }

    private func complaints(ofLine line: String) throws -> [String] {
        let box = try Sandbox()
        try box.write(
            "Line.swift",
            """
            import Synchronization

            func f(_ text: String) {
                var a = [1, 2, 3]
                var c: ContiguousArray<Int> = [1, 2, 3]
                \(line)
                a.append(1)
                c.append(1)
            }

            """)
        return try oldest.complaints(module: "Line", [box.url("Line.swift")])
    }
}
