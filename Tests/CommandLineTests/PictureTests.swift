// SPDX-License-Identifier: Apache-2.0

import Foundation
import ProgramTestSupport
import TestSupport
import Testing

/// What `graph -o` and `plot -o` write is what the file's name says.
@Suite("Pictures of other formats")
struct PictureTests {
    let box: Sandbox

    private static let png = "\\211PNG\\r\\n\\032\\n"

    init() throws {
        box = try Sandbox()
        try box.write("Echo.lstm.yaml", echo)
        try box.write("x.csv", "1,2,3\n4,5,6\n")
        for folder in ["scratch", "bin"] {
            try FileManager.default.createDirectory(at: box.url(folder), withIntermediateDirectories: true)
        }
    }

    private static let commands = [["graph", "Echo.lstm.yaml"], ["plot", "Echo.lstm.yaml", "--input", "x.csv"]]

    /// Runs the program with the converters of the folder `bin` alone; nothing may be left in the temporary folder.
    private func run(_ arguments: [String], path: String? = nil) throws -> Outcome {
        let environment = ["TMPDIR": box.url("scratch").path, "PATH": path ?? box.url("bin").path]
        let outcome = try box.run(arguments, environment: environment)
        #expect(try FileManager.default.contentsOfDirectory(atPath: box.url("scratch").path) == [])
        return outcome
    }

    /// A program that is taken for a converter; its own words are found where the system has them.
    private func fake(_ name: String, _ script: String) throws {
        _ = try box.writeProgram("bin/\(name)", "#!/bin/sh\nPATH=/usr/bin:/bin\n\(script)\n")
    }

    @Test("a PNG by what is there", arguments: commands) func converted(_ command: [String]) throws {
        let target = ["rsvg-convert": "$4", "resvg": "$4", "inkscape": "${3#--export-filename=}", "cairosvg": "$4"]
        let source = ["rsvg-convert": "$5", "resvg": "$3", "inkscape": "$4", "cairosvg": "$5"]
        for name in ["cairosvg", "inkscape", "resvg", "rsvg-convert"] {
            // Each is found before those of the rounds before.
            try fake(
                name, "printf '\(Self.png)%s' \(name) > \"\(target[name] ?? "")\"; cp \"\(source[name] ?? "")\" got.svg"
            )
            let outcome = try run(command + ["-o", "a b;c.PNG"])
            #expect(outcome.code == 0, "\(outcome.description)")
            #expect(outcome.stdout.isEmpty && outcome.stderr.isEmpty)
            #expect(String(decoding: try box.read("a b;c.PNG").dropFirst(8), as: UTF8.self) == name)
            #expect(try run(command).stdout.utf8.elementsEqual(box.read("got.svg")))
        }
    }

