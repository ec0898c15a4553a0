// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCodegen
import LSTMIR
import LSTMSpec

extension SourceOptions.Access: ExpressibleByArgument {}

struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a Swift type for each spec.",
        discussion: """
            NAME.lstm.yaml gives NAME.swift, which needs the library LSTMRuntime and nothing else. All specs are checked \
            before anything is written, and a file that is already right is left alone. With --check nothing is \
            written: the files that are not right are listed, and the exit code is 1.

            With --tests, NAMETests.swift is written too: a Swift Testing test that the type gives what the interpreter \
            gives today, or with --vectors what a file holds (as `verify` reads it; its first sequence). A model whose \
            weights are in a file is tested where the environment variable NAME_WEIGHTS says where that is.

            Examples:
              lstmc generate Specs/ThaiSegmenter.lstm.yaml --output Sources/App
              lstmc generate Specs/*.lstm.yaml --output Generated --check
            """)

    @Argument(help: "The spec files.", completion: .spec)
    var specs: [String]

    @Option(
        help: ArgumentHelp("The folder for the Swift files; made where it is missing.", valueName: "folder"),
        completion: .directory)
    var output: String

    @Option(help: "Who may use the types.")
    var access = SourceOptions.Access.public

    @Flag(help: "Write nothing; fail where a file is not what its spec gives.")
    var check = false

    @Option(help: ArgumentHelp("The folder for a test of each type.", valueName: "folder"), completion: .directory)
    var tests: String?

    @Option(
        help: ArgumentHelp("The module that the tests import; the output folder's name by default.", valueName: "name"))
    var module: String?

    @Option(
        help: ArgumentHelp("The file with the inputs and results to test one model with.", valueName: "file"),
        completion: .tensors)
    var vectors: String?

    /// For build systems: see `changeMark`.
    @Option(help: .hidden)
    var mark: String?

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws {
        try refuseEmpty([
            ("--output", output), ("--tests", tests), ("--module", module), ("--vectors", vectors), ("--mark", mark),
        ])
        if tests == nil, vectors != nil || module != nil {
            throw ValidationError("--vectors and --module say what --tests writes; give --tests FOLDER too.")
        }
        if vectors != nil, specs.count > 1 { throw ValidationError("--vectors is for one model; give one spec.") }
        if tests != nil, !isModuleName(testedModule) {
            throw ValidationError(
                "'\(testedModule)' is no module's name; say with --module which one the types are in.")
        }
    }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        if let mark, let reason = changeMark(mark) { loader.reportUnwritable(mark, reason: reason) }
        var generations = specs.compactMap { Generation($0, &loader) }
        reportDuplicates(generations, &loader)
        let tests = tests.map { folder in generations.compactMap { test(of: $0, in: folder, &loader) } } ?? []
        if !check { loader.refuseToOverwrite(generations.map(typePath) + tests.map(\.path)) }
        try loader.proceed()
        let types = generations.map { Output(path: typePath(of: $0), text: $0.source(access: access)) }
        // The weights are in the text now.
        generations = []
        let files = types + tests
        if check {
            for file in files where !file.isUpToDate {
                loader.report(
                    GenerationMistake.notUpToDate(command: command), at: .init(startOf: file.path))
            }
        } else {
            try loader.write(files)
        }
        try loader.finish()
    }

    private var testedModule: String {
        module ?? fileName(of: output)
    }

    private func typePath(of generation: Generation) -> String { path(in: output, generation.stem + ".swift") }

    private func testPath(of generation: Generation, in folder: String) -> String {
        path(in: folder, generation.stem + "Tests.swift")
    }

    private func test(of generation: Generation, in folder: String, _ loader: inout SpecLoader) -> Output? {
        let values = vectors.map { generation.vectors(from: $0, &loader) } ?? generation.ownVectors
        if modelsWithoutTests.contains(generation.model.name) {
            loader.report(
                GenerationMistake.noTest(generation.model.name), at: .init(startOf: generation.spec))
        }
        guard let values else { return nil }
        let text = generation.test(with: values, module: testedModule, access: access)
        return Output(path: testPath(of: generation, in: folder), text: text)
    }

    /// Two specs that would be one file, or one type, in the module they are compiled into.
    private func reportDuplicates(_ generations: [Generation], _ loader: inout SpecLoader) {
        var files: [String: (path: String, spec: String)] = [:]
        var types: [String: String] = [:]
        for generation in generations {
            let place = SourceLocation(startOf: generation.spec)
            let paths = [typePath(of: generation)] + (tests.map { [testPath(of: generation, in: $0)] } ?? [])
            if let (path, first) = paths.lazy.compactMap({ path in files[comparable(path)].map { (path, $0) } }).first {
                loader.report(GenerationMistake.sameFile(path, other: first.path, first: first.spec), at: place)
            } else if let first = types[generation.model.name] {
                loader.report(GenerationMistake.sameType(generation.model.name, first: first), at: place)
            }
            for path in paths where files[comparable(path)] == nil { files[comparable(path)] = (path, generation.spec) }
            types[generation.model.name] = types[generation.model.name] ?? generation.spec
        }
    }

    /// The command that writes what `--check` looks for.
    private var command: String {
        let words = ["lstmc", "generate"] + specs + ["--output", output]
        let options: [(name: String, value: String?)] = [
            ("--access", access == .public ? nil : access.rawValue), ("--tests", tests), ("--module", module),
            ("--vectors", vectors),
        ]
        let given = options.flatMap { option in option.value.map { [option.name, $0] } ?? [] }
        return (words + given).map(shellWord).joined(separator: " ")
    }
}

/// `folder/name`.
func path(in folder: String, _ name: String) -> String {
    folder.isEmpty || folder.unicodeScalars.last == "/" ? folder + name : "\(folder)/\(name)"
}

/// True for what can stand after `import`, in backticks if need be, beside the modules that a test imports.
private func isModuleName(_ name: String) -> Bool {
    Names.isIdentifier(name) && !["Foundation", "LSTMKernels", "LSTMRuntime", "Swift", "Testing"].contains(name)
}

/// A word as a shell reads it back.
func shellWord(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789-_./=+,@%".unicodeScalars.contains($0)
    }
    return plain && !word.isEmpty
        ? word : "'" + replacing(in: word) { $0 == "'" ? "'\\''" : nil } + "'"
}
