// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Read once: there are many rules and many files.
private let sources = Result { try swiftFiles(in: "Sources") }

private func allSources() throws -> [SwiftFile] {
    let files = try sources.get()
    // Something is wrong with the search itself where it finds nothing.
    #expect(files.count > 60)
    return files
}

/// What ARCHITECTURE.md's table of invariants says is held by "a test that reads the sources".
@Suite("Invariants of the sources")
struct InvariantTests {
    @Test("libyaml is imported by one file") func libyaml() throws {
        let files = try allSources().filter { $0.imports.contains("CYAML") }
        #expect(files.map(\.path) == ["Sources/LSTMSpec/YAMLReader.swift"])
    }

    /// Which of our modules each target may import: the table of the rooms.
    static let rooms: [String: Set<String>] = [
        "LSTMSpec": ["CYAML"], "LSTMIR": ["LSTMSpec", "LSTMLayout"], "LSTMFiles": [],
        "LSTMRuntime": ["LSTMFiles", "LSTMKernels"], "LSTMCheckpoint": ["LSTMFiles", "LSTMSpec", "LSTMIR"],
        "LSTMInterpreter": ["LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMKernels", "LSTMRuntime", "LSTMCheckpoint"],
        "LSTMCodegen": ["LSTMSpec", "LSTMIR"],
        "LSTMImport": ["LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint"],
        "LSTMDrawing": ["LSTMSpec", "LSTMIR"],
        "LSTMGeneration": ["LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMCodegen"],
        "LSTMCommands": [
            "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMCheckpoint", "LSTMInterpreter", "LSTMImport", "LSTMGeneration",
        ],
        "LSTMLibrary": [
            "LSTMHeader", "LSTMFiles", "LSTMSpec", "LSTMIR", "LSTMInterpreter", "LSTMCodegen", "LSTMGeneration",
            "LSTMCommands",
        ],
        "lstmc-generate": ["LSTMCodegen", "LSTMGeneration"],
    ]

    @Test("each room imports only those below it", arguments: rooms.keys.sorted())
    func layering(_ room: String) throws {
        for file in try swiftFiles(in: "Sources/\(room)") {
            let ours = Set(file.imports.filter { $0.hasPrefix("LSTM") || $0 == "CYAML" })
            #expect(ours.subtracting(Self.rooms[room] ?? []).isEmpty, "\(file.path)")
        }
    }

    /// What the command line is made of: it alone meets the terminal, the environment and the disk.
    private func isCommandLine(_ path: String) -> Bool {
        ["Sources/lstmc/", "Sources/lstmc-generate/", "Sources/LSTMGeneration/", "Sources/LSTMCommands/"].contains {
            path.hasPrefix($0)
        }
    }

    /// Libraries with the libraries that they depend on.
    private typealias Libraries = [String: Set<String>]

