// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMCodegen
import LSTMSpec

extension SourceOptions.Access: ExpressibleByArgument {}

struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a Swift type for each spec.",
        discussion: """
            NAME.lstm.yaml gives NAME.swift, which needs the library LSTMRuntime and nothing else. All specs are checked \
            before anything is written, and a file that is already right is left alone. With --check nothing is \
            written: the files that are not right are listed, and the exit code is 1.

            Examples:
              lstmc generate Specs/ThaiSegmenter.lstm.yaml --output Sources/App
              lstmc generate Specs/*.lstm.yaml --output Generated --check
            """)

    @Argument(help: "The spec files.")
    var specs: [String]

    @Option(help: ArgumentHelp("The folder for the Swift files; made where it is missing.", valueName: "folder"))
    var output: String

    @Option(help: "Who may use the types.")
    var access = SourceOptions.Access.public

    @Flag(help: "Write nothing; fail where a file is not what its spec gives.")
    var check = false

    @OptionGroup var options: DiagnosticsOptions

    func run() throws {
        var loader = SpecLoader(options.diagnostics)
        let generations = specs.compactMap { Generation($0, &loader) }
        reportDuplicates(generations, &loader)
        try loader.proceed()
        let files = generations.map {
            GeneratedFile(path: path(in: output, $0.stem + ".swift"), text: $0.source(access: access))
        }
        if check {
            for file in files where !file.isUpToDate {
                loader.report(
                    GenerationMistake.notUpToDate(command: command), at: .init(path: file.path, line: 1, column: 1))
            }
        } else {
            for file in files where !file.isUpToDate {
                try loader.write(file)
            }
        }
        try loader.finish()
    }

    /// Two specs that would be one file, or one type, in the module they are compiled into.
    private func reportDuplicates(_ generations: [Generation], _ loader: inout SpecLoader) {
        var stems: [String: String] = [:]
        var types: [String: String] = [:]
        for generation in generations {
            let place = SourceLocation(path: generation.spec, line: 1, column: 1)
            if let first = stems[generation.stem] {
                loader.report(GenerationMistake.sameStem(generation.stem, first: first), at: place)
            } else if let first = types[generation.model.name] {
                loader.report(GenerationMistake.sameType(generation.model.name, first: first), at: place)
            }
            stems[generation.stem] = stems[generation.stem] ?? generation.spec
            types[generation.model.name] = types[generation.model.name] ?? generation.spec
        }
    }

    /// The command that writes what `--check` looks for.
    private var command: String {
        let words = ["lstmc", "generate"] + specs + ["--output", output]
        return (words + (access == .public ? [] : ["--access", access.rawValue])).map(shellWord).joined(separator: " ")
    }
}

/// A file to be, whole.
struct GeneratedFile {
    let path: String
    let text: String
}

/// `folder/name`.
func path(in folder: String, _ name: String) -> String {
    folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}

/// A word as a shell reads it back.
private func shellWord(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789-_./=+,@%".unicodeScalars.contains($0)
    }
    return plain && !word.isEmpty
        ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
