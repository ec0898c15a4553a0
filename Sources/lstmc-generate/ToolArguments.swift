// SPDX-License-Identifier: Apache-2.0

import LSTMCodegen
import LSTMGeneration

/// The command line is wrong.
struct UsageError: Error {
    var message: String
}

/// The words after the tool's name. The plugins write them, and `swift package generate-lstm` passes a user's on.
struct ToolArguments {
    static let usage = """
        usage: lstmc-generate SPEC ... --output FOLDER [--access public|package|internal] [--c-header] [--check]
        Other options are those of `lstmc generate`.
        """

    private(set) var request = GenerateRequest(specs: [], output: "")

    init(_ words: some Sequence<String>) throws(UsageError) {
        var words = words.makeIterator()
        while let word = words.next() {
            // `--option=value` as well as `--option value`.
            let (option, written) = cutAtEquals(word)
            switch option {
            case _ where !word.hasPrefix("-"): request.specs.append(word)
            case "--check" where written == nil: request.isCheck = true
            case "--c-header" where written == nil: request.hasCHeader = true
            case "--output", "--access", "--mark":
                guard let value = written ?? words.next(), !value.isEmpty else {
                    throw UsageError(message: "\(option) has no value")
                }
                try set(option, to: value)
            default: throw UsageError(message: "unknown option '\(word)'")
            }
        }
        guard !request.specs.isEmpty else { throw UsageError(message: "no spec is given") }
        guard !request.output.isEmpty else { throw UsageError(message: "--output FOLDER is missing") }
    }

    private mutating func set(_ option: String, to value: String) throws(UsageError) {
        switch option {
        case "--output": request.output = value
        case "--mark": request.mark = value
        default:
            guard let access = SourceOptions.Access(rawValue: value) else {
                throw UsageError(message: "--access is public, package or internal, and not '\(value)'")
            }
            request.access = access
        }
    }

    /// The command that writes what `--check` looks for.
    var command: String {
        let access = request.access == .public ? [] : ["--access", request.access.rawValue]
        return
            (["lstmc", "generate"] + request.specs + ["--output", request.output] + access
            + (request.hasCHeader ? ["--c-header"] : []))
            .map { shellWord($0) }.joined(separator: " ")
    }
}
