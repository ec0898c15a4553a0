// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMIR
import LSTMSpec

/// The version that `--version` prints and generated files name.
package let toolVersion = "0.1.0"

/// What `lstmc generate` and the plugins' tool are asked for.
package struct GenerateRequest {
    package var specs: [String]
    /// The folder for the Swift files.
    package var output: String
    package var access = SourceOptions.Access.public
    /// Write nothing; fail where a file is not what its spec gives.
    package var isCheck = false
    /// For build systems: see `changeMark`.
    package var mark: String?

    package init(specs: [String], output: String) { (self.specs, self.output) = (specs, output) }

    /// Where a model's type goes.
    package func typePath(of generation: Generation) -> String { path(in: output, generation.stem + ".swift") }

    /// Checks all specs, and writes the types' files or compares them.
    ///
    /// - Parameters:
    ///   - command: the command that writes what is compared.
    ///   - test: a file beside each type; `testPath` says where it would be, also if it cannot be made.
    /// - Throws: `Failure` where something is wrong, which is said.
    package func run(
        _ loader: inout SpecLoader, command: String, testPath: (Generation) -> String? = { _ in nil },
        test: (Generation, inout SpecLoader) -> Output? = { _, _ in nil }
    ) throws {
        if let mark, let reason = changeMark(mark) { loader.reportUnwritable(mark, reason: reason) }
        var generations = specs.compactMap { Generation($0, &loader) }
        reportDuplicates(generations, testPath, &loader)
        let tests = generations.compactMap { test($0, &loader) }
        if !isCheck { loader.refuseToOverwrite(generations.map(typePath) + tests.map(\.path)) }
        try loader.proceed()
        let types = generations.map { Output(path: typePath(of: $0), text: $0.source(access: access)) }
        // The weights are in the text now.
        generations = []
        let files = types + tests
        if isCheck {
            for file in files where !file.isUpToDate {
                loader.report(GenerationMistake.notUpToDate(command: command), at: .init(startOf: file.path))
            }
        } else {
            try loader.write(files)
        }
        try loader.finish()
    }

    /// Two specs that would be one file, or one type, in the module they are compiled into.
    private func reportDuplicates(
        _ generations: [Generation], _ testPath: (Generation) -> String?, _ loader: inout SpecLoader
    ) {
        var files: [String: (path: String, spec: String)] = [:]
        var types: [String: String] = [:]
        for generation in generations {
            let place = SourceLocation(startOf: generation.spec)
            let paths = [typePath(of: generation)] + (testPath(generation).map { [$0] } ?? [])
            if let (path, first) = paths.lazy.compactMap({ path in files[comparable(path)].map { (path, $0) } }).first {
                loader.report(GenerationMistake.sameFile(path, other: first.path, first: first.spec), at: place)
            } else if let first = types[generation.model.name] {
                loader.report(GenerationMistake.sameType(generation.model.name, first: first), at: place)
            }
            for path in paths where files[comparable(path)] == nil { files[comparable(path)] = (path, generation.spec) }
            types[generation.model.name] = types[generation.model.name] ?? generation.spec
        }
    }
}

/// `folder/name`.
package func path(in folder: String, _ name: String) -> String {
    folder.isEmpty || folder.unicodeScalars.last == "/" ? folder + name : "\(folder)/\(name)"
}

/// A word as a shell reads it back.
package func shellWord(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "0123456789-_./=+,@%".unicodeScalars.contains($0)
    }
    return plain && !word.isEmpty
        ? word : "'" + replacing(in: word) { $0 == "'" ? "'\\''" : nil } + "'"
}