    @Test("none is there: what to install, before anything is run", arguments: commands)
    func none(_ command: [String]) throws {
        try box.write("bin/rsvg-convert", "not executable")
        try FileManager.default.createDirectory(at: box.url("bin/resvg"), withIntermediateDirectories: true)
        for path in [box.url("bin").path, "", "bin:.:", "/nowhere"] {
            let outcome = try run(command + ["-o", "x.png"], path: path)
            #expect(outcome.code == 1)
            #expect(
                outcome.stderr
                    == "x.png:1:1: error: 'x.png' needs a program that makes a PNG of an SVG, and none is there: "
                    + "install librsvg (apt install librsvg2-bin, brew install librsvg), resvg, Inkscape or CairoSVG, or "
                    + "write a .svg file, which every browser opens\n")
        }
        #expect(try !box.names().contains("x.png"))
    }

    @Test("those that fail give way to the next, and are named where none is left") func failing() throws {
        try box.write("x.png", "before")
        let scripts: KeyValuePairs = [
            "echo first; echo 'Error: \u{1B}[2Jlast' >&2; exit 7": "rsvg-convert failed with exit code 7: Error: ",
            "kill -KILL $$": "rsvg-convert was ended by signal 9",
            "exit 0": "rsvg-convert wrote no file: cannot be opened",
            "echo '<svg/>' > \"$4\"": "rsvg-convert wrote no PNG",
            "mkfifo \"$4\"": "rsvg-convert wrote no file: is not",
        ]
        for (script, reason) in scripts {
            try fake("rsvg-convert", script)
            for command in Self.commands {
                let outcome = try run(command + ["-o", "x.png"])
                #expect(outcome.code == 1 && outcome.stdout.isEmpty)
                #expect(outcome.stderr.hasPrefix("x.png:1:1: error: 'x.png' cannot be made: "), "\(outcome.stderr)")
                #expect(outcome.stderr.contains("note: ") && outcome.stderr.contains(reason), "\(outcome.stderr)")
                #expect(!outcome.stderr.contains("\u{1B}"))
            }
        }
        #expect(try String(decoding: box.read("x.png"), as: UTF8.self) == "before")
        // What one left, here a pipe that nobody reads and a picture of a failure, is nothing to the next.
        try fake("rsvg-convert", "printf '\(Self.png)' > \"$4\"; exit 7")
        try fake("cairosvg", "exit 0")
        #expect(try run(["graph", "Echo.lstm.yaml", "-o", "x.png"]).stderr.contains("cairosvg wrote no file"))
        try fake("rsvg-convert", "mkfifo \"$4\"")
        try fake("cairosvg", "printf '\(Self.png)' > \"$4\"")
        #expect(try run(["graph", "Echo.lstm.yaml", "-o", "x.png"]).code == 0)
        #expect(try box.read("x.png").count == 8)
    }

    @Test("a signal ends the converter too, and no file is left", arguments: ["INT", "TERM", "HUP"])
    func signals(_ name: String) throws {
        try fake("rsvg-convert", "echo $$ > \"\(box.url("pid").path)\"; kill -\(name) $PPID; exec sleep 600")
        #expect(try run(["graph", "Echo.lstm.yaml", "-o", "x.png"]).code < 0)
        let pid = try #require(Int32(String(decoding: box.read("pid"), as: UTF8.self).dropLast()))
        #expect(kill(pid, 0) != 0)
        #expect(try !box.names().contains("x.png"))
    }

    @Test("a temporary folder that is not there") func noFolder() throws {
        try fake("rsvg-convert", "exit 0")
        let environment = ["TMPDIR": box.url("none").path, "PATH": box.url("bin").path]
        let outcome = try box.run(["graph", "Echo.lstm.yaml", "-o", "x.png"], environment: environment)
        #expect(outcome.code == 1 && outcome.stderr.contains("no file can be written in the temporary folder"))
    }

    @Test("no drawing under a name of something else") func endings() throws {
        for ending in ["pdf", "jpg", "JPEG", "gif", "txt", "yaml", "svgz"] {
            for (command, formats) in zip(Self.commands, [".svg, .png or .dot", ".svg or .png"]) {
                let outcome = try run(command + ["-o", "x.\(ending)"])
                #expect(outcome.code == 1)
                #expect(
                    outcome.stderr
                        == "x.\(ending):1:1: error: 'x.\(ending)' does not end in what a drawing is written as, "
                        + "which is \(formats)\n")
            }
        }
        #expect(try run(Self.commands[1] + ["-o", "x.dot"]).code == 1)
        for (format, name) in [
            ("svg", "x.png"), ("svg", "x.dot"), ("dot", "x.svg"), ("dot", "x.png"), ("svg", "x.pdf"),
        ] {
            let outcome = try run(["graph", "Echo.lstm.yaml", "--format", format, "-o", name])
            #expect(outcome.code == 1)
            #expect(
                outcome.stderr
                    == "\(name):1:1: error: '\(name)' would not be what its name says: the format is \(format); "
                    + "change one of them\n")
        }
        #expect(try box.names() == ["Echo.lstm.yaml", "bin", "scratch", "x.csv"])
    }

    @Test("a name's ending chooses, and none is SVG") func chosen() throws {
        for (arguments, start) in [
            (["-o", "a.svg"], "<svg "), (["-o", "b"], "<svg "), (["-o", "c.dot"], "digraph "),
            (["-o", "d.GV"], "digraph "),
            (["--format", "dot", "-o", "e.txt"], "digraph "), (["--format", "svg", "-o", "f.xml"], "<svg "),
        ] {
            #expect(try run(["graph", "Echo.lstm.yaml"] + arguments).code == 0)
            #expect(try String(decoding: box.read(arguments.last ?? ""), as: UTF8.self).hasPrefix(start))
        }
    }
}
