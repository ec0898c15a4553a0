// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMGeneration
import LSTMIR
import LSTMSpec

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a commented spec to start from.",
        discussion: """
            Writes NAME.lstm.yaml, which passes `lstmc check` as it is, and beside it lstm.schema.json, with which editors \
            complete and check the keys.

            Example:
              lstmc init Tagger --output Specs
            """)

    @Argument(help: "The model's name: a Swift type name.")
    var name: String

    @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"), completion: .directory)
    var output = "."

    @Flag(help: "Replace files that are there.")
    var force = false

    @Flag(inversion: .prefixedNo, help: "Write the JSON Schema beside the spec, and name it there.")
    var schema = true

    @OptionGroup var options: DiagnosticsOptions

    func validate() throws { try refuseEmpty([("--output", output)]) }

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        for mistake in mistakes(inName: name) {
            loader.report(mistake, at: .init(startOf: "NAME"))
        }
        try loader.proceed()
        let spec = starterSpec(named: name, schema: schema ? schemaFileName : nil)
        let file = Output(path: filePath("\(name).lstm.yaml"), text: spec)
        if !force, exists(file.path) {
            loader.report(InitMistake.isThere(file.path), at: .init(startOf: file.path))
        }
        try loader.proceed()
        var files = [file]
        if schema {
            let schemaFile = Output(path: filePath(schemaFileName), text: specSchema())
            if !force, exists(schemaFile.path), !schemaFile.isUpToDate {
                let mistake = InitMistake.otherSchema(schemaFile.path)
                loader.report(mistake, at: .init(startOf: schemaFile.path))
            } else {
                files.insert(schemaFile, at: 0)
            }
        }
        try loader.proceed()
        try loader.write(files)
        try loader.finish()
    }

    private func filePath(_ file: String) -> String { output == "." ? file : path(in: output, file) }
}

struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the JSON Schema of specs.",
        discussion: """
            For editors: a spec names its copy in a comment on the first line, \
            `# yaml-language-server: $schema=lstm.schema.json`.

            Example:
              lstmc schema > lstm.schema.json
            """)

    func run() throws {
        var loader = SpecLoader(DiagnosticsStyle())
        try loader.print([String(specSchema().dropLast())])
    }
}

private let schemaFileName = "lstm.schema.json"

/// What is wrong with a model's name, in the words that a spec with it would get.
private func mistakes(inName name: String) -> [any Mistake] {
    let text = "{ lstmc: 1, name: \(jsonString(name)), input: { features: 1 }, layers: [{ relu: y }] }"
    let parsed = parse(SourceFile(path: "NAME", bytes: Array(text.utf8)))
    let lowered = parsed.document.map { lower($0).diagnostics } ?? []
    return (parsed.diagnostics + lowered).map(\.mistake)
}

/// What keeps a starter spec from being written as it is meant.
enum InitMistake: Mistake {
    case isThere(String)
    case otherSchema(String)

    var code: String {
        switch self {
        case .isThere: "file-exists"
        case .otherSchema: "other-schema"
        }
    }

    var severity: Severity { if case .otherSchema = self { .warning } else { .error } }

    var message: String {
        switch self {
        case .isThere(let path): "\(quoted(path)) is there already; give another name, or --force to replace it"
        case .otherSchema(let path):
            "\(quoted(path)) is there and not this version's schema, so it was left alone; `lstmc schema` prints this one"
        }
    }
}
