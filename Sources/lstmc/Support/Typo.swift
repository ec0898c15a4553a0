// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMGeneration
import LSTMSpec

/// What a wrong word of a command line was meant to be.
///
/// The argument parser reports the first thing that it minds, which is often what a slip leads to and not the slip.
enum Typo {
    /// What is wrong with the first word that is no command, no option of its command or no value of its option.
    ///
    /// - Parameter arguments: a command line that the parser has refused.
    /// - Returns: nil where every word is known, and something else is wrong.
    static func explanation(of arguments: [String]) -> String? {
        let words = arguments.prefix { $0 != "--" }
        // What follows is a shell's name.
        if words.contains(where: { $0.hasPrefix("--generate-completion-script") }) { return nil }
        guard let place = words.firstIndex(where: { !$0.hasPrefix("-") }) else {
            return wrongOption(in: words, of: LSTMC.self)
        }
        if let wrong = wrongOption(in: words[..<place], of: LSTMC.self) { return wrong }
        if words[place] == "help" { return wrongHelp(words[place...]) }
        guard let command = command(words[place]) else { return noCommand(words[place]) }
        return wrongOption(in: words[(place + 1)...], of: command)
    }

    /// The same of `help COMMAND`, which the parser takes whatever the command is.
    static func wrongHelp(_ arguments: some Collection<String>) -> String? {
        guard arguments.first == "help", let name = arguments.dropFirst().first, !name.hasPrefix("-"),
            name != "help", command(name) == nil
        else { return nil }
        return noCommand(name)
    }

    private static func command(_ name: String) -> (any ParsableCommand.Type)? {
        LSTMC.configuration.subcommands.first { $0._commandName == name }
    }

    private static func noCommand(_ name: String) -> String {
        let known = LSTMC.configuration.subcommands.map { $0._commandName }
        return "no command \(quoted(name))"
            + (nearest(to: name, among: known + ["help"]).map { "; did you mean \(quoted($0))?" }
                ?? "; the commands are \(known.joined(separator: ", "))")
    }

    private static func wrongOption(in words: ArraySlice<String>, of command: any ParsableCommand.Type) -> String? {
        let options = Option.all(of: command)
        let names = options.flatMap(\.names)
        let title = command == LSTMC.self ? "lstmc" : "lstmc \(command._commandName)"
        var rest = words
        while let word = rest.popFirst() {
            guard let (name, written) = Option.split(word) else { continue }
            guard let option = options.first(where: { $0.names.contains(name) }) else {
                // A dash too few is as near as none.
                let near = names.filter { $0.hasPrefix("--") && name.count > 2 }
                return "\(title) has no option \(quoted(name))"
                    + (nearest(to: "--" + name.drop { $0 == "-" }, among: near).map { "; did you mean \(quoted($0))?" }
                        ?? "; 'lstmc \(command == LSTMC.self ? "" : command._commandName + " ")--help' lists its options")
            }
            guard option.takesValue else { continue }
            guard let value = written ?? rest.popFirst() else { return nil }
            // The parser says that the value is missing.
            if written == nil, Option.split(value) != nil { return nil }
            if !option.values.isEmpty, !option.values.contains(value) {
                return "\(quoted(value)) is no value of \(name), which is \(inWords(option.values, "or"))"
                    + (nearest(to: value, among: option.values).map { "; did you mean \(quoted($0))?" } ?? "")
            }
        }
        return nil
    }
}

/// An option as its command's help shows it.
private struct Option {
    var names: [String]
    var takesValue: Bool
    /// Those it is one of; empty where it can be any.
    var values: [String] = []

    /// The parser shows nothing else of its options.
    static func all(of command: any ParsableCommand.Type) -> [Option] {
        let help = LSTMC.helpMessage(for: command, includeHidden: true, columns: 10_000)
        // Two of the parser's own that it does not show.
        var options = [Option(names: ["--experimental-dump-help"], takesValue: false)]
        for line in help.split(separator: "\n") {
            if line.hasPrefix("  -") {
                let label = line.dropFirst(2).split(separator: "  ", maxSplits: 1).first ?? ""
                let names = label.split { $0 == " " || $0 == "," || $0 == "/" }.filter { $0.hasPrefix("-") }
                options.append(Option(names: names.map(String.init), takesValue: label.contains("<")))
            }
            guard let values = line.firstMatch(of: /\(values: ([^;)]*)/), let last = options.indices.last else {
                continue
            }
            options[last].values = values.1.split(separator: ", ").map(String.init)
        }
        return options
    }

    /// A word that begins as an option does, and what stands behind its `=`; nil for a value.
    static func split(_ word: String) -> (name: String, value: String?)? {
        let (name, value) = cutAtEquals(word)
        let scalars = name.unicodeScalars
        guard scalars.first == "-", let letter = scalars.first(where: { $0 != "-" }), letter.properties.isAlphabetic
        else { return nil }
        return (name, value)
    }
}