    /// The dependencies that a text gives each library: `target` has the library's name and its list.
    private func libraries(in text: String, _ target: Regex<(Substring, Substring, Substring?)>) -> Libraries {
        var libraries: Libraries = [:]
        for match in text.matches(of: target) where match.1.hasPrefix("LSTM") && !match.1.hasSuffix("Tests") {
            libraries[String(match.1)] = Set((match.2 ?? "").matches(of: #/"(\w+)"/#).map { String($0.1) })
        }
        return libraries
    }

    @Test("what builds the libraries from links builds them with the dependencies of the manifest")
    func manifests() throws {
        let swift = #/\.target\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/#
        let python = #/"(\w+)": (?:\[([^\]]*)\]|None)/#
        let manifest = libraries(in: try text("Package.swift"), swift)
        #expect(manifest.count > 9)
        #expect(libraries(in: try text("Fuzzing/Package.swift"), swift) == manifest)
        for (name, dependencies) in libraries(in: try text("Benchmarks/generated/compare.py"), python) {
            #expect(dependencies == manifest[name], "\(name)")
        }
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOf: repositoryRoot.appendingPathComponent(path), encoding: .utf8)
    }

    @Test("every C file of the kernels begins with the rule of rounding") func rounding() throws {
        let folder = repositoryRoot.appendingPathComponent("Sources/LSTMKernels")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".c") }
        #expect(files.count > 5)
        for file in files {
            let lines = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8).split(
                separator: "\n")
            #expect(lines.first { !$0.hasPrefix("//") } == "#include \"rounding.inc\"", "\(file)")
        }
    }

    @Test("only the command line imports Foundation or the argument parser") func foundation() throws {
        let tools = ["Foundation", "FoundationEssentials", "Dispatch", "ArgumentParser"]
        for file in try allSources() where !file.path.hasPrefix("Sources/lstmc/") {
            #expect(!file.imports.contains { tools.contains($0) }, "\(file.path)")
        }
    }

    @Test("only the command line touches the terminal and the environment") func surroundings() throws {
        let pattern = #/\b(getenv|setenv|secure_getenv|ProcessInfo|environ|environment|isatty|ioctl|tcgetattr)\b/#
        let printing =
            #/\b(print|debugPrint|dump|readLine|fputs|fprintf|printf|putchar|STDOUT_FILENO|STDERR_FILENO)\b\(?/#
        for file in try allSources() where !isCommandLine(file.path) {
            #expect(file.lines(matching: pattern).isEmpty)
            // The printer of generated code has a `print` of its own.
            if !file.code.contains("CodePrinter") { #expect(file.lines(matching: printing).isEmpty) }
            #expect(!file.code.contains("Swift.print"))
        }
    }

    @Test("only the command line and the runtime's reader touch the disk") func disk() throws {
        // Without the C library and Foundation there is no way to a file.
        let libraries: Set = ["Darwin", "Glibc", "Musl", "Android", "ucrt", "WinSDK"]
        for file in try allSources() where !libraries.isDisjoint(with: file.imports) {
            #expect(isCommandLine(file.path) || file.path == "Sources/LSTMFiles/FileBytes.swift")
        }
        let callers = try allSources().filter { !$0.lines(matching: #/\bfileBytes\(at:/#).isEmpty }
        #expect(
            callers.allSatisfy {
                isCommandLine($0.path) || $0.path.hasPrefix("Sources/LSTMRuntime/")
                    || $0.path.hasPrefix("Sources/LSTMFiles/")
            })
    }

    @Test("only the command line ends the process") func exits() throws {
        for file in try allSources() where !isCommandLine(file.path) {
            #expect(file.lines(matching: #/\b(exit|abort|_exit|quick_exit)\(/#).isEmpty)
        }
    }

    @Test("no source traps on purpose") func traps() throws {
        let calls = #/\b(fatalError|preconditionFailure|assertionFailure)\(|\btry!|\bas!|\bunowned\b/#
        // A bang after a name or a closing bracket, which is no '!=' and no operator between two spaces.
        let bang = #/[\w\)\]\}"]!(?!=)/#
        for file in try allSources() {
            #expect(file.lines(matching: calls).isEmpty)
            #expect(file.lines(matching: bang).isEmpty)
            // Generated code's span entry points have preconditions, and they are in the runtime alone.
            if !["Sources/LSTMRuntime/", "Sources/LSTMFiles/"].contains(where: { file.path.hasPrefix($0) }) {
                #expect(file.lines(matching: #/\b(precondition|assert)\(/#).isEmpty)
            }
        }
    }

    @Test("no default over layer kinds") func defaults() throws {
        let kinds = #/\.(lstm|embedding|linear|layerNorm|softmax|logSoftmax|l2Normalize|sigmoid|relu)\b/#
        var checked = 0
        for file in try allSources() {
            for block in switchBlocks(of: file.code) where block.cases.contains(where: { $0.contains(kinds) }) {
                checked += 1
                #expect(!block.cases.contains("default"), "\(file.path):\(block.line)")
                #expect(!block.cases.contains("case _"), "\(file.path):\(block.line)")
            }
        }
        // As many as there were when this was written, or the rule reads nothing any more.
        #expect(checked >= 8)
    }

    @Test("a message is never empty because nobody wrote it") func messages() throws {
        for file in try allSources() { #expect(file.lines(matching: #/default: ""/#).isEmpty) }
    }

    @Test("files that can be read in one sitting") func length() throws {
        let files = try ["Sources", "Tests", "Plugins", "Fuzzing/Entries", "Fuzzing/Driver"].flatMap(swiftFiles)
        // Generated files are as long as their models.
        for file in files where !file.text.hasPrefix("// Generated by lstmc") {
            #expect(file.lineCount <= 300, "\(file.path) has \(file.lineCount) lines")
        }
    }

    @Test("no path of the machine that something was written on") func absolutePaths() throws {
        let folders = ["home", "Users", "root", "work", "tmp", "private", "var/folders"].map { "/\($0)/" }
        let endings = [".swift", ".c", ".h", ".inc", ".md", ".yaml", ".yml", ".txt", ".json", ".sh", ".py"]
        let names = [
            "Sources", "Tests", "Specs", "Pretrained", "Tools", ".ci", "Examples", "Benchmarks", "Plugins",
            "Fuzzing/Entries", "Fuzzing/Driver",
        ].flatMap(fileNames)
        let top = ["Package.swift", "Makefile", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
        for name in names.filter({ name in endings.contains { name.hasSuffix($0) } }) + top {
            let file = repositoryRoot.appendingPathComponent(name)
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { continue }
            // Hostile fixtures may hold anything; what they are is bytes, and no path.
            for folder in folders { #expect(!text.contains(folder), "\(name) has \(folder)") }
        }
    }

    @Test("every file says its licence") func licence() throws {
        for file in try allSources() {
            #expect(file.text.hasPrefix("// SPDX-License-Identifier: Apache-2.0\n"), "\(file.path)")
        }
    }
}
