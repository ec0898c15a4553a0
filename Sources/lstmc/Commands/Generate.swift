// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCodegen
import LSTMGeneration
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

            With --c-header, NAME.h declares functions for C that NAME.swift then has: a static library of both and \
            LSTMRuntime needs no Swift in the program that links it.

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

    @Flag(
        help: "Write NAME.h beside NAME.swift, which has the functions that it declares; for C11 and C++.")
    var cHeader = false

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
        var request = GenerateRequest(specs: specs, output: output)
        (request.access, request.hasCHeader, request.isCheck, request.mark) = (access, cHeader, check, mark)
        try request.run(
            &loader, command: command, testPath: { generation in tests.map { testPath(of: generation, in: $0) } },
            test: { generation, loader in tests.flatMap { test(of: generation, in: $0, &loader) } })
    }

    private var testedModule: String {
        module ?? fileName(of: output)
    }

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

    /// The command that writes what `--check` looks for.
    private var command: String {
        let words = ["lstmc", "generate"] + specs + ["--output", output]
        let options: [(name: String, value: String?)] = [
            ("--access", access == .public ? nil : access.rawValue), ("--tests", tests), ("--module", module),
            ("--vectors", vectors),
        ]
        let given = options.flatMap { option in option.value.map { [option.name, $0] } ?? [] }
        return (words + given + (cHeader ? ["--c-header"] : [])).map(shellWord).joined(separator: " ")
    }
}

/// True for what can stand after `import`, in backticks if need be, beside the modules that a test imports.
private func isModuleName(_ name: String) -> Bool {
    Names.isIdentifier(name) && !["Foundation", "LSTMKernels", "LSTMRuntime", "Swift", "Testing"].contains(name)
}

extension Generation {
    fileprivate func test(with vectors: TestVectors, module: String, access: SourceOptions.Access) -> String {
        testSource(
            for: model, vectors: vectors, module: module, weightsInFile: !isEmbedded, options: sourceOptions(access))
    }
}
