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
    /// Write a C header beside each type, and the functions that it declares.
    package var hasCHeader = false
    /// Write nothing; fail where a file is not what its spec gives.
    package var isCheck = false
    /// For build systems: see `changeMark`.
    package var mark: String?

    package init(specs: [String], output: String) { (self.specs, self.output) = (specs, output) }

    /// Where a model's type goes.
    package func typePath(of generation: Generation) -> String { path(in: output, generation.stem + ".swift") }

    /// Where its C header goes; nil where none is asked for.
    package func headerPath(of generation: Generation) -> String? {
        hasCHeader ? path(in: output, generation.stem + ".h") : nil
    }

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
        if hasCHeader { reportCNames(generations, &loader) }
        let tests = generations.compactMap { test($0, &loader) }
        let headers = generations.compactMap { generation in
            headerPath(of: generation).flatMap { path in
                generation.header(access: access).map { Output(path: path, text: $0) }
            }
        }
        if !isCheck { loader.refuseToOverwrite(generations.map(typePath) + (headers + tests).map(\.path)) }
        try loader.proceed()
        let types = generations.map {
            Output(path: typePath(of: $0), text: $0.source(access: access, hasCHeader: hasCHeader))
        }
        // The weights are in the text now.
        generations = []
        let files = types + headers + tests
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
            let paths =
                [typePath(of: generation)] + [headerPath(of: generation), testPath(generation)].compactMap(\.self)
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

extension GenerateRequest {
    /// Models that are nothing in C, or of which two give it one name.
    private func reportCNames(_ generations: [Generation], _ loader: inout SpecLoader) {
        // What a module has beside functions has its own types' names, too.
        var names = Dictionary(generations.map { ($0.model.name, $0.spec) }) { first, _ in first }
        // The same type twice is a mistake of its own.
        for generation in generations where names[generation.model.name] == generation.spec {
            let place = SourceLocation(startOf: generation.spec)
            guard let own = cIdentifiers(of: generation.model, weightsInFile: !generation.isEmbedded) else {
                loader.report(GenerationMistake.noCName(generation.model.name), at: place)
                continue
            }
            if let name = own.first(where: { names[$0] != nil }), let first = names[name] {
                loader.report(GenerationMistake.sameCName(name, first: first), at: place)
            }
            for name in own where names[name] == nil { names[name] = generation.spec }
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
