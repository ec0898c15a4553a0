// SPDX-License-Identifier: Apache-2.0

// What lstmc.h declares about the command line's work; the header says what each does.

import LSTMCodegen
import LSTMCommands
import LSTMGeneration
import LSTMHeader
import LSTMSpec

/// `lstmc_import`.
@_cdecl("lstmc_import")
public func importFile(
    _ file: UnsafePointer<CChar>?, _ folder: UnsafePointer<CChar>?, _ options: UnsafePointer<lstmc_import_options>?,
    _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> OpaquePointer? {
    report?.pointee = nil
    return reporting { () throws(Report) in
        var request = ImportRequest(try text(file, "file"))
        request.folder = try text(folder, "folder")
        if let options { try request.take(options.pointee) }
        var loader = SpecLoader(collecting: ())
        guard let files = try? request.run(&loader) else { throw Report(loader) }
        let said: [(String, JSONText)] = [
            ("spec", .text(files.spec.path)), ("written", .array(loader.written)),
            ("assumptions", .array(files.assumptions.map { .text($0) })),
            ("proof", .array(files.proof.map { .text($0) })),
        ]
        report?.pointee = cString(loader.reported(said))
    }
}

extension ImportRequest {
    fileprivate mutating func take(_ given: lstmc_import_options) throws(Report) {
        name = try optionalText(given.name, "name")
        against = try optionalText(given.against, "against")
        force = given.force != 0
        options.key = try optionalText(given.key, "key")
        options.ignore = try texts(given.ignore, given.ignore_count, "ignore")
        options.converts = given.safetensors != 0
        options.ignoresSkip = given.ignore_skip != 0
        let names = try texts(given.set_names, given.set_count, "set_names")
        if given.set_count > 0, given.set_values == nil { throw Report(.null("set_values")) }
        for (index, name) in names.enumerated() { options.settings[name] = given.set_values.map { Int($0[index]) } }
        options.reading.batchFirst = given.batch_first != 0 ? true : nil
        if given.last != 0, given.select != 0 { throw Report(.lastAndSelect) }
        options.reading.head = given.last != 0 ? .last : given.select != 0 ? .select : nil
    }
}

/// `lstmc_generate`.
@_cdecl("lstmc_generate")
public func generate(
    _ specs: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int, _ folder: UnsafePointer<CChar>?,
    _ access: UnsafePointer<CChar>?, _ check: Int32, _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> OpaquePointer? {
    report?.pointee = nil
    return reporting { () throws(Report) in
        var request = GenerateRequest(
            specs: try texts(specs, count, "specs"), output: try text(folder, "folder"))
        let word = try optionalText(access, "access") ?? SourceOptions.Access.public.rawValue
        guard let access = SourceOptions.Access(rawValue: word) else { throw Report(.access(word)) }
        (request.access, request.isCheck) = (access, check != 0)
        var loader = SpecLoader(collecting: ())
        let words = ["lstmc", "generate"] + request.specs + ["--output", request.output]
        let command = words.map(shellWord).joined(separator: " ")
        if (try? request.run(&loader, command: command)) == nil { throw Report(loader) }
        report?.pointee = cString(loader.reported([("written", .array(loader.written))]))
    }
}

/// `lstmc_text_free`.
@_cdecl("lstmc_text_free")
public func freeText(_ text: UnsafeMutablePointer<CChar>?) { text?.deallocate() }

extension SpecLoader {
    /// The files that were written.
    fileprivate var written: [JSONText] { (collected?.files ?? []).map { .text($0) } }

    /// A JSON object of what was done, and the warnings.
    fileprivate func reported(_ said: [(String, JSONText)]) -> String {
        let members = said.map { "\(jsonString($0)): \($1.line)" }
        return "{" + (members + ["\"warnings\": " + renderJSON(collected?.diagnostics ?? [])]).joined(separator: ", ")
            + "}"
    }
}
