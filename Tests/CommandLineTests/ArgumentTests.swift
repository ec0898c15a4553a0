// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// What stands on the command line is taken as its bytes, all of it, or is an error.
@Suite("Arguments")
struct ArgumentTests {
    let box: Sandbox

    /// Scalars that make one Character with the `=` or the `/` before them.
    private static let joining = ["\u{301}", "\u{338}", "\u{E31}", "\u{E33}", "\u{FE0F}", "\u{200D}", "\u{1F3FD}"]

    init() throws {
        box = try Sandbox()
        try box.write(
            "M.lstm.yaml",
            """
            lstmc: 1
            name: M
            input: { tokens: 2 }
            weights: { file: w.safetensors }
            vocabulary: { file: v.json, unknown: 0 }
            labels: [none, some]
            layers:
              - embedding: e
                embedding_dim: 2

            """)
        try box.write("w.safetensors", safetensors(["e.weight": Tensor([1, 0, 0, 1], [2, 2])]))
        try box.write("v.json", "{\"a\": 1}")
        try box.write("x.npy", npy([0, 1], [2], "<i8"))
    }

    @Test("a value that begins with a mark", arguments: joining) func marks(_ mark: String) throws {
        let text = try box.run("run", "M.lstm.yaml", "--text=\(mark)a")
        #expect(text.code == 0, "\(text.description)")
        #expect(text.lines.map { $0.unicodeScalars.suffix(4).map(String.init).joined() } == ["none", "some"])
        for arguments in [
            ["run", "M.lstm.yaml", "--input=x.npy", "--output=\(mark)1.npy"],
            ["run", "M.lstm.yaml", "--input=\(mark)1.npy", "--output=\(mark)/\(mark)2.npy"],
            ["graph", "M.lstm.yaml", "--output=\(mark)3.svg"], ["graph", "M.lstm.yaml", "-o=\(mark)4.svg"],
            ["plot", "M.lstm.yaml", "--text=\(mark)", "--output=\(mark)/5.svg"],
            ["generate", "M.lstm.yaml", "--output=\(mark)/\(mark)"],
            ["generate", "M.lstm.yaml", "--output=\(mark)/T", "--tests=\(mark)/\(mark)t"],
            ["init", "I", "--output=\(mark)/i"], ["import", "\(mark)/w.pt.safetensors", "--output=\(mark)/j"],
        ] {
            try FileManager.default.createDirectory(at: box.url(mark), withIntermediateDirectories: true)
            try box.write("\(mark)1.npy", npy([0, 1], [2], "<i8"))
            try box.write(
                "\(mark)/w.pt.safetensors",
                safetensors(["e.weight": Tensor([1, 2], [2, 1]), "f.weight": Tensor([1], [1, 1])]))
            let outcome = try box.run(arguments)
            // The last has no lstm; what it says of the file is enough.
            let isImport = arguments[0] == "import"
            #expect(outcome.code == (isImport ? 1 : 0), "\(arguments) \(outcome.description)")
            if isImport { #expect(outcome.stderr.utf8.starts(with: "\(mark)/w.pt.safetensors:1:1".utf8)) }
        }
        let names = Set(try box.names().map { Array($0.utf8) })
        for name in ["1.npy", "3.svg", "4.svg"] { #expect(names.contains(Array("\(mark)\(name)".utf8))) }
        let inner = try FileManager.default.contentsOfDirectory(atPath: box.url(mark).path)
        for name in ["\(mark)2.npy", "5.svg", "\(mark)", "T", "\(mark)t", "i"] {
            #expect(inner.contains { $0.utf8.elementsEqual(name.utf8) }, "\(name) in \(inner)")
        }
    }

    @Test("dashes, equals signs and emptiness after =") func values() throws {
        for text in ["-a", "--a", "=a", "--text=a", "a=\u{301}"] {
            let outcome = try box.run("run", "M.lstm.yaml", "--text=\(text)")
            #expect(outcome.code == 0, "\(outcome.description)")
            #expect(outcome.lines.count == text.unicodeScalars.count)
        }
        let empty = try box.run("run", "M.lstm.yaml", "--text=")
        #expect(empty.stderr == "--text:1:1: error: the text is empty; give at least one character\n")
        // Not the next word for its value.
        #expect(try box.run("graph", "--output=", "M.lstm.yaml").code == 64)
        // After -- everything is a path.
        #expect(try box.run("check", "--", "--a=").stderr.contains("the spec '--a=' cannot be opened"))
    }

    @Test(
        "bytes that are no UTF-8 are refused by name",
        arguments: [
            ("run M.lstm.yaml --text=a\\377b", 3, 9), ("check a\\377", 2, 2),
            ("run M.lstm.yaml --text a\\340\\270", 4, 2),
            ("graph M.lstm.yaml -o \\300\\257", 4, 1), ("generate M.lstm.yaml --output=o\\355\\240\\200", 3, 11),
            ("run M.lstm.yaml --input \\364\\220\\200\\200", 4, 1), ("init \\200", 2, 1),
        ])
    func invalid(_ words: String, _ index: Int, _ byte: Int) throws {
        let before = try box.names()
        let arguments = words.split(separator: " ").map { "\"$(printf -- '\($0)')\"" }.joined(separator: " ")
        let outcome = try box.run([], redirection: arguments)
        #expect(outcome.code == 64, "\(outcome.description)")
        #expect(outcome.stderr.hasPrefix("Error: argument \(index), '"), "\(outcome.stderr)")
        #expect(outcome.stderr.contains("is not UTF-8: its byte \(byte) is 0x"), "\(outcome.stderr)")
        #expect(try box.names() == before)
    }

    @Test("check takes two spellings of one name for two files") func spellings() throws {
        let outcome = try box.run("check", "e\u{301}.lstm.yaml", "\u{E9}.lstm.yaml", "\u{E9}.lstm.yaml")
        #expect(outcome.stderr.split(separator: "\n").count == 2)
    }

    @Test(
        "an empty path is no path",
        arguments: [
            ["generate", "M.lstm.yaml", "--output", ""], ["generate", "M.lstm.yaml", "--output="],
            ["generate", "M.lstm.yaml", "--output", "o", "--tests", ""],
            ["generate", "M.lstm.yaml", "--output", "o", "--tests", "t", "--module", ""],
            ["generate", "M.lstm.yaml", "--output", "o", "--tests", "t", "--vectors", ""],
            ["graph", "M.lstm.yaml", "-o", ""], ["plot", "M.lstm.yaml", "--text", "a", "-o", ""],
            ["plot", "M.lstm.yaml", "--text", "a", "--layers", ""],
            ["run", "M.lstm.yaml", "--text", "a", "--output", ""], ["init", "I", "--output", ""],
            ["import", "w.safetensors", "--output", ""], ["import", "w.safetensors", "--name", ""],
            ["import", "w.safetensors", "--key", ""], ["import", "w.safetensors", "--ignore", ""],
            ["import", "w.safetensors", "--against", ""],
            ["bench", "M.lstm.yaml", "--input", ""], ["verify", "M.lstm.yaml", "--against", ""],
            ["verify", "M.lstm.yaml", "--torch", "--input", ""], ["verify", "M.lstm.yaml", "--torch", "--python", ""],
        ])
    func empty(_ arguments: [String]) throws {
        let before = try box.names()
        #expect(try box.run(arguments).code == 64, "\(arguments)")
        #expect(try box.names() == before)
    }

    @Test("an empty path in place of a file to read is a file that is not there") func emptyInputs() throws {
        for arguments in [
            ["check", ""], ["describe", ""], ["ir", ""], ["graph", ""], ["bench", ""], ["import", ""], ["init", ""],
            ["generate", "", "--output", "o"], ["run", "", "--text", "a"], ["run", "M.lstm.yaml", "--input", ""],
            ["plot", "M.lstm.yaml", "--input", ""],
        ] {
            #expect(try box.run(arguments).code == 1, "\(arguments)")
        }
    }

    @Test(
        "options that do not go together",
        arguments: [
            ["bench", "M.lstm.yaml", "--input", "x.npy", "--batch", "2"],
            ["bench", "M.lstm.yaml", "--input", "x.npy", "--steps", "2"],
            ["bench", "M.lstm.yaml", "--input", "x.npy", "--batch", "1"],
            ["bench", "M.lstm.yaml", "--seconds", "1", "--passes", "1"],
            ["import", "w.safetensors", "--print", "--force"], ["import", "w.safetensors", "--print", "--safetensors"],
            ["import", "w.safetensors", "--last", "--select"],
        ])
    func combinations(_ arguments: [String]) throws {
        let outcome = try box.run(arguments)
        #expect(outcome.code == 64, "\(arguments) \(outcome.description)")
        #expect(outcome.stdout.isEmpty)
    }

    @Test("an option with a value is given once; a flag can say so twice") func repeated() throws {
        for command in [
            "init", "import", "check", "describe", "graph", "ir", "run", "plot", "verify", "quantize", "generate",
            "bench",
        ] {
            let help = try box.run(command, "--help").stdout.split(separator: "\n").map { $0.drop { $0 == " " } }
            for line in help.drop(while: { $0 != "OPTIONS:" }) where line.hasPrefix("-") {
                let word = line.split(separator: " ").first { $0.hasPrefix("--") } ?? ""
                guard let name = word.split(separator: "/").first.map(String.init), name != "--help" else { continue }
                let takesValue = line.contains("<") && !["--ignore", "--input", "--set"].contains(name)
                // A value that the option takes, where it does not take any: a wrong one would be what is said.
                let values = [
                    "--color": "never", "--diagnostics": "json", "--access": "public", "--precision": "int8",
                    "--format": command == "graph" ? "svg" : "text",
                ]
                let value = values[name] ?? "1"
                let rest = line.contains("<") ? [value, "\(name)=\(value)", "--help"] : [name, "--help"]
                let outcome = try box.run([command, "a", name] + rest)
                #expect((outcome.code == 64) == takesValue, "\(command) \(name): \(outcome.description)")
                if takesValue { #expect(outcome.stderr.hasPrefix("Error: \(name) is given twice; give it once.")) }
            }
        }
        #expect(try box.run("graph", "M.lstm.yaml", "-o", "a", "--output", "b").code == 64)
    }

    @Test(
        "what is asked for and cannot be written is a failure",
        arguments: [
            ["--help"], ["--version"], [], ["help"], ["help", "run"], ["run", "--help"], ["run", "-h"], ["schema"],
            ["--generate-completion-script", "zsh"], ["--generate-completion-script=bash"],
            ["--generate-completion-script", "fish"], ["describe", "M.lstm.yaml"],
        ])
    func unwritable(_ arguments: [String]) throws {
        #expect(try box.run(arguments).code == 0)
        var places = [">&-"]
        #if os(Linux)
            places.append(">/dev/full")
        #endif
        for place in places {
            let outcome = try box.run(arguments, redirection: place)
            #expect(outcome.code == 1, "\(arguments) \(place)")
            #expect(outcome.stderr.hasPrefix("stdout:1:1: error: the results cannot be written: "))
        }
    }

    @Test("specs whose files some file systems take for one") func collisions() throws {
        let text = String(decoding: try box.read("M.lstm.yaml"), as: UTF8.self)
        let pairs = [
            ("foo", "Foo"), ("stra\u{DF}e", "STRASSE"), ("e\u{301}", "\u{C9}"), ("\u{3A3}\u{3C3}", "\u{3C3}\u{3C2}"),
            ("Foo", "footests"),
        ]
        for (first, second) in pairs {
            let names = [first, second].map { "\($0).lstm.yaml" }
            try box.write(names[0], text.replacing("name: M", with: "name: One"))
            try box.write(names[1], text.replacing("name: M", with: "name: Two"))
            for options in [["--output", "o", "--tests", "o"], ["--output", "o", "--tests", "O", "--module", "m"]] {
                let outcome = try box.run(["generate"] + names + options)
                #expect(outcome.code == 1, "\(names) \(outcome.description)")
                #expect(outcome.stderr.contains("one file for systems that do not tell such names apart"))
            }
        }
        #expect(try !box.names().contains("o"))
    }
}
