// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import LSTMGeneration
import LSTMSpec

/// The words after the program's name, as the argument parser can take them.
enum Arguments {
    /// Options that can be given more than once: lists, and flags, which say the same twice.
    static let repeatable: Set<String> = [
        "--ignore", "--set", "--input", "--streaming", "--check", "--c-header", "--safetensors", "--ignore-skip",
        "--print", "--force", "--dry-run", "--batch-first", "--last", "--select", "--schema", "--no-schema", "--torch",
        "--help", "-h", "--version",
    ]

    /// The program's own arguments.
    ///
    /// - Throws: `ValidationError` for one that is not UTF-8.
    static func read() throws -> [String] {
        var arguments: [String] = []
        for index in 1..<max(1, Int(CommandLine.argc)) {
            guard let word = CommandLine.unsafeArgv[index] else { break }
            let bytes = UnsafeBufferPointer(start: word, count: length(of: word)).map { UInt8(bitPattern: $0) }
            // Swift would put U+FFFD there: another text, and the path of another file.
            if let problem = firstInvalidByte(in: bytes) {
                let shown = quoted(String(decoding: bytes, as: UTF8.self))
                throw ValidationError(
                    "argument \(index), \(shown), is not UTF-8: its byte \(problem + 1) is "
                        + "0x\(hexadecimal(UInt64(bytes[problem]), digits: 2)).")
            }
            arguments.append(String(decoding: bytes, as: UTF8.self))
        }
        return arguments
    }

    /// The arguments as the parser can take them.
    ///
    /// - Throws: `ValidationError` for an option that is given twice.
    static func prepared(_ arguments: [String]) throws -> [String] {
        try refuseRepeated(arguments)
        return separated(arguments)
    }

    /// `--option=value` as two words where the parser would not find the value.
    ///
    /// It looks for the Character `=`, which a combining mark after it makes another one, and takes `--option=` for
    /// `--option`, whose value is then the next word. No such value begins with a dash.
    static func separated(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.count
        let words = arguments[..<end].flatMap { word -> [String] in
            guard let option = Option(word), let value = option.value else { return [word] }
            return value.isEmpty || ("=" + value).first != "=" ? [option.name, value] : [word]
        }
        return words + arguments[end...]
    }

    /// The parser would take the last value and drop the others.
    private static func refuseRepeated(_ arguments: [String]) throws {
        let end = arguments.firstIndex(of: "--") ?? arguments.count
        var seen: Set<String> = []
        for option in arguments[..<end].compactMap(Option.init) {
            let name = option.name == "-o" ? "--output" : option.name
            guard repeatable.contains(name) || seen.insert(name).inserted else {
                throw ValidationError("\(name) is given twice; give it once.")
            }
        }
    }

    /// A word that names an option, cut at its first `=` byte.
    private struct Option {
        let name: String
        let value: String?

        init?(_ word: String) {
            (name, value) = cutAtEquals(word)
            let letters = name.unicodeScalars.drop { $0 == "-" }
            guard (1...2).contains(name.unicodeScalars.count - letters.count), !letters.isEmpty,
                letters.allSatisfy({ $0 == "-" || $0.isASCII && $0.properties.isAlphabetic })
            else { return nil }
        }
    }

    private static func length(of word: UnsafePointer<CChar>) -> Int {
        var count = 0
        while word[count] != 0 { count += 1 }
        return count
    }

    /// The index of the first byte that begins no scalar.
    private static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var count = 0
        while true {
            switch decoder.decode(&rest) {
            case .scalarValue(let scalar): count += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return count
            }
        }
    }
}

/// Refuses empty values of options that name a file, a folder or a thing: an unset variable of the shell would
/// otherwise pass for the working folder.
func refuseEmpty(_ options: [(name: String, value: String?)]) throws {
    for option in options where option.value?.isEmpty == true {
        throw ValidationError("\(option.name) is empty; give a value, or leave it out.")
    }
}
